package boardtest

import (
	"context"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"verigate/internal/board"
	"verigate/internal/record"
	"verigate/internal/statistics"
	"verigate/internal/verification"
)

func countersWithout(t *testing.T, r Rig) {
	ctx, now := t.Context(), Start().Add(2*time.Minute)
	triage := func(r *board.Rows) { r.Request.State, r.Request.Degree = verification.Triage, verification.Flash }
	noClock := func(r *board.Rows) { r.Request.DueAt = time.Time{} }
	follow(ctx, t, r.Store, append(samples(0, 5),
		Sample(5, triage), Sample(6, Ended), Sample(7, triage, SealedIn("drugs")), Sample(8, noClock))...)
	// What is sealed, over or not there is counted nowhere; what is named twice is left out once.
	hidden := []verification.RequestID{ID(1), ID(5), ID(6), ID(7), ID(8), ID(99), ID(1)}
	want := board.Counters{
		Open: 4, Overdue: 2,
		ByDegree: map[verification.Degree]int{verification.Urgent: 4},
		ByState:  map[verification.State]int{verification.WithUnits: 4},
	}
	for _, change := range [][]func(*board.Rows){nil, {DueIn(time.Hour)}, {triage}, {SealedIn("drugs")}, {Ended}} {
		follow(ctx, t, r.Store, Sample(1, change...))
		got, err := r.Store.Counters(ctx, now, hidden...)
		ok(t, err)
		got.AsOf = board.Position{}
		same(t, want, got)
	}
	all, err := r.Store.Counters(ctx, now)
	ok(t, err)
	same(t, 6, all.Open) // without 1, which is over now
}

// countedWithout has more cells than a store may read at once.
func countedWithout(t *testing.T, r Rig) {
	var rows []board.Rows
	for n := range 50 {
		rows = append(rows, Sample(n, func(r *board.Rows) { r.Request.ReceivedAt = Start().AddDate(0, n%40, 0) }))
	}
	follow(t.Context(), t, r.Store, append(rows, Sample(50, SealedIn("drugs")), Sample(51, Ended))...)
	hidden := []verification.RequestID{ID(3), ID(13), ID(43), ID(5), ID(50), ID(51), ID(99), ID(3)}
	got, err := r.Store.Counted(t.Context(), []statistics.Sheet{statistics.AllCells}, hidden...)
	ok(t, err)
	same(t, board.Position{Record: record.Position{52}, At: Start().Add(time.Hour)}, got.AsOf)
	want := recount(visible(dump(t.Context(), t, r.Store), hidden))
	same(t, want, asTally(got))
	for cell := range want {
		if cell.Month == statistics.MonthOf(Start().AddDate(0, 3, 0)) {
			t.Errorf("%s should have nothing left", cell)
		}
	}
	hidden = ids(0, 52)
	got, err = r.Store.Counted(t.Context(), []statistics.Sheet{statistics.AllCells}, hidden...)
	ok(t, err)
	same(t, 0, len(got.Cells))
}

// visible are those held that are not hidden.
func visible(held []board.Stored, hidden []verification.RequestID) []board.Stored {
	hides := map[verification.RequestID]bool{}
	for _, id := range hidden {
		hides[id] = true
	}
	var out []board.Stored
	for _, h := range held {
		if !hides[h.ID] {
			out = append(out, h)
		}
	}
	return out
}

// asTally keeps also what is empty: a store leaves that out.
func asTally(counted board.Counted) statistics.Tally {
	all := statistics.Tally{}
	for _, c := range counted.Cells {
		all[c.Cell] = c.Counts
	}
	return all
}

// asIfAbsent: whatever happened, numbers without some requests are those of a store that never had them.
func asIfAbsent(t *testing.T, r Rig) {
	rapid.Check(t, func(t *rapid.T) {
		ctx, all := context.Background(), []statistics.Sheet{statistics.AllCells}
		updates := history(t)
		var hidden []verification.RequestID
		hides := map[verification.RequestID]bool{}
		for n := range 6 {
			if hides[ID(n)] = rapid.Bool().Draw(t, "hidden"); hides[ID(n)] {
				hidden = append(hidden, ID(n))
			}
		}
		upto := record.Position{uint64(len(updates))}
		never := NewFake()
		_, err := never.Position(ctx)
		ok(t, err)
		others := board.Batch{Upto: upto}
		for _, u := range updates {
			if !hides[u.Rows.Request.ID] {
				others.Updates = append(others.Updates, u)
			}
		}
		ok(t, never.Apply(ctx, others))
		ok(t, r.Store.Rebuild(ctx, func(ctx context.Context, w board.Writer) error {
			return w.Apply(ctx, board.Batch{Updates: updates, Upto: upto})
		}))

		now := Start().Add(time.Duration(rapid.IntRange(0, 6).Draw(t, "now")) * time.Minute)
		wantTiles, err := never.Counters(ctx, now)
		ok(t, err)
		tiles, err := r.Store.Counters(ctx, now, hidden...)
		ok(t, err)
		same(t, wantTiles, tiles)
		wantCounted, err := never.Counted(ctx, all)
		ok(t, err)
		counted, err := r.Store.Counted(ctx, all, hidden...)
		ok(t, err)
		same(t, asTally(wantCounted), asTally(counted))
	})
}

// withoutWhileItChanges: what is left out is what is counted at that very moment.
func withoutWhileItChanges(t *testing.T, r Rig) {
	ctx, all := t.Context(), []statistics.Sheet{statistics.AllCells}
	follow(ctx, t, r.Store, Sample(1), Sample(2))
	want, err := r.Store.Counters(ctx, Start().Add(time.Minute), ID(2))
	ok(t, err)
	same(t, 1, want.Open)
	var writer sync.WaitGroup
	defer writer.Wait()
	written := make(chan error, 1)
	writer.Go(func() { written <- changing(ctx, r.Store, 200) })
	for {
		got, err := r.Store.Counters(ctx, Start().Add(time.Minute), ID(2))
		ok(t, err)
		got.AsOf = want.AsOf
		same(t, want, got)
		counted, err := r.Store.Counted(ctx, all, ID(2))
		ok(t, err)
		same(t, recount([]board.Stored{{Rows: Sample(1)}}), asTally(counted))
		select {
		case err := <-written:
			ok(t, err)
			return
		default:
		}
	}
}

// changing changes sample 2 so many times.
func changing(ctx context.Context, w board.Writer, times int) error {
	changes := []func(*board.Rows){
		Ended, DueIn(0), SealedIn("drugs"), func(r *board.Rows) { r.Request.Degree = verification.Flash }, DueIn(time.Hour),
		func(r *board.Rows) { r.Request.Units = []verification.UnitCode{"03", "30"} },
	}
	for n := range times {
		rows, sequence := Sample(2, changes[n%len(changes)]), uint64(n)+3
		err := w.Apply(ctx, board.Batch{
			Upto: record.Position{sequence}, Updates: []board.Update{{Sequence: sequence, Rows: rows, Counts: Adds(rows)}},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
