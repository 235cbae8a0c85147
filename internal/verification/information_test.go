package verification_test

import (
	"testing"

	. "verigate/internal/verification" //nolint:revive // as in the stories
)

// Row 8 for information: a sender that says nothing more takes nothing back from who is reading it.
func TestInformationThatCirculatesGoesOnWithoutAReply(t *testing.T) {
	t.Parallel()
	due := start().Add(2 * day)
	expires := later(3*day, System(), ExpireClarification{Due: due})
	asked := func(given []move) []move { return after(given, then(desk(), AskPartner{Code: "which"})) }

	s := tell(t, after(asked(circulating()), expires)).is(WithUnits).task(1, Queued).task(2, Queued)
	s.does(officer("03"), AcceptTask{Task: task(1)}).is(WithUnits)
	s.does(officer("30"), AcceptTask{Task: task(2)}).is(Closed)

	half := after(circulating(), then(officer("03"), AcceptTask{Task: task(1)}))
	tell(t, after(asked(half), expires)).is(WithUnits).task(1, TaskDone).task(2, Queued)

	received := after(then(liaison(), submitInformation()), then(desk(), Claim{}))
	if s := tell(t, after(asked(received), expires)).is(Expired); s.request.Outcome != CodeNoReply {
		s.fail("outcome %q", s.request.Outcome)
	}
}

// What was read by some and taken away from the rest has been distributed: it is the desk's again, to go on or to close.
func TestInformationThatSomeHaveReadDoesNotExpire(t *testing.T) {
	t.Parallel()
	given := after(circulating(), then(officer("03"), AcceptTask{Task: task(1)}), then(desk(), AskPartner{Code: "which"}))
	s := tell(t, given)
	s.request = Evolve(s.request, Stamp{At: start(), By: desk()}, TaskTakenAway{Task: task(2)})
	s.request = Evolve(s.request, Stamp{At: start(), By: System()}, ClarificationExpired{})
	s.is(Triage)
}
