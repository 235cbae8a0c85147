package verification_test

import (
	"testing"
	"time"

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

func TestNobodyIsAskedTwiceAtATimeAboutTheSameFact(t *testing.T) {
	t.Parallel()
	two := after(accepted(), then(officer("03"), final(1, held(1, "f1", "f2"))), then(desk(), ask("TH", "f1")))
	tell(t, two).isRefused(desk(), ask("TH", "f1"), ConsentOpen).isRefused(colleague(), ask("TH", "f2", "f1"), ConsentOpen)
	tell(t, two).does(desk(), ask("TH", "f2")).does(desk(), ask("WCO", "f1")).is(ConsentPending)
	for _, said := range []ConsentState{ConsentGranted, ConsentDenied} {
		tell(t, two).does(stranger(), say(1, said)).does(desk(), ask("TH", "f1")).is(ConsentPending)
	}
	tell(t, after(askedInVain(), then(desk(), Correct{Code: "wrong_date"}))).does(desk(), ask("TH", "f1")).is(ConsentPending)
}

// Records from before that was refused hold asks that were open at once. In each the first ask is there already.
func TestTheLastWordOfAnOriginatorCounts(t *testing.T) {
	t.Parallel()
	again := ConsentAsked{N: 2, Facts: []FactID{"f1"}, Originator: "TH"}
	said := func(n int, state ConsentState) Event { return ConsentDecided{N: n, State: state} }
	for name, c := range map[string]struct {
		happened []Event
		locked   bool
	}{
		"the second ask granted":                         {[]Event{again, said(2, ConsentGranted)}, false},
		"then the first denied":                          {[]Event{again, said(2, ConsentGranted), said(1, ConsentDenied)}, true},
		"then the first expired":                         {[]Event{again, said(2, ConsentGranted), said(1, ConsentExpired)}, false},
		"then the first granted too, and that withdrawn": {[]Event{again, said(2, ConsentGranted), said(1, ConsentGranted), said(1, ConsentWithdrawn)}, true},
		"the first granted, then the second expired":     {[]Event{again, said(1, ConsentGranted), said(2, ConsentExpired)}, false},
		"the first granted, then the second denied":      {[]Event{again, said(1, ConsentGranted), said(2, ConsentDenied)}, true},
		"the second denied, then the first granted":      {[]Event{again, said(2, ConsentDenied), said(1, ConsentGranted)}, false},
		"asked again after a grant":                      {[]Event{said(1, ConsentGranted), again}, true},
		"and not answered then":                          {[]Event{said(1, ConsentGranted), again, said(2, ConsentExpired)}, true},
		"granted both times, then the first withdrawn":   {[]Event{said(1, ConsentGranted), again, said(2, ConsentGranted), said(1, ConsentWithdrawn)}, true},
		"withdrawn, then granted anew":                   {[]Event{said(1, ConsentGranted), said(1, ConsentWithdrawn), again, said(2, ConsentGranted)}, false},
		"denied, and not answered then":                  {[]Event{said(1, ConsentDenied), again, said(2, ConsentExpired)}, true},
		"neither answered":                               {[]Event{again, said(2, ConsentExpired), said(1, ConsentExpired)}, true},
	} {
		s := tell(t, asking())
		r := s.request
		for i, e := range c.happened {
			r = Evolve(r, Stamp{At: s.at.Add(time.Duration(i+1) * time.Minute)}, e)
		}
		if got := r.Locked("f1"); got != c.locked {
			t.Errorf("%s: locked %t", name, got)
		}
	}
}
