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
	sizes     []openClocks
	left      int // the size that was left out for want of time; 0: none
	fold, due perCall
}

// openClocks is what was measured with that many requests on the board, each with a clock that waits.
type openClocks struct {
	open   int
	lags   []time.Duration // from due until the step was in the record, lagRate due per second
	pages  []time.Duration // of the 50 most urgent
	memory int             // of Redis, bytes for each request

	warm, cold storm // with what is due in memory, and after a restart
}

const (
	lagRate   = 100
	pageReads = 1000

	// storms is how long those of one size may take, with the requests made for them and the restart.
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
	err := c.measure(ctx, s.scale())
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

// measure measures size by size, each with a board and a record of its own: what was due at one would be in the way at the
// next.
func (c *clocks) measure(ctx context.Context, s scale) error {
	counts, err := contributed()
	if err != nil {
		return err
	}
	var b *filled
	for _, size := range s.sizes {
		if b != nil && b.tooLong(ctx, size, 2*s.window) {
			c.left = size
			break
		}
		b = &filled{counts: counts}
		at := openClocks{open: size}
		err := withRedis(ctx, func(dir, redis string) error {
			o := worldOptions{data: filepath.Join(dir, "data"), redis: redis, clock: &shifted{began: time.Now()}}
			return b.measure(ctx, &at, s, o)
		})
		if err != nil {
			return err
		}
		c.sizes = append(c.sizes, at)
	}
	return nil
}

// measure measures at one size: the cold storm comes after a restart, when nothing is cached.
func (b *filled) measure(ctx context.Context, at *openClocks, s scale, o worldOptions) error {
	var made []verification.RequestID
	err := swept(ctx, o, func(w *sweptWorld) (err error) {
		b.store = w.parts.Store
		if err = b.fill(ctx, at.open, o.redis); err != nil {
			return err
		}
		at.memory = b.memory / at.open
		if at.pages, err = b.pages(ctx); err != nil {
			return err
		}
		if at.lags, err = w.lags(ctx, s.window); err != nil {
			return err
		}
		if made, err = w.make(ctx, clientsTraced, s.storm, 0); err != nil {
			return err
		}
		at.warm, err = w.storm(ctx, made)
		return err
	})
	if err != nil {
		return err
	}
	return swept(ctx, o, func(w *sweptWorld) (err error) {
		at.cold, err = w.storm(ctx, made)
		return err
	})
}

// filled is a board of synthetic rows.
type filled struct {
	store    board.Store
	counts   statistics.Contribution       // what each request adds
	change   func(n int) func(*board.Rows) // of the n-th request's rows; nil: none
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
				if b.change != nil {
					b.change(n)(&rows)
				}
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
	if err := b.put(ctx, 0, size); err != nil {
		return err
	}
	b.held, b.took = size, time.Since(began)
	after, err := usedMemory(ctx, redis)
	b.memory = after - before
	return err
}

// tooLong says whether filling a board of that size, at the pace of this one, measuring there and the storms would not end
// within the bound of the run.
func (b *filled) tooLong(ctx context.Context, size int, window time.Duration) bool {
	deadline, bounded := ctx.Deadline()
	if !bounded {
		return false
	}
	filling := time.Duration(float64(b.took) / float64(b.held) * float64(size))
	return time.Until(deadline) < filling+window+storms
}

func (b *filled) pages(ctx context.Context) ([]time.Duration, error) {
	var times []time.Duration
	for range pageReads {
		began := time.Now()
		list, err := b.store.Board(ctx, board.Filter{}, board.Page{Limit: 50}, boardtest.Outsiders())
		if err != nil || len(list.Items) != 50 {
			return nil, fmt.Errorf("a page of %d: %w", len(list.Items), err)
		}
		times = append(times, time.Since(began))
	}
	return times, nil
}
