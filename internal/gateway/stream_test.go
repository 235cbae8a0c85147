package gateway_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"verigate/internal/record"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/verification"
)

// listener is one reader of the stream.
type listener struct {
	*testing.T
	events chan gateway.FeedEvent
	leave  func() error
}

func listen(t *testing.T, w *gatewaytest.World, by access.Caller, f board.Filter, last string) *listener {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	l := &listener{T: t, events: make(chan gateway.FeedEvent, 1000)}
	ended := make(chan error, 1)
	go func() {
		ended <- w.Gateway.Stream(ctx, gatewaytest.Call(by, access.OpStreamBoard), f, last, func(e gateway.FeedEvent) error {
			if e.Kind != gateway.FeedHeartbeat {
				l.events <- e
			}
			return nil
		})
	}()
	var err error
	gone := false
	l.leave = func() error {
		if !gone {
			cancel()
			err, gone = <-ended, true
		}
		return err
	}
	t.Cleanup(func() {
		if err := l.leave(); err != nil {
			t.Errorf("the stream ended: %v", err)
		}
	})
	return l
}

func (l *listener) next() gateway.FeedEvent {
	l.Helper()
	select {
	case e := <-l.events:
		return e
	case <-time.After(5 * time.Second):
		l.Fatal("the stream says nothing")
		return gateway.FeedEvent{}
	}
}

func (l *listener) hears(kind gateway.FeedKind, id verification.RequestID) gateway.FeedEvent {
	l.Helper()
	e := l.next()
	if e.Kind != kind || e.Row.ID != id || e.ID == "" {
		l.Errorf("heard %s %s, want %s %s", e.Kind, e.Row.ID, kind, id)
	}
	return e
}

// silent says that nothing was told: a row that everybody sees comes next.
func (l *listener) silent(w *gatewaytest.World, key string) {
	l.Helper()
	id := w.Submit(gatewaytest.Partner("TH"), key, w.Example("S01", nil)).ID
	l.hears(gateway.FeedRow, id)
}

func TestAStreamTellsRowsAndThoseThatLeave(t *testing.T) {
	t.Parallel()
	w := running(t)
	all := listen(t, w, gatewaytest.Outsider(), board.Filter{}, "")
	urgent := listen(t, w, gatewaytest.Outsider(), board.Filter{Degree: verification.Urgent}, "")
	all.hears(gateway.FeedReset, "")
	urgent.hears(gateway.FeedReset, "")
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	all.hears(gateway.FeedRow, id)
	urgent.hears(gateway.FeedRow, id)
	if _, err := w.Gateway.ChangeDegree(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpChangeDegree), id, verification.ChangeDegree{Degree: verification.Flash, Code: "life"}); err != nil {
		t.Fatal(err)
	}
	all.hears(gateway.FeedRow, id)
	if e := urgent.hears(gateway.FeedGone, id); e.Row.Number != "" || e.Row.Partner != "" {
		t.Errorf("gone says more than an id: %+v", e.Row)
	}
	w.Do(gatewaytest.Partner("NG"), access.OpWithdrawRequest, id, verification.Withdraw{})
	all.hears(gateway.FeedGone, id)
	urgent.silent(w, "t") // what had left does not leave again
}

func TestAStreamTellsAnAnswerThatWasRecalled(t *testing.T) {
	t.Parallel()
	w := running(t)
	id := w.Released("k")
	w.Settle()
	l := listen(t, w, gatewaytest.Outsider(), board.Filter{Flag: board.FlagRecalled}, "")
	l.hears(gateway.FeedReset, "")
	if _, err := w.Gateway.Recall(t.Context(), gatewaytest.Call(gatewaytest.Lead(), access.OpRecallVersion), id, 1, "wrong_person", ""); err != nil {
		t.Fatal(err)
	}
	if e := l.hears(gateway.FeedRow, id); e.Row.State != verification.Answered {
		t.Errorf("told %+v", e.Row)
	}
	w.Settle()
	if got := boardOf(t, w, gatewaytest.Outsider(), board.Filter{}); !slices.Equal(got, []verification.RequestID{id}) {
		t.Errorf("on the board are %q", got)
	}
	w.Do(gatewaytest.Editor(), access.OpCorrectAnswer, id, verification.Correct{Code: "wrong_person"})
	l.hears(gateway.FeedRow, id)
	p := w.Prepare(gatewaytest.Editor(), id, gateway.Edit{}).Request.Package
	l.hears(gateway.FeedRow, id)
	w.Release(gatewaytest.Reviewer(), id, p.Hash)
	l.hears(gateway.FeedGone, id)
}

func TestAStreamTellsASealingToWhoIsNoMemberAsLeaving(t *testing.T) {
	t.Parallel()
	w := running(t)
	outsider := listen(t, w, gatewaytest.Outsider(), board.Filter{}, "")
	member := listen(t, w, gatewaytest.Editor(), board.Filter{}, "")
	outsider.hears(gateway.FeedReset, "")
	member.hears(gateway.FeedReset, "")
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	outsider.hears(gateway.FeedRow, id)
	member.hears(gateway.FeedRow, id)
	w.Do(gatewaytest.Editor(), access.OpSealRequest, id, verification.Seal{Compartment: "general-l3"})
	outsider.hears(gateway.FeedGone, id)
	member.hears(gateway.FeedRow, id)
	sealed := w.Submit(gatewaytest.Partner("AO"), "k", w.Example("S12", nil)).ID
	member.hears(gateway.FeedRow, sealed)
	w.Claim(gatewaytest.Editor(), sealed)
	w.Do(gatewaytest.Partner("AO"), access.OpWithdrawRequest, sealed, verification.Withdraw{})
	member.hears(gateway.FeedRow, sealed)
	member.hears(gateway.FeedGone, sealed)
	outsider.silent(w, "t") // of what it never saw it heard nothing
}

func TestAStreamGoesOnWhereItsReaderWas(t *testing.T) {
	t.Parallel()
	w := running(t)
	l := listen(t, w, gatewaytest.Editor(), board.Filter{}, "")
	l.hears(gateway.FeedReset, "")
	first := w.Submit(gatewaytest.Partner("NG"), "1", w.Example("S01", nil)).ID
	place := l.hears(gateway.FeedRow, first).ID
	if err := l.leave(); err != nil {
		t.Fatal(err)
	}
	second := w.Submit(gatewaytest.Partner("NG"), "2", w.Example("S01", nil)).ID
	sealed := w.Submit(gatewaytest.Partner("NG"), "3", w.Example("S01", nil)).ID
	w.Settle()
	back := listen(t, w, gatewaytest.Editor(), board.Filter{}, place)
	back.hears(gateway.FeedRow, second)
	back.hears(gateway.FeedRow, sealed)
	for name, l := range map[string]*listener{
		"another reader's place": listen(t, w, gatewaytest.Reviewer(), board.Filter{}, place),
		"another filter's place": listen(t, w, gatewaytest.Editor(), board.Filter{Degree: verification.Urgent}, place),
		"a place that is forged": listen(t, w, gatewaytest.Editor(), board.Filter{}, place+"A"),
		"a number, as in clear":  listen(t, w, gatewaytest.Editor(), board.Filter{}, "1"),
	} {
		if e := l.next(); e.Kind != gateway.FeedReset {
			t.Errorf("%s: heard %s", name, e.Kind)
		}
	}
}

func TestWhatWasSealedSinceIsNotToldFromTheBacklog(t *testing.T) {
	t.Parallel()
	w := running(t)
	l := listen(t, w, gatewaytest.Outsider(), board.Filter{}, "")
	place := l.hears(gateway.FeedReset, "").ID
	if err := l.leave(); err != nil {
		t.Fatal(err)
	}
	id := w.Submit(gatewaytest.Partner("NG"), "1", w.Example("S01", nil)).ID
	w.Do(gatewaytest.Editor(), access.OpSealRequest, id, verification.Seal{Compartment: "general-l3"})
	w.Settle()
	back := listen(t, w, gatewaytest.Outsider(), board.Filter{}, place)
	if e := back.next(); e.Kind == gateway.FeedRow || e.Row.Number != "" {
		t.Errorf("heard %s %+v", e.Kind, e.Row)
	}
	back.silent(w, "t")
}

func TestAForgottenPlaceIsReset(t *testing.T) {
	t.Parallel()
	w := running(t)
	l := listen(t, w, gatewaytest.Editor(), board.Filter{}, "")
	place := l.hears(gateway.FeedReset, "").ID
	if err := l.leave(); err != nil {
		t.Fatal(err)
	}
	id := w.Submit(gatewaytest.Partner("NG"), "1", w.Example("S01", nil)).ID
	w.Settle()
	rows := w.Rows(id)
	for n := range uint64(9000) {
		w.Feed.Add(gateway.Change{Place: record.Place{Sequence: 2 + n}, After: gateway.Side{Row: rows.Request}})
	}
	back := listen(t, w, gatewaytest.Editor(), board.Filter{}, place)
	back.hears(gateway.FeedReset, "")
}

func TestAStreamTellsNothingWhileSealingsMayBeUnknown(t *testing.T) {
	t.Parallel()
	w := still(t)
	stop := w.Start(w.Watcher.Run, w.Boarder.Run)
	w.Settle()
	ended := make(chan error, 1)
	heard := make(chan gateway.FeedEvent, 10)
	go func() {
		ended <- w.Gateway.Stream(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpStreamBoard), board.Filter{}, "", func(e gateway.FeedEvent) error {
			heard <- e
			return nil
		})
	}()
	<-heard
	stop()
	w.Clock.Move(time.Hour)
	w.Feed.Add(gateway.Change{Place: record.Place{Sequence: 1}, After: gateway.Side{Row: board.Row{ID: "x", State: verification.Triage}}})
	if err := <-ended; !errors.Is(err, gateway.ErrCatchingUp) || len(heard) != 0 {
		t.Errorf("%d events, then %v", len(heard), err)
	}
}
