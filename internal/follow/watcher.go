package follow

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"verigate/internal/gateway"
	"verigate/internal/record"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// Watcher feeds a gateway's watch and feed, from the beginning of the record at every start: what is sealed is kept
// nowhere but in memory. It also confirms, again and again, that the watch has reached the end of the record.
type Watcher struct {
	Log    Log
	Rules  *sla.Rules
	Learnt gateway.Learnt // as in Folding
	Steps  *Steps         // shared with other followers; nil: not
	Watch  *gateway.Watch
	Feed   *gateway.Feed
	Now    func() time.Time
	// Seen is told of every message on a request, so that nothing older is answered from a cache; nil: nobody.
	Seen  func(id verification.RequestID, sequence uint64)
	Retry Retry
}

// Run follows until ctx ends. A sequence that cannot be read ends it with that error: then no list is served.
func (w Watcher) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return w.follow(ctx) })
	group.Go(func() error { return w.confirm(ctx) })
	return group.Wait()
}

func (w Watcher) follow(ctx context.Context) error {
	fold := newFolder(Folding{Log: w.Log, Rules: w.Rules, Learnt: w.Learnt, Steps: w.Steps})
	return again(ctx, w.Retry, func(ctx context.Context) error {
		return w.Log.Replay(ctx, w.Watch.Position(), func(e Entry) error {
			step, changed, err := fold.step(ctx, e)
			if err != nil {
				return err
			}
			if !changed {
				w.Watch.Pass(e.Place)
				return nil
			}
			if w.Seen != nil {
				w.Seen(step.After.Request.ID, e.Sequence)
			}
			w.Watch.Apply(e.Place, step.After.Request, step.After.Clocks)
			w.Feed.Add(gateway.ChangeOf(e.Place, step.Before.Request, step.After.Request, step.Before.Rows, step.After.Rows))
			return nil
		})
	})
}

// confirmEvery is how often the record's end is asked for, often enough that a confirmation never grows two seconds old.
const confirmEvery = 250 * time.Millisecond

// confirm asks the record for its end and waits until the watch is there. The confirmation counts from the question.
func (w Watcher) confirm(ctx context.Context) error {
	for ctx.Err() == nil {
		asked := w.Now()
		end, err := w.Log.Last(ctx)
		for err == nil && !w.Watch.Confirm(end, asked) {
			asked, end, err = w.reached(ctx, asked, end)
		}
		_ = rest(ctx, confirmEvery)
	}
	return nil
}

// reached waits a moment for the watch to be at an end that was told at a moment, and is the end to wait for from then on. That is
// another one when the record has gone back behind it: a store that could not write a message may have counted it, and nobody
// gets there.
func (w Watcher) reached(ctx context.Context, asked time.Time, end record.Position) (time.Time, record.Position, error) {
	for range confirmEvery / reachedEvery {
		if err := rest(ctx, reachedEvery); err != nil || w.Watch.Position().Covers(end) {
			return asked, end, err
		}
	}
	again := w.Now()
	now, err := w.Log.Last(ctx)
	if err == nil && !now.Covers(end) {
		return again, now, nil
	}
	return asked, end, nil
}

// reachedEvery is how often it is looked at whether the watch is at the record's end, which it is within a millisecond.
const reachedEvery = 2 * time.Millisecond

// Retry is told of an error after which a follower begins once more from where its product stands; nil: nobody.
type Retry func(error)

// again runs a follower until ctx ends, and once more after what passes: a record or a product that is away for a
// while. What cannot pass is returned.
func again(ctx context.Context, told Retry, run func(context.Context) error) error {
	delay := 50 * time.Millisecond
	for {
		err := run(ctx)
		var broken *record.SequenceError
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.As(err, &broken) && !errors.Is(err, record.ErrUnavailable):
			return fmt.Errorf("the record cannot be followed: %w", err)
		case err != nil && told != nil:
			told(err)
		}
		if rest(ctx, delay) != nil {
			return nil
		}
		delay = min(2*delay, 2*time.Second)
	}
}

func rest(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
