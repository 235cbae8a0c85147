package follow_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"verigate/internal/board"
	"verigate/internal/board/boardtest"
	"verigate/internal/follow"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/record"
	"verigate/internal/verification"
)

// told keeps what a sweep tells.
type told struct {
	mu      sync.Mutex
	failed  []verification.RequestID
	retried int
}

func (t *told) fail(id verification.RequestID, _ error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failed = append(t.failed, id)
}

func (t *told) again(error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.retried++
}

func (t *told) retries() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.retried
}

func (t *told) failures() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.failed)
}

// sweepOver is a sweep whose clocks both go as the world's does.
func sweepOver(w *gatewaytest.World, due board.DueSet, ticks follow.Ticker) (*follow.Sweep, *told) {
	said := &told{}
	return &follow.Sweep{
		Due: due, Ticks: ticks, Now: w.Clock.Now, Elapsed: func() time.Duration { return w.Clock.Now().Sub(gatewaytest.Night()) },
		Ahead: w.Watch.AheadOf, Failed: said.fail, Retry: said.again,
	}, said
}

func submitted(w *gatewaytest.World, key string) verification.RequestID {
	w.Helper()
	return w.Submit(gatewaytest.Partner("NG"), key, w.Example("S01", nil)).ID
}

// stepsOf are the steps on record, breaches too: "accept 50".
func stepsOf(w *gatewaytest.World, id verification.RequestID) map[string]int {
	w.Helper()
	got := map[string]int{}
	entries, err := w.Log.Read(context.Background(), record.Request(string(id)))
	if err != nil {
		w.Fatal(err)
	}
	for _, entry := range entries {
		for _, e := range entry.Decision.Events {
			switch e := e.(type) { //nolint:gochecksumtype // steps alone are looked at
			case verification.StepReached:
				got[fmt.Sprint(e.Step.Clock, " ", e.Step.Percent)]++
			case verification.Breached:
				got[fmt.Sprint(e.Step.Clock, " ", e.Step.Percent)]++
			default:
			}
		}
	}
	return got
}

func TestWhatFallsDueIsRecordedAndTheBoardMovesOn(t *testing.T) {
	t.Parallel()
	w := world(t)
	sweep, said := sweepOver(w, w.Board, w.Gateway)
	w.Run(w.Watcher.Run, w.Boarder.Run, sweep.Run)
	id := submitted(w, "k")
	w.Settle()
	w.Clock.Move(time.Hour + time.Second)
	w.Eventually("the warning is recorded", func() bool { return stepsOf(w, id)["accept 50"] == 1 })
	w.Settle()
	w.Clock.Move(time.Hour)
	w.Eventually("the breach is recorded", func() bool { return stepsOf(w, id)["accept 100"] == 1 })
	w.Settle()
	held, err := w.Board.Stored(t.Context(), id)
	if err != nil || len(held) != 1 || !held[0].Rows.Due.After(w.Clock.Now()) {
		t.Errorf("the board waits for %+v, %v", held, err)
	}
	w.Eventually("the sweep tells of it", func() bool { return sweep.State().Recorded >= 2 })
	if s := sweep.State(); s.Held != follow.NotHeld || s.Failed+uint64(said.failures()) != 0 || s.Late > 2*time.Second {
		t.Errorf("the sweep says %+v", s)
	}
}

// ticks counts what it is asked, and fails as it is told.
type ticks struct {
	mu      sync.Mutex
	asked   map[verification.RequestID]int
	at, top int // at once, now and at most
	fails   func(verification.RequestID) error
	pause   time.Duration
}

func newTicks(fails func(verification.RequestID) error) *ticks {
	return &ticks{asked: map[verification.RequestID]int{}, fails: fails}
}

func (k *ticks) Tick(_ context.Context, id verification.RequestID) (gateway.Ticked, error) {
	k.mu.Lock()
	k.at++
	k.top = max(k.top, k.at)
	k.mu.Unlock()
	time.Sleep(k.pause)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.at--
	k.asked[id]++
	if k.fails == nil {
		return gateway.Ticked{Steps: 1}, nil
	}
	return gateway.Ticked{}, k.fails(id)
}

func (k *ticks) of(id verification.RequestID) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.asked[id]
}

func (k *ticks) all() (n int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, times := range k.asked {
		n += times
	}
	return n
}

// due puts that many sample requests on the board, all due when the world begins.
func due(t *testing.T, to board.Writer, n int) []verification.RequestID {
	t.Helper()
	at, err := to.Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	batch := board.Batch{After: at.Record, Upto: at.Record}
	var ids []verification.RequestID
	for i := range n {
		rows := boardtest.Sample(i)
		rows.Due = gatewaytest.Night()
		batch.Upto[0]++
		ids = append(ids, rows.Request.ID)
		batch.Updates = append(batch.Updates, board.Update{Sequence: batch.Upto[0], Rows: rows})
	}
	if err := to.Apply(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestWhatIsTakenComesDueAgainAfterThirtySecondsUntilTheFollowerRemovesIt(t *testing.T) {
	t.Parallel()
	w := world(t)
	id := due(t, w.Board, 1)[0]
	k := newTicks(nil)
	sweep, _ := sweepOver(w, w.Board, k)
	w.Run(sweep.Run)
	w.Clock.Move(time.Second)
	w.Eventually("it is taken", func() bool { return k.of(id) == 1 })
	w.Clock.Move(29 * time.Second)
	looked := w.Clock.Now()
	w.Eventually("the sweep looks again", func() bool { return sweep.State().Looked.Equal(looked) })
	if n := k.of(id); n != 1 {
		t.Errorf("taken %d times within 30 seconds", n)
	}
	w.Clock.Move(2 * time.Second)
	w.Eventually("it is taken again", func() bool { return k.of(id) == 2 })
}

func TestAnErrorOnOneRequestStopsNoOther(t *testing.T) {
	t.Parallel()
	w := world(t)
	ids := due(t, w.Board, 20)
	bad := &record.SequenceError{Place: record.Place{Sequence: 7}, Err: record.ErrUnreadable}
	k := newTicks(func(id verification.RequestID) error {
		if id == ids[3] {
			return bad
		}
		return nil
	})
	sweep, said := sweepOver(w, w.Board, k)
	w.Run(sweep.Run)
	w.Clock.Move(time.Second)
	w.Eventually("all are asked about", func() bool { return k.all() == len(ids) })
	w.Eventually("the bad one is told", func() bool { return said.failures() == 1 })
	if said.failed[0] != ids[3] || sweep.State().Failed != 1 || said.retries() != 0 {
		t.Errorf("failed %v, %d retries", said.failed, said.retries())
	}
	w.Clock.Move(31 * time.Second)
	w.Eventually("the bad one is asked about again", func() bool { return k.of(ids[3]) == 2 })
}

func TestAStormIsWorkedOffAFewAtOnceAndEachOnce(t *testing.T) {
	t.Parallel()
	const storm = 10_000
	w := world(t)
	due(t, w.Board, storm)
	k := newTicks(nil)
	k.pause = 10 * time.Microsecond
	sweep, _ := sweepOver(w, w.Board, k)
	w.Run(sweep.Run)
	w.Clock.Move(time.Second)
	w.Eventually("all are asked about", func() bool { return k.all() == storm })
	if k.top > 8 {
		t.Errorf("%d at once", k.top)
	}
	if len(k.asked) != storm {
		t.Errorf("%d requests were asked about", len(k.asked))
	}
}

func TestASweepWaitsForRedisAndLosesNothing(t *testing.T) {
	t.Parallel()
	w := world(t)
	id := submitted(w, "k")
	w.Run(w.Watcher.Run, w.Boarder.Run)
	w.Settle()
	w.Board.Fail(board.ErrUnavailable)
	sweep, said := sweepOver(w, w.Board, w.Gateway)
	w.Run(sweep.Run)
	w.Clock.Move(3 * time.Hour)
	w.Eventually("it tries again", func() bool { return said.retries() >= 2 })
	w.Board.Fail(nil)
	w.Eventually("the breach is recorded", func() bool { return stepsOf(w, id)["accept 100"] == 1 })
	w.Board.Forget() // and made again by the follower
	w.Clock.Move(3 * time.Hour)
	w.Eventually("after a loss too", func() bool { return stepsOf(w, id)["action 100"] == 1 })
}

func TestASweepWaitsForTheRecord(t *testing.T) {
	t.Parallel()
	w := world(t)
	ids := due(t, w.Board, 20)
	var away atomic.Bool
	away.Store(true)
	k := newTicks(func(verification.RequestID) error {
		if away.Load() {
			return fmt.Errorf("append: %w", gateway.ErrUnavailable)
		}
		return nil
	})
	sweep, said := sweepOver(w, w.Board, k)
	w.Run(sweep.Run)
	w.Clock.Move(time.Second)
	w.Eventually("it tries again", func() bool { return said.retries() >= 1 })
	if k.all() > 8 {
		t.Errorf("%d requests were tried while the record was away", k.all())
	}
	away.Store(false)
	w.Clock.Move(31 * time.Second)
	w.Eventually("all are asked about", func() bool {
		for _, id := range ids {
			if k.of(id) == 0 {
				return false
			}
		}
		return true
	})
}

// A clock that was set ahead would record what is not due; nothing takes it back.
func TestASweepDoesNotBelieveAClockThatJumps(t *testing.T) {
	t.Parallel()
	w := world(t)
	id := submitted(w, "k")
	w.Run(w.Watcher.Run, w.Boarder.Run)
	w.Settle()
	sweep, _ := sweepOver(w, w.Board, w.Gateway)
	var elapsed atomic.Int64
	sweep.Elapsed = func() time.Duration { return time.Duration(elapsed.Load()) }
	w.Run(sweep.Run)
	w.Eventually("the sweep looks", func() bool { return !sweep.State().Looked.IsZero() })

	w.Clock.Move(9 * time.Hour)
	w.Eventually("it is held", func() bool { return sweep.State().Held == follow.ClockJumped })
	w.Clock.Move(-9 * time.Hour) // set right
	evenly := func() {
		w.Clock.Move(time.Second)
		elapsed.Add(int64(time.Second))
	}
	w.Eventually("it goes on", func() bool { evenly(); return sweep.State().Held == follow.NotHeld })
	if got := stepsOf(w, id); len(got) != 0 {
		t.Errorf("recorded %v", got)
	}

	w.Clock.Move(9 * time.Hour) // the clock was wrong until now
	w.Eventually("it is held", func() bool { return sweep.State().Held == follow.ClockJumped })
	w.Eventually("the breach is recorded", func() bool { evenly(); return stepsOf(w, id)["accept 100"] == 1 })
}

func TestASweepIsHeldWhileTheRecordIsAheadOfTheClock(t *testing.T) {
	t.Parallel()
	w := world(t)
	id := submitted(w, "k")
	w.Run(w.Watcher.Run, w.Boarder.Run)
	w.Settle()
	w.Clock.Move(-time.Hour)
	sweep, _ := sweepOver(w, w.Board, w.Gateway)
	w.Run(sweep.Run)
	w.Eventually("it is held", func() bool { return sweep.State().Held == follow.ClockBehind })
	if since := sweep.State().Since; !since.Equal(w.Clock.Now()) {
		t.Errorf("held since %s", since)
	}
	w.Clock.Move(4 * time.Hour)
	w.Eventually("it goes on", func() bool { return stepsOf(w, id)["accept 100"] == 1 })
}

func TestTwoSweepsOverOneBoardRecordEachStepOnce(t *testing.T) {
	t.Parallel()
	w := world(t)
	one, _ := sweepOver(w, w.Board, w.Gateway)
	other, _ := sweepOver(w, w.Board, w.Another())
	w.Run(w.Watcher.Run, w.Boarder.Run, one.Run)
	stop := w.Start(other.Run)
	var ids []verification.RequestID
	for n := range 60 {
		ids = append(ids, submitted(w, fmt.Sprint(n)))
	}
	w.Settle()
	w.Clock.Move(3 * time.Hour)
	w.Eventually("the sweep begins", func() bool { return one.State().Recorded+other.State().Recorded > 10 })
	stop() // one of both ends in the midst of it
	w.Eventually("all are recorded", func() bool {
		w.Clock.Move(time.Second) // what the other had taken comes due again
		for _, id := range ids {
			if stepsOf(w, id)["accept 100"] == 0 {
				return false
			}
		}
		return true
	})
	for _, id := range ids {
		for step, times := range stepsOf(w, id) {
			if times != 1 {
				t.Errorf("%s: %s is recorded %d times", id, step, times)
			}
		}
	}
}

func TestARebuiltBoardWaitsForTheSameInstants(t *testing.T) {
	t.Parallel()
	w := world(t)
	stop := w.Start(w.Watcher.Run, w.Boarder.Run)
	ids := history(t, w)
	w.Settle()
	stop()
	before, err := w.Board.Stored(t.Context(), ids...)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Boarder.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	after, err := w.Board.Stored(t.Context(), ids...)
	if err != nil || len(after) != len(before) {
		t.Fatalf("%d of %d, %v", len(after), len(before), err)
	}
	for i := range before {
		if !before[i].Rows.Due.Equal(after[i].Rows.Due) {
			t.Errorf("%s: was due %s, is due %s", before[i].ID, before[i].Rows.Due, after[i].Rows.Due)
		}
	}
}
