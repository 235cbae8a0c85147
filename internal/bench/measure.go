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

// row is what was measured for one number of clients, a result for each round.
type row struct {
	clients int
	on      turns
	off     turns    // nobody follows
	behind  []uint64 // messages that the slowest follower had yet to take when the posts ended
	catchUp time.Duration
}

// turns are creations beside guarded publishes into the bare store, in turns.
type turns struct {
	bare, creates []result
	one           []result // as bare, but into one of the store's streams
}

// stage is what runs during a measurement: the bare store, and one gateway at a time, for two in one process would
// share a heap.
type stage struct {
	settings
	bare  *bare
	redis string
	dir   string
}

// measure sets the stage, measures in turns, prints, and takes everything away.
func measure(ctx context.Context, s settings, out io.Writer) (err error) {
	busy := load()
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
	rows, err := g.play(ctx, &counted)
	if g.bare != nil {
		g.bare.close()
	}
	if err != nil {
		return err
	}
	report{settings: s, rows: rows, syncs: counted, redis: redis, size: len(g.bare.like.Data), load: busy}.print(out)
	return nil
}

// play measures with followers, then without.
func (g *stage) play(ctx context.Context, counted *syncs) ([]row, error) {
	app.Tune(true)
	rows := make([]row, len(g.clients))
	err := g.with(ctx, worldOptions{data: filepath.Join(g.dir, "on"), redis: g.redis}, func(w *world) error {
		if !counted.traced {
			var err error
			if *counted, err = w.countMessages(ctx, g.creates); err != nil {
				return err
			}
		}
		for i, n := range g.clients {
			r := &rows[i]
			r.clients = n
			if err := g.turns(ctx, w, n, &r.on, func() error { return w.afterPosts(ctx, r) }); err != nil {
				return err
			}
		}
		return g.profiled(ctx, w)
	})
	if err != nil {
		return nil, err
	}
	return rows, g.with(ctx, worldOptions{data: filepath.Join(g.dir, "off"), alone: true}, func(w *world) error {
		for i, n := range g.clients {
			if err := g.turns(ctx, w, n, &rows[i].off, func() error { return nil }); err != nil {
				return err
			}
		}
		return nil
	})
}

// with opens a gateway, warms it and the bare store, and closes it afterwards.
func (g *stage) with(ctx context.Context, o worldOptions, do func(*world) error) error {
	w, err := open(ctx, o)
	if err != nil {
		return err
	}
	err = g.warm(ctx, w, o.alone)
	if err == nil {
		err = do(w)
	}
	return errors.Join(err, w.close())
}

// warm lets caches, code and files get warm, and opens the bare store at the first time.
func (g *stage) warm(ctx context.Context, w *world, alone bool) error {
	const creates = 40 * clientsTraced
	if err := w.create(ctx, clientsTraced, creates); err != nil {
		return err
	}
	if !alone {
		if err := w.settle(ctx); err != nil {
			return err
		}
	}
	if g.bare == nil {
		like, err := sample(ctx, w.parts.Journal)
		if err != nil {
			return err
		}
		if g.bare, err = openBare(ctx, filepath.Join(g.dir, "bare"), like); err != nil {
			return err
		}
	}
	return count(ctx, same(g.bare.publish, clientsTraced), creates)
}

func (w *world) create(ctx context.Context, n, creates int) error {
	workers, end, err := clients(ctx, w, n)
	if err != nil {
		return err
	}
	defer end()
	return count(ctx, workers, creates)
}

// turns measures round by round: the bare store, then the gateway.
func (g *stage) turns(ctx context.Context, w *world, n int, t *turns, after func() error) error {
	for range g.rounds {
		bare, err := hammer(ctx, same(g.bare.publish, n), g.window/2)
		if err != nil {
			return err
		}
		one, err := hammer(ctx, same(g.bare.publishOne, n), g.window/2)
		if err != nil {
			return err
		}
		creates, err := posting(ctx, w, n, g.window)
		if err != nil {
			return err
		}
		t.bare, t.one, t.creates = append(t.bare, bare), append(t.one, one), append(t.creates, creates)
		if err := after(); err != nil {
			return err
		}
	}
	return nil
}

// profiled measures once more, as many clients as in the last row, while profiles are written.
func (g *stage) profiled(ctx context.Context, w *world) error {
	if g.profile == "" {
		return nil
	}
	stop, err := g.startProfile()
	if err != nil {
		return err
	}
	_, err = posting(ctx, w, g.clients[len(g.clients)-1], 4*time.Second)
	return errors.Join(err, stop())
}

// posting is hammer with clients that create. They connect when their window begins: the gateway leaves who says nothing
// on a new connection for ten seconds, as they would while the bare store is measured for as long.
func posting(ctx context.Context, w *world, n int, window time.Duration) (result, error) {
	workers, end, err := clients(ctx, w, n)
	if err != nil {
		return result{}, err
	}
	defer end()
	return hammer(ctx, workers, window)
}

// afterPosts notes how far the followers are behind and lets them catch up.
func (w *world) afterPosts(ctx context.Context, r *row) error {
	n, err := w.behind(ctx)
	if err != nil {
		return err
	}
	r.behind = append(r.behind, n)
	start := time.Now()
	err = w.settle(ctx)
	r.catchUp = max(r.catchUp, time.Since(start))
	return err
}

// countMessages stands in for strace: what is stored by a number of creations. The store fsyncs each message once, and
// an atomic batch of keys some four times.
func (w *world) countMessages(ctx context.Context, creates int) (syncs, error) {
	found := syncs{creates: creates, by: map[string]int{}}
	before, err := w.stored(ctx)
	if err != nil {
		return found, err
	}
	if err := w.create(ctx, clientsTraced, creates); err != nil {
		return found, err
	}
	if err := w.settle(ctx); err != nil {
		return found, err
	}
	after, err := w.stored(ctx)
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
	return map[string]uint64{"RECORD": end.Count(), "QUEUE": uint64(len(tasks))}, err
}
