package boardtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"verigate/internal/board"
	"verigate/internal/record"
	"verigate/internal/sla"
	"verigate/internal/statistics"
	"verigate/internal/verification"
)

// Rig is a fresh, empty store and the means to hurt it.
type Rig struct {
	Store board.Store
	// Forget loses everything that the store holds.
	Forget func()
	// Lose removes one entry from its set behind the store's back.
	Lose func(board.Place)
}

// Run is what every store promises. open gives a fresh one per test and closes it in its cleanup.
func Run(t *testing.T, open func(t *testing.T) Rig) {
	t.Helper()
	tests := map[string]func(*testing.T, Rig){
		"nothing is served before a follower came":               nothingServed,
		"what was applied is held as it was":                     heldAsItWas,
		"an older update changes nothing":                        olderChangesNothing,
		"any order and repetition of updates gives the same":     anyOrder,
		"the position never moves back":                          positionOnlyForward,
		"a store that lost its memory says so":                   lostMemory,
		"the board is ordered by the clock that runs out first":  boardByDue,
		"what is overdue and what is due soon is found whole":    nearnessChooses,
		"filters choose, alone and together":                     filtersChoose,
		"pages of a list that stands are complete":               pagesComplete,
		"pages are complete for what stays while rows move":      pagesWhileMoving,
		"entries of one due time are paged through":              tiesArePaged,
		"sealed rows are dropped and pages still fill":           sealedDropped,
		"the queue holds a unit's tasks by due time":             queueByDue,
		"notices are found by who hears of them, newest first":   noticesByRung,
		"pages of notices are complete":                          noticesPaged,
		"sealed notices are dropped":                             noticesSealed,
		"a notice that was lost is named":                        noticeLost,
		"milestones are found by their kind and time":            milestonesByTime,
		"what is kept is found by why":                           keptByWhy,
		"what is due is found behind much that is not":           dueAmongMany,
		"a partner's list is its own, by its visible change":     partnerList,
		"a number finds its request in any letter case":          byNumber,
		"a reference finds its requests, as people type it":      byReference,
		"twins are found within the audience":                    twins,
		"counters count what is shared":                          counters,
		"statistics are the sum of what is held":                 countedOnce,
		"counters leave out what the reader may not see":         countersWithout,
		"statistics leave out what the reader may not see":       countedWithout,
		"what is left out is as if it had never been":            asIfAbsent,
		"what is left out may change meanwhile":                  withoutWhileItChanges,
		"due entries are taken once and removed by updates only": dueTaken,
		"a rebuild is the same as following":                     rebuildIsFollowing,
		"a rebuild that fails leaves the board":                  rebuildFails,
		"a follower of an ended board is told":                   rebuildEndsFollowers,
		"an entry that was lost is named":                        lossIsNamed,
		"an ended context ends calls":                            contextEnds,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// fatal is what *testing.T and *rapid.T share.
type fatal interface {
	Helper()
	Fatalf(format string, args ...any)
}

func ok(t fatal, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected: %v", err)
	}
}

func same(t fatal, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("-want +got:\n%s", diff)
	}
}

// follow applies rows as the next sequences.
func follow(ctx context.Context, t fatal, w board.Writer, rows ...board.Rows) {
	t.Helper()
	at, err := w.Position(ctx)
	ok(t, err)
	b := board.Batch{After: at.Record, Upto: at.Record, At: Start().Add(time.Hour)}
	for _, r := range rows {
		b.Upto[0]++
		b.Updates = append(b.Updates, board.Update{Sequence: b.Upto[0], Rows: r, Counts: Adds(r)})
	}
	ok(t, w.Apply(ctx, b))
}

func samples(from, to int, changes ...func(*board.Rows)) []board.Rows {
	var out []board.Rows
	for n := from; n < to; n++ {
		out = append(out, Sample(n, changes...))
	}
	return out
}

func dump(ctx context.Context, t fatal, s board.Store) []board.Stored {
	t.Helper()
	var all []board.Stored
	ok(t, s.Dump(ctx, func(held board.Stored) error {
		all = append(all, held)
		return nil
	}))
	return all
}

func nothingServed(t *testing.T, r Rig) {
	_, err := r.Store.Board(t.Context(), board.Filter{}, board.Page{Limit: 1}, Everyone)
	if !errors.Is(err, board.ErrBehind) {
		t.Errorf("a page: %v", err)
	}
	if err := r.Store.Apply(t.Context(), board.Batch{Upto: record.Position{1}}); !errors.Is(err, board.ErrBehind) {
		t.Errorf("an update: %v", err)
	}
	if _, err := r.Store.Counted(t.Context(), []statistics.Sheet{statistics.AllCells}); !errors.Is(err, board.ErrBehind) {
		t.Errorf("statistics: %v", err)
	}
	ok(t, r.Store.Ping(t.Context()))
	at, err := r.Store.Position(t.Context())
	ok(t, err)
	same(t, board.Position{}, at)
	list, err := r.Store.Board(t.Context(), board.Filter{}, board.Page{Limit: 1}, Everyone)
	ok(t, err)
	same(t, board.List[board.Row]{}, list)
}

func heldAsItWas(t *testing.T, r Rig) {
	rows := samples(0, 3, func(r *board.Rows) { r.Request.Flags = []board.Flag{board.FlagStub} })
	follow(t.Context(), t, r.Store, rows...)
	held, err := r.Store.Stored(t.Context(), ID(2), ID(9), ID(0))
	ok(t, err)
	same(t, []board.Stored{{ID: ID(2), Sequence: 3, Rows: rows[2]}, {ID: ID(0), Sequence: 1, Rows: rows[0]}}, held)
	at, err := r.Store.Position(t.Context())
	ok(t, err)
	same(t, board.Position{Record: record.Position{3}, At: Start().Add(time.Hour)}, at)
}

func olderChangesNothing(t *testing.T, r Rig) {
	follow(t.Context(), t, r.Store, Sample(1), Sample(1, Ended))
	ok(t, r.Store.Apply(t.Context(), board.Batch{After: record.Position{2}, Updates: []board.Update{
		{Sequence: 1, Rows: Sample(1)}, {Sequence: 2, Rows: Sample(1, DueIn(0))},
	}}))
	same(t, []board.Stored{{ID: ID(1), Sequence: 2, Rows: Sample(1, Ended)}}, dump(t.Context(), t, r.Store))
	list, err := r.Store.Board(t.Context(), board.Filter{}, board.Page{Limit: 5}, Everyone)
	ok(t, err)
	if len(list.Items) != 0 {
		t.Errorf("an ended request is on the board: %v", list.Items)
	}
}

// history is updates of few requests, in the order of the record.
func history(t *rapid.T) []board.Update {
	updates := rapid.IntRange(1, 25).Draw(t, "updates")
	var out []board.Update
	for i := range updates {
		changes := []func(*board.Rows){DueIn(time.Duration(rapid.IntRange(0, 5).Draw(t, "due")) * time.Minute)}
		n := rapid.IntRange(0, 4).Draw(t, "request")
		if percent := rapid.SampledFrom([]int{0, 50, 100}).Draw(t, "step"); percent > 0 {
			told := Notice(n, percent, time.Duration(percent)*time.Minute, rapid.SampledFrom(sla.Ladder()).Draw(t, "told"))
			if rapid.Bool().Draw(t, "settled") {
				told = Settled(told)
			}
			changes = append(changes, Noticed(told))
		}
		switch rapid.IntRange(0, 4).Draw(t, "change") {
		case 0:
			changes = append(changes, Ended)
		case 1:
			changes = append(changes, SealedIn("drugs"))
		case 2:
			changes = append(changes, func(r *board.Rows) { r.Tasks[0].Unit, r.Request.Units = "30", []verification.UnitCode{"30"} })
		}
		rows := Sample(n, changes...)
		out = append(out, board.Update{Sequence: uint64(i) + 1, Rows: rows, Counts: Adds(rows)})
	}
	return out
}

func anyOrder(t *testing.T, r Rig) {
	rapid.Check(t, func(t *rapid.T) {
		ctx := context.Background()
		updates := history(t)
		inOrder := NewFake()
		_, err := inOrder.Position(ctx)
		ok(t, err)
		ok(t, inOrder.Apply(ctx, board.Batch{Updates: updates, Upto: record.Position{uint64(len(updates))}}))

		shuffled := append(slices.Clone(updates), updates[:rapid.IntRange(0, len(updates)).Draw(t, "again")]...)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 0)) //nolint:gosec // an order to be repeated
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		ok(t, r.Store.Rebuild(ctx, func(ctx context.Context, w board.Writer) error {
			return w.Apply(ctx, board.Batch{Updates: shuffled, Upto: record.Position{uint64(len(updates))}})
		}))
		same(t, dump(ctx, t, inOrder), dump(ctx, t, r.Store))
		same(t, everyList(ctx, t, inOrder), everyList(ctx, t, r.Store))
		same(t, recount(dump(ctx, t, r.Store)), tally(ctx, t, r.Store, statistics.AllCells))
	})
}

// recount counts what is held.
func recount(held []board.Stored) statistics.Tally {
	all := statistics.Tally{}
	for _, h := range held {
		all.Add(Adds(h.Rows), 1)
	}
	return all
}

func tally(ctx context.Context, t fatal, s board.Store, sheets ...statistics.Sheet) statistics.Tally {
	t.Helper()
	counted, err := s.Counted(ctx, sheets)
	ok(t, err)
	all := statistics.Tally{}
	for _, c := range counted.Cells {
		all.Add(statistics.Contribution{{Cells: []statistics.Cell{c.Cell}, Counts: c.Counts}}, 1)
	}
	return all
}

func countedOnce(t *testing.T, r Rig) {
	ctx := t.Context()
	follow(ctx, t, r.Store, append(samples(0, 40), Sample(1, Ended), Sample(2, SealedIn("drugs")))...)
	follow(ctx, t, r.Store, Sample(3, func(r *board.Rows) { r.Request.Degree = verification.Flash }))
	want := recount(dump(ctx, t, r.Store))
	same(t, want, tally(ctx, t, r.Store, statistics.AllCells))

	flash := statistics.Query{Level: statistics.Headquarters, By: statistics.ByDegree, From: "2021-08", To: "2021-10"}
	counted, err := r.Store.Counted(ctx, flash.Sheets())
	ok(t, err)
	same(t, board.Position{Record: record.Position{43}, At: Start().Add(time.Hour)}, counted.AsOf)
	rows, _ := statistics.Sum(flash, counted.Cells)
	same(t, []string{"flash 1", "urgent 38"}, []string{
		fmt.Sprint(rows[0].Value, " ", rows[0].Counts["received"]), fmt.Sprint(rows[1].Value, " ", rows[1].Counts["received"]),
	})
	same(t, 0, len(tally(ctx, t, r.Store, statistics.Query{Level: statistics.Department, Unit: "45", By: statistics.ByNone, From: "2021-09", To: "2021-09"}.Sheets()...)))

	// A cell to which nothing adds any more is gone.
	follow(ctx, t, r.Store, Sample(3))
	if cells := tally(ctx, t, r.Store, flash.Sheets()...); len(cells) != 1 {
		t.Errorf("cells: %v", cells)
	}
}

// everyList is all that readers can get, as text.
func everyList(ctx context.Context, t fatal, s board.Store) []string {
	t.Helper()
	var out []string
	for _, f := range []board.Filter{{}, {Unit: "03"}, {Unit: "30", State: verification.WithUnits}, {Degree: verification.Urgent}} {
		list, err := s.Board(ctx, f, board.Page{Limit: 50}, Everyone)
		ok(t, err)
		out = append(out, fmt.Sprint("board", f, list.Items))
	}
	for _, u := range []verification.UnitCode{"03", "30"} {
		list, err := s.Queue(ctx, board.Queue{Unit: u}, board.Page{Limit: 50}, Everyone)
		ok(t, err)
		out = append(out, fmt.Sprint("queue", u, list.Items))
	}
	for _, f := range []board.NoticeFilter{
		{Rungs: sla.Ladder()}, {Rungs: sla.Ladder(), Unit: "03"}, {Rungs: sla.Ladder(), Open: true}, {InSealed: sla.Ladder()},
	} {
		list, err := s.Notices(ctx, f, board.Page{Limit: 50}, Everyone)
		ok(t, err)
		out = append(out, fmt.Sprint("notices", f, list.Items))
	}
	partner, err := s.PartnerList(ctx, "NG", board.PartnerFilter{}, board.Page{Limit: 50})
	ok(t, err)
	count, err := s.Counters(ctx, Start().Add(2*time.Minute))
	ok(t, err)
	due, err := s.TakeDue(ctx, board.Take{Now: Start().Add(time.Hour), Until: Start().Add(2 * time.Hour), Limit: 50})
	ok(t, err)
	digest, err := board.Digest(ctx, s)
	ok(t, err)
	return append(out, fmt.Sprint(partner.Items), fmt.Sprint(count.Open, count.Overdue, count.ByState), fmt.Sprint(due), digest)
}

func positionOnlyForward(t *testing.T, r Rig) {
	_, err := r.Store.Position(t.Context())
	ok(t, err)
	ok(t, r.Store.Apply(t.Context(), board.Batch{Upto: record.Position{9, 2}, At: Start()}))
	ok(t, r.Store.Apply(t.Context(), board.Batch{After: record.Position{3}, Upto: record.Position{5, 7}, At: Start().Add(-time.Hour)}))
	at, err := r.Store.Position(t.Context())
	ok(t, err)
	same(t, board.Position{Record: record.Position{9, 7}, At: Start()}, at)
	for _, after := range []record.Position{{10}, {0, 8}, {9, 8}} {
		err := r.Store.Apply(t.Context(), board.Batch{After: after, Upto: record.Position{12, 12}})
		if !errors.Is(err, board.ErrBehind) {
			t.Errorf("a batch that builds on %v, which is not there: %v", after, err)
		}
	}
	most := record.Position{9, 1 << 52} // numbers stay what they are as text
	ok(t, r.Store.Apply(t.Context(), board.Batch{Upto: most}))
	at, err = r.Store.Position(t.Context())
	ok(t, err)
	same(t, most, at.Record)
}

func lostMemory(t *testing.T, r Rig) {
	follow(t.Context(), t, r.Store, samples(0, 3)...)
	r.Forget()
	next := board.Batch{After: record.Position{3}, Upto: record.Position{4}, Updates: []board.Update{{Sequence: 4, Rows: Sample(3)}}}
	if err := r.Store.Apply(t.Context(), next); !errors.Is(err, board.ErrBehind) {
		t.Errorf("the follower: %v", err)
	}
	if _, err := r.Store.Counters(t.Context(), Start()); !errors.Is(err, board.ErrBehind) {
		t.Errorf("a reader: %v", err)
	}
	follow(t.Context(), t, r.Store, samples(0, 4)...)
	same(t, 4, len(dump(t.Context(), t, r.Store)))
}

func boardByDue(t *testing.T, r Rig) {
	noClock := func(r *board.Rows) { r.Request.DueAt = time.Time{} }
	follow(t.Context(), t, r.Store, Sample(1), Sample(2, noClock), Sample(3, DueIn(time.Second)), Sample(4, Ended))
	list, err := r.Store.Board(t.Context(), board.Filter{}, board.Page{Limit: 9}, Everyone)
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
		list, err := r.Store.Board(t.Context(), f, board.Page{Limit: 50}, Outsiders)
		ok(t, err)
		same(t, []board.Row{Sample(50, other).Request}, list.Items)
	}
	for _, f := range []board.Filter{{Unit: "03", State: verification.Triage}, {Unit: "99"}, {State: verification.Answered}} {
		list, err := r.Store.Board(t.Context(), f, board.Page{Limit: 50}, Outsiders)
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
			list, err := r.Store.Board(t.Context(), f, page, Outsiders)
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
	}
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
		same(t, ids(0, 130), walk(t.Context(), t, r.Store, limit, Everyone, func() {}))
	}
}

func pagesWhileMoving(t *testing.T, r Rig) {
	const moving, staying = 20, 100
	follow(t.Context(), t, r.Store, samples(0, staying+moving)...)
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // an order to be repeated
	seen := map[verification.RequestID]int{}
	got := walk(t.Context(), t, r.Store, 7, Everyone, func() {
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
	got := walk(t.Context(), t, r.Store, 6, Everyone, func() { // also when the row at the cursor is gone
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
	same(t, ids(0, 100), walk(t.Context(), t, r.Store, 9, Everyone, func() {}))
	page, err := r.Store.Board(t.Context(), board.Filter{}, board.Page{Limit: 30}, Outsiders)
	ok(t, err)
	same(t, 30, len(page.Items))
	for _, id := range walk(t.Context(), t, r.Store, 9, Outsiders, func() {}) {
		held, err := r.Store.Stored(t.Context(), id)
		ok(t, err)
		if held[0].Rows.Audience.Sealed() {
			t.Errorf("%s is sealed and shown", id)
		}
	}
	queue, err := r.Store.Queue(t.Context(), board.Queue{Unit: "03"}, board.Page{Limit: 40}, Outsiders)
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
	list, err := r.Store.Queue(t.Context(), board.Queue{Unit: "03"}, board.Page{Limit: 9}, Outsiders)
	ok(t, err)
	same(t, []board.QueueItem{
		Sample(3, stopped).Tasks[0], Sample(2, DueIn(time.Second), flash).Tasks[0], Sample(1).Tasks[0],
	}, list.Items)
	list, err = r.Store.Queue(t.Context(), board.Queue{Unit: "03", Degree: verification.Flash}, board.Page{Limit: 9}, Outsiders)
	ok(t, err)
	same(t, Sample(2, DueIn(time.Second), flash).Tasks, list.Items)
	list, err = r.Store.Queue(t.Context(), board.Queue{Unit: "30"}, board.Page{Limit: 9}, Outsiders)
	ok(t, err)
	same(t, Sample(1, two).Tasks[1:], list.Items)
	follow(t.Context(), t, r.Store, Sample(1))
	list, err = r.Store.Queue(t.Context(), board.Queue{Unit: "30"}, board.Page{Limit: 9}, Outsiders)
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
	row, err := r.Store.ByNumber(t.Context(), "vr-0001-0000-0000", Outsiders)
	ok(t, err)
	same(t, Sample(1).Request, row)
	row, err = r.Store.ByNumber(t.Context(), "VR-0003-0000-0000", Outsiders)
	ok(t, err)
	same(t, ID(3), row.ID)
	for _, number := range []string{"VR-0002-0000-0000", "VR-0009-0000-0000", ""} { // hidden and absent are the same
		if _, err := r.Store.ByNumber(t.Context(), number, Outsiders); !errors.Is(err, board.ErrNotFound) {
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
	same(t, []verification.RequestID{ID(1), ID(3)}, find("ng/2021/0417", Outsiders))
	same(t, []verification.RequestID{ID(1), ID(2), ID(3)}, find("NG-2021-0417", Everyone))
	same(t, []verification.RequestID(nil), find("NG-2021", Everyone)) // of a whole one alone
	follow(t.Context(), t, r.Store, Sample(1))
	same(t, []verification.RequestID{ID(3)}, find("NG/2021-0417", Outsiders)) // an erased request is not found any more
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
	same(t, ids(10, 13), find(nil, Outsiders))
	same(t, ids(10, 13), find(nil, Everyone)) // a compartment indexes under names of its own
	same(t, ids(10, 13), find([]verification.Compartment{"wildlife-l3"}, Everyone))
	same(t, ids(10, 14), find([]verification.Compartment{"drugs"}, Everyone))
	same(t, ids(10, 13), find([]verification.Compartment{"drugs"}, Outsiders))
}

func counters(t *testing.T, r Rig) {
	triage := func(r *board.Rows) { r.Request.State, r.Request.Degree = verification.Triage, verification.Flash }
	rows := append(samples(0, 5), Sample(5, triage), Sample(6, Ended), Sample(7, triage, SealedIn("drugs")))
	follow(t.Context(), t, r.Store, rows...)
	got, err := r.Store.Counters(t.Context(), Start().Add(2*time.Minute))
	ok(t, err)
	same(t, board.Counters{
		Open: 6, Unrouted: 1, Overdue: 3,
		ByDegree: map[verification.Degree]int{verification.Urgent: 5, verification.Flash: 1},
		ByState:  map[verification.State]int{verification.WithUnits: 5, verification.Triage: 1},
		AsOf:     board.Position{Record: record.Position{8}, At: Start().Add(time.Hour)},
	}, got)
	follow(t.Context(), t, r.Store, Sample(5, triage, SealedIn("drugs"))) // sealing leaves every count
	got, err = r.Store.Counters(t.Context(), Start().Add(2*time.Minute))
	ok(t, err)
	same(t, 5, got.Open)
	same(t, 0, got.Unrouted)
}

func dueTaken(t *testing.T, r Rig) {
	follow(t.Context(), t, r.Store, samples(0, 10)...)
	now := Start().Add(5 * time.Minute)
	take := func(limit int) []board.Due {
		due, err := r.Store.TakeDue(t.Context(), board.Take{Now: now, Until: now.Add(30 * time.Second), Limit: limit})
		ok(t, err)
		return due
	}
	first := append(take(4), take(4)...)
	var want []board.Due
	for n := range 6 { // at its due time it is due
		want = append(want, board.Due{Request: ID(n), At: Start().Add(time.Duration(n) * time.Minute)})
	}
	same(t, want, first)
	same(t, 0, len(take(9)))

	// The due time as it was: the entry stays where it was moved. Ended: it is gone. Another: it is there.
	follow(t.Context(), t, r.Store, Sample(0), Sample(1, Ended), Sample(2, DueIn(time.Second)))
	same(t, []board.Due{{Request: ID(2), At: Start().Add(time.Second)}}, take(9))
	now = now.Add(30 * time.Second)
	same(t, 5, len(take(9)))
	for _, held := range dump(t.Context(), t, r.Store) {
		same(t, 0, len(held.Lost))
	}
}

func rebuildIsFollowing(t *testing.T, r Rig) {
	ctx := t.Context()
	follow(ctx, t, r.Store, append(samples(0, 30), samples(10, 20, SealedIn("drugs"))...)...)
	follow(ctx, t, r.Store, samples(5, 8, Ended)...)
	before, count := dump(ctx, t, r.Store), len(walk(ctx, t, r.Store, 50, Everyone, func() {}))
	ok(t, r.Store.Rebuild(ctx, func(ctx context.Context, w board.Writer) error {
		at, err := w.Position(ctx)
		ok(t, err)
		same(t, board.Position{}, at)
		var updates []board.Update
		for _, held := range before {
			updates = append(updates, board.Update{Sequence: held.Sequence, Rows: held.Rows, Counts: Adds(held.Rows)})
		}
		ok(t, w.Apply(ctx, board.Batch{Upto: record.Position{43}, Updates: updates}))
		same(t, count, len(walk(ctx, t, r.Store, 50, Everyone, func() {}))) // the old board is served meanwhile
		held, err := w.Stored(ctx, ID(0))
		ok(t, err)
		same(t, 1, len(held))
		return nil
	}))
	same(t, before, dump(ctx, t, r.Store))
	same(t, recount(before), tally(ctx, t, r.Store, statistics.AllCells))
	same(t, count, len(walk(ctx, t, r.Store, 50, Everyone, func() {})))
	follow(ctx, t, r.Store, Sample(99))
}

func rebuildFails(t *testing.T, r Rig) {
	follow(t.Context(), t, r.Store, samples(0, 3)...)
	stop := errors.New("stop")
	err := r.Store.Rebuild(t.Context(), func(ctx context.Context, w board.Writer) error {
		ok(t, w.Apply(ctx, board.Batch{Upto: record.Position{1}, Updates: []board.Update{{Sequence: 1, Rows: Sample(7)}}}))
		return stop
	})
	if !errors.Is(err, stop) {
		t.Errorf("the error of the build: %v", err)
	}
	same(t, ids(0, 3), walk(t.Context(), t, r.Store, 5, Everyone, func() {}))
	follow(t.Context(), t, r.Store, Sample(3))
}

func rebuildEndsFollowers(t *testing.T, r Rig) {
	follow(t.Context(), t, r.Store, samples(0, 5)...)
	ok(t, r.Store.Rebuild(t.Context(), func(ctx context.Context, w board.Writer) error {
		return w.Apply(ctx, board.Batch{Upto: record.Position{3}})
	}))
	if err := r.Store.Apply(t.Context(), board.Batch{After: record.Position{5}, Upto: record.Position{6}}); !errors.Is(err, board.ErrBehind) {
		t.Errorf("a follower that was further than the rebuild: %v", err)
	}
	at, err := r.Store.Position(t.Context())
	ok(t, err)
	same(t, record.Position{3}, at.Record)
	same(t, 0, len(walk(t.Context(), t, r.Store, 5, Everyone, func() {})))
}

func lossIsNamed(t *testing.T, r Rig) {
	follow(t.Context(), t, r.Store, samples(0, 2)...)
	sound, err := board.Digest(t.Context(), r.Store)
	ok(t, err)
	gone := Sample(1).Places()[0]
	r.Lose(gone)
	same(t, []board.Place{gone}, dump(t.Context(), t, r.Store)[1].Lost)
	damaged, err := board.Digest(t.Context(), r.Store)
	ok(t, err)
	if damaged == sound {
		t.Error("the digest is that of a sound store")
	}
}

func contextEnds(t *testing.T, r Rig) {
	follow(t.Context(), t, r.Store, Sample(0))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Store.Apply(ctx, board.Batch{Upto: record.Position{2}}); !errors.Is(err, context.Canceled) {
		t.Errorf("a write: %v", err)
	}
	if _, err := r.Store.Counters(ctx, Start()); !errors.Is(err, context.Canceled) {
		t.Errorf("a read: %v", err)
	}
	if _, err := r.Store.Counted(ctx, []statistics.Sheet{statistics.AllCells}); !errors.Is(err, context.Canceled) {
		t.Errorf("a read of the statistics: %v", err)
	}
}
