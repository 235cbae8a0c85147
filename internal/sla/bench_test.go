package sla_test

import (
	"testing"

	"verigate/internal/sla"
	"verigate/internal/verification"
)

// BenchmarkTheClocksOfOneRequest folds the whole life of a request with one task: nine decisions.
func BenchmarkTheClocksOfOneRequest(b *testing.B) {
	s := onTask(b, verification.Priority)
	s.after(4*hour, officer("03"), verification.HoldTask{Task: task(1), Code: "laboratory"})
	s.after(6*hour, officer("03"), verification.ResumeTask{Task: task(1)})
	s.after(10*hour, officer("03"), s.reply(1, true))
	s.release(11 * hour)
	b.ReportAllocs()
	for b.Loop() {
		var c sla.Clocks
		for _, p := range s.trace {
			c = fold(b, s.rules, c, p)
		}
	}
}

// BenchmarkTheClocksOfANewRequest folds what a rule sent to one unit: one decision.
func BenchmarkTheClocksOfANewRequest(b *testing.B) {
	s := begin(b, load(b))
	s.submit(intake(verification.Priority, s.start), []verification.Assignment{{Unit: "03", Questions: []int{1}}}, "CON")
	first := s.trace[0]
	b.ReportAllocs()
	for b.Loop() {
		fold(b, s.rules, nil, first)
	}
}
