package verification_test

import (
	"testing"

	. "verigate/internal/verification" //nolint:revive // as in the stories
)

func japan() Actor { return Actor{Person: "p_japan", Roles: []Role{RolePartner}, Partner: "JP"} }

func ask(originator PartnerCode, facts ...FactID) AskConsent {
	return AskConsent{Facts: facts, Originator: originator}
}

func say(n int, state ConsentState) DecideConsent { return DecideConsent{N: n, State: state} }

// askedInVain is a confirmed answer with an ask that nobody answered before its correction was dropped.
func askedInVain() []move {
	return after(confirmed(), then(desk(), Correct{Code: "wrong_date"}), then(desk(), ask("TH", "f1")), then(desk(), DropCorrection{}))
}

func TestAnAskOfADroppedCorrectionHoldsNoLaterRound(t *testing.T) {
	t.Parallel()
	s := tell(t, askedInVain()).is(Confirmed)
	s.does(liaison(), FollowUp{Questions: asks(1), DueAt: start().Add(40 * day), Receipt: "jws"})
	s.does(desk(), Claim{}).does(desk(), route(toUnit("03", 1))).does(officer("03"), AcceptTask{Task: task(2)})
	s.does(officer("03"), final(2, held(1, "f2"))).does(desk(), ask("JP", "f2")).is(ConsentPending)
	if s.request.Awaits(s.request.Consents[0]) || !s.request.Awaits(s.request.Consents[1]) {
		s.fail("the request waits for %+v", s.request.Consents)
	}
	s.does(stranger(), say(1, ConsentDenied)).is(ConsentPending)
	if s.request.Consents[0].State != ConsentDenied || !s.request.Locked("f1") {
		s.fail("what was said to the old ask is not kept")
	}
	s.does(japan(), say(2, ConsentGranted)).is(InReview)
}

func TestTheWordOfAnOldAskMovesNothing(t *testing.T) {
	t.Parallel()
	again := after(askedInVain(), then(desk(), Correct{Code: "wrong_date"}), then(desk(), ask("JP", "f1")))
	tell(t, again).does(japan(), say(2, ConsentGranted)).is(InReview)
	tell(t, again).does(stranger(), say(1, ConsentGranted)).is(ConsentPending)
	tell(t, askedInVain()).does(stranger(), say(1, ConsentGranted)).is(Confirmed)
}
