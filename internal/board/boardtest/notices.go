package boardtest

import (
	"context"
	"slices"
	"testing"
	"time"

	"verigate/internal/board"
	"verigate/internal/notice"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// steps lists notices as "request percent".
func steps(ctx context.Context, t fatal, s board.Store, f board.NoticeFilter, see board.Visible) []string {
	t.Helper()
	var out []string
	page := board.Page{Limit: 2}
	for {
		list, err := s.Notices(ctx, f, page, see)
		ok(t, err)
		for _, n := range list.Items {
			if n.ID != n.Notice.ID(n.Request) || n.Number == "" || n.Partner != "NG" {
				t.Fatalf("a row that is not of its notice: %+v", n)
			}
			out = append(out, short(n))
		}
		if list.Next == (board.Cursor{}) {
			return out
		}
		page.After = list.Next
	}
}

func short(n board.NoticeRow) string {
	return string(n.Request[len(n.Request)-1:]) + " " + string(n.Lowest()) + " " + n.Step.Clock
}

func noticesByRung(t *testing.T, r Rig) {
	asked := Notice(2, 100, 3*time.Hour, sla.RungLead)
	asked.Asked, asked.Breach = sla.RungUnitOfficer, 1
	other := Notice(3, 50, 4*time.Hour, sla.RungUnitOfficer)
	other.Unit, other.Step.Clock = "30", "accept"
	follow(t.Context(), t, r.Store,
		Sample(1, Noticed(Settled(Notice(1, 50, time.Hour, sla.RungUnitOfficer)), Notice(1, 75, 2*time.Hour, sla.RungUnitLead))),
		Sample(2, Noticed(asked, Notice(2, 125, 5*time.Hour, sla.RungHeadquarters))),
		Sample(3, Noticed(other, Notice(3, 90, time.Minute, sla.RungDesk)), Ended),
		Sample(4),
	)
	units := []sla.Rung{sla.RungUnitOfficer, sla.RungUnitLead}
	for _, c := range []struct {
		filter board.NoticeFilter
		want   []string
	}{
		{board.NoticeFilter{Rungs: units, Unit: "03"}, []string{"2 unit_officer answer", "1 unit_lead answer", "1 unit_officer answer"}},
		{board.NoticeFilter{Rungs: units, Unit: "03", Open: true}, []string{"2 unit_officer answer", "1 unit_lead answer"}},
		{board.NoticeFilter{Rungs: units[:1], Unit: "03"}, []string{"2 unit_officer answer", "1 unit_officer answer"}},
		{board.NoticeFilter{Rungs: units, Unit: "30"}, []string{"3 unit_officer accept"}},
		{board.NoticeFilter{Rungs: units, Unit: "01"}, nil},
		{board.NoticeFilter{Rungs: units}, []string{"3 unit_officer accept", "2 unit_officer answer", "1 unit_lead answer", "1 unit_officer answer"}},
		{board.NoticeFilter{Rungs: units, Clock: sla.Accept}, []string{"3 unit_officer accept"}},
		{board.NoticeFilter{Rungs: units, Percent: 75}, []string{"1 unit_lead answer"}},
		{board.NoticeFilter{Rungs: []sla.Rung{sla.RungDesk}}, []string{"3 desk answer"}},
		{board.NoticeFilter{Rungs: []sla.Rung{sla.RungLead}}, nil}, // who is asked below hears of it there
		{board.NoticeFilter{Rungs: []sla.Rung{sla.RungLead, sla.RungHeadquarters}, Open: true}, []string{"2 headquarters answer"}},
		{board.NoticeFilter{}, nil},
	} {
		if got := steps(t.Context(), t, r.Store, c.filter, Everyone()); !slices.Equal(c.want, got) {
			t.Errorf("%+v: got %q, want %q", c.filter, got, c.want)
		}
	}
	// What was open is settled, and what was settled is forgotten.
	follow(t.Context(), t, r.Store, Sample(1, Noticed(Settled(Notice(1, 75, 2*time.Hour, sla.RungUnitLead)))), Sample(2))
	if got, want := steps(t.Context(), t, r.Store, board.NoticeFilter{Rungs: units, Unit: "03"}, Everyone()), []string{"1 unit_lead answer"}; !slices.Equal(want, got) {
		t.Errorf("after more decisions: %q", got)
	}
	held, err := r.Store.Stored(t.Context(), ID(2))
	ok(t, err)
	same(t, Sample(2), held[0].Rows)
}

func noticesPaged(t *testing.T, r Rig) {
	var want []string
	for n := range 9 { // all at one instant, in two sets
		rung := []sla.Rung{sla.RungUnitOfficer, sla.RungUnitLead}[n%2]
		follow(t.Context(), t, r.Store, Sample(n, Noticed(Notice(n, 50, time.Hour, rung))))
		want = append(want, string(ID(n)[25:])+" "+string(rung)+" answer")
	}
	slices.Reverse(want)
	same(t, want, steps(t.Context(), t, r.Store, board.NoticeFilter{Rungs: sla.Ladder(), Unit: "03"}, Everyone()))
	same(t, want, steps(t.Context(), t, r.Store, board.NoticeFilter{Rungs: sla.Ladder()}, Everyone()))
}

func noticesSealed(t *testing.T, r Rig) {
	one := func(n int) func(*board.Rows) { return Noticed(Notice(n, 90, time.Hour, sla.RungDesk)) }
	follow(t.Context(), t, r.Store, Sample(1, one(1)), Sample(2, one(2), SealedIn("drugs")))
	desk := board.NoticeFilter{Rungs: []sla.Rung{sla.RungDesk}}
	same(t, []string{"2 desk answer", "1 desk answer"}, steps(t.Context(), t, r.Store, desk, Everyone()))
	same(t, []string{"1 desk answer"}, steps(t.Context(), t, r.Store, desk, Outsiders()))
	inside := board.NoticeFilter{Rungs: []sla.Rung{sla.RungUnitLead}, InSealed: []sla.Rung{sla.RungDesk}}
	same(t, []string{"2 desk answer"}, steps(t.Context(), t, r.Store, inside, Everyone()))
	for _, p := range Sample(2, one(2), SealedIn("drugs")).Places() {
		if p.Set == board.SetNotices(sla.RungDesk, true) {
			t.Error("a sealed notice is in a shared set")
		}
	}
}

func noticeLost(t *testing.T, r Rig) {
	told := Notice(1, 50, time.Hour, sla.RungUnitOfficer)
	follow(t.Context(), t, r.Store, Sample(1, Noticed(told)))
	gone := board.Place{Set: board.SetUnitNotices(verification.UnitCode("03"), true), Score: board.Score(told.At), Member: told.ID(ID(1))}
	r.Lose(gone)
	held := dump(t.Context(), t, r.Store)
	same(t, []board.Place{gone}, held[0].Lost)
	same(t, []notice.Notice{told}, held[0].Rows.Notices)
}
