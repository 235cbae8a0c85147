package sla_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"verigate/internal/sla"
	"verigate/internal/verification"
)

// sweep records what is due at that instant, as the sweep does, and says what that was: "total 75".
func (s *story) sweep(at time.Time) []string {
	s.t.Helper()
	var found []string
	var sweep verification.Sweep
	for _, d := range s.clocks.Due(at) {
		if d.Step.DueAt.After(at) {
			s.t.Fatalf("%+v is not due at %s", d, at)
		}
		found = append(found, fmt.Sprint(d.Step.Clock, " ", d.Step.Percent))
		sweep.Due = append(sweep.Due, d.Command())
	}
	s.at(at, system, sweep)
	return found
}

func (s *story) sweeps(after time.Duration, want ...string) {
	s.t.Helper()
	if got := s.sweep(s.start.Add(after)); !slices.Equal(got, want) {
		s.t.Fatalf("after %s: due was %q, not %q", after, got, want)
	}
}

func TestAfterALongSilenceTheLatestStepAndTheBreachAreDue(t *testing.T) {
	t.Parallel()
	s := begin(t, load(t))
	s.submit(intake(verification.Urgent, s.start), []verification.Assignment{{Unit: "03", Questions: []int{1}}}, "CON")
	s.sweeps(hour - minute)
	s.sweeps(hour, "accept 50") // accept within 2 hours, interim within 8, answer within 18, total 24
	s.sweeps(110*minute, "accept 90")
	s.sweeps(110 * minute)
	s.sweeps(4*hour, "accept 100", "accept 125", "interim 50")
	s.sweeps(30*hour, "interim 100", "interim 125", "answer 100", "answer 125", "total 100", "red_cause 100", "total 125")
	s.sweeps(31 * hour)
}

func TestAPausedAndAStoppedClockOweNothing(t *testing.T) {
	t.Parallel()
	s := begin(t, load(t))
	s.submit(intake(verification.Urgent, s.start), []verification.Assignment{{Unit: "03", Questions: []int{1}}}, "CON")
	s.after(hour, officer("03"), verification.AcceptTask{Task: task(1)})
	s.after(2*hour, officer("03"), verification.HoldTask{Task: task(1), Code: "laboratory"})
	s.sweeps(13*hour, "total 50") // answer and interim wait for the laboratory
	s.after(13*hour, officer("03"), verification.ResumeTask{Task: task(1)})
	s.sweeps(14 * hour)
	s.sweeps(15*hour+30*minute, "interim 50")
}

func TestAClockThatMovesTakesItsStepsAlong(t *testing.T) {
	t.Parallel()
	s := begin(t, load(t))
	s.submit(intake(verification.Urgent, s.start), []verification.Assignment{{Unit: "03", Questions: []int{1}}}, "CON")
	s.after(hour, officer("03"), verification.AcceptTask{Task: task(1)})
	s.after(hour+minute, officer("03"), s.reply(1, true))
	s.sweeps(13*hour, "review 100", "review 125", "total 50")
	s.after(17*hour, lead, verification.Extend{DueAt: s.start.Add(5 * day), Code: "laboratory"})
	for _, d := range s.clocks.Due(s.start.Add(20 * hour)) {
		if d.Step.Clock == string(sla.Total) {
			t.Errorf("a step of the old promise is due: %+v", d)
		}
	}
}

// Row 8.
func TestThePartnerIsRemindedAtTheLimitAndItEndsAtTwiceIt(t *testing.T) {
	t.Parallel()
	asked := func() *story {
		s := submitted(t, verification.Urgent, "CON")
		s.after(minute, desk, verification.Claim{})
		s.after(2*minute, desk, verification.AskPartner{Code: "which", ReplyBy: s.start.Add(10 * hour)})
		return s
	}
	s := asked()
	s.sweeps(9 * hour)
	s.sweeps(10*hour, "clarify 100")
	s.sweeps(10 * hour)
	s.sweeps(19 * hour)
	s.sweeps(20*hour, "clarify 200")
	if s.request.State != verification.Expired {
		t.Errorf("the request is %s", s.request.State)
	}
	s = asked()
	s.sweeps(3*day, "clarify 100") // nothing ends without its reminder, however long nobody swept
	s.sweeps(3 * day)
	again := 3*day + 10*hour - 2*minute // the time to reply, once more
	s.sweeps(again - minute)
	if s.request.State != verification.Clarifying {
		t.Errorf("the request is %s", s.request.State)
	}
	s.sweeps(again, "clarify 200")
	if s.request.State != verification.Expired {
		t.Errorf("the request is %s", s.request.State)
	}
	s = asked()
	s.sweeps(19*hour, "clarify 100") // a reminder that came late, but before the end, moves nothing
	s.sweeps(20*hour, "clarify 200")
	s.sweeps(30 * day)
}

func TestATimeToReplyByThatHasPassedLeavesTheLimit(t *testing.T) {
	t.Parallel()
	s := submitted(t, verification.Urgent, "CON")
	s.after(minute, desk, verification.Claim{})
	s.after(hour, desk, verification.AskPartner{Code: "which", ReplyBy: s.start.Add(minute)})
	limit := s.rules.ReplyBy(sla.PolicyVersion, current, verification.Urgent, s.start.Add(hour)).Sub(s.start)
	s.sweeps(limit - minute)
	s.sweeps(limit, "clarify 100")
}

// Whatever happened before, at whatever time the sweep comes: what is due is recorded by one decision, once, never
// before its time, and then nothing is due until later.
func TestASweepRecordsAllThatIsDueAtOnce(t *testing.T) {
	t.Parallel()
	rules := load(t)
	rapid.Check(t, func(t *rapid.T) {
		s := random(t, rules)
		at := s.request.At
		for range rapid.IntRange(1, 6).Draw(t, "sweeps") {
			at = at.Add(time.Duration(rapid.Int64Range(0, int64(6*day)).Draw(t, "silence")))
			s.sweep(at)
			if left := s.clocks.Due(at); len(left) > 0 {
				t.Fatalf("%+v is still due at %s", left, at)
			}
			if next, ok := s.clocks.Next(at); ok && !next.DueAt.After(at) {
				t.Fatalf("the next step, %+v, is not after %s", next, at)
			}
		}
		once := map[verification.Step]bool{}
		for _, p := range s.trace {
			for _, e := range p.decision.Events {
				step, ok := stepOf(e)
				if !ok {
					continue
				}
				if step.DueAt.After(p.decision.At) {
					t.Fatalf("%+v was recorded at %s", step, p.decision.At)
				}
				if step.DueAt = (time.Time{}); once[step] {
					t.Fatalf("%+v was recorded twice", step)
				}
				once[step] = true
			}
		}
	})
}

func stepOf(e verification.Event) (verification.Step, bool) {
	if reached, ok := e.(verification.StepReached); ok {
		return reached.Step, true
	}
	if breached, ok := e.(verification.Breached); ok {
		return breached.Step, true
	}
	return verification.Step{}, false
}
