package follow_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"
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

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// load reads the reference data once for all tests: nothing changes it.
var load = sync.OnceValues(func() (*gatewaytest.Data, error) {
	dir, err := os.MkdirTemp("", "follow")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	return gatewaytest.Load(dir)
})

func world(t *testing.T) *gatewaytest.World {
	t.Helper()
	d, err := load()
	if err != nil {
		t.Fatal(err)
	}
	w := gatewaytest.New(t, d)
	if _, err := w.Board.Position(t.Context()); err != nil { // makes it ready
		t.Fatal(err)
	}
	return w
}

// queue is follow.Queue and follow.Positions in memory, by the promises of both. It can be away.
type queue struct {
	mu        sync.Mutex
	items     map[string]follow.Item // unit and task
	gone      map[string]uint64      // tombstones
	everHeld  []string               // every task that was ever put
	positions map[string]uint64
	moves     int
	most      int // tasks in one PutAll
	away      error
}

func newQueue() *queue {
	return &queue{items: map[string]follow.Item{}, gone: map[string]uint64{}, positions: map[string]uint64{}}
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

func (q *queue) Load(context.Context, string) (uint64, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.positions["queue"], q.away
}

func (q *queue) Save(_ context.Context, _ string, n uint64) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.positions["queue"] = max(q.positions["queue"], n)
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

func verifier(w *gatewaytest.World, q *queue) follow.Verifier {
	return follow.Verifier{Log: w.Log, Rules: w.Rules, Board: w.Board, Queued: q.list}
}

func differences(t *testing.T, v follow.Verifier) []string {
	t.Helper()
	report, err := v.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, d := range report.Differences {
		out = append(out, d.Where+" "+d.What)
	}
	return out
}

// history makes requests of every sort: routed, forwarded, answered, sealed, withdrawn, a notice.
func history(t *testing.T, w *gatewaytest.World) []verification.RequestID {
	t.Helper()
	var ids []verification.RequestID
	add := func(by verification.PartnerCode, key, sample string) verification.RequestID {
		id := w.Submit(gatewaytest.Partner(by), key, w.Example(sample, nil)).ID
		ids = append(ids, id)
		w.Clock.Move(time.Minute)
		return id
	}
	add("NG", "1", "S01")
	forwarded := add("NG", "2", "S01")
	forward(t, w, forwarded, "15")
	ids = append(ids, w.Answered("3"), w.Released("4"))
	add("AO", "5", "S12")
	withdrawn := add("NG", "6", "S01")
	w.Do(gatewaytest.Partner("NG"), access.OpWithdrawRequest, withdrawn, verification.Withdraw{})
	notice := add("WCO", "7", "S20")
	w.Claim(gatewaytest.Editor(), notice)
	if _, err := w.Gateway.Route(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpRouteRequest), notice, gateway.Routing{All: true}); err != nil {
		t.Fatal(err)
	}
	return ids
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

// caught waits until the queues are as the record says.
func caught(t *testing.T, w *gatewaytest.World, q *queue) {
	t.Helper()
	w.Eventually("the queues follow", func() bool { return len(differencesOf(t, w, q)) == 0 })
}

func TestWhatFollowsStepByStepIsWhatIsRebuilt(t *testing.T) {
	t.Parallel()
	for name, reader := range map[string]func(*gatewaytest.World) func(context.Context) error{
		"each reads for itself": func(*gatewaytest.World) func(context.Context) error {
			return func(context.Context) error { return nil }
		},
		"one reads for all": func(w *gatewaytest.World) func(context.Context) error { return windowed(w).Run },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world(t)
			rebuiltIsFollowed(t, w, reader(w))
		})
	}
}

// windowed opens the world's record through a window, which the gateway and all followers share.
func windowed(w *gatewaytest.World) follow.Reader {
	window := record.NewWindow(w.Journal)
	w.Log = record.NewLog(window, w.Vault, record.Requests{})
	w.Gateway = w.Another()
	w.Refollow()
	return follow.Reader{Window: window}
}

func rebuiltIsFollowed(t *testing.T, w *gatewaytest.World, reader func(context.Context) error) {
	q := newQueue()
	stop := w.Start(reader, w.Watcher.Run, w.Boarder.Run, queuer(w, q).Run)
	ids := history(t, w)
	w.Settle()
	caught(t, w, q)
	if got := differences(t, verifier(w, q)); len(got) != 0 {
		t.Errorf("differences: %v", got)
	}
	report, err := verifier(w, q).Verify(t.Context())
	if err != nil || report.Requests != len(ids) || report.Tasks != len(q.keys()) {
		t.Errorf("%d requests, %d tasks, %v", report.Requests, report.Tasks, err)
	}
	stop()
	before, err := board.Digest(t.Context(), w.Board)
	if err != nil {
		t.Fatal(err)
	}
	w.Board.Forget()
	if _, err := w.Board.Position(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := w.Boarder.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	again := newQueue()
	if err := queuer(w, again).Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	after, err := board.Digest(t.Context(), w.Board)
	if err != nil || before != after {
		t.Errorf("rebuilt is %s, incremental %s, %v", after, before, err)
	}
	if !slices.Equal(q.keys(), again.keys()) {
		t.Errorf("rebuilt queues %v, incremental %v", again.keys(), q.keys())
	}
	if got := differences(t, verifier(w, again)); len(got) != 0 {
		t.Errorf("after the rebuild: %v", got)
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
	var reached atomic.Uint64
	behind := queuer(w, q)
	behind.Reached = func(n uint64) {
		if got := differencesOf(t, w, q); n == end && len(got) != 0 {
			t.Errorf("told to be at the end: %v", got)
		}
		reached.Store(n)
	}
	w.Run(behind.Run)
	w.Eventually("it is at the end", func() bool { return reached.Load() == end })
	if q.most < 10 {
		t.Errorf("at most %d tasks were written at once", q.most)
	}
}

// differencesOf says how the queues differ from the record.
func differencesOf(t *testing.T, w *gatewaytest.World, q *queue) []string {
	t.Helper()
	return slices.DeleteFunc(differences(t, verifier(w, q)), func(d string) bool { return !strings.HasPrefix(d, "queue") })
}

func TestALotLeavesTheQueuesAsEachDecisionForItself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var steps []follow.Step
		states := map[string]follow.State{}
		for sequence := range uint64(rapid.IntRange(1, 40).Draw(t, "decisions")) {
			id := rapid.SampledFrom([]string{"r1", "r2", "r3"}).Draw(t, "request")
			before := states[id]
			after := follow.State{Sequence: sequence + 1, Request: verification.Request{ID: verification.RequestID(id), Version: before.Request.Version + 1, Intake: verification.Intake{Level: marking.L2}}}
			for n := range 3 {
				if rapid.Bool().Draw(t, "live") {
					after.Rows.Tasks = append(after.Rows.Tasks, board.QueueItem{
						Task: verification.TaskID(fmt.Sprint(id, "-", n)), Unit: "03",
						State: rapid.SampledFrom([]verification.TaskState{"offered", "accepted"}).Draw(t, "state"),
					})
				}
			}
			states[id] = after
			steps = append(steps, follow.Step{Entry: follow.Entry{Sequence: sequence + 1}, Before: before, After: after})
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

func TestAVerificationNamesWhatIsBroken(t *testing.T) {
	t.Parallel()
	w, q := world(t), newQueue()
	stop := w.Start(w.Watcher.Run, w.Boarder.Run, queuer(w, q).Run)
	ids := history(t, w)
	w.Settle()
	caught(t, w, q)
	stop()
	at, err := w.Board.Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	apply := func(sequence uint64, rows board.Rows) {
		t.Helper()
		u := board.Batch{After: at.Sequence, Upto: at.Sequence, Updates: []board.Update{{Sequence: sequence, Rows: rows}}}
		if err := w.Board.Apply(t.Context(), u); err != nil {
			t.Fatal(err)
		}
	}
	states := w.Latest()
	changed := states[string(ids[0])].Rows
	changed.Request.Degree = verification.Flash
	apply(at.Sequence+1, changed)
	foreign := states[string(ids[1])].Rows
	foreign.Request.ID = "0123456789abcdefghjkmnpqrs"
	foreign.Partner, foreign.Tasks = board.PartnerRow{}, nil
	apply(1, foreign)
	lost := states[string(ids[2])].Rows.Places()[0]
	w.Board.Lose(lost)
	keys := q.keys()
	broken := q.items[keys[0]]
	broken.Payload = []byte(`{"task":"` + broken.Task + `","state":"on_hold","degree":"flash"}`)
	q.items[keys[0]] = broken
	missing := keys[1]
	delete(q.items, missing)
	q.items["03 nothing-01"] = follow.Item{Unit: "03", Task: "nothing-01", Payload: []byte("{}")}

	got := strings.Join(differences(t, verifier(w, q)), "\n")
	for _, says := range []string{
		"board " + string(ids[0]) + ": stands at sequence",
		"board 0123456789abcdefghjkmnpqrs: is not in the record",
		"board " + string(ids[2]) + ": is missing from the list",
		"queue " + keys[0] + ": differs",
		"queue " + missing + ": is missing",
		"queue 03 nothing-01: has nothing to do there",
	} {
		if !strings.Contains(got, says) {
			t.Errorf("not said: %s\nin %s", says, got)
		}
	}
	if n := strings.Count(got, "\n") + 1; n != 6 {
		t.Errorf("%d differences:\n%s", n, got)
	}
	w.Board.Forget()
	if _, err := w.Board.Position(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(differences(t, verifier(w, q)), "\n"); !strings.Contains(got, "board "+string(ids[3])+": is missing") {
		t.Errorf("an empty board: %s", got)
	}
}

// tomorrow writes well sealed decisions of an event that this program does not know.
type tomorrow struct{}

func (tomorrow) Owns(kind string) bool          { return record.Requests{}.Owns(kind) }
func (tomorrow) Head(string) (string, []string) { return "c", []string{"never_heard_of.v9"} }
func (tomorrow) Decode([]byte) (string, error)  { return "", nil }
func (tomorrow) Encode(string) ([]byte, error) {
	return []byte(`{"v":1,"at":"2021-09-02T16:40:00Z","by":{},"command":"c","events":[{"kind":"never_heard_of.v9","data":{}}]}`), nil
}

// runs lists every follower of the record.
func runs(w *gatewaytest.World, q *queue) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"watcher": w.Watcher.Run, "boarder": w.Boarder.Run, "queuer": queuer(w, q).Run,
	}
}

func TestWhatCannotBeReadStopsEachFollowerAndIsNamed(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(*testing.T, *gatewaytest.World) uint64{
		"a hole": func(_ *testing.T, w *gatewaytest.World) uint64 {
			w.Journal.Remove(2)
			return 2
		},
		"an unknown event": func(t *testing.T, w *gatewaytest.World) uint64 {
			kid, err := w.Vault.Take(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			n, err := record.NewLog(w.Journal, w.Vault, tomorrow{}).Append(t.Context(), record.Entry[string]{Subject: record.Request("unknown"), KID: kid}, 0)
			if err != nil {
				t.Fatal(err)
			}
			return n
		},
		"bytes that were changed": func(t *testing.T, w *gatewaytest.World) uint64 {
			kid, err := w.Vault.Take(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			m := record.Sealed{Subject: record.Request("changed"), Header: record.Header{KID: kid, Command: "c", Kinds: []string{"claimed.v1"}, Wire: 1}, Data: []byte("x")}
			n, err := w.Journal.Append(t.Context(), m, 0)
			if err != nil {
				t.Fatal(err)
			}
			return n
		},
		"a foreign kind": func(t *testing.T, w *gatewaytest.World) uint64 {
			m := record.Sealed{Subject: record.Subject{Kind: "elsewhere", ID: "x"}, Header: record.Header{Command: "c", Kinds: []string{"x.v1"}, Wire: 1}, Data: []byte("x")}
			n, err := w.Journal.Append(t.Context(), m, 0)
			if err != nil {
				t.Fatal(err)
			}
			return n
		},
		"a lost key": func(t *testing.T, w *gatewaytest.World) uint64 {
			all, err := w.Log.Read(t.Context(), record.Request(string(w.Submit(gatewaytest.Partner("KE"), "lost", w.Example("S01", nil)).ID)))
			if err != nil {
				t.Fatal(err)
			}
			w.Keys.Lose(all[0].KID)
			return all[0].Sequence
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, q := world(t), newQueue()
			for n := range 3 {
				w.Submit(gatewaytest.Partner("NG"), fmt.Sprint(n), w.Example("S01", nil))
			}
			at := damage(t, w)
			w.Submit(gatewaytest.Partner("NG"), "behind", w.Example("S01", nil))
			w.ColdVault()
			w.Refollow()
			for follower, run := range runs(w, q) {
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				err := run(ctx)
				cancel()
				var broken *record.SequenceError
				if !errors.As(err, &broken) || broken.Sequence != at {
					t.Errorf("%s ended with %v, want sequence %d", follower, err, at)
				}
			}
			if w.Watch.Position() >= at {
				t.Errorf("the watch stands at %d, behind what cannot be read", w.Watch.Position())
			}
			if w.Watch.Current(w.Clock.Now()) == nil {
				t.Error("lists are served though the record cannot be followed")
			}
			if p, _ := w.Board.Position(t.Context()); p.Sequence >= at {
				t.Errorf("the board stands at %d", p.Sequence)
			}
			got := strings.Join(differences(t, verifier(w, q)), "\n")
			if !strings.Contains(got, fmt.Sprintf("record fold the record: record sequence %d", at)) {
				t.Errorf("verify says %s", got)
			}
		})
	}
}

func TestABoardThatComesBackIsCaughtUpByItself(t *testing.T) {
	t.Parallel()
	w := world(t)
	w.Run(w.Watcher.Run, w.Boarder.Run)
	w.Submit(gatewaytest.Partner("NG"), "1", w.Example("S01", nil))
	w.Settle()
	w.Board.Fail(board.ErrUnavailable)
	for n := range 20 {
		w.Submit(gatewaytest.Partner("NG"), fmt.Sprint("away ", n), w.Example("S01", nil))
	}
	w.Eventually("it says that it is away", w.Boarder.Away)
	w.Board.Fail(nil)
	w.Settle()
	w.Eventually("it says that it is back", func() bool { return !w.Boarder.Away() })
	if got := boardDifferences(t, w); len(got) != 0 {
		t.Errorf("after its return: %v", got)
	}
	w.Board.Forget() // it came back empty
	w.Submit(gatewaytest.Partner("NG"), "2", w.Example("S01", nil))
	w.Settle()
	if got := boardDifferences(t, w); len(got) != 0 {
		t.Errorf("after it forgot: %v", got)
	}
	if err := w.Boarder.Rebuild(t.Context()); err != nil { // beside the running follower
		t.Fatal(err)
	}
	w.Submit(gatewaytest.Partner("NG"), "3", w.Example("S01", nil))
	w.Settle()
	if got := boardDifferences(t, w); len(got) != 0 {
		t.Errorf("after a rebuild: %v", got)
	}
}

func boardDifferences(t *testing.T, w *gatewaytest.World) []string {
	t.Helper()
	q := newQueue()
	if err := queuer(w, q).Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	return differences(t, verifier(w, q))
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
	q.positions["queue"] = 0
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
