package gateway_test

import (
	"errors"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/verification"
)

// screenOf is a screen that shows a unit's wall.
func screenOf(unit verification.UnitCode) access.Caller {
	p := access.Principal{ID: "p_screen", System: true, Label: "x", Roles: []verification.Role{verification.RoleScreen}, Unit: unit}
	return p.Caller("k")
}

func wallOf(t *testing.T, w *gatewaytest.World, unit verification.UnitCode) gateway.Wall {
	t.Helper()
	got, err := w.Gateway.Wall(t.Context(), gatewaytest.Call(screenOf(unit), access.OpGetWall))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestAWallHasWhatItsUnitHasToDo(t *testing.T) {
	t.Parallel()
	w := running(t)
	for _, key := range []string{"1", "2"} {
		w.Submit(gatewaytest.Partner("NG"), key, w.Example("S01", nil)) // to 03
	}
	w.Settle()
	all, mine, other := wallOf(t, w, verification.DeskUnit), wallOf(t, w, "03"), wallOf(t, w, "15")
	if all.Unit != "" || all.Open != 2 || len(all.Timers) != 2 || len(all.Bars) != 1 || all.Bars[0] != (gateway.Bar{Unit: "03", Open: 2}) {
		t.Errorf("headquarters: %+v", all)
	}
	if mine.Unit != "03" || mine.Open != 2 || len(mine.Timers) != 2 || len(mine.Bars) != 1 || mine.Bars[0].Degree != all.Timers[0].Degree || mine.Bars[0].Open != 2 {
		t.Errorf("the unit: %+v", mine)
	}
	if n := len(all.Months); n != 6 || all.Months[n-1].Month != "2021-09" || all.Months[n-1].Received != 2 || all.Months[0].Received != 0 {
		t.Errorf("months %+v", all.Months)
	}
	if other.Open != 0 || len(other.Timers) != 0 || len(other.Bars) != 0 || other.Months[5].Received != 0 {
		t.Errorf("another unit: %+v", other)
	}
	if all.AsOf.IsZero() || !all.StaleSince.IsZero() {
		t.Errorf("as of %s, stale since %s", all.AsOf, all.StaleSince)
	}
	first := mine.Timers[0].DueAt
	if !mine.Timers[1].DueAt.Equal(first) && mine.Timers[1].DueAt.Before(first) {
		t.Errorf("not by time left: %+v", mine.Timers)
	}
	w.Clock.Set(first.Add(-30 * time.Minute))
	w.Settle()
	if soon := wallOf(t, w, "03"); soon.Soon == 0 || soon.Overdue != 0 {
		t.Errorf("half an hour before it is due: %+v", soon)
	}
	w.Clock.Set(first)
	w.Settle()
	if late := wallOf(t, w, "03"); late.Overdue == 0 {
		t.Errorf("when it is due: %+v", late)
	}
}

// TestWhatIsSealedIsInNothingOfAWall: neither in times nor in sums, also in the moment before the board knows.
func TestWhatIsSealedIsInNothingOfAWall(t *testing.T) {
	t.Parallel()
	w := running(t)
	open := w.Submit(gatewaytest.Partner("NG"), "1", w.Example("S01", nil)).ID
	w.Submit(gatewaytest.Partner("AO"), "2", w.Example("S12", nil)) // L3 from its arrival
	w.Settle()
	if got := wallOf(t, w, verification.DeskUnit); got.Open != 1 || len(got.Timers) != 1 || got.Months[5].Received != 1 {
		t.Fatalf("beside a sealed one: %+v", got)
	}
	w.Do(gatewaytest.Editor(), access.OpSealRequest, open, verification.Seal{Compartment: "general-l3"})
	w.Settle()
	for _, unit := range []verification.UnitCode{verification.DeskUnit, "03"} {
		got := wallOf(t, w, unit)
		if got.Open != 0 || len(got.Timers) != 0 || len(got.Bars) != 0 || got.Months[5].Received != 0 || got.Overdue+got.Soon+got.Unrouted != 0 {
			t.Errorf("after the sealing: %+v", got)
		}
	}
}

func TestAWallIsForScreensAlone(t *testing.T) {
	t.Parallel()
	w := running(t)
	for name, by := range map[string]access.Caller{
		"the desk": gatewaytest.Editor(), "the lead": gatewaytest.Lead(), "a supervisor": gatewaytest.Supervisor(),
		"an officer": gatewaytest.Officer("03"), "a partner": gatewaytest.Partner("NG"), "nobody": {},
	} {
		if _, err := w.Gateway.Wall(t.Context(), gatewaytest.Call(by, access.OpGetWall)); !errors.Is(err, gateway.ErrForbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWithoutABoardThereIsNoWall(t *testing.T) {
	t.Parallel()
	w := running(t)
	w.Board.Fail(board.ErrUnavailable)
	defer w.Board.Fail(nil)
	for _, unit := range []verification.UnitCode{verification.DeskUnit, "03"} {
		if _, err := w.Gateway.Wall(t.Context(), gatewaytest.Call(screenOf(unit), access.OpGetWall)); !errors.Is(err, gateway.ErrBoardUnavailable) {
			t.Errorf("%s: %v", unit, err)
		}
	}
}
