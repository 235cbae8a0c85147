package board_test

import (
	"testing"

	"verigate/internal/board"
	"verigate/internal/notice"
)

// BenchmarkApply makes the rows of a request that is with a unit, as each follower does for each decision.
func BenchmarkApply(b *testing.B) {
	s := begin(b)
	s.route()
	last := s.history[len(s.history)-1]
	b.ReportAllocs()
	d := notice.Decided{Rules: s.rules, Request: s.request, Before: s.clocks, After: s.clocks, Decision: last}
	for b.Loop() {
		board.Apply(board.Rows{}, d)
	}
}

// BenchmarkPlaces lists where such rows are found.
func BenchmarkPlaces(b *testing.B) {
	s := begin(b)
	s.route()
	b.ReportAllocs()
	for b.Loop() {
		s.rows.Places()
	}
}
