package verification_test

import (
	"testing"

	. "verigate/internal/verification" //nolint:revive // as in the stories
)

// BenchmarkAllowed lists what may be done with a request that is with a unit, as each view of it does.
func BenchmarkAllowed(b *testing.B) {
	r := ready("with_units")
	b.Run("by the partner", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			r.Allowed(liaison())
		}
	})
	b.Run("by the desk", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			r.Allowed(desk())
		}
	})
	b.Run("by the unit on its task", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			r.AllowedOnTask("r-01", officer("03"))
		}
	})
}

// BenchmarkApply folds a request that a rule sent to a unit, from nothing.
func BenchmarkApply(b *testing.B) {
	d := Decision{Stamp: Stamp{At: start(), By: liaison()}, Events: []Event{
		Submitted{ID: "r", Intake: intake(1), Questions: []Question{{Round: 1, N: 1}, {Round: 1, N: 2}}},
		Routed{Rule: true, Assignments: []Assignment{{Task: "r-01", Kind: TaskQuestion, Unit: "03", Questions: []int{1, 2}}}},
	}}
	b.ReportAllocs()
	for b.Loop() {
		Request{}.Apply(d)
	}
}
