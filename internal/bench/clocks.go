package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"verigate/internal/app"
	"verigate/internal/board"
	"verigate/internal/board/boardtest"
	"verigate/internal/statistics"
	"verigate/internal/verification"
)

// The section "clocks": what it costs to have many clocks open, and to work off what falls due. One whole gateway works
// over a board that also holds the rows of requests that nobody ever made. Those wait, and are in the way.

// clocks is what was measured.
type clocks struct {
	sizes      []openClocks
	left       int // the size that was left out for want of time; 0: none
	warm, cold storm
	fold, due  perCall
}

// openClocks is what was measured with that many requests on the board, each with a clock that waits.
type openClocks struct {
	open   int
	lags   []time.Duration // from due until the step was in the record, lagRate due per second
	pages  []time.Duration // of the 50 most urgent
	memory int             // of Redis, bytes for each request
}

const (
	lagRate   = 100
	pageReads = 1000

	// storms is what is left of the run's bound for what comes after the last size.
	storms = time.Minute
)

// scale is how much is measured.
type scale struct {
	sizes  []int
	window time.Duration // in which lagRate fall due each second
	storm  int           // requests that are due at once
}

func (s settings) scale() scale {
	if s.quick {
		return scale{sizes: []int{2_000}, window: 2 * time.Second, storm: 500}
	}
	return scale{sizes: []int{10_000, 100_000, 1_000_000}, window: 5 * time.Second, storm: 10_000}
}

// measureClocks measures on a redis-server of its own, the record embedded, and prints.
func measureClocks(ctx context.Context, s settings, out io.Writer) error {
	busy := load()
	app.Tune(true)
	c := clocks{}
	err := withRedis(ctx, func(dir, redis string) error { return c.measure(ctx, s.scale(), dir, redis) })
	if errors.Is(err, errNoRedis) {
		fmt.Fprintln(out, "clocks: not measured, redis-server is not installed: make deps")
		return nil
	}
	if err == nil {
		err = c.folds()
	}
	if err == nil {
		c.print(out, s.scale(), busy)
	}
	return err
}

// measure fills the board size by size and measures at each. On the fullest come the storms, the second one after a
// restart, when nothing is cached.
func (c *clocks) measure(ctx context.Context, s scale, dir, redis string) error {
	o := worldOptions{data: filepath.Join(dir, "data"), redis: redis, clock: &shifted{began: time.Now()}}
	var made []verification.RequestID
	err := swept(ctx, o, func(w *sweptWorld) (err error) {
		if err = c.onBoard(ctx, w, s, redis); err != nil {
			return err
		}
		if made, err = w.make(ctx, clientsTraced, s.storm, 0); err != nil {
			return err
		}
		c.warm, err = w.storm(ctx, made)
		return err
	})
	if err != nil {
		return err
	}
	return swept(ctx, o, func(w *sweptWorld) (err error) {
		c.cold, err = w.storm(ctx, made)
		return err
	})
}

// onBoard fills the board of a gateway size by size and measures at each.
func (c *clocks) onBoard(ctx context.Context, w *sweptWorld, s scale, redis string) (err error) {
	b := &filled{store: w.parts.Store}
	if b.counts, err = contributed(); err != nil {
		return err
	}
	for _, size := range s.sizes {
		if b.tooLong(ctx, size, 2*s.window) {
			c.left = size
			break
		}
		o := openClocks{open: size}
		if err := b.fill(ctx, size, redis); err != nil {
			return err
		}
		o.memory = b.memory / size
		if o.pages, err = b.pages(ctx); err != nil {
			return err
		}
		if o.lags, err = w.lags(ctx, s.window); err != nil {
			return err
		}
		c.sizes = append(c.sizes, o)
	}
	return nil
}

// filled is a board of synthetic rows.
type filled struct {
	store    board.Store
	counts   statistics.Contribution // what each request adds
	held     int
	took     time.Duration // to fill it
	memory   int           // of Redis, that this took: bytes
	sequence uint64
}

// far is when the clocks of rows come due: never, as far as any storm here moves the time.
func far(n int) time.Time {
	return time.Now().AddDate(10, 0, 0).Add(time.Duration(n) * time.Millisecond)
}

// put writes the rows of requests.
func (b *filled) put(ctx context.Context, from, to int) error {
	const batch = 1024
	var group errgroup.Group
	group.SetLimit(2) // one seals while Redis works for the other
	for next := range slices.Chunk(numbers(from, to), batch) {
		first := b.sequence
		b.sequence += uint64(len(next))
		group.Go(func() error {
			var updates []board.Update
			for i, n := range next {
				rows := boardtest.Sample(n)
				rows.Due = far(n).UTC()
				updates = append(updates, board.Update{Sequence: first + uint64(i) + 1, Rows: rows, Counts: b.counts})
			}
			return b.store.Apply(ctx, board.Batch{Updates: updates})
		})
	}
	return group.Wait()
}

func numbers(from, to int) []int {
	all := make([]int, 0, to-from)
	for n := from; n < to; n++ {
		all = append(all, n)
	}
	return all
}

func (b *filled) fill(ctx context.Context, size int, redis string) error {
	before, err := usedMemory(ctx, redis)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := b.put(ctx, b.held, size); err != nil {
		return err
	}
	b.held, b.took = size, b.took+time.Since(began)
	after, err := usedMemory(ctx, redis)
	b.memory += after - before
	return err
}

// tooLong says whether filling the board up to a size, measuring there and the storms would not end within the bound of
// the run.
func (b *filled) tooLong(ctx context.Context, size int, window time.Duration) bool {
	deadline, bounded := ctx.Deadline()
	if !bounded || b.held == 0 {
		return false
	}
	filling := time.Duration(float64(b.took) / float64(b.held) * float64(size-b.held))
	return time.Until(deadline) < filling+window+storms
}

func (b *filled) pages(ctx context.Context) ([]time.Duration, error) {
	var times []time.Duration
	for range pageReads {
		began := time.Now()
		list, err := b.store.Board(ctx, board.Filter{}, board.Page{Limit: 50}, boardtest.Outsiders)
		if err != nil || len(list.Items) != 50 {
			return nil, fmt.Errorf("a page of %d: %w", len(list.Items), err)
		}
		times = append(times, time.Since(began))
	}
	return times, nil
}
