package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"verigate/internal/follow"
	"verigate/internal/gateway"
	"verigate/internal/verification"
)

// shifted is a machine's clock that can be put ahead, wall clock and monotonic clock together: time that passes at once.
type shifted struct {
	began time.Time
	ahead atomic.Int64
}

func (s *shifted) Now() time.Time         { return time.Now().Add(time.Duration(s.ahead.Load())) }
func (s *shifted) Elapsed() time.Duration { return s.Now().Sub(s.began) }

// to puts the clock ahead to a time; it never goes back.
func (s *shifted) to(t time.Time) { s.ahead.Add(max(0, int64(t.Sub(s.Now())))) }

// sweptWorld is a gateway whose sweep is watched and whose clock is moved.
type sweptWorld struct {
	*world
	clock *shifted
	sweep *timed
}

// swept opens a gateway, lets its sweep come to rest, and closes it afterwards.
func swept(ctx context.Context, o worldOptions, do func(*sweptWorld) error) error {
	w := &sweptWorld{clock: o.clock, sweep: &timed{now: o.clock.Now}}
	o.ticks = func(asked follow.Ticker) follow.Ticker {
		w.sweep.Ticker = asked
		return w.sweep
	}
	var err error
	if w.world, err = open(ctx, o); err != nil {
		return err
	}
	if err = w.approach(ctx, w.clock.Now()); err == nil { // what fell due before the restart
		err = do(w)
	}
	return errors.Join(err, w.close())
}

// timed asks the gateway about what is due, and notes how late the steps of those awaited are once they are recorded.
type timed struct {
	follow.Ticker
	now func() time.Time

	mu      sync.Mutex
	awaited map[verification.RequestID]time.Time // when each is due
	lags    []time.Duration
	steps   int
	all     chan struct{} // closed when none is awaited any more
}

// await waits for a step of each; the channel is closed when all are recorded.
func (t *timed) await(due map[verification.RequestID]time.Time) <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.awaited, t.lags, t.steps, t.all = due, nil, 0, make(chan struct{})
	return t.all
}

// Tick is follow.Ticker's: it returns when what is due is on the disk.
func (t *timed) Tick(ctx context.Context, id verification.RequestID) (gateway.Ticked, error) {
	found, err := t.Ticker.Tick(ctx, id)
	recorded := t.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	due, ok := t.awaited[id]
	if err != nil || found.Steps == 0 || !ok {
		return found, err
	}
	t.lags, t.steps = append(t.lags, recorded.Sub(due)), t.steps+found.Steps
	if delete(t.awaited, id); len(t.awaited) == 0 {
		close(t.all)
	}
	return found, nil
}

// recorded waits until all awaited are, and says how late each was.
func (t *timed) recorded(ctx context.Context, all <-chan struct{}, within time.Duration) ([]time.Duration, int, error) {
	select {
	case <-all:
	case <-ctx.Done():
		return nil, 0, ctx.Err()
	case <-time.After(within):
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.awaited) > 0 {
		return nil, 0, fmt.Errorf("%d steps were not recorded within %s", len(t.awaited), within)
	}
	return t.lags, t.steps, nil
}

// make posts new requests over HTTP, `every` apart or without a pause, and waits until they are on the board.
func (w *sweptWorld) make(ctx context.Context, n, requests int, every time.Duration) ([]verification.RequestID, error) {
	var err error
	if w.body, err = newBody(w.parts.Now()); err != nil { // its dates lie ahead of the clock, wherever that is
		return nil, err
	}
	var mu sync.Mutex
	var made []verification.RequestID
	workers := make([]work, n)
	for i := range workers {
		c, err := dial(ctx, w.world)
		if err != nil {
			return nil, err
		}
		defer c.close()
		workers[i] = func(ctx context.Context) error {
			next := time.Now().Add(every)
			if err := c.create(ctx); err != nil {
				return err
			}
			mu.Lock()
			made = append(made, verification.RequestID(c.made[strings.LastIndexByte(c.made, '/')+1:]))
			mu.Unlock()
			time.Sleep(time.Until(next))
			return nil
		}
	}
	if err := count(ctx, workers, requests); err != nil {
		return nil, err
	}
	for range 1500 {
		held, err := w.parts.Store.Stored(ctx, made...)
		if err != nil || len(held) == len(made) {
			return made, err
		}
		time.Sleep(20 * time.Millisecond)
	}
	return nil, errors.New("what was made is not on the board after 30 s")
}

// due says when each of the requests is due next, and when the first and the last.
func (w *sweptWorld) due(ctx context.Context, ids []verification.RequestID) (all map[verification.RequestID]time.Time, first, last time.Time, err error) {
	held, err := w.parts.Store.Stored(ctx, ids...)
	if err != nil || len(held) != len(ids) {
		return nil, first, last, fmt.Errorf("ask the board for %d requests, %d are on it: %w", len(ids), len(held), err)
	}
	all = make(map[verification.RequestID]time.Time, len(held))
	for _, h := range held {
		at := h.Rows.Due
		if at.IsZero() {
			return nil, first, last, errors.New("ask the board when requests are due: one waits for nothing")
		}
		if all[h.ID] = at; first.IsZero() || at.Before(first) {
			first = at
		}
		if at.After(last) {
			last = at
		}
	}
	return all, first, last, nil
}

// lags makes requests for as long as a window, lagRate a second, moves the clock to shortly before the first is due, and
// measures how late each step is in the record while they fall due as they were made.
func (w *sweptWorld) lags(ctx context.Context, window time.Duration) ([]time.Duration, error) {
	ids, err := w.make(ctx, 1, int(window.Seconds()*lagRate), time.Second/lagRate)
	if err != nil {
		return nil, err
	}
	due, first, last, err := w.due(ctx, ids)
	if err != nil {
		return nil, err
	}
	if spread := last.Sub(first); spread < window*9/10 || spread > window*3/2 {
		return nil, fmt.Errorf("%d requests made in about %s fall due within %s", len(ids), window, spread)
	}
	if err := w.approach(ctx, first); err != nil {
		return nil, err
	}
	all := w.sweep.await(due)
	w.clock.to(first.Add(-time.Second))
	lags, _, err := w.sweep.recorded(ctx, all, window*3/2+30*time.Second)
	return lags, err
}

// approach moves the clock to a minute before a time, and waits until what older requests owe by then is recorded: until
// the sweep has recorded nothing for a second.
func (w *sweptWorld) approach(ctx context.Context, at time.Time) error {
	w.clock.to(at.Add(-time.Minute))
	last := w.parts.Sweep.State().Recorded
	for still, all := 0, 0; still < 10; still, all = still+1, all+1 {
		if all == 600 || ctx.Err() != nil {
			return errors.New("the sweep did not come to rest within a minute")
		}
		time.Sleep(100 * time.Millisecond)
		if now := w.parts.Sweep.State().Recorded; now != last {
			last, still = now, 0
		}
	}
	return nil
}

// storm is how requests that were due at once were recorded: one decision each.
type storm struct {
	steps int
	took  time.Duration // until the last was recorded: how late that one was
}

// storm moves the clock to where all the requests are due, and waits for the record.
func (w *sweptWorld) storm(ctx context.Context, ids []verification.RequestID) (storm, error) {
	due, first, last, err := w.due(ctx, ids)
	if err != nil {
		return storm{}, err
	}
	if err := w.approach(ctx, first); err != nil {
		return storm{}, err
	}
	all, began := w.sweep.await(due), time.Now()
	w.clock.to(last.Add(time.Millisecond))
	_, steps, err := w.sweep.recorded(ctx, all, time.Minute)
	return storm{steps: steps, took: time.Since(began)}, err
}
