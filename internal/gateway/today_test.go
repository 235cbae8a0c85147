package gateway_test

import (
	"os"
	"slices"
	"sync"
	"testing"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/directory"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/sla"
	"verigate/internal/statistics"
	"verigate/internal/verification"
)

var loadReal = sync.OnceValues(func() (*gatewaytest.Data, error) {
	dir, err := os.MkdirTemp("", "gateway")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	return gatewaytest.LoadReal(dir)
})

// on is a world that is no demonstration, at a moment in Hà Nội.
func on(t *testing.T, moment string, world func(testing.TB, *gatewaytest.Data) *gatewaytest.World) *gatewaytest.World {
	t.Helper()
	d, err := loadReal()
	if err != nil {
		t.Fatal(err)
	}
	w := world(t, d)
	w.Clock.Set(hanoi(t, moment))
	return w
}

func unitsOf(v gateway.View) []verification.UnitCode {
	var out []verification.UnitCode
	for _, task := range v.Request.Tasks {
		out = append(out, task.Unit)
	}
	return out
}

func candidatesOf(t *testing.T, w *gatewaytest.World, id verification.RequestID) []string {
	t.Helper()
	got, _, err := w.Gateway.Candidates(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetCandidates), id)
	if err != nil {
		t.Fatal(err)
	}
	var units []string
	for _, c := range got.Units {
		units = append(units, c.Unit)
	}
	return units
}

// Mon 2026-11-30, with the units of that day: routed by rule to region III, accepted, answered, released by another
// person, pulled, confirmed; the board, the queue and the numbers have it under the region.
func TestARecordFoundedTodayAnswersThroughARegion(t *testing.T) {
	t.Parallel()
	w := on(t, "2026-11-30T10:05:00", gatewaytest.Running)
	body := w.Example("S01", map[string]any{"urgency": map[string]any{"degree": "priority"}})
	c := w.Submit(gatewaytest.Partner("NG"), "k", body)
	v, err := w.Gateway.Get(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetRequest), c.ID)
	if err != nil || c.Status != verification.StatusInProgress || !slices.Equal(unitsOf(v), []verification.UnitCode{"KVIII"}) {
		t.Fatalf("%s with units %v, %v", c.Status, unitsOf(v), err)
	}
	task := verification.NewTaskID(c.ID, 1)
	if answer, ok := v.Clocks.Find(sla.Answer, task); !ok || answer.Calendar != "vn-1/north" {
		t.Errorf("the region answers on %q", answer.Calendar)
	}
	if total, ok := v.Clocks.Find(sla.Total, ""); !ok || total.Calendar != "vn-1/headquarters" {
		t.Errorf("the promise is counted on %q", total.Calendar)
	}

	region := gatewaytest.Officer("KVIII")
	_, err = w.Gateway.DoTask(t.Context(), gatewaytest.Call(gatewaytest.Officer("KVIV"), access.OpAcceptTask), task, gatewaytest.Accept(task))
	want(t, err, gateway.ErrHidden)
	w.DoTask(region, access.OpAcceptTask, c.ID, 1, gatewaytest.Accept)
	w.Settle()
	queue, err := w.Gateway.QueuePage(t.Context(), gatewaytest.Call(region, access.OpGetUnitQueue), board.Queue{Unit: "KVIII"}, gateway.Page{Limit: 10})
	if err != nil || len(queue.Items) != 1 || queue.Items[0].Task != task {
		t.Errorf("the region's queue holds %+v, %v", queue.Items, err)
	}
	rows, err := w.Gateway.BoardPage(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetBoard), board.Filter{Unit: "KVIII"}, gateway.Page{Limit: 10})
	if err != nil || len(rows.Items) != 1 {
		t.Errorf("the board has %d rows of the region, %v", len(rows.Items), err)
	}

	w.Answer(region, c.ID, 1, true,
		gatewaytest.Held(1, "ARRIVED", "Đã dỡ tại cảng."), gatewaytest.Held(2, "CONFIRMED", "Đại diện: ông Trần Văn Mẫu."), gatewaytest.Held(3, "SEIZED", "62 bao."))
	p := w.Prepare(gatewaytest.Editor(), c.ID, gateway.Edit{}).Request.Package
	w.Release(gatewaytest.Reviewer(), c.ID, p.Hash)
	answers := w.Pull(gatewaytest.Partner("NG"), c.ID)
	if len(answers) != 1 {
		t.Fatalf("%d answers", len(answers))
	}
	w.Do(gatewaytest.Partner("NG"), access.OpConfirmAnswer, c.ID, verification.Confirm{Release: 1})

	w.Settle()
	month := statistics.Query{Level: statistics.Department, By: statistics.ByNone, From: "2026-11", To: "2026-11"}
	for _, by := range []access.Caller{region, gatewaytest.Supervisor()} {
		month.Unit = "KVIII"
		if got, err := countedFor(t, w, by, month); err != nil || got.All.Figures().Received != 1 {
			t.Errorf("the numbers of the region for %s: %d, %v", by.Person, got.All.Figures().Received, err)
		}
	}
}

// inHaGiang asks about a place in Hà Giang.
func inHaGiang(w *gatewaytest.World, code string) []byte {
	return w.Example("S01", map[string]any{
		"urgency": map[string]any{"degree": "priority"}, "purpose.statement": "Fictional case.", "purpose.reasons_to_believe_held": nil,
		"subjects":  []any{map[string]any{"id": "s1", "kind": "place", "country": "VN", "subdivision": "VN-03"}},
		"questions": []any{map[string]any{"n": 1, "code": code, "text": "Did the lorry cross?", "subjects": []string{"s1"}}}, "attachments": nil, "links": nil,
	})
}

func TestARequestOfTheLastEveningKeepsItsDepartment(t *testing.T) {
	t.Parallel()
	w := on(t, "2025-02-28T23:50:00", gatewaytest.New)
	last := w.Submit(gatewaytest.Partner("NG"), "1", inHaGiang(w, "VEH"))
	w.Clock.Set(hanoi(t, "2025-03-01T00:10:00"))
	if again := w.Submit(gatewaytest.Partner("NG"), "1", inHaGiang(w, "VEH")); again.ID != last.ID {
		t.Error("a repeat after midnight is another request")
	}
	first := w.Submit(gatewaytest.Partner("NG"), "2", inHaGiang(w, "VEH"))
	for id, unit := range map[verification.RequestID]verification.UnitCode{last.ID: "10", first.ID: "KVVII"} {
		v, err := w.Gateway.Get(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetRequest), id)
		if err != nil || !slices.Equal(unitsOf(v), []verification.UnitCode{unit}) {
			t.Errorf("units %v, want %s, %v", unitsOf(v), unit, err)
		}
	}
	w.DoTask(gatewaytest.Officer("10"), access.OpAcceptTask, last.ID, 1, gatewaytest.Accept)
	forward := func(unit verification.UnitCode) (gateway.View, error) {
		return w.Gateway.Forward(t.Context(), gatewaytest.Call(gatewaytest.Officer("10"), access.OpForwardTask),
			verification.ForwardTask{Task: verification.NewTaskID(last.ID, 1), Unit: unit, Code: "theirs"})
	}
	_, err := forward("29")
	violated(t, err, "/unit", "unknown_value")
	v, err := forward("KVVII")
	want(t, err, nil)
	if !slices.Equal(unitsOf(v), []verification.UnitCode{"10", "KVVII"}) {
		t.Errorf("handed over to %v", unitsOf(v))
	}
	w.DoTask(gatewaytest.Officer("KVVII"), access.OpAcceptTask, last.ID, 2, gatewaytest.Accept)
	w.Answer(gatewaytest.Officer("KVVII"), last.ID, 2, true, gatewaytest.Held(1, "CONFIRMED", "Xe đã qua cửa khẩu."))
}

func TestTheDeskIsShownTheUnitsToWhichItMayRouteToday(t *testing.T) {
	t.Parallel()
	w := on(t, "2025-02-28T16:00:00", gatewaytest.New)
	id := w.Submit(gatewaytest.Partner("NG"), "k", inHaGiang(w, "TRV")).ID
	w.Claim(gatewaytest.Editor(), id)
	route := func(unit verification.UnitCode) error {
		_, err := w.Gateway.Route(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpRouteRequest), id,
			gateway.Routing{Assignments: []verification.Assignment{{Unit: unit, Questions: []int{1}}}})
		return err
	}
	if got := candidatesOf(t, w, id); !slices.Equal(got, []string{"10"}) {
		t.Errorf("candidates %v", got)
	}
	violated(t, route("KVVII"), "/assignments/0/unit", "unknown_value")
	w.Clock.Set(hanoi(t, "2025-03-01T08:00:00"))
	if got := candidatesOf(t, w, id); !slices.Equal(got, []string{"KVVII"}) {
		t.Errorf("candidates after the day %v", got)
	}
	violated(t, route("10"), "/assignments/0/unit", "unknown_value")
	want(t, route("KVVII"), nil)
}

func TestANoticeToAllReachesTheUnitsOfItsDay(t *testing.T) {
	t.Parallel()
	for moment, many := range map[string]int{"2025-02-28T16:00:00": 35, "2025-03-01T08:00:00": 20, "2026-11-30T08:00:00": 20} {
		w := on(t, moment, gatewaytest.New)
		c := w.Submit(gatewaytest.Partner("WCO"), "k", w.Example("S20", map[string]any{"campaign": "golden-strike-2021"}))
		w.Claim(gatewaytest.Editor(), c.ID)
		v, err := w.Gateway.Route(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpRouteRequest), c.ID, gateway.Routing{All: true})
		if err != nil || len(v.Request.Tasks) != many {
			t.Errorf("on %s %d notices, want %d, %v", moment, len(v.Request.Tasks), many, err)
		}
		for i, task := range v.Request.Tasks {
			v = w.DoTask(gatewaytest.Officer(task.Unit), access.OpAcceptTask, c.ID, i+1, gatewaytest.Accept)
		}
		if v.Request.State != verification.Closed || v.Request.Outcome != verification.CodeCirculated {
			t.Errorf("on %s the notice that all have read is %s", moment, v.Request.State)
		}
	}
}

func TestASealedTaskOfARegionIsItsFocalPoints(t *testing.T) {
	t.Parallel()
	w := on(t, "2026-11-30T10:05:00", gatewaytest.New)
	nominated, err := w.Directory().WithFocalPoint(directory.FocalPoint{
		Unit: "KVIII", Person: "p_officer_KVIII", Validity: directory.Validity{From: "2026-11-01"},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.SetDirectory(nominated)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", map[string]any{"handling.tlp": "RED"})).ID
	w.Claim(gatewaytest.Editor(), id)
	v, err := w.Gateway.Route(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpRouteRequest), id,
		gateway.Routing{Assignments: []verification.Assignment{{Unit: "KVIII", Questions: []int{1, 2, 3}}}})
	if err != nil || len(v.Request.Tasks) != 1 || !slices.Equal(v.Request.Tasks[0].Officers, []verification.PersonID{"p_officer_KVIII"}) {
		t.Fatalf("tasks %+v, %v", v.Request.Tasks, err)
	}
	w.DoTask(gatewaytest.Officer("KVIII"), access.OpAcceptTask, id, 1, gatewaytest.Accept)
	colleague := gatewaytest.Officer("KVIII")
	colleague.Person = "p_colleague_KVIII"
	_, _, err = w.Gateway.Task(t.Context(), gatewaytest.Call(colleague, access.OpGetTask), verification.NewTaskID(id, 1))
	want(t, err, gateway.ErrHidden)
}
