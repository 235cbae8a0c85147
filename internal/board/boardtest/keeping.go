package boardtest

import (
	"fmt"
	"testing"
	"testing/fstest"
	"time"

	"verigate/internal/board"
	"verigate/internal/retention"
	"verigate/internal/verification"
)

// Rules are retention rules for samples: 12 months, of campaign golden 60.
func Rules() *retention.Rules {
	table := "rule,campaign,kind,months,valid_from,valid_to,source\nall,,,12,,,x\ngolden,golden,,60,,,x\n"
	rules, err := retention.Load(fstest.MapFS{retention.File: {Data: []byte(table)}}, retention.File)
	if err != nil {
		panic(err) // a table of its own
	}
	return rules
}

// ClosedOn ends a sample so many days after Start.
func ClosedOn(days int, changes ...func(*board.Keeping)) func(*board.Rows) {
	return func(r *board.Rows) {
		Ended(r)
		r.Request.State = verification.Closed
		r.Request.Keeping = &board.Keeping{ClosedAt: Start().AddDate(0, 0, days)}
		for _, change := range changes {
			change(r.Request.Keeping)
		}
	}
}

func ofCampaign(c string) func(*board.Rows) { return func(r *board.Rows) { r.Request.Campaign = c } }

func proposedOn(days int) func(*board.Keeping) {
	return func(k *board.Keeping) { k.ProposedAt, k.ProposedBy = Start().AddDate(0, 0, days), "p_lead" }
}

func heldOn(days int) func(*board.Keeping) {
	return func(k *board.Keeping) { k.HeldAt, k.HeldBy = Start().AddDate(0, 0, days), "p_lead" }
}

// keptAt is a list at so many days after Start, read page by page.
func keptAt(t *testing.T, s board.Store, l board.KeepingList, days int, see board.Visible) (out []string) {
	t.Helper()
	f := board.KeepingFilter{List: l, Campaigns: []string{"golden"}, Rules: Rules(), Now: Start().AddDate(0, 0, days)}
	for page := (board.Page{Limit: 2}); ; {
		list, err := s.Keeping(t.Context(), f, page, see)
		ok(t, err)
		for _, r := range list.Items {
			out = append(out, fmt.Sprint(string(r.ID[len(r.ID)-1:])))
		}
		if page.After = list.Next; page.After == (board.Cursor{}) {
			return out
		}
	}
}

func keptByWhy(t *testing.T, r Rig) {
	openAndHeld := func(r *board.Rows) { r.Request.Keeping = &board.Keeping{HeldAt: Start(), HeldBy: "p_lead"} }
	follow(t.Context(), t, r.Store,
		Sample(1), Sample(2, ClosedOn(3)), Sample(3, ClosedOn(1, heldOn(2))), Sample(4, ClosedOn(2, proposedOn(500))),
		Sample(5, ClosedOn(1), SealedIn("drugs")), Sample(6, ClosedOn(0), ofCampaign("golden")), Sample(7, openAndHeld), Sample(8, ClosedOn(40)),
	)
	var none []string
	const year = 366 // the day behind the period of what closed on the first day
	same(t, none, keptAt(t, r.Store, board.ListDue, year-1, Everyone()))
	same(t, []string{"3", "5"}, keptAt(t, r.Store, board.ListDue, year+1, Everyone()))
	same(t, []string{"3", "5", "4", "2"}, keptAt(t, r.Store, board.ListDue, year+20, Everyone()))
	same(t, []string{"3", "4", "2"}, keptAt(t, r.Store, board.ListDue, year+20, Outsiders()))
	same(t, []string{"6", "3", "5", "4", "2", "8"}, keptAt(t, r.Store, board.ListDue, 6*year, Everyone()))
	same(t, []string{"4"}, keptAt(t, r.Store, board.ListProposed, 0, Everyone()))
	same(t, []string{"7", "3"}, keptAt(t, r.Store, board.ListHeld, 0, Everyone()))

	// Erased, reopened, lifted: it is in no list any more.
	reopened := Sample(2, func(r *board.Rows) { r.Request.Round = 2 })
	follow(t.Context(), t, r.Store, Sample(4, ClosedOn(2), func(r *board.Rows) { r.Request.Keeping = nil }), reopened, Sample(7))
	same(t, []string{"3", "5"}, keptAt(t, r.Store, board.ListDue, year+20, Everyone()))
	same(t, none, keptAt(t, r.Store, board.ListProposed, 0, Everyone()))
	same(t, []string{"3"}, keptAt(t, r.Store, board.ListHeld, 0, Everyone()))
	held, err := r.Store.Stored(t.Context(), ID(3))
	ok(t, err)
	same(t, Sample(3, ClosedOn(1, heldOn(2))), held[0].Rows)
}

func dueAmongMany(t *testing.T, r Rig) {
	var all []board.Rows
	for n := 1; n <= 9; n++ { // of golden, closed long before what is due
		all = append(all, Sample(n, ClosedOn(n), ofCampaign("golden")))
	}
	all = append(all, Sample(10, ClosedOn(100)), Sample(11, ClosedOn(100)), Sample(12, ClosedOn(101)))
	for n := 13; n <= 19; n++ { // closed after
		all = append(all, Sample(n, ClosedOn(n+400)))
	}
	follow(t.Context(), t, r.Store, all...)
	same(t, []string{"0", "1", "2"}, keptAt(t, r.Store, board.ListDue, 100+366+1, Everyone()))
	f := board.KeepingFilter{List: board.ListDue, Campaigns: []string{"golden"}, Rules: Rules(), Now: Start().Add(467 * 24 * time.Hour)}
	list, err := r.Store.Keeping(t.Context(), f, board.Page{Limit: 3}, Everyone())
	ok(t, err)
	if len(list.Items) != 3 || list.Next != (board.Cursor{}) {
		t.Errorf("%d rows, and more: %v", len(list.Items), list.Next)
	}
}
