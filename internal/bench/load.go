package main

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// work is what one caller does over and over.
type work func(ctx context.Context) error

// result is one measurement.
type result struct {
	done  int
	took  time.Duration
	cpu   time.Duration   // of this process: gateway, store and clients
	times []time.Duration // of each
}

func (r result) rate() float64 { return float64(r.done) / r.took.Seconds() }

// hammer lets each worker work without a pause until the window is over; what is under way then ends and counts, with
// the time that it took.
func hammer(ctx context.Context, workers []work, window time.Duration) (result, error) {
	return drive(ctx, workers, window, func(int, int) time.Duration { return 0 })
}

// paced is hammer with workers who begin something at even intervals, each at another moment. What had to wait because the
// one before was not done counts from when it should have begun.
func paced(ctx context.Context, workers []work, every, window time.Duration) (result, error) {
	return drive(ctx, workers, window, func(worker, n int) time.Duration {
		return every*time.Duration(n) + every*time.Duration(worker)/time.Duration(len(workers))
	})
}

// drive lets workers work until a window is over. When a worker's n-th work is due, counted from the beginning, due says; what
// is due at the beginning is begun when the one before is done.
func drive(ctx context.Context, workers []work, window time.Duration, due func(worker, n int) time.Duration) (result, error) {
	times := make([][]time.Duration, len(workers))
	var group errgroup.Group
	spent, began := cpuTime(), time.Now()
	for i, do := range workers {
		group.Go(func() error {
			for n := 0; ; n++ {
				start := time.Now()
				if at := due(i, n); at > 0 {
					start = began.Add(at)
					time.Sleep(time.Until(start))
				}
				if time.Since(began) >= window {
					return nil
				}
				if err := do(ctx); err != nil {
					return err
				}
				times[i] = append(times[i], time.Since(start))
			}
		})
	}
	err := group.Wait()
	r := result{took: time.Since(began), cpu: cpuTime() - spent, times: slices.Concat(times...)}
	r.done = len(r.times)
	if err == nil && r.done == 0 {
		err = fmt.Errorf("nothing was done in %s", window)
	}
	return r, err
}

// count is hammer for a number of times in place of a window.
func count(ctx context.Context, workers []work, n int) error {
	var left atomic.Int64
	left.Store(int64(n))
	var group errgroup.Group
	for _, do := range workers {
		group.Go(func() error {
			for left.Add(-1) >= 0 {
				if err := do(ctx); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// cpuTime is what this process has taken so far.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// clients connects n of them to a gateway; the returned function closes them.
func clients(ctx context.Context, w *world, n int) ([]work, func(), error) {
	all := make([]*client, 0, n)
	end := func() {
		for _, c := range all {
			c.close()
		}
	}
	workers := make([]work, n)
	for i := range workers {
		c, err := dial(ctx, w)
		if err != nil {
			end()
			return nil, nil, err
		}
		all = append(all, c)
		workers[i] = c.create
	}
	return workers, end, nil
}

// same is n workers that do the same.
func same(do work, n int) []work {
	workers := make([]work, n)
	for i := range workers {
		workers[i] = do
	}
	return workers
}

func percentile(times []time.Duration, q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[int(q*float64(len(sorted)-1))]
}
