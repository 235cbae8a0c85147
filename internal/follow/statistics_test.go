package follow_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"verigate/internal/board"
	"verigate/internal/follow"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/marking"
	"verigate/internal/rdb"
	"verigate/internal/rdb/redistest"
	"verigate/internal/record"
	"verigate/internal/statistics"
	"verigate/internal/verification"
)

// busy plays commands that may well be allowed on a few requests, past every edge.
type busy struct {
	*gatewaytest.World
	random *rand.Rand
	ids    []verification.RequestID
}

func newBusy(w *gatewaytest.World, seed uint64) *busy {
	b := &busy{World: w, random: rand.New(rand.NewPCG(seed, 0))}
	for i, sample := range []string{"S01", "S01", "S12", "S01", "S01"} {
		b.ids = append(b.ids, w.Submit(gatewaytest.Partner("NG"), fmt.Sprint("busy", i), w.Example(sample, nil)).ID)
		w.Clock.Move(time.Minute)
	}
	return b
}

// play tries commands until so many were decided.
func (b *busy) play(decisions int) {
	b.Helper()
	for done := 0; done < decisions; {
		b.Clock.Move(time.Duration(b.random.Int64N(int64(3 * time.Hour))))
		id := b.ids[b.random.IntN(len(b.ids))]
		if b.try(id) {
			done++
		}
	}
}

func (b *busy) try(id verification.RequestID) bool {
	b.Helper()
	history, err := b.Log.Read(b.Context(), record.Request(string(id)))
	if err != nil {
		b.Fatal(err)
	}
	var decisions []verification.Decision
	for _, h := range history {
		decisions = append(decisions, h.Decision)
	}
	r, clocks, _, err := board.Fold(b.Rules, decisions...)
	if err != nil {
		b.Fatal(err)
	}
	by, command := b.any(r)
	if step, ok := clocks.Next(b.Clock.Now()); ok && b.random.IntN(3) == 0 {
		by, command = verification.System(), verification.ReachStep{Step: step}
	}
	last := history[len(history)-1].Sequence
	stamp := verification.Stamp{At: b.Clock.Now(), By: by, Command: verification.CommandID(fmt.Sprint("busy-", last))}
	events, err := verification.Decide(r, verification.Order{Stamp: stamp, Command: command})
	if err != nil || len(events) == 0 {
		return false // a refusal changes nothing
	}
	d := verification.Decision{Stamp: stamp, Events: events}
	after := r.Apply(d)
	then, err := b.Rules.Apply(clocks, r, after, d)
	if err != nil {
		b.Fatal(err)
	}
	d.Events = append(d.Events, b.Rules.Missed(clocks, then, after, stamp.At)...)
	e := record.Entry[verification.Decision]{
		Subject: record.Request(string(id)), KID: history[len(history)-1].KID, Version: r.Version, Decision: d,
	}
	if _, err := b.Log.Append(b.Context(), e, last); err != nil {
		b.Fatal(err)
	}
	return true
}

func (b *busy) any(r verification.Request) (verification.Actor, verification.Command) {
	desk, lead := gatewaytest.Editor().Actor, gatewaytest.Lead().Actor
	on := b.task(r)
	id := on.Task
	unit := gatewaytest.Officer(on.Unit).Actor
	other := []verification.UnitCode{"03", "02", "33", "15", "A1K2"}[b.random.IntN(5)]
	switch b.random.IntN(20) {
	case 0, 1, 2:
		return unit, verification.AcceptTask{Task: id}
	case 3, 4, 5:
		return unit, answer(on)
	case 6, 7:
		return unit, verification.ForwardTask{Task: id, Unit: other, Code: "theirs"}
	case 8:
		return unit, verification.HoldTask{Task: id, Code: "laboratory"}
	case 9:
		return unit, verification.ResumeTask{Task: id}
	case 10:
		return lead, verification.RejectHold{Task: id, Code: "no"}
	case 11:
		return gatewaytest.Reviewer().Actor, verification.ReturnTask{Task: id, Code: "incomplete"}
	case 12:
		return unit, verification.AssignTask{Task: id, Officers: []verification.PersonID{unit.Person}, SubDepartment: fmt.Sprint(on.Unit, "A", b.random.IntN(2))}
	case 13:
		return desk, verification.AskPartner{Code: "which"}
	case 14:
		return gatewaytest.Partner("NG").Actor, verification.ReplyToClarification{Body: []byte(`{}`)}
	case 15:
		return lead, verification.ChangeDegree{
			Degree: []verification.Degree{verification.Flash, verification.Urgent, verification.Routine}[b.random.IntN(3)], Code: "reassessed",
			DueAt: b.Clock.Now().Add(20 * time.Hour),
		}
	case 16:
		return desk, verification.ExplainBreach{N: 1 + b.random.IntN(3), Code: "workload"}
	case 17:
		return lead, verification.AnnulBreach{N: 1 + b.random.IntN(6), Code: "clock_error"}
	case 18:
		if r.ID == b.ids[0] && len(r.Breaches) > 2 {
			return desk, verification.Seal{Compartment: "drugs", Reason: "found later"}
		}
	}
	return desk, verification.Claim{}
}

// task draws a task, sooner one that is worked on.
func (b *busy) task(r verification.Request) verification.Task {
	for try := 0; len(r.Tasks) > 0; try++ {
		if t := r.Tasks[b.random.IntN(len(r.Tasks))]; try > 2 || t.State.Live() {
			return t
		}
	}
	return verification.Task{}
}

func answer(t verification.Task) verification.Command {
	c := verification.AnswerTask{Task: t.Task, Final: true, Level: marking.L1}
	for _, q := range t.Questions {
		c.Questions = append(c.Questions, verification.QuestionAnswer{N: q, Result: verification.CannotSay, Code: "no_register"})
	}
	return c
}

// recount folds the record and counts.
func (b *busy) recount() statistics.Tally {
	all := statistics.Tally{}
	for _, s := range b.Latest() {
		all.Add(statistics.Of(b.Rules, s.Request, s.Clocks), 1)
	}
	return all
}

// offStatistics are the differences of the statistics alone.
func offStatistics(t *testing.T, w *gatewaytest.World, to board.Store) []string {
	t.Helper()
	v := follow.Verifier{Journal: w.Journal, Keys: held(w), Log: w.Log, Rules: w.Rules, Board: to, Queued: newQueue().list}
	return slices.DeleteFunc(differences(t, v), func(d string) bool { return !strings.HasPrefix(d, "statistics") })
}

// Two followers write the same board. Both come and go, the board is rebuilt under their hands and lost, and still the
// counters are those of a recount.
func TestCountersAreARecountHoweverTheRecordWasFollowed(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a history is followed by two that come and go, over two kinds of board, 4 s")
	}
	t.Parallel()
	boards := map[string]func(*testing.T) [2]board.Store{
		"redis-server": func(t *testing.T) [2]board.Store {
			addr := redistest.Start(t)
			var out [2]board.Store
			for i := range out {
				s := rdb.Open(rdb.Options{Addrs: []string{addr}}, open{})
				t.Cleanup(func() { _ = s.Close() })
				out[i] = s
			}
			return out
		},
		"miniredis": func(t *testing.T) [2]board.Store {
			s, err := rdb.Embedded(open{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			return [2]board.Store{s, s}
		},
	}
	for name, start := range boards {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world(t)
			b := newBusy(w, 7)
			followed(t, b, start(t))
		})
	}
}

func followed(t *testing.T, b *busy, boards [2]board.Store) {
	run := func(s board.Store) func() { return b.Start(boarder(b.World, s).Run) }
	for range 6 {
		stop := run(boards[0])
		b.play(15)
		also := run(boards[1])
		b.play(15)
		stop()
		if b.random.IntN(2) == 0 {
			if err := boarder(b.World, boards[1]).Rebuild(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		b.play(10)
		also()
	}
	b.Run(boarder(b.World, boards[0]).Run)
	b.Eventually("the board follows", func() bool { return len(offStatistics(t, b.World, boards[0])) == 0 })
	happened(t, b.recount())
}

// happened says whether the history had all in it that could be counted wrongly.
func happened(t *testing.T, recount statistics.Tally) {
	t.Helper()
	met := map[statistics.Counter]bool{}
	levels := map[statistics.Level]bool{}
	for cell, counts := range recount {
		levels[cell.Level] = true
		for name := range counts {
			word, _, _ := strings.Cut(string(name), ":")
			met[statistics.Counter(word)] = true
		}
		waited := int64(0)
		for name, n := range counts {
			if strings.HasPrefix(string(name), "now:") {
				waited += n
			}
		}
		if waited != counts["open"] || counts["received"] != counts["open"]+counts["answered"]+counts["ended"] {
			t.Errorf("%s does not add up: %v", cell, counts)
		}
	}
	if len(levels) != 3 {
		t.Errorf("levels met: %v", levels)
	}
	for _, name := range []statistics.Counter{"received", "open", "tasks", "forwarded", "answers", "returned", "breaches", "cause", "late", "took", "spent"} {
		if !met[name] {
			t.Errorf("nothing was counted as %s", name)
		}
	}
	if got := recount[statistics.Cell{Month: "2021-09", Level: statistics.Headquarters, By: statistics.ByNone}]["received"]; got != 3 {
		t.Errorf("%d are counted, two of five are sealed", got)
	}
}

func TestAVerificationNamesEachCellThatDiffers(t *testing.T) {
	t.Parallel()
	w := world(t)
	w.Submit(gatewaytest.Partner("NG"), "1", w.Example("S01", nil))
	stop := w.Start(w.Watcher.Run, w.Boarder.Run)
	w.Settle()
	stop()
	if got := offStatistics(t, w, w.Board); len(got) != 0 {
		t.Fatalf("a sound board: %v", got)
	}
	cell := statistics.Cell{Month: "2021-09", Level: statistics.Headquarters, By: statistics.ByPartner, Value: "NG"}
	w.Board.Miscount(cell, "received", 2)
	w.Board.Miscount(cell, "returned", 1)
	gone := statistics.Cell{Month: "2021-09", Level: statistics.Department, Unit: "03", By: statistics.ByNone}
	counted, err := w.Board.Counted(context.Background(), []statistics.Sheet{statistics.AllCells})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range counted.Cells {
		for name, n := range c.Counts {
			if c.Cell == gone {
				w.Board.Miscount(gone, name, -n)
			}
		}
	}
	want := []string{
		"statistics 2021-09 department 03 by none: is missing",
		"statistics 2021-09 headquarters by partner NG: received is 3, by the record 1; returned is 1, by the record 0",
	}
	if got := offStatistics(t, w, w.Board); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
