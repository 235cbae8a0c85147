package gateway_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/verification"
)

func TestAcceptancesOverTwoGatewaysAreAllRecordedAndCloseOnce(t *testing.T) {
	t.Parallel()
	w := still(t)
	gateways := []*gateway.Gateway{w.Gateway, w.Another()}
	c := w.Submit(gatewaytest.Partner("WCO"), "k", w.Example("S20", map[string]any{"campaign": "golden-strike-2021"}))
	w.Claim(gatewaytest.Editor(), c.ID)
	view, err := w.Gateway.Route(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpRouteRequest), c.ID, gateway.Routing{All: true})
	if err != nil || len(view.Request.Tasks) != 35 {
		t.Fatalf("%d notices, %v", len(view.Request.Tasks), err)
	}
	var all sync.WaitGroup
	for i, task := range view.Request.Tasks {
		all.Go(func() {
			call := gatewaytest.Keyed(gatewaytest.Officer(task.Unit), access.OpAcceptTask, fmt.Sprint("a", i), []byte(`{}`))
			if _, err := gateways[i%2].DoTask(t.Context(), call, task.Task, verification.AcceptTask{Task: task.Task}); err != nil {
				t.Errorf("unit %s: %v", task.Unit, err)
			}
		})
	}
	all.Wait()
	r := w.Latest()[string(c.ID)].Request
	for _, task := range r.Tasks {
		if task.State != verification.TaskDone {
			t.Errorf("task %s is %s", task.Task, task.State)
		}
	}
	if r.State != verification.Closed || r.Outcome != verification.CodeCirculated {
		t.Errorf("the notice is %s %s", r.State, r.Outcome)
	}
	history, err := w.Gateway.History(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetHistory), c.ID)
	closings := 0
	for _, h := range history {
		for _, kind := range h.Kinds {
			if kind == (verification.Circulated{}).EventKind() {
				closings++
			}
		}
	}
	if err != nil || closings != 1 || len(history) != 38 {
		t.Errorf("closed %d times in %d decisions, %v", closings, len(history), err)
	}
}

func TestOfManyClaimsAtOnceOneHolds(t *testing.T) {
	t.Parallel()
	w := still(t)
	gateways := []*gateway.Gateway{w.Gateway, w.Another()}
	c := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil))
	var held atomic.Int32
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			by := gatewaytest.Editor()
			by.Person = verification.PersonID(fmt.Sprint("p_desk_", i))
			_, err := gateways[i%2].Do(t.Context(), gatewaytest.Call(by, access.OpClaimRequest), c.ID, verification.Claim{})
			if err == nil {
				held.Add(1)
				return
			}
			refused(t, err, verification.AlreadyClaimed)
		})
	}
	all.Wait()
	if held.Load() != 1 {
		t.Errorf("%d claims held", held.Load())
	}
	if end, _ := w.Journal.Last(t.Context()); end.Count() != 2 {
		t.Errorf("%d messages, want 2", end)
	}
}

func TestAStaleCacheIsHarmless(t *testing.T) {
	t.Parallel()
	w := still(t)
	other := w.Another()
	c := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil))
	if _, err := other.Get(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetRequest), c.ID); err != nil {
		t.Fatal(err)
	}
	w.Do(gatewaytest.Partner("NG"), access.OpWithdrawRequest, c.ID, verification.Withdraw{})
	task := verification.NewTaskID(c.ID, 1)
	_, err := other.DoTask(t.Context(), gatewaytest.Call(gatewaytest.Officer("03"), access.OpAcceptTask), task, verification.AcceptTask{Task: task})
	refused(t, err, verification.WrongState)
}
