package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"verigate/internal/app"
	"verigate/internal/board"
	"verigate/internal/board/boardtest"
	"verigate/internal/config"
	"verigate/internal/follow"
	"verigate/internal/gateway"
	"verigate/internal/statistics"
	"verigate/internal/verification"
)

// The section "clocks": what it costs to have many clocks open, and to work off what falls due.

// clocks is what was measured.
type clocks struct {
	sizes      []openClocks
	left       int           // the size that was left out for want of time; 0: none
	take       time.Duration // of stormSize due at once, taken only
	warm, cold storm
	fold, due  perCall
}

// openClocks is what was measured with that many requests on the board, each with a clock that waits.
type openClocks struct {
	open   int
	lags   []time.Duration // between due and tick, lagRate due per second
	pages  []time.Duration // of the 50 most urgent
	memory int             // of Redis, bytes for each request
}

const (
	lagRate   = 100
	pageReads = 1000
	stormSize = 10_000
	// takenAtOnce is as the sweep has it.
	takenAtOnce = 256
)

// scale is how much is measured.
type scale struct {
	sizes  []int
	window time.Duration // in which lagRate fall due each second
	storm  int
}

func (s settings) scale() scale {
	if s.quick {
		return scale{sizes: []int{2_000}, window: 2 * time.Second, storm: 500}
	}
	return scale{sizes: []int{10_000, 100_000, 1_000_000}, window: 5 * time.Second, storm: stormSize}
}

// measureClocks measures on a redis-server of its own, the record embedded, and prints.
func measureClocks(ctx context.Context, s settings, out io.Writer) error {
	busy := load()
	app.Tune(true)
	c := clocks{}
	err := withRedis(ctx, func(dir, redis string) error { return c.storms(ctx, s.scale(), dir, redis) })
	if errors.Is(err, errNoRedis) {
		fmt.Fprintln(out, "clocks: not measured, redis-server is not installed: make deps")
		return nil
	}
	if err == nil {
		err = withRedis(ctx, func(dir, redis string) error { return c.onBoard(ctx, s.scale(), dir, redis) })
	}
	if err == nil {
		err = c.folds()
	}
	if err == nil {
		c.print(out, s.scale(), busy)
	}
	return err
}

// onBoard fills the board size by size and measures at each.
func (c *clocks) onBoard(ctx context.Context, s scale, dir, redis string) (err error) {
	parts, err := app.Open(ctx, app.Options{
		Stores: config.Stores{Data: filepath.Join(dir, "data"), Redis: redis, Replicas: 1}, Demo: true, Alone: true,
		Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return fmt.Errorf("open a board: %w", err)
	}
	defer func() { err = errors.Join(err, parts.Close()) }()
	b := &filled{store: parts.Store}
	if b.counts, err = contributed(); err != nil {
		return err
	}
	if _, err := b.store.Position(ctx); err != nil {
		return err
	}
	empty, err := usedMemory(ctx, redis)
	if err != nil {
		return err
	}
	for _, size := range s.sizes {
		if b.tooLong(ctx, size, s.window) {
			c.left = size
			break
		}
		if err := b.fill(ctx, size); err != nil {
			return err
		}
		o := openClocks{open: size}
		used, err := usedMemory(ctx, redis)
		if err != nil {
			return err
		}
		o.memory = (used - empty) / size
		if o.pages, err = b.pages(ctx); err != nil {
			return err
		}
		if o.lags, err = b.lags(ctx, s.window); err != nil {
			return err
		}
		c.sizes = append(c.sizes, o)
	}
	c.take, err = b.takeAll(ctx, s.storm)
	return err
}

// filled is a board of synthetic rows.
type filled struct {
	store    board.Store
	counts   statistics.Contribution // what each request adds
	held     int
	took     time.Duration // to fill it
	sequence uint64
}

// far is when the clocks of rows come that nobody waits for here.
func far(n int) time.Time { return time.Now().Add(24*time.Hour + time.Duration(n)*time.Millisecond) }

// put writes the rows of requests, each due as it is told.
func (b *filled) put(ctx context.Context, from, to int, due func(int) time.Time) error {
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
				rows.Due = due(n).UTC()
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

func (b *filled) fill(ctx context.Context, size int) error {
	began := time.Now()
	err := b.put(ctx, b.held, size, far)
	b.held, b.took = size, b.took+time.Since(began)
	return err
}

// tooLong says whether filling the board up to a size and measuring there would not end within the bound of the run.
func (b *filled) tooLong(ctx context.Context, size int, window time.Duration) bool {
	deadline, bounded := ctx.Deadline()
	if !bounded || b.held == 0 {
		return false
	}
	filling := time.Duration(float64(b.took) / float64(b.held) * float64(size-b.held))
	return time.Until(deadline) < filling+window+15*time.Second
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

// lags lets lagRate requests fall due each second of a window and sweeps as a gateway does. The record and its follower
// are played: a tick is answered at once, and the board told that the clock waits again.
func (b *filled) lags(ctx context.Context, window time.Duration) ([]time.Duration, error) {
	n := int(window.Seconds() * lagRate)
	begin := time.Now().Add(time.Second)
	due := func(i int) time.Time { return begin.Add(time.Duration(i) * time.Second / lagRate) }
	if err := b.put(ctx, 0, n, due); err != nil {
		return nil, err
	}
	ctx, stop := context.WithTimeout(ctx, window+30*time.Second)
	defer stop()
	t := &played{board: b, due: due, n: n, all: stop}
	if err := sweepOf(b.store, t).Run(ctx); err != nil {
		return nil, err
	}
	if len(t.times) != n {
		return nil, fmt.Errorf("%d of %d due were ticked: %w", len(t.times), n, t.err)
	}
	return t.times, t.err
}

func sweepOf(due board.DueSet, ticks follow.Ticker) *follow.Sweep {
	began := time.Now()
	return &follow.Sweep{
		Due: due, Ticks: ticks, Now: time.Now, Elapsed: func() time.Duration { return time.Since(began) },
		Ahead: func(time.Time) bool { return false },
	}
}

// played is the record and the follower of the board, as far as the sweep needs them.
type played struct {
	board *filled
	due   func(int) time.Time
	n     int
	all   func() // is called when all were ticked

	mu    sync.Mutex
	times []time.Duration
	err   error
}

// Tick implements follow.Ticker.
func (p *played) Tick(ctx context.Context, id verification.RequestID) (gateway.Ticked, error) {
	late := time.Now()
	n, err := strconv.Atoi(string(id))
	if err != nil {
		return gateway.Ticked{}, fmt.Errorf("id %s: %w", id, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.times = append(p.times, late.Sub(p.due(n)))
	if err := p.board.put(ctx, n, n+1, far); err != nil {
		p.err = err
	}
	if len(p.times) == p.n {
		p.all()
	}
	return gateway.Ticked{Steps: 1}, nil
}

// takeAll makes that many due at once and takes them as the sweep does, without doing anything about them.
func (b *filled) takeAll(ctx context.Context, n int) (time.Duration, error) {
	past := time.Now().Add(-time.Minute)
	if err := b.put(ctx, 0, min(n, b.held), func(int) time.Time { return past }); err != nil {
		return 0, err
	}
	began := time.Now()
	for taken := 0; taken < min(n, b.held); {
		found, err := b.store.TakeDue(ctx, board.Take{Now: time.Now(), Until: time.Now().Add(time.Hour), Limit: takenAtOnce})
		if err != nil {
			return 0, err
		}
		if len(found) == 0 {
			return 0, fmt.Errorf("%d of %d were due", taken, n)
		}
		taken += len(found)
	}
	return time.Since(began), nil
}

var errNoRedis = errors.New("no redis-server")

// withRedis runs a redis-server while do works in a directory; both are gone afterwards.
func withRedis(ctx context.Context, do func(dir, addr string) error) (err error) {
	dir, err := os.MkdirTemp("", "verigate-bench-")
	if err != nil {
		return fmt.Errorf("make a directory: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	addr, stop, err := startRedis(ctx, dir)
	if err != nil {
		return err
	}
	defer stop()
	if addr == "" {
		return errNoRedis
	}
	return do(dir, addr)
}

// usedMemory asks Redis for what it has allocated.
func usedMemory(ctx context.Context, addr string) (int, error) {
	conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return 0, fmt.Errorf("ask Redis for its memory: %w", err)
	}
	defer func() { _ = conn.Close() }() // it was asked only
	if _, err := conn.Write([]byte("INFO memory\r\n")); err != nil {
		return 0, fmt.Errorf("ask Redis for its memory: %w", err)
	}
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), "used_memory:"); ok {
			return strconv.Atoi(strings.TrimSpace(value))
		}
	}
	return 0, errors.New("ask Redis for its memory: it does not say")
}

func percentile(times []time.Duration, q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[int(q*float64(len(sorted)-1))]
}
