package notice_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"verigate/internal/sla"
	"verigate/internal/verification"
)

// Whatever is done in whatever order: what is open has a clock that runs on or a cause that is owed, each step on record
// that tells somebody has its notice, and the record alone decides.
func TestOpenNoticesAreWhatIsStillOwed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		degrees := []verification.Degree{verification.Flash, verification.Urgent, verification.Routine}
		s := routed(t, rapid.SampledFrom([]string{"1", "2"}).Draw(t, "policy"), rapid.SampledFrom(degrees).Draw(t, "degree"))
		at := time.Duration(0)
		for range rapid.IntRange(1, 30).Draw(t, "commands") {
			at += time.Duration(rapid.IntRange(1, 400).Draw(t, "minutes")) * time.Minute
			decided := len(s.history)
			n := rapid.IntRange(1, max(1, len(s.request.Breaches))).Draw(t, "breach")
			switch rapid.IntRange(0, 9).Draw(t, "command") {
			case 0:
				_ = s.try(at, officer, verification.AcceptTask{Task: task})
			case 1:
				_ = s.try(at, officer, verification.HoldTask{Task: task, Code: "laboratory", Evidence: "e", ReviewAt: s.start.Add(at + day)})
			case 2:
				_ = s.try(at, officer, verification.ResumeTask{Task: task})
			case 3:
				_ = s.try(at, officer, answer())
			case 4:
				_ = s.try(at, lead, verification.ChangeDegree{Degree: rapid.SampledFrom(degrees).Draw(t, "new degree"), Code: "other"})
			case 5:
				_ = s.try(at, officer, verification.ExplainBreach{N: n, Code: "workload"})
			case 6:
				_ = s.try(at, lead, verification.AnnulBreach{N: n, Code: "system_outage"})
			case 7:
				_ = s.try(at, partner, verification.Withdraw{})
			default:
				s.sweep(at)
			}
			s.owed(decided)
		}
		if diff := cmp.Diff(s.notices, s.again()); diff != "" {
			t.Fatalf("folded again:\n%s", diff)
		}
	})
}

// owed holds the notices against the request and its clocks, after decisions from a place in the history on.
func (s *story) owed(from int) {
	s.Helper()
	ids := map[string]bool{}
	for _, n := range s.notices {
		ids[n.ID(id)] = true
		place := s.clocks.Place(n.Step)
		switch {
		case !n.Open():
		case n.Asked != "":
			if b := s.request.Breaches[n.Breach-1]; b.CauseCode != "" || b.Annulled || n.CauseDueAt.IsZero() || b.Step.Clock != n.Step.Clock {
				s.Fatalf("open, and nothing is owed: %+v, %+v", n, b)
			}
		case place < 0 || s.clocks[place].State == sla.Stopped || !n.DueAt.Equal(s.clocks[place].DueAt):
			s.Fatalf("open, and its clock is not: %+v", n)
		}
	}
	if len(ids) != len(s.notices) {
		s.Fatalf("%d notices of %d ids", len(s.notices), len(ids))
	}
	for _, d := range s.history[from:] {
		for _, e := range d.Events {
			if step, is := e.(verification.StepReached); is {
				s.has(step.Step, d.At)
			}
			if breach, is := e.(verification.Breached); is {
				s.has(breach.Step, d.At)
			}
		}
	}
}

// has wants the notice of a step, unless so many were settled at that instant that it made way.
func (s *story) has(step verification.Step, at time.Time) {
	s.Helper()
	settled := 0
	for _, n := range s.notices {
		if n.Step == step {
			return
		}
		if !n.Open() && n.Settled.At.Equal(at) {
			settled++
		}
	}
	if settled < 2 {
		s.Fatalf("nobody is told of %+v: %q", step, s.said(""))
	}
}
