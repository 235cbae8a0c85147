package gateway_test

import (
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/verification"
)

func noticesOf(t *testing.T, g *gateway.Gateway, by access.Caller) []board.NoticeRow {
	t.Helper()
	var out []board.NoticeRow
	page := gateway.Page{Limit: 2}
	for {
		got, err := g.NoticePage(t.Context(), gatewaytest.Call(by, access.OpListNotices), board.NoticeFilter{}, page)
		if err != nil {
			t.Fatal(err)
		}
		if out = append(out, got.Items...); got.Next == "" {
			return out
		}
		page.Cursor = got.Next
	}
}

func TestANoticeOfWhatWasSealedSinceIsDroppedThoughTheBoardDoesNotKnow(t *testing.T) {
	t.Parallel()
	w := still(t)
	stop := w.Start(w.Watcher.Run, w.Boarder.Run)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	w.Clock.Move(2 * time.Hour)
	tick(t, w.Gateway, id)
	w.Settle()
	all := []access.Caller{
		gatewaytest.Officer("03"), gatewaytest.Chief("03"), gatewaytest.Editor(), gatewaytest.Outsider(), gatewaytest.Lead(), gatewaytest.Supervisor(),
	}
	for _, by := range all {
		if got := noticesOf(t, w.Gateway, by); len(got) != 1 || got[0].Request != id {
			t.Errorf("%s hears %+v", by.Person, got)
		}
	}
	stop()
	w.Run(w.Watcher.Run) // the board stays as it is
	w.Do(gatewaytest.Editor(), access.OpSealRequest, id, verification.Seal{Compartment: "general-l3"})
	end, _ := w.Journal.Last(t.Context())
	w.Eventually("the watch follows", func() bool { return w.Watch.Confirm(end, w.Clock.Now()) })
	for i, want := range []int{0, 1, 1, 0, 1, 0} { // nobody is named in the task: the unit's lead
		if got := noticesOf(t, w.Gateway, all[i]); len(got) != want {
			t.Errorf("%s hears %d of a sealed matter, not %d", all[i].Person, len(got), want)
		}
	}
}

func TestWhoIsExcludedSeesNeitherRowNorNotice(t *testing.T) {
	t.Parallel()
	w := running(t)
	id := w.Submit(gatewaytest.Partner("TH"), "k", w.Example("S03", nil)).ID
	w.Claim(gatewaytest.Editor(), id)
	_, err := w.Gateway.Route(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpRouteRequest), id, gateway.Routing{
		Assignments: []verification.Assignment{{Unit: "30", Questions: []int{1, 2, 3}}},
		Exclude:     verification.Exclusion{Persons: []verification.PersonID{gatewaytest.Officer("30").Person, gatewaytest.Outsider().Person}},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Clock.Move(9 * 24 * time.Hour)
	tick(t, w.Gateway, id)
	w.Settle()
	if len(noticesOf(t, w.Gateway, gatewaytest.Chief("30"))) == 0 || len(boardOf(t, w, gatewaytest.Third(), board.Filter{})) != 1 {
		t.Error("others hear nothing")
	}
	for _, by := range []access.Caller{gatewaytest.Officer("30"), gatewaytest.Outsider()} {
		if got := noticesOf(t, w.Gateway, by); len(got) != 0 {
			t.Errorf("%s hears %+v", by.Person, got)
		}
	}
	if got := boardOf(t, w, gatewaytest.Outsider(), board.Filter{}); len(got) != 0 {
		t.Errorf("an excluded person has it on the board: %v", got)
	}
}

func TestAUnitsOfficerWithoutAUnitHearsNothing(t *testing.T) {
	t.Parallel()
	w := running(t)
	_, err := w.Gateway.NoticePage(t.Context(), gatewaytest.Call(gatewaytest.Officer(""), access.OpListNotices), board.NoticeFilter{}, gateway.Page{Limit: 1})
	want(t, err, gateway.ErrForbidden)
	for _, by := range []access.Caller{gatewaytest.Partner("NG"), gatewaytest.Auditor()} {
		_, err := w.Gateway.NoticePage(t.Context(), gatewaytest.Call(by, access.OpListNotices), board.NoticeFilter{}, gateway.Page{Limit: 1})
		want(t, err, gateway.ErrForbidden)
	}
}
