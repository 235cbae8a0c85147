package gateway_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/marking"
	"verigate/internal/record"
	"verigate/internal/sla"
	"verigate/internal/statistics"
	"verigate/internal/verification"
)

// numbers are all that a reader is told of many requests.
type numbers struct {
	Tiles  *board.Counters
	Counts map[string][]statistics.Row
	All    map[string]statistics.Counts
	Listed []board.MilestoneRow // of which briefings make their numbers
}

func numbersOf(t *testing.T, w *gatewaytest.World, by access.Caller) numbers {
	t.Helper()
	out := numbers{Counts: map[string][]statistics.Row{}, All: map[string]statistics.Counts{}}
	page, err := w.Gateway.BoardPage(t.Context(), gatewaytest.Call(by, access.OpGetBoard), board.Filter{}, gateway.Page{Limit: 1})
	if err == nil && page.Counters != nil {
		out.Tiles = page.Counters
		out.Tiles.AsOf = board.Position{}
	}
	told := board.MilestoneFilter{From: w.Clock.Now().AddDate(0, -3, 0), Until: w.Clock.Now()}
	if list, err := w.Gateway.MilestonePage(t.Context(), gatewaytest.Call(by, access.OpListMilestones), told, gateway.Page{Limit: 200}); err == nil {
		out.Listed = list.Items
	}
	for _, q := range queries() {
		for kind, read := range map[string]func() (gateway.Statistics, error){
			"list": func() (gateway.Statistics, error) { return countedFor(t, w, by, q) },
			"file": func() (gateway.Statistics, error) {
				return w.Gateway.ExportStatistics(t.Context(), gatewaytest.Call(by, access.OpExportStatistics), q)
			},
		} {
			if got, err := read(); err == nil {
				name := fmt.Sprint(kind, " ", q)
				out.Counts[name], out.All[name] = got.Rows, got.All
			}
		}
	}
	return out
}

func queries() []statistics.Query {
	var all []statistics.Query
	for _, level := range []statistics.Level{"", statistics.Headquarters, statistics.Department, statistics.SubDepartment} {
		for _, by := range []statistics.By{statistics.ByNone, statistics.ByPartner, statistics.ByCampaign, statistics.ByDegree} {
			q := september(level, "")
			q.By = by
			all = append(all, q)
		}
	}
	return all
}

// received is the sum over a department's numbers, or over headquarters'.
func (n numbers) received(l statistics.Level) int64 {
	return n.All[fmt.Sprint("list ", september(l, ""))].Figures().Received
}

func route(t *testing.T, w *gatewaytest.World, id verification.RequestID, r gateway.Routing) {
	t.Helper()
	if _, err := w.Gateway.Route(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpRouteRequest), id, r); err != nil {
		t.Fatal(err)
	}
}

func excluding(persons ...access.Caller) (x verification.Exclusion) {
	for _, p := range persons {
		x.Persons = append(x.Persons, p.Person)
	}
	return x
}

// told is a history with, or without, one request that excludes those persons.
func told(t *testing.T, with bool, excluded ...access.Caller) *gatewaytest.World {
	t.Helper()
	w := running(t)
	w.Submit(gatewaytest.Partner("NG"), "1", w.Example("S01", nil))
	w.Submit(gatewaytest.Partner("KE"), "2", w.Example("S01", map[string]any{"urgency.degree": "flash"}))
	if with {
		id := w.Submit(gatewaytest.Partner("TH"), "3", w.Example("S03", nil)).ID
		w.Claim(gatewaytest.Editor(), id)
		route(t, w, id, gateway.Routing{
			Assignments: []verification.Assignment{{Unit: "30", Questions: []int{1, 2}}, {Unit: "03", Questions: []int{1, 3}}},
			Exclude:     excluding(excluded...),
		})
		w.DoTask(gatewaytest.Chief("30"), access.OpAcceptTask, id, 1, gatewaytest.Accept)
	}
	w.Clock.Move(40 * 24 * time.Hour)
	w.Settle()
	return w
}

func TestNumbersAreThoseOfARecordWithoutWhatExcludesTheReader(t *testing.T) {
	t.Parallel()
	excluded := []access.Caller{
		gatewaytest.Outsider(), gatewaytest.Reviewer(), gatewaytest.Supervisor(), gatewaytest.Auditor(),
		gatewaytest.Officer("03"), gatewaytest.Officer("30"),
	}
	with, without := told(t, true, excluded...), told(t, false)
	for _, by := range excluded {
		got := numbersOf(t, with, by)
		if diff := cmp.Diff(numbersOf(t, without, by), got); diff != "" {
			t.Errorf("%s is told of it:\n%s", by.Person, diff)
		}
		if len(got.Counts) == 0 {
			t.Errorf("%s reads no statistics", by.Person)
		}
	}
	for _, by := range []access.Caller{gatewaytest.Outsider(), gatewaytest.Third(), gatewaytest.Supervisor()} {
		if got := numbersOf(t, with, by); got.Tiles == nil || len(got.Listed) == 0 {
			t.Errorf("%s has no tiles, or no briefing", by.Person)
		}
	}
	all := told(t, true) // excludes nobody
	for _, by := range []access.Caller{
		gatewaytest.Editor(), gatewaytest.Third(), gatewaytest.Lead(), gatewaytest.Chief("03"), gatewaytest.Chief("30"), gatewaytest.Officer("45"),
	} {
		if diff := cmp.Diff(numbersOf(t, all, by), numbersOf(t, with, by)); diff != "" {
			t.Errorf("%s is not excluded and is told less:\n%s", by.Person, diff)
		}
	}
	if hq, unit := numbersOf(t, with, gatewaytest.Third()).received(statistics.Headquarters), numbersOf(t, with, gatewaytest.Chief("03")).received(statistics.Department); hq != 3 || unit != 3 {
		t.Errorf("others are counted %d, %d", hq, unit)
	}
}

func TestAnExcludedUnitsMembersAreNotCountedItsOwnTask(t *testing.T) {
	t.Parallel()
	w := running(t)
	id := w.Submit(gatewaytest.Partner("TH"), "1", w.Example("S03", nil)).ID
	w.Claim(gatewaytest.Editor(), id)
	route(t, w, id, gateway.Routing{Assignments: []verification.Assignment{{Unit: "30", Questions: []int{1, 2, 3}}}})
	w.DoTask(gatewaytest.Officer("30"), access.OpDeclineTask, id, 1, func(task verification.TaskID) verification.Command {
		return verification.DeclineTask{Task: task, Code: "not_ours"}
	})
	count := func(by access.Caller) int64 {
		t.Helper()
		w.Settle()
		return numbersOf(t, w, by).received(statistics.Department)
	}
	if n := count(gatewaytest.Officer("30")); n != 1 {
		t.Fatalf("before: %d", n)
	}
	route(t, w, id, gateway.Routing{
		Assignments: []verification.Assignment{{Unit: "45", Questions: []int{1, 2, 3}}},
		Exclude:     verification.Exclusion{Units: []verification.UnitCode{"30"}},
	})
	for _, c := range []struct {
		by   access.Caller
		want int64
	}{
		{gatewaytest.Officer("30"), 0},
		{gatewaytest.Chief("30"), 0},
		{gatewaytest.Officer("45"), 1},
		{gatewaytest.Third(), 2}, // a task of each
	} {
		if got := count(c.by); got != c.want {
			t.Errorf("%s: %d, not %d", c.by.Person, got, c.want)
		}
	}
}

// A unit reads no case that has ended and is counted it still: that somebody else is excluded must not show.
func TestWhatHasEndedIsCountedForWhoIsNotExcluded(t *testing.T) {
	t.Parallel()
	w := running(t)
	id := w.Submit(gatewaytest.Partner("NG"), "1", w.Example("S01", nil)).ID
	w.Claim(gatewaytest.Editor(), id)
	colleague := gatewaytest.Officer("03")
	route(t, w, id, gateway.Routing{
		Assignments: []verification.Assignment{{Unit: "15", Questions: []int{1}}}, Exclude: excluding(colleague),
	})
	w.Do(gatewaytest.Partner("NG"), access.OpWithdrawRequest, id, verification.Withdraw{})
	w.DoTask(gatewaytest.Chief("03"), access.OpAcknowledgeStop, id, 1, func(task verification.TaskID) verification.Command {
		return verification.AcknowledgeStop{Task: task}
	})
	w.Settle()
	for _, c := range []struct {
		by   access.Caller
		want int64
	}{{gatewaytest.Chief("03"), 1}, {colleague, 0}, {gatewaytest.Officer("15"), 1}} {
		if got := numbersOf(t, w, c.by).received(statistics.Department); got != c.want {
			t.Errorf("%s: %d, not %d", c.by.Person, got, c.want)
		}
	}
}

func TestAnExclusionCountsThoughTheBoardDoesNotKnowOfIt(t *testing.T) {
	t.Parallel()
	w := still(t)
	stop := w.Start(w.Watcher.Run, w.Boarder.Run)
	id := w.Submit(gatewaytest.Partner("TH"), "1", w.Example("S03", nil)).ID
	w.Settle()
	stop()
	w.Run(w.Watcher.Run) // the board stays as it is
	w.Claim(gatewaytest.Editor(), id)
	route(t, w, id, gateway.Routing{
		Assignments: []verification.Assignment{{Unit: "30", Questions: []int{1, 2, 3}}}, Exclude: excluding(gatewaytest.Outsider()),
	})
	end, _ := w.Journal.Last(t.Context())
	w.Eventually("the watch follows", func() bool { return w.Watch.Confirm(end, w.Clock.Now()) })
	if got := numbersOf(t, w, gatewaytest.Outsider()); got.Tiles.Open != 0 || got.received(statistics.Headquarters) != 0 {
		t.Errorf("an excluded person is told %+v", got)
	}
	if got := numbersOf(t, w, gatewaytest.Third()); got.Tiles.Open != 1 || got.received(statistics.Headquarters) != 1 {
		t.Errorf("another is told %+v", got)
	}
}

func TestWhoIsExcludedFromTooMuchIsToldNoNumbersAndStillHasTheBoard(t *testing.T) {
	t.Parallel()
	w := running(t)
	w.Submit(gatewaytest.Partner("NG"), "1", w.Example("S01", nil))
	w.Settle()
	exclude := func(n int) {
		w.Watch.Apply(record.Place{}, verification.Request{
			ID: verification.RequestID(fmt.Sprint("r", n)), State: verification.WithUnits, Intake: verification.Intake{Level: marking.L2},
			Excluded: excluding(gatewaytest.Outsider()),
		}, nil)
	}
	for n := range gateway.MostConflicts {
		exclude(n)
	}
	if got := numbersOf(t, w, gatewaytest.Outsider()); got.Tiles == nil || got.Tiles.Open != 1 || got.received(statistics.Headquarters) != 1 {
		t.Errorf("at the limit: %+v", got)
	}
	exclude(gateway.MostConflicts)
	_, err := countedFor(t, w, gatewaytest.Outsider(), september("", ""))
	want(t, err, gateway.ErrTooManyConflicts)
	if got := numbersOf(t, w, gatewaytest.Outsider()); got.Tiles != nil || len(got.Counts) != 0 {
		t.Errorf("beyond it: %+v", got)
	}
	if got := boardOf(t, w, gatewaytest.Outsider(), board.Filter{}); len(got) != 1 {
		t.Errorf("the board has %d rows", len(got))
	}
	if got := numbersOf(t, w, gatewaytest.Third()); got.Tiles == nil || got.received(statistics.Headquarters) != 1 {
		t.Errorf("another is told %+v", got)
	}
}

// The desk learns of a conflict of interest when the unit has the task already.
func TestToExcludeTheUnitThatHasTheTaskLeavesTheRequestToBeAnswered(t *testing.T) {
	t.Parallel()
	w := running(t)
	id := w.Submit(gatewaytest.Partner("NG"), "1", w.Example("S01", nil)).ID
	w.DoTask(gatewaytest.Officer("03"), access.OpAcceptTask, id, 1, gatewaytest.Accept)
	w.Clock.Move(time.Hour)
	route(t, w, id, gateway.Routing{
		Assignments: []verification.Assignment{{Unit: "30", Questions: []int{1, 2, 3}}},
		Exclude:     verification.Exclusion{Units: []verification.UnitCode{"03"}},
	})
	w.Settle()
	for _, unit := range []verification.UnitCode{"03", "30"} {
		by := gatewaytest.Officer(unit)
		got, err := w.Gateway.QueuePage(t.Context(), gatewaytest.Call(by, access.OpGetUnitQueue), board.Queue{Unit: unit}, gateway.Page{Limit: 9})
		if err != nil || (len(got.Items) == 1) != (unit == "30") {
			t.Errorf("unit %s has %+v, %v", unit, got.Items, err)
		}
	}
	_, _, err := w.Gateway.Task(t.Context(), gatewaytest.Call(gatewaytest.Officer("03"), access.OpGetTask), verification.NewTaskID(id, 1))
	want(t, err, gateway.ErrHidden)
	w.Clock.Move(30 * time.Minute)
	w.DoTask(gatewaytest.Officer("30"), access.OpAcceptTask, id, 2, gatewaytest.Accept)
	v := w.Answer(gatewaytest.Officer("30"), id, 2, true,
		gatewaytest.Held(1, "ARRIVED", "a"), gatewaytest.Held(2, "CONFIRMED", "b"), gatewaytest.Held(3, "SEIZED", "c"))
	for _, c := range v.Clocks {
		if c.Task == verification.NewTaskID(id, 1) && c.State != sla.Stopped {
			t.Errorf("%s runs on against the unit that has the task no more", c.Name)
		}
	}
	if v.Request.State != verification.InReview {
		t.Fatalf("%s", v.Request.State)
	}
	v = w.Prepare(gatewaytest.Editor(), id, gateway.Edit{})
	if v = w.Release(gatewaytest.Reviewer(), id, v.Request.Package.Hash); v.Request.State != verification.Answered {
		t.Errorf("%s", v.Request.State)
	}
}

// A sealed matter names one officer of the unit, who must not know of it any more: another of the unit is given it.
func TestTheTaskOfAnExcludedOfficerIsGivenToAnotherOfTheUnit(t *testing.T) {
	t.Parallel()
	w := running(t)
	id := w.Submit(gatewaytest.Partner("AO"), "1", w.Example("S12", nil)).ID
	w.Claim(gatewaytest.Editor(), id)
	first, other := gatewaytest.Officer("01"), gatewaytest.Officer("01")
	other.Person = "p_colleague_01"
	to := func(by access.Caller) []verification.Assignment {
		return []verification.Assignment{{Unit: "01", Questions: []int{1, 2}, Officers: []verification.PersonID{by.Person}}}
	}
	route(t, w, id, gateway.Routing{Assignments: to(first)})
	w.DoTask(first, access.OpAcceptTask, id, 1, gatewaytest.Accept)
	route(t, w, id, gateway.Routing{Assignments: to(other), Exclude: excluding(first)})
	_, _, err := w.Gateway.Task(t.Context(), gatewaytest.Call(first, access.OpGetTask), verification.NewTaskID(id, 1))
	want(t, err, gateway.ErrHidden)
	if v := w.DoTask(other, access.OpAcceptTask, id, 2, gatewaytest.Accept); v.Request.Tasks[0].State != verification.TaskStopped {
		t.Errorf("the first task is %s", v.Request.Tasks[0].State)
	}
}
