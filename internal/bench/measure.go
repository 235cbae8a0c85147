package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// row is what was measured for one number of clients, a result for each round.
type row struct {
	clients int
	bare    []result // guarded publishes into the bare store
	on      []result // creations, followers at work
	off     []result // creations, nobody follows
	behind  []uint64 // messages that the slowest follower had yet to take when the posts ended
	catchUp time.Duration
}

// stage is everything that runs during a measurement.
type stage struct {
	settings
	on, off *world
	bare    *bare
	redis   string
	dir     string
}

// measure sets the stage, measures in turns, prints, and takes everything away.
func measure(ctx context.Context, s settings, out io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "verigate-bench-")
	if err != nil {
		return fmt.Errorf("make a directory: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	redis, stop, err := startRedis(ctx, dir)
	if err != nil {
		return err
	}
	defer stop()
	counted, err := countSyncs(ctx, s, dir, redis)
	if err != nil && !errors.Is(err, errNoTrace) {
		return err
	}
	if redis != "" { // the traced gateway left a board that belongs to its own keys
		stop()
		if redis, stop, err = startRedis(ctx, dir); err != nil {
			return err
		}
		defer stop()
	}
	g := &stage{settings: s, redis: redis, dir: dir}
	if err := g.set(ctx); err != nil {
		return errors.Join(err, g.clear())
	}
	rows, err := g.play(ctx, &counted)
	if err = errors.Join(err, g.clear()); err != nil {
		return err
	}
	report{settings: s, rows: rows, syncs: counted, redis: redis, size: len(g.bare.like.Data)}.print(out)
	return nil
}

func (g *stage) set(ctx context.Context) (err error) {
	tune()
	if g.on, err = open(ctx, worldOptions{data: filepath.Join(g.dir, "on"), redis: g.redis}); err != nil {
		return err
	}
	if g.off, err = open(ctx, worldOptions{data: filepath.Join(g.dir, "off"), alone: true}); err != nil {
		return err
	}
	for _, w := range []*world{g.on, g.off} { // caches, code and files are warm then
		if err := w.create(ctx, clientsTraced, 20*clientsTraced); err != nil {
			return err
		}
	}
	if err := g.on.settle(ctx); err != nil {
		return err
	}
	like, err := sample(ctx, g.on.parts.Journal)
	if err != nil {
		return err
	}
	if g.bare, err = openBare(ctx, filepath.Join(g.dir, "bare"), like); err != nil {
		return err
	}
	return count(ctx, same(g.bare.publish, clientsTraced), 20*clientsTraced)
}

// clear stops what was started.
func (g *stage) clear() error {
	var all []error
	for _, w := range []*world{g.on, g.off} {
		if w != nil {
			all = append(all, w.close())
		}
	}
	if g.bare != nil {
		g.bare.close()
	}
	return errors.Join(all...)
}

func (w *world) create(ctx context.Context, n, creates int) error {
	workers, end, err := clients(ctx, w, n)
	if err != nil {
		return err
	}
	defer end()
	return count(ctx, workers, creates)
}

func (g *stage) play(ctx context.Context, counted *syncs) ([]row, error) {
	if !counted.traced {
		var err error
		if *counted, err = g.countMessages(ctx); err != nil {
			return nil, err
		}
	}
	var rows []row
	for i, n := range g.clients {
		stop, err := g.startProfile(i == len(g.clients)-1)
		if err != nil {
			return nil, err
		}
		r, err := g.row(ctx, n)
		if err = errors.Join(err, stop()); err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// row measures in turns: each round has a piece of everything.
func (g *stage) row(ctx context.Context, n int) (row, error) {
	r := row{clients: n}
	on, endOn, err := clients(ctx, g.on, n)
	if err != nil {
		return r, err
	}
	defer endOn()
	off, endOff, err := clients(ctx, g.off, n)
	if err != nil {
		return r, err
	}
	defer endOff()
	for range g.rounds {
		for _, part := range []struct {
			workers []work
			to      *[]result
			after   func(context.Context, *row) error
		}{
			{same(g.bare.publish, n), &r.bare, nil},
			{on, &r.on, g.afterOn},
			{off, &r.off, nil},
		} {
			got, err := hammer(ctx, part.workers, g.window)
			if err != nil {
				return r, err
			}
			*part.to = append(*part.to, got)
			if part.after != nil {
				if err := part.after(ctx, &r); err != nil {
					return r, err
				}
			}
		}
	}
	return r, nil
}

// afterOn notes how far the followers are behind and lets them catch up.
func (g *stage) afterOn(ctx context.Context, r *row) error {
	n, err := g.on.behind(ctx)
	if err != nil {
		return err
	}
	r.behind = append(r.behind, n)
	start := time.Now()
	err = g.on.settle(ctx)
	r.catchUp = max(r.catchUp, time.Since(start))
	return err
}

// countMessages stands in for strace: what is stored by a number of creations. The store fsyncs each message once, and
// an atomic batch of keys some four times.
func (g *stage) countMessages(ctx context.Context) (syncs, error) {
	found := syncs{creates: g.creates, by: map[string]int{}}
	before, err := g.on.stored(ctx)
	if err != nil {
		return found, err
	}
	if err := g.on.create(ctx, clientsTraced, g.creates); err != nil {
		return found, err
	}
	if err := g.on.settle(ctx); err != nil {
		return found, err
	}
	after, err := g.on.stored(ctx)
	for name, n := range after {
		found.by[name] = int(n - before[name]) //nolint:gosec // some thousand messages
	}
	return found, err
}

// stored is how many messages the record and the queues have taken.
func (w *world) stored(ctx context.Context) (map[string]uint64, error) {
	end, err := w.parts.Journal.Last(ctx)
	if err != nil {
		return nil, fmt.Errorf("end of the record: %w", err)
	}
	tasks, err := w.parts.Verifier().Queued(ctx)
	return map[string]uint64{"RECORD": end, "QUEUE": uint64(len(tasks))}, err
}
