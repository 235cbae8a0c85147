package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"verigate/internal/app"
)

// syncs are the fsyncs of a number of creations, by what they were for.
type syncs struct {
	creates int
	by      map[string]int // RECORD, QUEUE, KEYS, other
	traced  bool           // counted by strace; else messages stored, one fsync each, as the store's source has it
}

func (s syncs) total() int {
	n := 0
	for _, v := range s.by {
		n += v
	}
	return n
}

// clientsTraced is how many post at once while fsyncs are counted.
const clientsTraced = 16

// countSyncs runs a gateway in a process of its own under strace, followers and all, and counts the fsyncs between its
// two marks. Without strace, or where it may not trace, it says so by errNoTrace.
func countSyncs(ctx context.Context, s settings, dir, redis string) (syncs, error) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		return syncs{}, errNoTrace
	}
	self, err := os.Executable()
	if err != nil {
		return syncs{}, fmt.Errorf("find this program: %w", err)
	}
	data, out := filepath.Join(dir, "traced"), filepath.Join(dir, "trace")
	args := []string{"-f", "-y", "-qq", "-e", "trace=fsync,fdatasync", "-o", out, self, "-traced", data, "-redis", redis}
	if s.creates < 100 {
		args = append(args, "-quick")
	}
	cmd := exec.CommandContext(ctx, strace, args...) //nolint:gosec // the path was looked up, the arguments are ours
	if said, err := cmd.CombinedOutput(); err != nil {
		return syncs{}, fmt.Errorf("%w: %w: %s", errNoTrace, err, said)
	}
	f, err := os.Open(out)
	if err != nil {
		return syncs{}, fmt.Errorf("read the trace: %w", err)
	}
	defer func() { _ = f.Close() }() // it was read only
	return readTrace(bufio.NewScanner(f), s.creates)
}

var errNoTrace = errors.New("fsyncs cannot be traced here")

// marks are files whose fsync says where the counting begins and ends.
const (
	markBegin = "bench-begin"
	markEnd   = "bench-end"
)

func readTrace(lines *bufio.Scanner, creates int) (syncs, error) {
	called := regexp.MustCompile(`f(?:data)?sync\(\d+<([^>]*)>`)
	found := syncs{creates: creates, by: map[string]int{}, traced: true}
	counting, ended := false, false
	for lines.Scan() {
		m := called.FindStringSubmatch(lines.Text())
		if m == nil {
			continue
		}
		switch path := m[1]; {
		case strings.HasSuffix(path, markBegin):
			counting = true
		case strings.HasSuffix(path, markEnd):
			counting, ended = false, true
		case counting:
			found.by[owner(path)]++
		}
	}
	if err := lines.Err(); err != nil {
		return found, fmt.Errorf("read the trace: %w", err)
	}
	if !ended {
		return found, errors.New("the trace has no end")
	}
	return found, nil
}

// owner says what a file of the store is for.
func owner(path string) string {
	for _, name := range []string{"RECORD", "QUEUE", "KEYS"} {
		if strings.Contains(path, "/streams/"+name) {
			return name
		}
	}
	return "other"
}

// runTraced is the process under strace: some creations that do not count, then those that do.
func runTraced(ctx context.Context, s settings) error {
	app.Tune(true)
	w, err := open(ctx, worldOptions{data: s.traced, redis: s.redis})
	if err != nil {
		return err
	}
	return errors.Join(w.between(ctx, s.creates), w.close())
}

func (w *world) between(ctx context.Context, creates int) error {
	workers, end, err := clients(ctx, w, clientsTraced)
	if err != nil {
		return err
	}
	defer end()
	for _, step := range []struct {
		creates int
		mark    string
	}{{clientsTraced, markBegin}, {creates, markEnd}} {
		if err := count(ctx, workers, step.creates); err != nil {
			return err
		}
		if err := w.settle(ctx); err != nil {
			return err
		}
		if err := syncMark(filepath.Join(w.parts.Data, step.mark)); err != nil {
			return err
		}
	}
	return nil
}

func syncMark(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write a mark: %w", err)
	}
	return errors.Join(f.Sync(), f.Close())
}
