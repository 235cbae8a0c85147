package jet

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verigate/internal/notary"
	"verigate/internal/record"
	"verigate/internal/record/recordtest"
	"verigate/internal/space/spacetest"
)

// The kernel answers ENOSPC to every write of the store. Beside no other test: see spacetest.Fill.
func TestAFullDiskIsToldAtOnceAndLeavesNoTraceAfterARestart(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: beside no other test it fills disks, 10 s")
	}
	for _, before := range []uint64{0, 3} { // messages on the aggregate
		t.Run(fmt.Sprint(before, " messages before"), func(t *testing.T) {
			dir := t.TempDir()
			s, c := startIn(t, dir)
			defer s.Close()
			defer c.Close()
			j := c.Journal()
			subject := recordtest.Message("r1", 0).Subject
			var last uint64
			for n := range before {
				last = appended(t, j, n, last)
			}
			followed, failed := follows(t, j)
			for _, other := range []string{"a", "b", "c", "d"} { // so that both partitions have a block
				_, err := j.Append(t.Context(), recordtest.Message(other, 0), 0)
				do(t, err)
			}
			end, err := j.Last(t.Context())
			do(t, err)
			if spacetest.Fill(t, dir) == 0 {
				t.Fatal("nothing was filled")
			}
			for range 3 {
				began := time.Now()
				_, err := j.Append(t.Context(), recordtest.Message("r1", before), last)
				if !errors.Is(err, record.ErrUnavailable) || !errors.Is(err, ErrNoSpace) {
					t.Fatalf("append: %v", err)
				}
				if took := time.Since(began); took > 2*time.Second {
					t.Errorf("told after %s", took)
				}
			}
			if err := s.WriteError(); !errors.Is(err, ErrNoSpace) {
				t.Fatalf("write error: %v", err)
			}
			if now, err := j.Last(t.Context()); err != nil || now != end {
				t.Errorf("the record ends at %v, %v; want %v", now, err, end)
			}
			// What is there is read, and what is not is missed by nobody.
			all, readErr := j.Read(t.Context(), subject)
			if before == 0 && !errors.Is(readErr, record.ErrNotFound) || before > 0 && (readErr != nil || len(all) != int(before)) {
				t.Errorf("%d messages, %v", len(all), readErr)
			}
			time.Sleep(idle + time.Second)
			if err := failed(); err != nil {
				t.Errorf("follow: %v", err)
			}
			do(t, s.Restart(t.Context()))
			if err := s.WriteError(); err != nil {
				t.Fatalf("after a restart: %v", err)
			}
			began := time.Now()
			last = appended(t, j, before, last)
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("written after %s", took)
			}
			appended(t, j, before+1, last)
			eventually := time.Now().Add(10 * time.Second)
			for followed() < before+4+2 && time.Now().Before(eventually) {
				time.Sleep(10 * time.Millisecond)
			}
			if got := followed(); got != before+4+2 || failed() != nil {
				t.Errorf("%d messages followed, %v; want %d", got, failed(), before+4+2)
			}
		})
	}
}

// What could not be written is counted by the server all the same: of a stream without a message it says that the first one
// is its last, and notes that in its index when it stops. Nobody takes that for a hole in the record, and it does not become
// one. Beside no other test too.
func TestWhatAFullDiskDidNotTakeIsMissedByNobody(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: beside no other test it fills disks, 10 s")
	}
	for name, goOn := range map[string]func(t *testing.T, s *Server, c *Conn, dir string) *Conn{
		"started anew by itself": func(t *testing.T, s *Server, c *Conn, _ string) *Conn {
			do(t, s.Restart(t.Context()))
			return c
		},
		"stopped and started": func(t *testing.T, s *Server, _ *Conn, dir string) *Conn {
			do(t, s.Stop())
			return again(t, dir)
		},
		"killed and started": func(t *testing.T, _ *Server, _ *Conn, dir string) *Conn {
			left := filepath.Join(t.TempDir(), "left")
			do(t, os.CopyFS(left, os.DirFS(dir)))
			counts, err := filepath.Glob(filepath.Join(left, "jetstream", "*", "streams", "*", "msgs"))
			do(t, err)
			for _, of := range counts { // as if the server had noted its state just before
				do(t, os.WriteFile(filepath.Join(of, "index.db"), []byte("no index"), 0o600))
			}
			c := again(t, left)
			if _, err := os.Stat(filepath.Join(left, doubtFile)); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the note: %v", err)
			}
			return c
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s, c := startIn(t, dir)
			defer s.Close()
			defer c.Close()
			j := c.Journal()
			_, failed := follows(t, j)
			if spacetest.Fill(t, dir) == 0 {
				t.Fatal("nothing was filled")
			}
			if _, err := j.Append(t.Context(), recordtest.Message("r1", 0), 0); !errors.Is(err, ErrNoSpace) {
				t.Fatalf("append: %v", err)
			}
			if end, err := j.Last(t.Context()); err != nil || end != (record.Position{}) {
				t.Errorf("the record ends at %v, %v, and nothing was written", end, err)
			}
			time.Sleep(idle + time.Second)
			if err := failed(); err != nil {
				t.Errorf("follow: %v", err)
			}
			stream := recordStream(recordtest.Message("r1", 0).In(c.partitions), c.partitions)
			short, stop := context.WithTimeout(t.Context(), time.Second)
			defer stop()
			var missing *notary.MissingError
			if _, err := c.Source(stream).Read(short, 1, 10); errors.As(err, &missing) {
				t.Errorf("the ledger takes it for missing: %v", err)
			}
			j = goOn(t, s, c, dir).Journal()
			if sequence := appended(t, j, 0, 0); sequence != 1 {
				t.Errorf("the first message of the stream has sequence %d", sequence)
			}
			appended(t, j, 1, 1)
			followed, failed := follows(t, j)
			for end := time.Now().Add(10 * time.Second); followed() < 2 && failed() == nil && time.Now().Before(end); {
				time.Sleep(10 * time.Millisecond)
			}
			if got := followed(); got != 2 || failed() != nil {
				t.Errorf("%d messages followed, %v; want 2", got, failed())
			}
		})
	}
}

// again starts a server over what another left.
func again(t *testing.T, dir string) *Conn {
	t.Helper()
	s, c := startIn(t, dir)
	t.Cleanup(func() { c.Close(); s.Close() })
	return c
}

func appended(t *testing.T, j *Journal, version, after uint64) uint64 {
	t.Helper()
	sequence, err := j.Append(t.Context(), recordtest.Message("r1", version), after)
	if err != nil || sequence <= after {
		t.Fatalf("version %d: sequence %d, %v", version, sequence, err)
	}
	return sequence
}

// follows reads the record until the test ends, and tells how many messages came and what ended it.
func follows(t *testing.T, j *Journal) (count func() uint64, failed func() error) {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	seen, ended := make(chan uint64, 1), make(chan error, 1)
	seen <- 0
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := j.Replay(ctx, record.Position{}, func(record.Sealed) error { seen <- <-seen + 1; return nil }); err != nil {
			ended <- err
		}
	}()
	t.Cleanup(func() { stop(); <-done })
	return func() uint64 { n := <-seen; seen <- n; return n }, func() error {
		select {
		case err := <-ended:
			ended <- err
			return err
		default:
			return nil
		}
	}
}

func TestADiskThatIsSaidToBeFullIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	s, err := Embedded(t.Context(), Options{Dir: t.TempDir(), Full: func() bool { return true }})
	do(t, err)
	t.Cleanup(s.Close)
	c, err := s.Connect()
	do(t, err)
	t.Cleanup(c.Close)
	do(t, c.EnsureStreams(t.Context(), 1))
	if _, err := c.Journal().Append(t.Context(), recordtest.Message("r1", 0), 0); err != nil {
		t.Fatalf("what the store takes is taken: %v", err)
	}
	lossy(c)(1) // an answer that never comes
	if _, err := c.Journal().Append(t.Context(), recordtest.Message("r2", 0), 0); !errors.Is(err, ErrNoSpace) || !strings.Contains(err.Error(), "no space") {
		t.Fatalf("append: %v", err)
	}
}
