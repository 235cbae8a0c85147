package rdb

import (
	"testing"

	"verigate/internal/board"
	"verigate/internal/board/boardtest"
	"verigate/internal/verification"
)

// closedLongAgo fills a store with n requests that closed one a minute, half of them of a campaign with a longer period,
// and gives the filter for what is due when the first half of the others is.
func closedLongAgo(b testing.TB, s *Store, n int) board.KeepingFilter {
	b.Helper()
	const aDay = 24 * 60
	at, err := s.Position(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for from := 0; from < n; from += 1000 {
		batch := board.Batch{After: at.Record, Upto: at.Record}
		for i := from; i < min(from+1000, n); i++ {
			rows := boardtest.Sample(i, boardtest.ClosedOn(i/aDay))
			if i%2 == 0 {
				rows.Request.Campaign = "golden"
			}
			batch.Upto[0]++
			batch.Updates = append(batch.Updates, board.Update{Sequence: batch.Upto[0], Rows: rows})
		}
		if err := s.Apply(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
		at.Record = batch.Upto
	}
	now := boardtest.Start().AddDate(1, 0, n/2/aDay+2) // behind their 12 months
	return board.KeepingFilter{List: board.ListDue, Campaigns: []string{"golden"}, Rules: boardtest.Rules(), Now: now}
}

// What is due is found without opening what is not: neither what closed before it and is kept longer, nor what closed since.
func TestWhatIsDueIsFoundWithoutOpeningWhatIsNot(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: 10,000 rows are written, 6 s")
	}
	t.Parallel()
	s := started(t)
	f := closedLongAgo(t, s, many)
	opened := 0
	list, err := s.Keeping(t.Context(), f, board.Page{Limit: 50}, board.Visible{May: func(board.Audience) bool { opened++; return true }})
	if err != nil || len(list.Items) != 50 || list.Next == (board.Cursor{}) {
		t.Fatalf("%d rows, %v", len(list.Items), err)
	}
	if opened > 52 {
		t.Errorf("a page of 50 opens %d rows", opened)
	}
	for _, row := range list.Items {
		if row.Campaign != "" || row.State != verification.Closed {
			t.Errorf("not due: %+v", row)
		}
	}
}

func BenchmarkKeepingPageOf50From100000(b *testing.B) {
	s := started(b)
	f := closedLongAgo(b, s, 100_000)
	for b.Loop() {
		list, err := s.Keeping(b.Context(), f, board.Page{Limit: 50}, boardtest.Outsiders())
		if err != nil || len(list.Items) != 50 {
			b.Fatal(len(list.Items), err)
		}
	}
}
