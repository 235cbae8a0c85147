package boardtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"verigate/internal/board"
	"verigate/internal/record"
	"verigate/internal/sla"
	"verigate/internal/statistics"
	"verigate/internal/verification"
)

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
	list, err := r.Store.Board(t.Context(), board.Filter{}, board.Page{Limit: 5}, Everyone())
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
		list, err := s.Board(ctx, f, board.Page{Limit: 50}, Everyone())
		ok(t, err)
		out = append(out, fmt.Sprint("board", f, list.Items))
	}
	for _, u := range []verification.UnitCode{"03", "30"} {
		list, err := s.Queue(ctx, board.Queue{Unit: u}, board.Page{Limit: 50}, Everyone())
		ok(t, err)
		out = append(out, fmt.Sprint("queue", u, list.Items))
	}
	for _, f := range []board.NoticeFilter{
		{Rungs: sla.Ladder()}, {Rungs: sla.Ladder(), Unit: "03"}, {Rungs: sla.Ladder(), Open: true}, {InSealed: sla.Ladder()},
	} {
		list, err := s.Notices(ctx, f, board.Page{Limit: 50}, Everyone())
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
	before, count := dump(ctx, t, r.Store), len(walk(ctx, t, r.Store, 50, Everyone(), func() {}))
	ok(t, r.Store.Rebuild(ctx, func(ctx context.Context, w board.Writer) error {
		at, err := w.Position(ctx)
		ok(t, err)
		same(t, board.Position{}, at)
		var updates []board.Update
		for _, held := range before {
			updates = append(updates, board.Update{Sequence: held.Sequence, Rows: held.Rows, Counts: Adds(held.Rows)})
		}
		ok(t, w.Apply(ctx, board.Batch{Upto: record.Position{43}, Updates: updates}))
		same(t, count, len(walk(ctx, t, r.Store, 50, Everyone(), func() {}))) // the old board is served meanwhile
		held, err := w.Stored(ctx, ID(0))
		ok(t, err)
		same(t, 1, len(held))
		return nil
	}))
	same(t, before, dump(ctx, t, r.Store))
	same(t, recount(before), tally(ctx, t, r.Store, statistics.AllCells))
	same(t, count, len(walk(ctx, t, r.Store, 50, Everyone(), func() {})))
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
	same(t, ids(0, 3), walk(t.Context(), t, r.Store, 5, Everyone(), func() {}))
	follow(t.Context(), t, r.Store, Sample(3))
}

func rebuildOfNothing(t *testing.T, r Rig) {
	ok(t, r.Store.Rebuild(t.Context(), func(ctx context.Context, w board.Writer) error {
		follow(ctx, t, r.Store, Sample(0)) // as the gateway that is asked for the rebuild does at its start
		return w.Apply(ctx, board.Batch{Upto: record.Position{3}, Updates: []board.Update{{Sequence: 3, Rows: Sample(7)}}})
	}))
	at, err := r.Store.Position(t.Context())
	ok(t, err)
	same(t, record.Position{3}, at.Record)
	same(t, ids(7, 8), walk(t.Context(), t, r.Store, 5, Everyone(), func() {}))
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
	same(t, 0, len(walk(t.Context(), t, r.Store, 5, Everyone(), func() {})))
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
