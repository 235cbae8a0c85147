package follow

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/verification"
)

// Sweep gives the gateway what falls due. Any number of gateways sweep one due set: each takes entries by moving them
// ahead, and none removes one, so what a gateway takes and dies over comes due again. When it is too early, or
// somebody else was first, the record says so and nothing happens. It is used through a pointer.
type Sweep struct {
	Due   board.DueSet
	Ticks Ticker
	// Now is the clock that due times are compared with, Elapsed one that nobody sets: the time since any instant.
	Now     func() time.Time
	Elapsed func() time.Duration
	// Ahead says whether the record is ahead of a time: then this machine's clock is wrong.
	Ahead func(time.Time) bool
	// Failed is told of each request on which nothing could be recorded; the sweep asks about it again. nil: nobody.
	Failed func(verification.RequestID, error)
	// Holds is told when a hold begins, and by NotHeld when it ends; nil: nobody.
	Holds func(Hold)
	Retry Retry

	mu    sync.Mutex
	clock steady
	state SweepState
}

// Ticker records what is due on a request. It may be asked too early, twice, and by several gateways at once.
type Ticker interface {
	Tick(ctx context.Context, id verification.RequestID) (gateway.Ticked, error)
}

// Hold is why the sweep does nothing.
type Hold string

// The holds. A clock that is wrong would record steps before their time, and nothing takes those back.
const (
	NotHeld     Hold = ""
	ClockJumped Hold = "clock_jumped"      // it was set: it must go on evenly for a while first
	ClockBehind Hold = "before_the_record" // decisions are stamped later than it says
)

// SweepState is what health and metrics tell.
type SweepState struct {
	Held     Hold
	Since    time.Time     // of the hold
	Looked   time.Time     // when the due set was last looked into
	Lag      time.Duration // how late the oldest entry was that was found there
	Recorded uint64        // steps, and rows 8, 14 and 18
	Failed   uint64        // requests on which nothing could be recorded
	Late     time.Duration // of the last step that was recorded
}

const (
	// takeAhead is how far an entry is moved when it is taken, and so when it is taken again if nothing came of it.
	takeAhead = 30 * time.Second
	takeLimit = 256
	// takeEvery is how long the sweep rests when it has found less than it would have taken.
	takeEvery = 100 * time.Millisecond
	// atOnce is how many requests are recorded at once. More than a few gain nothing: the store writes one after the
	// other, and people's commands wait behind them.
	atOnce = 8
)

// Run sweeps until ctx ends. What is away for a while is waited for; nothing ends it.
func (s *Sweep) Run(ctx context.Context) error { return again(ctx, s.Retry, s.sweep) }

// sweep goes on until the due set or the record is away. It ends when what it began has ended.
func (s *Sweep) sweep(ctx context.Context) error {
	ctx, away := context.WithCancelCause(ctx)
	defer away(nil)
	var ticking errgroup.Group
	ticking.SetLimit(atOnce)
	defer func() { _ = ticking.Wait() }() // errors come through away
	for ctx.Err() == nil {
		found, err := s.take(ctx)
		if err != nil {
			away(err)
		}
		for _, due := range found {
			ticking.Go(func() error {
				s.tick(ctx, due.Request, away)
				return nil
			})
		}
		if len(found) < takeLimit {
			_ = rest(ctx, takeEvery) // cut short when somebody is away
		}
	}
	return context.Cause(ctx)
}

// take takes what is due, nothing while the clock is not to be believed.
func (s *Sweep) take(ctx context.Context) ([]board.Due, error) {
	now, ok := s.believed()
	if !ok {
		return nil, nil
	}
	found, err := s.Due.TakeDue(ctx, board.Take{Now: before(now), Until: now.Add(takeAhead), Limit: takeLimit})
	switch {
	case errors.Is(err, board.ErrBehind):
		return nil, nil // there is no board yet, or no longer: its follower makes it
	case err != nil:
		return nil, fmt.Errorf("take what is due: %w", err)
	}
	s.note(func(state *SweepState) {
		state.Looked, state.Lag = now, 0
		if len(found) > 0 {
			state.Lag = now.Sub(found[0].At)
		}
	})
	return found, nil
}

// before is the last instant that lies before now with the whole precision of a due time, decisions being stamped in
// milliseconds: an entry taken within that millisecond would be found too early, and wait for its next turn.
func before(now time.Time) time.Time { return now.Truncate(time.Millisecond).Add(-time.Microsecond) }

// believed is the time, and whether it is to be acted on.
func (s *Sweep) believed() (time.Time, bool) {
	now, elapsed := s.Now(), s.Elapsed()
	held, behind := NotHeld, s.Ahead(now)
	s.mu.Lock()
	switch {
	case !s.clock.look(now, elapsed):
		held = ClockJumped
	case behind:
		held = ClockBehind
	}
	changed := s.state.Held != held
	if changed {
		s.state.Held, s.state.Since = held, now
	}
	s.mu.Unlock()
	if changed && s.Holds != nil {
		s.Holds(held)
	}
	return now, held == NotHeld
}

// tick asks about one request. What cannot be recorded is told; a record that is away ends the sweep for a moment. What
// is left undone comes due again.
func (s *Sweep) tick(ctx context.Context, id verification.RequestID, away context.CancelCauseFunc) {
	if _, ok := s.believed(); !ok || ctx.Err() != nil {
		return
	}
	ticked, err := s.Ticks.Tick(ctx, id)
	switch {
	case err == nil && ticked.Steps > 0:
		s.note(func(state *SweepState) {
			state.Recorded += uint64(ticked.Steps) //nolint:gosec // a count
			state.Late = ticked.Late
		})
	case err == nil || ctx.Err() != nil:
	default:
		s.failed(id, err)
		if errors.Is(err, gateway.ErrUnavailable) {
			away(fmt.Errorf("record what is due: %w", err))
		}
	}
}

func (s *Sweep) failed(id verification.RequestID, err error) {
	s.note(func(state *SweepState) { state.Failed++ })
	if s.Failed != nil {
		s.Failed(id, err)
	}
}

func (s *Sweep) note(change func(*SweepState)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.state)
}

// State is how it goes.
func (s *Sweep) State() SweepState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}
