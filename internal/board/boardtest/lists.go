package boardtest

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"verigate/internal/board"
	"verigate/internal/record"
	"verigate/internal/verification"
)

func boardByDue(t *testing.T, r Rig) {
	noClock := func(r *board.Rows) { r.Request.DueAt = time.Time{} }
	follow(t.Context(), t, r.Store, Sample(1), Sample(2, noClock), Sample(3, DueIn(time.Second)), Sample(4, Ended))
	list, err := r.Store.Board(t.Context(), board.Filter{}, board.Page{Limit: 9}, Everyone())
	ok(t, err)
	same(t, []board.Row{Sample(3, DueIn(time.Second)).Request, Sample(1).Request, Sample(2, noClock).Request}, list.Items)
	same(t, board.Cursor{}, list.Next)
	same(t, record.Position{4}, list.AsOf.Record)
}

func filtersChoose(t *testing.T, r Rig) {
	other := func(r *board.Rows) {
		r.Request.Degree, r.Request.State, r.Request.Partner = verification.Flash, verification.Triage, "TH"
		r.Request.Campaign, r.Request.Units = "golden-strike", []verification.UnitCode{"30", "45"}
	}
	follow(t.Context(), t, r.Store, append(samples(0, 20), Sample(50, other), Sample(51, other, SealedIn("drugs")))...)
	for _, f := range []board.Filter{
		{Degree: verification.Flash},
		{State: verification.Triage},
		{Unit: "45"},
		{Partner: "TH"},
		{Campaign: "golden-strike"},
		{Unit: "30", State: verification.Triage, Degree: verification.Flash},
	} {
		list, err := r.Store.Board(t.Context(), f, board.Page{Limit: 50}, Outsiders())
		ok(t, err)
		same(t, []board.Row{Sample(50, other).Request}, list.Items)
	}
	for _, f := range []board.Filter{{Unit: "03", State: verification.Triage}, {Unit: "99"}, {State: verification.Answered}} {
		list, err := r.Store.Board(t.Context(), f, board.Page{Limit: 50}, Outsiders())
		ok(t, err)
		if len(list.Items) != 0 || list.Next != (board.Cursor{}) {
			t.Errorf("%+v chooses %d rows", f, len(list.Items))
		}
	}
}

// nearnessChooses holds what is overdue and what is due soon, page by page, against each row by itself.
func nearnessChooses(t *testing.T, r Rig) {
	var rows []board.Rows
	for n := range 90 {
		rows = append(rows, Sample(n, DueIn(time.Duration(n)*2*time.Minute)))
	}
	rows = append(rows, Sample(90, func(r *board.Rows) { r.Request.DueAt = time.Time{} }))
	follow(t.Context(), t, r.Store, rows...)
	for _, due := range []board.Nearness{board.Overdue, board.DueSoon} {
		f := board.Filter{Due: due, Now: Sample(10, DueIn(20*time.Minute)).Request.DueAt} // at its due a row is overdue
		var want, got []board.RequestID
		for _, row := range rows {
			if f.Match(row.Request) {
				want = append(want, row.Request.ID)
			}
		}
		for page := (board.Page{Limit: 7}); ; {
			list, err := r.Store.Board(t.Context(), f, page, Outsiders())
			ok(t, err)
			for _, row := range list.Items {
				got = append(got, row.ID)
			}
			if page.After = list.Next; page.After == (board.Cursor{}) {
				break
			}
		}
		if len(want) == 0 || len(want) == len(rows) {
			t.Fatalf("%s: %d of %d rows tell nothing", due, len(want), len(rows))
		}
		same(t, want, got)
		for _, row := range []board.Row{rows[5].Request, rows[30].Request, rows[89].Request, rows[90].Request} {
			f.Number = row.Number
			list, err := r.Store.Board(t.Context(), f, board.Page{Limit: 7}, Outsiders())
			ok(t, err)
			if found := len(list.Items) == 1 && list.Items[0].ID == row.ID; found != f.Match(row) || len(list.Items) > 1 {
				t.Errorf("%s by number: %d rows for one due at %s", due, len(list.Items), row.DueAt)
			}
		}
	}
}

func owedOnBoard(t *testing.T, r Rig) {
	follow(t.Context(), t, r.Store, Sample(1, Owed), Sample(2), Sample(3, Owed, SealedIn("drugs")), Sample(4, Ended))
	for _, c := range []struct {
		f    board.Filter
		see  board.Visible
		want []verification.RequestID
	}{
		{board.Filter{}, Outsiders(), []verification.RequestID{ID(2), ID(1)}}, // it waits for no clock
		{board.Filter{}, Everyone(), []verification.RequestID{ID(2), ID(1), ID(3)}},
		{board.Filter{Flag: board.FlagRecalled}, Outsiders(), ids(1, 2)},
		{board.Filter{Flag: board.FlagRecalled, State: verification.Answered, Partner: "NG"}, Everyone(), []verification.RequestID{ID(1), ID(3)}},
	} {
		list, err := r.Store.Board(t.Context(), c.f, board.Page{Limit: 9}, c.see)
		ok(t, err)
		var got []verification.RequestID
		for _, row := range list.Items {
			got = append(got, row.ID)
		}
		same(t, c.want, got)
	}
	got, err := r.Store.Counters(t.Context(), Start())
	ok(t, err)
	same(t, map[verification.State]int{verification.WithUnits: 1, verification.Answered: 1}, got.ByState)
	same(t, 2, got.Open)
	follow(t.Context(), t, r.Store, Sample(1, Ended), Sample(3, Ended, SealedIn("drugs")))
	same(t, ids(2, 3), walk(t.Context(), t, r.Store, 9, Everyone(), func() {}))
}

// walk reads a board to its end, and calls between after each page.
func walk(ctx context.Context, t *testing.T, s board.Store, limit int, see board.Visible, between func()) []verification.RequestID {
	t.Helper()
	var ids []verification.RequestID
	page := board.Page{Limit: limit}
	for range 1000 {
		list, err := s.Board(ctx, board.Filter{}, page, see)
		ok(t, err)
		for _, row := range list.Items {
			ids = append(ids, row.ID)
		}
		if list.Next == (board.Cursor{}) {
			return ids
		}
		page.After = list.Next
		between()
	}
	t.Fatalf("the list does not end")
	return nil
}

func ids(from, to int) []verification.RequestID {
	var out []verification.RequestID
	for n := from; n < to; n++ {
		out = append(out, ID(n))
	}
	return out
}

func pagesComplete(t *testing.T, r Rig) {
	follow(t.Context(), t, r.Store, samples(0, 130)...)
	for _, limit := range []int{1, 7, 50, 130, 131} {
		same(t, ids(0, 130), walk(t.Context(), t, r.Store, limit, Everyone(), func() {}))
	}
}

func pagesWhileMoving(t *testing.T, r Rig) {
	const moving, staying = 20, 100
	follow(t.Context(), t, r.Store, samples(0, staying+moving)...)
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // an order to be repeated
	seen := map[verification.RequestID]int{}
	got := walk(t.Context(), t, r.Store, 7, Everyone(), func() {
		n := staying + random.IntN(moving)
		change := DueIn(time.Duration(random.IntN(200)) * time.Minute)
		if random.IntN(4) == 0 {
			change = Ended
		}
		follow(t.Context(), t, r.Store, Sample(n, change))
	})
	for _, id := range got {
		seen[id]++
	}
	for _, id := range ids(0, staying) {
		if seen[id] != 1 {
			t.Errorf("%s did not move and is listed %d times", id, seen[id])
		}
	}
}

func tiesArePaged(t *testing.T, r Rig) {
	follow(t.Context(), t, r.Store, samples(0, 40, DueIn(time.Minute))...)
	removed := 0
	got := walk(t.Context(), t, r.Store, 6, Everyone(), func() { // also when the row at the cursor is gone
		follow(t.Context(), t, r.Store, Sample(removed*6+5, Ended))
		removed++
	})
	same(t, ids(0, 40), got)
}

func sealedDropped(t *testing.T, r Rig) {
	var rows []board.Rows
	for n := range 100 {
		if n%2 == 1 || n >= 60 && n < 80 {
			rows = append(rows, Sample(n, SealedIn("drugs")))
			continue
		}
		rows = append(rows, Sample(n))
	}
	follow(t.Context(), t, r.Store, rows...)
	same(t, ids(0, 100), walk(t.Context(), t, r.Store, 9, Everyone(), func() {}))
	page, err := r.Store.Board(t.Context(), board.Filter{}, board.Page{Limit: 30}, Outsiders())
	ok(t, err)
	same(t, 30, len(page.Items))
	for _, id := range walk(t.Context(), t, r.Store, 9, Outsiders(), func() {}) {
		held, err := r.Store.Stored(t.Context(), id)
		ok(t, err)
		if held[0].Rows.Audience.Sealed() {
			t.Errorf("%s is sealed and shown", id)
		}
	}
	queue, err := r.Store.Queue(t.Context(), board.Queue{Unit: "03"}, board.Page{Limit: 40}, Outsiders())
	ok(t, err)
	same(t, 40, len(queue.Items))
	same(t, board.Cursor{}, queue.Next)
}

func queueByDue(t *testing.T, r Rig) {
	stopped := func(r *board.Rows) { r.Tasks[0].State = verification.TaskStopped }
	flash := func(r *board.Rows) { r.Tasks[0].Degree = verification.Flash }
	two := func(r *board.Rows) {
		second := r.Tasks[0]
		second.Task, second.Unit = verification.NewTaskID(r.Request.ID, 2), "30"
		r.Tasks = append(r.Tasks, second)
	}
	follow(t.Context(), t, r.Store, Sample(1, two), Sample(2, DueIn(time.Second), flash), Sample(3, stopped), Sample(4, Ended))
	list, err := r.Store.Queue(t.Context(), board.Queue{Unit: "03"}, board.Page{Limit: 9}, Outsiders())
	ok(t, err)
	same(t, []board.QueueItem{
		Sample(3, stopped).Tasks[0], Sample(2, DueIn(time.Second), flash).Tasks[0], Sample(1).Tasks[0],
	}, list.Items)
	list, err = r.Store.Queue(t.Context(), board.Queue{Unit: "03", Degree: verification.Flash}, board.Page{Limit: 9}, Outsiders())
	ok(t, err)
	same(t, Sample(2, DueIn(time.Second), flash).Tasks, list.Items)
	list, err = r.Store.Queue(t.Context(), board.Queue{Unit: "30"}, board.Page{Limit: 9}, Outsiders())
	ok(t, err)
	same(t, Sample(1, two).Tasks[1:], list.Items)
	follow(t.Context(), t, r.Store, Sample(1))
	list, err = r.Store.Queue(t.Context(), board.Queue{Unit: "30"}, board.Page{Limit: 9}, Outsiders())
	ok(t, err)
	same(t, 0, len(list.Items))
}

func partnerList(t *testing.T, r Rig) {
	thai := func(r *board.Rows) { r.Partner.Partner, r.Request.Partner = "TH", "TH" }
	rows := append(samples(0, 9), Sample(20, thai), Sample(21, SealedIn("drugs")), Sample(22, Ended))
	follow(t.Context(), t, r.Store, rows...)
	read := func(f board.PartnerFilter) (out []verification.RequestID) {
		page := board.Page{Limit: 4}
		for {
			list, err := r.Store.PartnerList(t.Context(), "NG", f, page)
			ok(t, err)
			for _, row := range list.Items {
				out = append(out, row.ID)
			}
			if page.After = list.Next; page.After == (board.Cursor{}) {
				return out
			}
		}
	}
	newest := append(ids(21, 23), ids(0, 9)...)
	slices.Sort(newest)
	slices.Reverse(newest)
	same(t, newest, read(board.PartnerFilter{}))
	same(t, append(ids(5, 9), ids(21, 23)...), read(board.PartnerFilter{UpdatedSince: Start().Add(5 * time.Second)}))
	same(t, ids(22, 23), read(board.PartnerFilter{Status: verification.StatusAnswered}))
	same(t, ids(7, 8), read(board.PartnerFilter{Number: "vr-0007-0000-0000"}))
	same(t, ids(7, 8), read(board.PartnerFilter{Number: "VR-0007-0000-0000", UpdatedSince: Start()}))
	same(t, 0, len(read(board.PartnerFilter{Number: "VR-0020-0000-0000"}))) // another partner's
}

func byNumber(t *testing.T, r Rig) {
	follow(t.Context(), t, r.Store, Sample(1), Sample(2, SealedIn("drugs")), Sample(3, Ended))
	row, err := r.Store.ByNumber(t.Context(), "vr-0001-0000-0000", Outsiders())
	ok(t, err)
	same(t, Sample(1).Request, row)
	row, err = r.Store.ByNumber(t.Context(), "VR-0003-0000-0000", Outsiders())
	ok(t, err)
	same(t, ID(3), row.ID)
	for _, number := range []string{"VR-0002-0000-0000", "VR-0009-0000-0000", ""} { // hidden and absent are the same
		if _, err := r.Store.ByNumber(t.Context(), number, Outsiders()); !errors.Is(err, board.ErrNotFound) {
			t.Errorf("%q: %v", number, err)
		}
	}
}

func byReference(t *testing.T, r Rig) {
	called := func(own string) func(*board.Rows) { return func(r *board.Rows) { r.Partner.OwnReference = own } }
	follow(t.Context(), t, r.Store, Sample(1, called("NG/2021-0417")), Sample(2, called("ng 2021 0417"), SealedIn("drugs")), Sample(3, called("NG 20210417"), Ended), Sample(4))
	find := func(own string, see board.Visible) (out []verification.RequestID) {
		found, err := r.Store.ByReference(t.Context(), board.ReferenceName(own), see)
		ok(t, err)
		for _, row := range found {
			out = append(out, row.ID)
		}
		return out
	}
	same(t, []verification.RequestID{ID(1), ID(3)}, find("ng/2021/0417", Outsiders()))
	same(t, []verification.RequestID{ID(1), ID(2), ID(3)}, find("NG-2021-0417", Everyone()))
	same(t, []verification.RequestID(nil), find("NG-2021", Everyone())) // of a whole one alone
	follow(t.Context(), t, r.Store, Sample(1))
	same(t, []verification.RequestID{ID(3)}, find("NG/2021-0417", Outsiders())) // an erased request is not found any more
}

func twins(t *testing.T, r Rig) {
	follow(t.Context(), t, r.Store, Sample(10), Sample(11), Sample(12), Sample(13, SealedIn("drugs")))
	find := func(in []verification.Compartment, see board.Visible) (out []verification.RequestID) {
		found, err := r.Store.Twins(t.Context(), board.TwinQuery{
			Identifiers: []string{"container:5", "container:6", "container:7"}, Compartments: in,
		}, see)
		ok(t, err)
		for _, twin := range found {
			out = append(out, twin.Request)
		}
		return out
	}
	same(t, ids(10, 13), find(nil, Outsiders()))
	same(t, ids(10, 13), find(nil, Everyone())) // a compartment indexes under names of its own
	same(t, ids(10, 13), find([]verification.Compartment{"wildlife-l3"}, Everyone()))
	same(t, ids(10, 14), find([]verification.Compartment{"drugs"}, Everyone()))
	same(t, ids(10, 13), find([]verification.Compartment{"drugs"}, Outsiders()))
}
