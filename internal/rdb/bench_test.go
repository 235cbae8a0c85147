package rdb

import (
	"testing"

	"verigate/internal/board"
	"verigate/internal/board/boardtest"
)

// many is how many open requests the pages are read from.
const many = 10_000

func servers() map[string]func(testing.TB) *Store {
	return map[string]func(testing.TB) *Store{"redis-server": started, "miniredis": embedded}
}

func fill(b testing.TB, s *Store, n int) {
	b.Helper()
	at, err := s.Position(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for from := 0; from < n; from += 1000 {
		batch := board.Batch{After: at.Record, Upto: at.Record}
		for i := from; i < min(from+1000, n); i++ {
			batch.Upto[0]++
			batch.Updates = append(batch.Updates, board.Update{Sequence: batch.Upto[0], Rows: boardtest.Sample(i)})
		}
		if err := s.Apply(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPageOf50From10000(b *testing.B) {
	for name, open := range servers() {
		b.Run(name, func(b *testing.B) {
			s := open(b)
			fill(b, s, many)
			for at, after := range map[string]board.Cursor{
				"first": {}, "middle": {Score: board.Score(boardtest.Sample(many / 2).Request.DueAt), Member: string(boardtest.ID(many / 2))},
			} {
				b.Run(at, func(b *testing.B) {
					for b.Loop() {
						list, err := s.Board(b.Context(), board.Filter{}, board.Page{After: after, Limit: 50}, boardtest.Outsiders())
						if err != nil || len(list.Items) != 50 {
							b.Fatal(len(list.Items), err)
						}
					}
				})
			}
		})
	}
}

func BenchmarkApply(b *testing.B) {
	for name, open := range servers() {
		b.Run(name, func(b *testing.B) {
			s := open(b)
			b.ResetTimer()
			fill(b, s, b.N)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
		})
	}
}
