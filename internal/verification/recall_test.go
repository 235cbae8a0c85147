package verification_test

import (
	"slices"
	"testing"

	. "verigate/internal/verification" //nolint:revive // as in the stories
)

// partly is a request of two questions of which one is answered, read, and the other still with its unit.
func partly() []move {
	return after(then(liaison(), submit(1, 2)), then(desk(), Claim{}), then(desk(), route(toUnit("03", 1), toUnit("30", 2))),
		then(officer("03"), AcceptTask{Task: task(1)}), then(officer("03"), final(1, held(1, "f1"))), then(desk(), SendToReview{}),
		then(desk(), pack(ReleasePartial, "v1", []FactID{"f1"}, gives(1, Held), gives(2, Pending))), then(colleague(), release("v1")),
		then(liaison(), RecordPull{Release: 1}))
}

// Row 20 follows the answer, not the request: what is out and wrong is taken back whatever was asked since, or became of it.
func TestAnAnswerThatIsOutIsRecalledInEveryState(t *testing.T) {
	t.Parallel()
	more := FollowUp{Questions: asks(1), Body: []byte(`{}`), DueAt: start().Add(9 * day), Receipt: "x"}
	asked := after(read(), then(liaison(), more))
	consent := after(partly(), then(desk(), SendToReview{}), then(desk(), AskConsent{Facts: []FactID{"f1"}, Originator: "TH"}))
	refused := after(partly(), then(desk(), SendToReview{}), then(desk(), refusalOf("no")), then(lead(), ApproveRefusal{Hash: hashOf("no")}))
	asking := after(partly(), then(desk(), AskPartner{Code: "which", Text: "?"}))
	for name, given := range map[string][]move{
		"more was asked":          asked,
		"which was withdrawn":     after(asked, then(liaison(), Withdraw{})),
		"which expired":           after(asked, then(colleague(), AskPartner{Code: "which"}), later(3*day, System(), ExpireClarification{Due: start().Add(2 * day)})),
		"which is not ours":       after(asked, then(colleague(), notOurs())),
		"which is a duplicate":    after(asked, then(colleague(), MarkDuplicate{Of: earlier()})),
		"a part, with units":      partly(),
		"a part, in review":       after(partly(), then(desk(), SendToReview{})),
		"a part, being clarified": asking,
		"a part, consent pending": consent,
		"a part, then refused":    refused,
		"a part, then withdrawn":  after(partly(), then(liaison(), Withdraw{})),
		"found above the ceiling": after(partly(), then(lead(), FindAboveCeiling{Code: "mat"})),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := tell(t, given)
			state := s.request.State
			if !slices.Contains(s.request.Allowed(lead()), NameRecall) {
				s.fail("the lead may %v", s.request.Allowed(lead()))
			}
			s.does(lead(), recallOf(1)).is(state)
			last := s.request.Releases[len(s.request.Releases)-1]
			if !s.request.Releases[0].Recalled || last.Kind != ReleaseRecall {
				s.fail("%+v", s.request.Releases)
			}
		})
	}
}

// What has no answer has nothing to recall: that is a matter of the state, and so are the letters that end a request.
func TestWithoutAnAnswerNothingIsRecalled(t *testing.T) {
	t.Parallel()
	for name, given := range map[string][]move{
		"in triage": inTriage(), "with a unit": withUnit(), "in review": answered(), "clarifying": clarifying(), "expired": expired(),
		"refused":   after(refusalProposed(), then(lead(), ApproveRefusal{Hash: hashOf("no")})),
		"not ours":  after(inTriage(), then(desk(), notOurs())),
		"withdrawn": after(withUnit(), then(liaison(), Withdraw{})),
	} {
		s := tell(t, given)
		if slices.Contains(s.request.Allowed(lead()), NameRecall) {
			s.fail("%s: a recall is listed", name)
		}
		s.isRefused(lead(), recallOf(1), WrongState)
	}
	refused := after(partly(), then(desk(), SendToReview{}), then(desk(), refusalOf("no")), then(lead(), ApproveRefusal{Hash: hashOf("no")}))
	tell(t, refused).isRefused(lead(), recallOf(2), UnknownVersion).does(lead(), recallOf(1)).isRefused(lead(), recallOf(3), UnknownVersion)
}

// The notice takes the next number, which is in the bytes of what waits to go out.
func TestARecallVoidsThePackageAndTheRefusalThatWait(t *testing.T) {
	t.Parallel()
	waiting := after(partly(), then(desk(), SendToReview{}), then(desk(), refusalOf("no")),
		then(desk(), pack(ReleasePartial, "v2", []FactID{"f1"}, gives(1, Held), gives(2, Pending))))
	s := tell(t, waiting).does(lead(), recallOf(1)).is(InReview)
	if s.request.Package.Void != VoidRecalled || !s.request.Refusal.Void {
		s.fail("package %q, refusal void %t", s.request.Package.Void, s.request.Refusal.Void)
	}
	s.isRefused(colleague(), release("v2"), PackageVoid).isRefused(lead(), ApproveRefusal{Hash: hashOf("no")}, NoProposal)
	s.does(desk(), pack(ReleasePartial, "v3", []FactID{"f1"}, gives(1, Held), gives(2, Pending))).does(colleague(), release("v3"))
}
