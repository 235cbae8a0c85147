package verification_test

import (
	"slices"
	"testing"
	"time"

	. "verigate/internal/verification" //nolint:revive // as in the stories
)

// wished is a request of two questions of which a unit would have the partner asked about the second.
func wished() []move {
	return after(then(liaison(), submit(1, 2)), then(desk(), Claim{}), then(desk(), route(toUnit("03", 1, 2))),
		then(officer("03"), AcceptTask{Task: task(1)}), then(officer("03"), wish(2)))
}

func wish(questions ...int) ProposeClarification {
	return ProposeClarification{Task: task(1), Code: "unclear", Text: "which seal?", Questions: questions}
}

// Row 6: the desk decides, and may say no. The unit goes on with what it has, and may wish for something else.
func TestWhatAUnitProposesMayBeTurnedDown(t *testing.T) {
	t.Parallel()
	s := tell(t, wished())
	if !s.request.ClarificationWaits() || !slices.Contains(s.request.Allowed(desk()), NameRejectClarification) {
		s.fail("it waits: %t, and the desk may %v", s.request.ClarificationWaits(), s.request.Allowed(desk()))
	}
	s.isRefused(desk(), RejectClarification{Proposal: 1}, ReasonMissing).isRefused(officer("03"), RejectClarification{Proposal: 1, Code: "no"}, NotPermitted)
	s.isRefused(desk(), RejectClarification{Code: "no"}, NoProposal).isRefused(desk(), RejectClarification{Proposal: 2, Code: "no"}, NoProposal)
	s.does(colleague(), RejectClarification{Proposal: 1, Code: "in_the_request", Text: "the seal is in the statement"}).is(WithUnits).task(1, InProgress).shows(StatusInProgress)
	if got := s.request.Proposals[0].Rejected; got == nil || got.Code != "in_the_request" || got.Text != "the seal is in the statement" || got.By != "p_colleague" || got.At != s.at {
		s.fail("the unit reads %+v", got)
	}
	if s.request.ClarificationWaits() || slices.Contains(s.request.Allowed(desk()), NameRejectClarification) {
		s.fail("it waits still")
	}
	s.isRefused(desk(), RejectClarification{Proposal: 1, Code: "no"}, NoProposal)
	s.does(officer("03"), wish(1))
	if s.request.Waits(1) || !s.request.Waits(2) || !s.request.ClarificationWaits() {
		s.fail("another is proposed: %t, %t", s.request.Waits(1), s.request.Waits(2))
	}
}

// Of two that wait one is turned down, and the other still waits.
func TestAProposalIsTurnedDownByItself(t *testing.T) {
	t.Parallel()
	s := tell(t, after(wished(), then(officer("03"), wish(1)))).does(desk(), RejectClarification{Proposal: 2, Code: "no"})
	if !s.request.Waits(1) || s.request.Waits(2) {
		s.fail("%+v", s.request.Proposals)
	}
}

// What was asked, or needs no reply any more, is not turned down: there is nothing left to say no to.
func TestWhatDoesNotWaitIsNotTurnedDown(t *testing.T) {
	t.Parallel()
	no := RejectClarification{Proposal: 1, Code: "no"}
	asked := after(wished(), then(desk(), AskPartner{Code: "unclear", Questions: []int{2}}))
	tell(t, asked).isRefused(desk(), no, WrongState)
	tell(t, after(asked, then(liaison(), ReplyToClarification{Body: []byte(`{}`)}))).isRefused(desk(), no, NoProposal)
	tell(t, after(wished(), then(officer("03"), final(1, negative(1), negative(2))))).isRefused(desk(), no, NoProposal)
	tell(t, after(wished(), then(liaison(), Withdraw{}))).isRefused(desk(), no, WrongState)
}

// What was asked before is no answer to the wish, though it was in the same instant: a clock that was set back stands still.
func TestAProposalWaitsThoughSomethingWasAskedInTheSameInstant(t *testing.T) {
	t.Parallel()
	s := tell(t, after(then(liaison(), submit(1, 2)), then(desk(), Claim{}), then(desk(), route(toUnit("03", 1, 2))), then(officer("03"), AcceptTask{Task: task(1)})))
	still := func() { s.at = s.at.Add(-time.Minute) }
	s.does(desk(), AskPartner{Code: "unclear"})
	still()
	s.does(liaison(), ReplyToClarification{Body: []byte(`{}`)})
	still()
	s.does(officer("03"), wish(2))
	if !s.request.Waits(1) {
		s.fail("it does not wait")
	}
	still()
	s.does(desk(), AskPartner{Code: "unclear"})
	still()
	s.does(liaison(), ReplyToClarification{Body: []byte(`{}`)})
	if s.request.Waits(1) {
		s.fail("it was asked, and waits")
	}
}
