package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"time"

	"verigate/internal/board"
)

// storm is how requests that were due at once were recorded: one decision each.
type storm struct {
	requests int
	steps    uint64
	took     time.Duration // until the last was recorded: how late that one was
}

// shifted is a machine's clock that can be put ahead, wall clock and monotonic clock together: time that passes at once.
type shifted struct {
	began time.Time
	ahead atomic.Int64
}

func (s *shifted) Now() time.Time         { return time.Now().Add(time.Duration(s.ahead.Load())) }
func (s *shifted) Elapsed() time.Duration { return s.Now().Sub(s.began) }

// storms makes requests over HTTP, lets time pass until all are due, and waits until all are recorded; then once more
// after a restart, when nothing is cached.
func (c *clocks) storms(ctx context.Context, s scale, dir, redis string) error {
	clock := &shifted{began: time.Now()}
	o := worldOptions{data: filepath.Join(dir, "data"), redis: redis, clock: clock}
	for _, to := range []*storm{&c.warm, &c.cold} {
		w, err := open(ctx, o)
		if err != nil {
			return err
		}
		if to == &c.warm {
			err = w.create(ctx, clientsTraced, s.storm)
		}
		if err == nil {
			*to, err = w.storm(ctx, clock)
		}
		if err := errors.Join(err, w.close()); err != nil {
			return err
		}
	}
	return nil
}

// storm moves the clock to where every request on the board is due, and waits for the record.
func (w *world) storm(ctx context.Context, clock *shifted) (storm, error) {
	if err := w.settle(ctx); err != nil {
		return storm{}, err
	}
	var last time.Time
	found := storm{}
	err := w.parts.Store.Dump(ctx, func(s board.Stored) error {
		found.requests++
		if s.Rows.Due.After(last) {
			last = s.Rows.Due
		}
		return nil
	})
	if err != nil {
		return storm{}, fmt.Errorf("look for the last due: %w", err)
	}
	before, err := w.parts.Journal.Last(ctx)
	if err != nil {
		return storm{}, fmt.Errorf("end of the record: %w", err)
	}
	steps := w.parts.Sweep.State().Recorded
	clock.ahead.Add(int64(last.Sub(clock.Now()) + time.Millisecond))
	began := time.Now()
	for {
		end, err := w.parts.Journal.Last(ctx)
		if err != nil {
			return storm{}, fmt.Errorf("end of the record: %w", err)
		}
		if before.Lacks(end) >= uint64(found.requests) { //nolint:gosec // a count
			break
		}
		if time.Since(began) > time.Minute {
			return storm{}, fmt.Errorf("%d of %d were recorded within a minute", before.Lacks(end), found.requests)
		}
		time.Sleep(2 * time.Millisecond)
	}
	found.took = time.Since(began)
	if err := w.settle(ctx); err != nil { // the sweep counts a step after it is in the record
		return storm{}, err
	}
	found.steps = w.parts.Sweep.State().Recorded - steps
	return found, nil
}
