package follow_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/follow"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/record"
	"verigate/internal/statistics"
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

func verifier(w *gatewaytest.World, q *queue) follow.Verifier {
	return follow.Verifier{Journal: w.Journal, Keys: held(w), Log: w.Log, Rules: w.Rules, Board: w.Board, Queued: q.list}
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

// differencesOf says how the queues differ from the record.
func differencesOf(t *testing.T, w *gatewaytest.World, q *queue) []string {
	t.Helper()
	return slices.DeleteFunc(differences(t, verifier(w, q)), func(d string) bool { return !strings.HasPrefix(d, "queue") })
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
	apply := func(sequence uint64, rows board.Rows, counts statistics.Contribution) {
		t.Helper()
		u := board.Batch{After: at.Record, Upto: at.Record, Updates: []board.Update{{Sequence: sequence, Rows: rows, Counts: counts}}}
		if err := w.Board.Apply(t.Context(), u); err != nil {
			t.Fatal(err)
		}
	}
	states := w.Latest()
	changed := states[string(ids[0])].Rows
	changed.Request.Degree = verification.Flash
	apply(1000, changed, statistics.Of(w.Rules, states[string(ids[0])].Request, states[string(ids[0])].Clocks))
	foreign := states[string(ids[1])].Rows
	foreign.Request.ID = "0123456789abcdefghjkmnpqrs"
	foreign.Partner, foreign.Tasks = board.PartnerRow{}, nil
	apply(1, foreign, nil)
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

func (tomorrow) Owns(kind string) bool { return record.Requests{}.Owns(kind) }

func (tomorrow) Head(string) (string, []string) { return "c", []string{"never_heard_of.v9"} }

func (tomorrow) Kept(string) []string { return nil }

func (tomorrow) Decode([]byte) (string, error) { return "", nil }

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
	for name, damage := range map[string]func(*testing.T, *gatewaytest.World) record.Place{
		"a hole": func(t *testing.T, w *gatewaytest.World) record.Place {
			all, err := w.Log.Read(t.Context(), record.Request(string(w.Submit(gatewaytest.Partner("KE"), "hole", w.Example("S01", nil)).ID)))
			if err != nil {
				t.Fatal(err)
			}
			w.Journal.Remove(all[0].Place)
			return all[0].Place
		},
		"an unknown event": func(t *testing.T, w *gatewaytest.World) record.Place {
			kid, err := w.Vault.Take(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			s := record.Request("unknown")
			n, err := record.NewLog(w.Journal, w.Vault, tomorrow{}).Append(t.Context(), record.Entry[string]{Subject: s, KID: kid}, 0)
			if err != nil {
				t.Fatal(err)
			}
			return record.Place{Partition: s.In(record.Partitions), Sequence: n}
		},
		"bytes that were changed": func(t *testing.T, w *gatewaytest.World) record.Place {
			kid, err := w.Vault.Take(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			m := record.Sealed{Subject: record.Request("changed"), Header: record.Header{KID: kid, Command: "c", Kinds: []string{"claimed.v1"}, Wire: 1}, Data: []byte("x")}
			n, err := w.Journal.Append(t.Context(), m, 0)
			if err != nil {
				t.Fatal(err)
			}
			return record.Place{Partition: m.In(record.Partitions), Sequence: n}
		},
		"a foreign kind": func(t *testing.T, w *gatewaytest.World) record.Place {
			m := record.Sealed{Subject: record.Subject{Kind: "elsewhere", ID: "x"}, Header: record.Header{Command: "c", Kinds: []string{"x.v1"}, Wire: 1}, Data: []byte("x")}
			n, err := w.Journal.Append(t.Context(), m, 0)
			if err != nil {
				t.Fatal(err)
			}
			return record.Place{Partition: m.In(record.Partitions), Sequence: n}
		},
		"a lost key": func(t *testing.T, w *gatewaytest.World) record.Place {
			all, err := w.Log.Read(t.Context(), record.Request(string(w.Submit(gatewaytest.Partner("KE"), "lost", w.Example("S01", nil)).ID)))
			if err != nil {
				t.Fatal(err)
			}
			w.Keys.Lose(all[0].KID)
			return all[0].Place
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
				if !errors.As(err, &broken) || broken.Place != at {
					t.Errorf("%s ended with %v, want %v", follower, err, at)
				}
			}
			if w.Watch.Position().Has(at) {
				t.Errorf("the watch stands at %v, behind what cannot be read", w.Watch.Position())
			}
			if w.Watch.Current(w.Clock.Now()) == nil {
				t.Error("lists are served though the record cannot be followed")
			}
			if p, _ := w.Board.Position(t.Context()); p.Record.Has(at) {
				t.Errorf("the board stands at %v", p.Record)
			}
			got := strings.Join(differences(t, verifier(w, q)), "\n")
			if !strings.HasPrefix(got, "record ") || !strings.Contains(got, fmt.Sprintf("record %v", at)) {
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
