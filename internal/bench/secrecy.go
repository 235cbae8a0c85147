package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"verigate/internal/app"
)

// The section "secrecy", first part: what it costs that nothing of L2 is read before that is on the disk. Read are two requests that are
// alike but for their marking: of the one a reader waits for the evidence, of the other, of L1, the evidence is written and
// nobody waits.

// secrecyRounds is how often both are measured, in turns.
const secrecyRounds = 3

// paces are how often each reads, 0 without a pause. With one the times are what a reader waits and not what a queue does: 64
// readers make 1,600 reads a second, then 320, which is still more than all who work with a gateway do.
func paces() []time.Duration {
	return []time.Duration{0, 40 * time.Millisecond, 200 * time.Millisecond}
}

// reading is what was measured for one number of readers.
type reading struct {
	readers         int
	every           time.Duration // 0: without a pause
	waits, does     []result      // of L2; of L1
	messages, calls uint64        // of evidence while L2 was read
}

// measureSecrecy measures evidence, sealed rows and filtering, each over a gateway of its own.
func measureSecrecy(ctx context.Context, s settings, out io.Writer) error {
	return errors.Join(measureEvidence(ctx, s, out), measureRows(ctx, s, out))
}

// measureEvidence measures over one gateway of its own, and prints.
func measureEvidence(ctx context.Context, s settings, out io.Writer) (err error) {
	busy := load()
	app.Tune(true)
	dir, err := os.MkdirTemp("", "verigate-bench-")
	if err != nil {
		return fmt.Errorf("make a directory: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	w, err := open(ctx, worldOptions{data: filepath.Join(dir, "secrecy")})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	restricted, internal, err := w.twoRequests(ctx)
	if err != nil {
		return err
	}
	var all []reading
	for _, every := range paces() {
		for _, n := range s.clients {
			all = append(all, reading{readers: n, every: every})
		}
	}
	for i := range all {
		if err := all[i].measure(ctx, w, s.window, restricted, internal); err != nil {
			return err
		}
	}
	disk, err := diskAlone(ctx, dir, s.window)
	if err != nil {
		return err
	}
	printSecrecy(out, busy, all, disk)
	return nil
}

// diskEvery is how often the disk alone is written to: as often as 64 readers at the first pace are waited for.
const diskEvery = 640 * time.Microsecond

// diskAlone is how long it takes to append as much as a message of evidence to a file and to wait for it, one after the other.
func diskAlone(ctx context.Context, dir string, window time.Duration) (r result, err error) {
	f, err := os.Create(filepath.Join(dir, "disk"))
	if err != nil {
		return r, fmt.Errorf("write to the disk: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	message := make([]byte, 1024)
	write := func(context.Context) error {
		if _, err := f.Write(message); err != nil {
			return err
		}
		return f.Sync()
	}
	return paced(ctx, []work{write}, diskEvery, secrecyRounds*window)
}

// twoRequests makes one of L2 and one of L1, and returns where they are.
func (w *world) twoRequests(ctx context.Context) (restricted, internal string, err error) {
	c, err := dial(ctx, w)
	if err != nil {
		return "", "", err
	}
	defer c.close()
	if err := c.create(ctx); err != nil {
		return "", "", err
	}
	restricted = c.made
	was := w.body
	defer func() { w.body = was }()
	w.body, err = newBody(w.parts.Now(), func(body map[string]any) {
		delete(body, "campaign")
		body["handling"] = map[string]any{"code": "H0", "tlp": "GREEN"}
	})
	if err != nil {
		return "", "", err
	}
	other, err := dial(ctx, w)
	if err != nil {
		return "", "", err
	}
	defer other.close()
	err = other.create(ctx)
	return restricted, other.made, errors.Join(err, w.settle(ctx))
}

// measure reads both, in turns.
func (r *reading) measure(ctx context.Context, w *world, window time.Duration, restricted, internal string) error {
	for range secrecyRounds {
		before, err := w.parts.Conn.Evidence().Extent(ctx)
		if err != nil {
			return err
		}
		waits, err := w.read(ctx, w.key, r.readers, r.every, window, restricted)
		if err != nil {
			return err
		}
		after, err := w.parts.Conn.Evidence().Extent(ctx)
		if err != nil {
			return err
		}
		does, err := w.read(ctx, w.key, r.readers, r.every, window, internal)
		if err != nil {
			return err
		}
		r.waits, r.does = append(r.waits, waits), append(r.does, does)
		r.messages += after.Last - before.Last
		r.calls += uint64(waits.done) //nolint:gosec // a count
	}
	return nil
}

// read lets n readers with one key read a path over and over, each so often, without a pause at 0.
func (w *world) read(ctx context.Context, key string, n int, every, window time.Duration, path string) (result, error) {
	readers := make([]work, n)
	for i := range readers {
		c, err := dial(ctx, w)
		if err != nil {
			return result{}, err
		}
		defer c.close()
		c.key = key
		readers[i] = func(ctx context.Context) error { return c.get(ctx, path) }
	}
	if every == 0 {
		return hammer(ctx, readers, window)
	}
	return paced(ctx, readers, every, window)
}

func printSecrecy(out io.Writer, busy string, all []reading, disk result) {
	fmt.Fprintf(out, "Secrecy%s. Reads of one request over HTTP: of L2, which wait until their evidence is on the disk, and of L1, which are\n"+
		"noted without waiting; the median of %d rounds in turns, times in ms, clients included. First without a pause, then each\n"+
		"reader every so often, where what had to wait for its turn counts from when it was due.\n\n", busy, secrecyRounds)
	fmt.Fprintf(out, "%8s %6s | %9s %8s %8s | %9s %8s %8s | %6s | %s\n", "readers", "every", "L2 /s", "p50", "p99", "L1 /s", "p50", "p99", "ratio", "reads a message")
	for i, r := range all {
		if i > 0 && r.every != all[i-1].every {
			fmt.Fprintln(out)
		}
		waits, does := middle(r.waits), middle(r.does)
		fmt.Fprintf(out, "%8d %6s | %9.0f %8.2f %8.2f | %9.0f %8.2f %8.2f | %6.2f | %.1f\n", r.readers, r.every,
			waits.rate(), ms(waits.times, .5), ms(waits.times, .99), does.rate(), ms(does.times, .5), ms(does.times, .99), waits.rate()/does.rate(),
			float64(r.calls)/float64(max(r.messages, 1)))
	}
	fmt.Fprintf(out, "\nThe disk alone: 1 kB appended and waited for (fsync), %.0f times a second: p50 %.2f, p99 %.2f, one in a thousand %.2f, longest %.2f.\n"+
		"A read of L2 at 64 readers every %s waits for one such write, and for those that a long one holds up (mark: p99 below %.0f ms).\n",
		disk.rate(), ms(disk.times, .5), ms(disk.times, .99), ms(disk.times, .999), ms(disk.times, 1), paces()[1], markEvidence.Seconds()*1000)
}

// markEvidence is what a read waits at most for its evidence to be on the disk, but for one in a hundred.
const markEvidence = 5 * time.Millisecond

// middle is the round of the median rate.
func middle(rounds []result) result {
	best := rounds[0]
	for _, r := range rounds {
		slower := 0
		for _, other := range rounds {
			if other.rate() < r.rate() {
				slower++
			}
		}
		if slower == len(rounds)/2 {
			best = r
		}
	}
	return best
}
