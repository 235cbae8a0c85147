package gateway_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/record"
	"verigate/internal/verification"
)

// attend listens to one thing, as tell does, until the test ends.
func attend(t *testing.T, tell func(context.Context, func(gateway.FeedEvent) error) error) *listener {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	l := &listener{T: t, events: make(chan gateway.FeedEvent, 1000)}
	ended := make(chan error, 1)
	go func() {
		defer close(l.events)
		ended <- tell(ctx, func(e gateway.FeedEvent) error {
			l.events <- e
			return nil
		})
	}()
	l.leave = func() error {
		cancel()
		return <-ended
	}
	t.Cleanup(func() {
		cancel()
		for range l.events { // until it has ended
			continue
		}
	})
	return l
}

func attendRequest(t *testing.T, w *gatewaytest.World, by access.Caller, id verification.RequestID, last string) *listener {
	t.Helper()
	return attend(t, func(ctx context.Context, emit func(gateway.FeedEvent) error) error {
		return w.Gateway.StreamRequest(ctx, gatewaytest.Call(by, access.OpStreamRequest), id, last, emit)
	})
}

func attendQueue(t *testing.T, w *gatewaytest.World, by access.Caller, unit verification.UnitCode, last string) *listener {
	t.Helper()
	return attend(t, func(ctx context.Context, emit func(gateway.FeedEvent) error) error {
		return w.Gateway.StreamQueue(ctx, gatewaytest.Call(by, access.OpStreamQueue), unit, last, emit)
	})
}

// changed hears that something has changed, and nothing of what.
func (l *listener) changed() string {
	l.Helper()
	e := l.next()
	if e.Kind == gateway.FeedHeartbeat { // it is back
		e = l.next()
	}
	if e.Kind != gateway.FeedChanged || e.ID == "" || e.Row.ID != "" {
		l.Errorf("heard %+v", e)
	}
	return e.ID
}

// quiet says that by now nothing was told: whatever has been decided is in the feed, and some time has passed.
func (l *listener) quiet(w *gatewaytest.World, after string) {
	l.Helper()
	w.Settle()
	select {
	case e := <-l.events:
		l.Errorf("after %s: heard %+v", after, e)
	case <-time.After(100 * time.Millisecond):
	}
}

func TestAPartnerHearsOfWhatItSeesAlone(t *testing.T) {
	t.Parallel()
	w := running(t)
	own := gatewaytest.Partner("NG")
	id := w.Submit(own, "k", w.Example("S01", nil)).ID
	w.Settle()
	partner, desk := attendRequest(t, w, own, id, ""), attendRequest(t, w, gatewaytest.Editor(), id, "")
	last := partner.changed()
	desk.changed()

	w.DoTask(gatewaytest.Officer("03"), access.OpAcceptTask, id, 1, gatewaytest.Accept)
	desk.changed()
	w.DoTask(gatewaytest.Officer("03"), access.OpHoldTask, id, 1, func(task verification.TaskID) verification.Command {
		return verification.HoldTask{Task: task, Code: "laboratory"}
	})
	desk.changed()
	w.Claim(gatewaytest.Editor(), id)
	desk.changed()
	w.Do(gatewaytest.Editor(), access.OpNoteRequest, id, verification.AddNote{Text: "inside"})
	desk.changed()
	w.Submit(gatewaytest.Partner("TH"), "another", w.Example("S01", nil))
	w.Submit(own, "a further one", w.Example("S01", nil))
	partner.quiet(w, "steps inside, another's request and another request")
	desk.quiet(w, "other requests")

	// Who comes back after steps inside has missed nothing.
	back := attendRequest(t, w, own, id, last)
	if e := back.next(); e.Kind != gateway.FeedHeartbeat {
		t.Errorf("told %+v", e)
	}

	ask := verification.AskPartner{Code: "identity", Text: "Which?"}
	if _, err := w.Gateway.AskPartner(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpAskPartner), id, ask); err != nil {
		t.Fatal(err)
	}
	partner.changed()
	back.changed()
	desk.changed()
	attendRequest(t, w, own, id, last).changed() // it was away
	attendRequest(t, w, gatewaytest.Reviewer(), id, last).changed()
	partner.quiet(w, "a question of the desk, told once")
}

func TestHowMuchOthersDoIsNotHeard(t *testing.T) {
	t.Parallel()
	w := running(t)
	own := gatewaytest.Partner("NG")
	id := w.Submit(own, "k", w.Example("S01", nil)).ID
	w.Settle()
	partner := attendRequest(t, w, own, id, "")
	last := partner.changed()
	rows := w.Rows(w.Submit(gatewaytest.Partner("TH"), "t", w.Example("S01", nil)).ID)
	w.Settle()
	for n := range uint64(20000) { // more than the feed remembers
		w.Feed.Add(gateway.Change{Place: record.Place{Sequence: 100 + n}, After: gateway.Side{Row: rows.Request}})
	}
	partner.quiet(w, "20,000 changes of another's")
	back := attendRequest(t, w, own, id, last)
	if e := back.next(); e.Kind != gateway.FeedHeartbeat {
		t.Errorf("told %+v", e)
	}
	back.quiet(w, "20,000 changes of another's")
}

func TestWhomARequestIsHiddenFromMeanwhileIsToldALastTime(t *testing.T) {
	t.Parallel()
	w := running(t)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	w.Settle()
	partner, outsider := attendRequest(t, w, gatewaytest.Partner("NG"), id, ""), attendRequest(t, w, gatewaytest.Outsider(), id, "")
	partner.changed()
	outsider.changed()
	w.Do(gatewaytest.Editor(), access.OpSealRequest, id, verification.Seal{Compartment: "general-l3"})
	outsider.changed()
	if err := outsider.leave(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	partner.quiet(w, "a sealing")
	err := w.Gateway.StreamRequest(t.Context(), gatewaytest.Call(gatewaytest.Outsider(), access.OpStreamRequest), id, "", nil)
	want(t, err, gateway.ErrHidden)
}

func TestAQueueIsHeardByItsUnitAlone(t *testing.T) {
	t.Parallel()
	w := running(t)
	there, other := attendQueue(t, w, gatewaytest.Officer("03"), "03", ""), attendQueue(t, w, gatewaytest.Officer("15"), "15", "")
	last := there.changed()
	other.changed()
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	there.changed()
	w.Claim(gatewaytest.Editor(), id)
	w.Do(gatewaytest.Editor(), access.OpNoteRequest, id, verification.AddNote{Text: "inside"})
	there.quiet(w, "what no item shows")
	w.DoTask(gatewaytest.Officer("03"), access.OpAcceptTask, id, 1, gatewaytest.Accept)
	there.changed()
	other.quiet(w, "work of another unit")
	task := verification.NewTaskID(id, 1)
	call := gatewaytest.Call(gatewaytest.Officer("03"), access.OpForwardTask)
	if _, err := w.Gateway.Forward(t.Context(), call, verification.ForwardTask{Task: task, Unit: "15", Code: "theirs"}); err != nil {
		t.Fatal(err)
	}
	there.changed()
	other.changed()
	attendQueue(t, w, gatewaytest.Officer("03"), "03", last).changed() // it was away
	err := w.Gateway.StreamQueue(t.Context(), gatewaytest.Call(gatewaytest.Officer("15"), access.OpStreamQueue), "03", "", nil)
	want(t, err, gateway.ErrHidden)
}

func TestOfASealedCaseTheUnitHearsNothing(t *testing.T) {
	t.Parallel()
	w := running(t)
	officer := attendQueue(t, w, gatewaytest.Officer("01"), "01", "")
	lead := attendQueue(t, w, gatewaytest.Chief("01"), "01", "")
	officer.changed()
	lead.changed()
	id := w.Submit(gatewaytest.Partner("AO"), "k", w.Example("S12", nil)).ID
	w.Claim(gatewaytest.Editor(), id)
	route := gateway.Routing{Assignments: []verification.Assignment{{Unit: "01", Questions: []int{1, 2}}}}
	if _, err := w.Gateway.Route(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpRouteRequest), id, route); err != nil {
		t.Fatal(err)
	}
	lead.changed() // of a task that names nobody
	officer.quiet(w, "a sealed task")
}

func TestATaskIsHeardByWhoReadsIt(t *testing.T) {
	t.Parallel()
	w := running(t)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	w.Settle()
	stream := func(by access.Caller, task verification.TaskID) func(context.Context, func(gateway.FeedEvent) error) error {
		return func(ctx context.Context, emit func(gateway.FeedEvent) error) error {
			return w.Gateway.StreamTask(ctx, gatewaytest.Call(by, access.OpStreamTask), task, "", emit)
		}
	}
	l := attend(t, stream(gatewaytest.Officer("03"), verification.NewTaskID(id, 1)))
	l.changed()
	w.DoTask(gatewaytest.Officer("03"), access.OpAcceptTask, id, 1, gatewaytest.Accept)
	l.changed()
	for _, hidden := range []struct {
		by   access.Caller
		task verification.TaskID
	}{
		{gatewaytest.Officer("15"), verification.NewTaskID(id, 1)},
		{gatewaytest.Officer("03"), verification.NewTaskID(id, 2)},
		{gatewaytest.Officer("03"), "none"},
	} {
		if err := stream(hidden.by, hidden.task)(t.Context(), nil); !errors.Is(err, gateway.ErrHidden) {
			t.Errorf("%s hears of %s: %v", hidden.by.Person, hidden.task, err)
		}
	}
}
