package verification_test

import (
	"slices"
	"testing"
	"time"

	. "verigate/internal/verification" //nolint:revive // as in the stories
)

// due is a step of a clock that was due when the story began.
func due(clock string, percent int) ReachStep {
	return ReachStep{Step: Step{Clock: clock, Round: 1, Promise: 1, Percent: percent, DueAt: start()}}
}

// kinds are those of the last decision.
func (s *story) kinds() []string {
	var kinds []string
	for _, e := range s.record[len(s.record)-1].Events {
		kinds = append(kinds, e.EventKind())
	}
	return kinds
}

func TestWhatIsDueAtOnceIsOneDecision(t *testing.T) {
	t.Parallel()
	s := tell(t, withUnit())
	n := len(s.record)
	s.does(System(), Sweep{Due: []Timed{due("total", 75), due("accept", 100), due("accept", 125), due("answer", 100)}})
	want := []string{"step_reached.v1", "breached.v1", "step_reached.v1", "breached.v1"}
	if len(s.record) != n+1 || !slices.Equal(s.kinds(), want) {
		s.fail("%d decisions, of %v", len(s.record)-n, s.kinds())
	}
	if b := s.request.Breaches; len(b) != 2 || b[0].N != 1 || b[1].N != 2 || b[1].Step.Clock != "answer" {
		s.fail("breaches %+v", b)
	}
}

func TestASweepRecordsNothingTwice(t *testing.T) {
	t.Parallel()
	s := tell(t, withUnit())
	sweep := Sweep{Due: []Timed{due("total", 75), due("accept", 100), due("accept", 100)}}
	if s.does(System(), sweep); len(s.request.Steps) != 1 || len(s.request.Breaches) != 1 {
		s.fail("steps %+v, breaches %+v", s.request.Steps, s.request.Breaches)
	}
	n := len(s.record)
	if s.does(System(), sweep); len(s.record) != n {
		s.fail("recorded again: %v", s.kinds())
	}
}

func TestWhatIsRefusedInASweepHoldsUpNothingElse(t *testing.T) {
	t.Parallel()
	never := CloseSilent{Due: start()} // the request is not answered
	s := tell(t, withUnit())
	s.does(System(), Sweep{Due: []Timed{never, due("total", 75)}})
	if !slices.Equal(s.kinds(), []string{"step_reached.v1"}) {
		s.fail("recorded %v", s.kinds())
	}
	s.isRefused(System(), Sweep{Due: []Timed{never, due("total", 75)}}, WrongState)
	s.isRefused(desk(), Sweep{Due: []Timed{due("total", 90)}}, NotPermitted)
}

func TestAnEndInASweepEndsWhatFellDueAfterIt(t *testing.T) {
	t.Parallel()
	asked := after(withUnit(), then(desk(), AskPartner{Code: "which_container", ReplyBy: start().Add(time.Hour)}))
	s := tell(t, after(asked, later(3*day, System(), Sweep{Due: []Timed{
		ExpireClarification{Due: start().Add(2 * day)}, due("accept", 75),
	}})))
	if s.is(Expired); !slices.Equal(s.kinds(), []string{"clarification_expired.v1"}) {
		s.fail("recorded %v", s.kinds())
	}
}
