package follow_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/follow"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/marking"
	"verigate/internal/record"
	"verigate/internal/verification"
)

// queue is follow.Queue and follow.Positions in memory, by the promises of both. It can be away.
type queue struct {
	mu        sync.Mutex
	items     map[string]follow.Item // unit and task
	gone      map[string]uint64      // tombstones
	everHeld  []string               // every task that was ever put
	positions map[string]record.Position
	moves     int
	most      int // tasks in one PutAll
	away      error
}

func newQueue() *queue {
	return &queue{items: map[string]follow.Item{}, gone: map[string]uint64{}, positions: map[string]record.Position{}}
}

func (q *queue) fail(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.away = err
}

func (q *queue) put(i follow.Item) {
	key := i.Unit + " " + i.Task
	if q.items[key].Record >= i.Record && q.items[key].Task != "" || q.gone[key] >= i.Record {
		return
	}
	q.items[key] = i
	q.everHeld = append(q.everHeld, i.Task)
	delete(q.gone, key)
}

func (q *queue) remove(i follow.Item) {
	key := i.Unit + " " + i.Task
	if have, ok := q.items[key]; ok && have.Record < i.Record {
		delete(q.items, key)
		q.gone[key] = i.Record
	}
}

func (q *queue) Put(_ context.Context, i follow.Item) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.away == nil {
		q.put(i)
	}
	return q.away
}

func (q *queue) PutAll(ctx context.Context, items []follow.Item) error {
	for _, i := range items {
		if err := q.Put(ctx, i); err != nil {
			return err
		}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.most = max(q.most, len(items))
	return nil
}

func (q *queue) Remove(_ context.Context, i follow.Item) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.away == nil {
		q.remove(i)
	}
	return q.away
}

func (q *queue) Move(_ context.Context, from follow.Item, to ...follow.Item) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.away != nil {
		return q.away
	}
	q.moves++
	q.remove(from)
	for _, i := range to {
		q.put(i)
	}
	return nil
}

func (q *queue) Load(context.Context, string) (record.Position, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.positions["queue"], q.away
}

func (q *queue) Save(_ context.Context, _ string, n record.Position) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.positions["queue"] = q.positions["queue"].Or(n)
	return q.away
}

func (q *queue) list(context.Context) ([]follow.Item, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Collect(maps.Values(q.items)), nil
}

func (q *queue) keys() []string {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Sorted(maps.Keys(q.items))
}

func queuer(w *gatewaytest.World, q *queue) follow.Queuer {
	return follow.Queuer{Log: w.Log, Rules: w.Rules, Queue: q, Positions: q}
}

func forward(t *testing.T, w *gatewaytest.World, id verification.RequestID, to verification.UnitCode) {
	t.Helper()
	w.DoTask(gatewaytest.Officer("03"), access.OpAcceptTask, id, 1, gatewaytest.Accept)
	_, err := w.Gateway.Forward(t.Context(), gatewaytest.Call(gatewaytest.Officer("03"), access.OpForwardTask),
		verification.ForwardTask{Task: verification.NewTaskID(id, 1), Unit: to, Code: "theirs"})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAQueuerThatIsBehindWritesTogetherWhatWaits(t *testing.T) {
	t.Parallel()
	w, q := world(t), newQueue()
	for n := range 100 {
		w.Submit(gatewaytest.Partner("NG"), fmt.Sprint(n), w.Example("S01", nil))
	}
	history(t, w)
	end, err := w.Journal.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var reached atomic.Pointer[record.Position]
	behind := queuer(w, q)
	behind.Reached = func(n record.Position) {
		if got := differencesOf(t, w, q); n == end && len(got) != 0 {
			t.Errorf("told to be at the end: %v", got)
		}
		reached.Store(&n)
	}
	w.Run(behind.Run)
	w.Eventually("it is at the end", func() bool { at := reached.Load(); return at != nil && *at == end })
	if q.most < 10 {
		t.Errorf("at most %d tasks were written at once", q.most)
	}
}

func TestALotLeavesTheQueuesAsEachDecisionForItself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var steps []follow.Step
		states := map[string]follow.State{}
		for sequence := range uint64(rapid.IntRange(1, 40).Draw(t, "decisions")) {
			id := rapid.SampledFrom([]string{"r1", "r2", "r3"}).Draw(t, "request")
			before := states[id]
			after := follow.State{Sequence: sequence + 1, Request: verification.Request{
				ID: verification.RequestID(id), State: verification.WithUnits, Version: before.Request.Version + 1, Intake: verification.Intake{Level: marking.L2},
			}}
			for n := range 3 {
				if rapid.Bool().Draw(t, "live") {
					task := verification.Assignment{Task: verification.TaskID(fmt.Sprint(id, "-", n)), Unit: "03"}
					after.Request.Tasks = append(after.Request.Tasks, verification.Task{Assignment: task})
					after.Rows.Tasks = append(after.Rows.Tasks, board.QueueItem{
						Task: task.Task, Unit: task.Unit,
						State: rapid.SampledFrom([]verification.TaskState{"offered", "accepted"}).Draw(t, "state"),
					})
				}
			}
			states[id] = after
			steps = append(steps, follow.Step{Entry: follow.Entry{Place: record.Place{Sequence: sequence + 1}}, Before: &before, After: &after})
		}
		one, lots := newQueue(), newQueue()
		for _, s := range steps {
			if err := (follow.Queuer{Queue: one}).WriteLot(context.Background(), s); err != nil {
				t.Fatal(err)
			}
		}
		for rest := steps; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "lot")
			if err := (follow.Queuer{Queue: lots}).WriteLot(context.Background(), rest[:n]...); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if diff := cmp.Diff(one.items, lots.items, cmpopts.IgnoreFields(follow.Item{}, "New")); diff != "" {
			t.Errorf("in lots: %s", diff)
		}
		live := 0
		for _, s := range states {
			live += len(s.Rows.Tasks)
		}
		if len(one.items) != live {
			t.Errorf("%d tasks are queued, %d are live", len(one.items), live)
		}
	})
}

func TestAForwardMovesTheTaskFromQueueToQueue(t *testing.T) {
	t.Parallel()
	w, q := world(t), newQueue()
	w.Run(queuer(w, q).Run)
	id := w.Submit(gatewaytest.Partner("NG"), "1", w.Example("S01", nil)).ID
	caught(t, w, q)
	first, second := "03 "+string(verification.NewTaskID(id, 1)), "15 "+string(verification.NewTaskID(id, 2))
	if got := q.keys(); !slices.Equal(got, []string{first}) {
		t.Errorf("queued %v", got)
	}
	forward(t, w, id, "15")
	caught(t, w, q)
	if got := q.keys(); !slices.Equal(got, []string{second}) || q.moves != 1 || q.gone[first] == 0 {
		t.Errorf("queued %v after %d moves, tombstones %v", got, q.moves, q.gone)
	}
	var header map[string]any
	if err := json.Unmarshal(q.items[second].Payload, &header); err != nil {
		t.Fatal(err)
	}
	for member := range header {
		if !slices.Contains([]string{"task", "version", "state", "degree", "accept_due_at", "answer_due_at"}, member) {
			t.Errorf("the header says %s", member)
		}
	}
	w.DoTask(gatewaytest.Officer("15"), access.OpAcceptTask, id, 2, gatewaytest.Accept)
	w.Answer(gatewaytest.Officer("15"), id, 2, true, gatewaytest.Held(1, "ARRIVED", "a"), gatewaytest.Held(2, "CONFIRMED", "b"), gatewaytest.Held(3, "SEIZED", "c"))
	w.Eventually("the answered task leaves", func() bool { return len(q.keys()) == 0 })
}

func TestAStoppedTaskWaitsForItsAcknowledgement(t *testing.T) {
	t.Parallel()
	w, q := world(t), newQueue()
	w.Run(queuer(w, q).Run)
	id := w.Submit(gatewaytest.Partner("NG"), "1", w.Example("S01", nil)).ID
	w.Do(gatewaytest.Partner("NG"), access.OpWithdrawRequest, id, verification.Withdraw{})
	caught(t, w, q)
	if len(q.keys()) != 1 {
		t.Errorf("queued %v", q.keys())
	}
	w.DoTask(gatewaytest.Officer("03"), access.OpAcknowledgeStop, id, 1, func(task verification.TaskID) verification.Command {
		return verification.AcknowledgeStop{Task: task}
	})
	w.Eventually("it leaves", func() bool { return len(q.keys()) == 0 })
}

func TestWhatIsSealedIsInNoQueue(t *testing.T) {
	t.Parallel()
	w, q := world(t), newQueue()
	w.Run(queuer(w, q).Run)
	sealed := w.Submit(gatewaytest.Partner("AO"), "1", w.Example("S12", nil)).ID
	w.Claim(gatewaytest.Editor(), sealed)
	_, err := w.Gateway.Route(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpRouteRequest), sealed, gateway.Routing{
		Assignments: []verification.Assignment{{Unit: "01", Questions: []int{1, 2}, Officers: []verification.PersonID{gatewaytest.Officer("01").Person}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	raised := w.Submit(gatewaytest.Partner("NG"), "2", w.Example("S01", nil)).ID
	forward(t, w, raised, "15")
	caught(t, w, q)
	if len(q.keys()) != 1 {
		t.Errorf("queued %v", q.keys())
	}
	w.Do(gatewaytest.Editor(), access.OpSealRequest, raised, verification.Seal{Compartment: "general-l3"})
	w.Eventually("the raised one leaves", func() bool { return len(q.keys()) == 0 })
	caught(t, w, q)
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, task := range q.everHeld {
		if strings.HasPrefix(task, string(sealed)) {
			t.Errorf("%s was queued", task)
		}
	}
}

func TestAQueuerThatBeginsAgainDoesNoHarm(t *testing.T) {
	t.Parallel()
	w, q := world(t), newQueue()
	stop := w.Start(queuer(w, q).Run)
	history(t, w)
	caught(t, w, q)
	stop()
	first := q.keys()
	q.mu.Lock()
	q.positions["queue"] = record.Position{}
	q.mu.Unlock()
	w.Start(queuer(w, q).Run)
	id := w.Submit(gatewaytest.Partner("NG"), "again", w.Example("S01", nil)).ID
	want := slices.Sorted(slices.Values(append(first, "03 "+string(verification.NewTaskID(id, 1)))))
	w.Eventually("it reaches the end again", func() bool { return slices.Equal(q.keys(), want) })
	caught(t, w, q)

	q.fail(record.ErrUnavailable)
	w.Submit(gatewaytest.Partner("NG"), "away", w.Example("S01", nil))
	q.fail(nil)
	w.Eventually("it comes back by itself", func() bool { return len(q.keys()) == len(want)+1 })
}
