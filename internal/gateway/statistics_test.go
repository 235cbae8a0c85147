package gateway_test

import (
	"errors"
	"testing"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/statistics"
	"verigate/internal/verification"
)

// september is a query of the month in which worlds live.
func september(l statistics.Level, unit verification.UnitCode) statistics.Query {
	return statistics.Query{Level: l, Unit: unit, By: statistics.ByNone, From: "2021-09", To: "2021-09"}
}

func countedFor(t *testing.T, w *gatewaytest.World, by access.Caller, q statistics.Query) (gateway.Statistics, error) {
	t.Helper()
	return w.Gateway.Statistics(t.Context(), gatewaytest.Call(by, access.OpGetStatistics), q)
}

func TestEachReaderHasTheNumbersOfItsSlice(t *testing.T) {
	t.Parallel()
	w := running(t)
	w.Submit(gatewaytest.Partner("NG"), "1", w.Example("S01", nil)) // to 03
	forwarded := w.Submit(gatewaytest.Partner("NG"), "2", w.Example("S01", nil)).ID
	w.DoTask(gatewaytest.Officer("03"), access.OpAcceptTask, forwarded, 1, gatewaytest.Accept)
	w.DoTask(gatewaytest.Officer("03"), access.OpForwardTask, forwarded, 1, func(task verification.TaskID) verification.Command {
		return verification.ForwardTask{Task: task, Unit: "15", Code: "theirs"}
	})
	w.Settle()
	const forbidden = -1
	hq, dept, sub := statistics.Headquarters, statistics.Department, statistics.SubDepartment
	for _, c := range []struct {
		who  string
		by   access.Caller
		q    statistics.Query
		want int64
	}{
		{"the desk, of headquarters", gatewaytest.Editor(), september(hq, ""), 2},
		{"the desk, left open", gatewaytest.Outsider(), september("", ""), 2},
		{"the desk, of all departments", gatewaytest.Editor(), september(dept, ""), 3},
		{"the desk, of one", gatewaytest.Editor(), september(dept, "15"), 1},
		{"the desk, of one, the level left open", gatewaytest.Editor(), september("", "15"), 1},
		{"the lead", gatewaytest.Lead(), september(hq, ""), 2},
		{"a supervisor", gatewaytest.Supervisor(), september(hq, ""), 2},
		{"an auditor", gatewaytest.Auditor(), september(hq, ""), 2},
		{"a unit, left open", gatewaytest.Officer("15"), september("", ""), 1},
		{"a unit, its department", gatewaytest.Officer("03"), september(dept, ""), 2},
		{"a unit's lead", gatewaytest.Chief("03"), september(dept, "03"), 2},
		{"a unit, below", gatewaytest.Officer("03"), september(sub, ""), 0},
		{"a unit, another's", gatewaytest.Officer("03"), september(dept, "15"), forbidden},
		{"a unit, what is no unit", gatewaytest.Officer("03"), september(dept, "ZZ"), forbidden},
		{"a unit, headquarters", gatewaytest.Officer("03"), september(hq, ""), forbidden},
		{"an officer of no unit", gatewaytest.Officer(""), september(dept, ""), forbidden},
		{"a partner", gatewaytest.Partner("NG"), september(hq, ""), forbidden},
	} {
		got, err := countedFor(t, w, c.by, c.q)
		switch n := got.All.Figures().Received; {
		case c.want == forbidden:
			want(t, err, gateway.ErrForbidden)
		case err != nil || n != c.want:
			t.Errorf("%s: %d, want %d, %v", c.who, n, c.want, err)
		case got.AsOf.IsZero() || !got.StaleSince.IsZero():
			t.Errorf("%s: as of %s, stale since %s", c.who, got.AsOf, got.StaleSince)
		}
	}
}

func TestWhatIsSealedIsCountedForNobody(t *testing.T) {
	t.Parallel()
	w := running(t)
	open := w.Submit(gatewaytest.Partner("NG"), "1", w.Example("S01", nil)).ID
	w.Submit(gatewaytest.Partner("AO"), "2", w.Example("S12", nil)) // L3 from its arrival
	w.Settle()
	received := func(by access.Caller, q statistics.Query) int64 {
		t.Helper()
		got, err := countedFor(t, w, by, q)
		if err != nil {
			t.Fatal(err)
		}
		return got.All.Figures().Received
	}
	keeper, unit := gatewaytest.Editor(), gatewaytest.Officer("03")
	if h, u := received(keeper, september("", "")), received(unit, september("", "")); h != 1 || u != 1 {
		t.Errorf("headquarters %d, the unit %d", h, u)
	}
	w.Do(gatewaytest.Editor(), access.OpSealRequest, open, verification.Seal{Compartment: "general-l3"})
	w.Settle()
	if h, u := received(keeper, september("", "")), received(unit, september("", "")); h != 0 || u != 0 {
		t.Errorf("after sealing: headquarters %d, the unit %d", h, u)
	}
}

func TestWithoutABoardThereAreNoStatistics(t *testing.T) {
	t.Parallel()
	w := running(t)
	w.Board.Fail(board.ErrUnavailable)
	if _, err := countedFor(t, w, gatewaytest.Editor(), september("", "")); !errors.Is(err, gateway.ErrBoardUnavailable) {
		t.Errorf("%v", err)
	}
	w.Board.Fail(nil)
}
