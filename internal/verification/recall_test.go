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

// A part that is taken back while the round is open has told nothing: its questions wait again for a version that gives them,
// and may be returned to their unit.
func TestAPartThatIsRecalledHasToldNothing(t *testing.T) {
	t.Parallel()
	s := tell(t, partly()).task(1, TaskDone).does(lead(), recallOf(1)).is(WithUnits).task(1, TaskAnswered).shows(StatusInProgress)
	q, _ := s.request.Question(1)
	if got := s.request.QuestionStatus(q); got != "in_progress" || s.request.Open(q) {
		s.fail("the partner sees question 1 %s; open: %t", got, s.request.Open(q))
	}
	answered := after(then(officer("30"), AcceptTask{Task: task(2)}), then(officer("30"), final(2, negative(2))))
	s = tell(t, after(partly(), then(lead(), recallOf(1)), answered)).is(InReview)
	s.does(desk(), pack(ReleasePartial, "v3", nil, gives(1, Pending), gives(2, VerifiedNegative))).does(colleague(), release("v3"))
	s.is(InReview).task(1, TaskAnswered).task(2, TaskDone).does(colleague(), back(1)).is(WithUnits).task(1, TaskReturned)
	s.does(officer("03"), final(1, negative(1)))
	s.does(desk(), pack(ReleaseFinal, "v4", nil, gives(1, VerifiedNegative), gives(2, VerifiedNegative))).does(colleague(), release("v4"))
	s.is(Answered).task(1, TaskDone)
}

// Another version that still stands gave it too.
func TestWhatAnotherVersionGaveStaysTold(t *testing.T) {
	t.Parallel()
	again := after(then(desk(), SendToReview{}), then(desk(), pack(ReleasePartial, "v2", []FactID{"f1"}, gives(1, Held), gives(2, Pending))), then(colleague(), release("v2")))
	s := tell(t, after(partly(), again)).does(lead(), recallOf(1)).task(1, TaskDone).shows(StatusPartlyAnswered)
	s.does(lead(), recallOf(2)).task(1, TaskAnswered).shows(StatusInProgress)
}

// Row 20 "same": what was answered whole stays answered, and what is corrected goes back to it. A round that is over keeps what
// became of it.
func TestARecallOfWhatIsNotOpenMovesNoQuestion(t *testing.T) {
	t.Parallel()
	two := after(part(), then(desk(), pack(ReleaseFinal, "v2", []FactID{"f1", "f2"}, gives(1, Held), gives(2, Held))), then(colleague(), release("v2")))
	more := FollowUp{Questions: asks(1), Body: []byte(`{}`), DueAt: start().Add(9 * day), Receipt: "x"}
	for name, given := range map[string][]move{
		"answered": two, "in a correction": after(two, then(desk(), Correct{Code: "c"})), "a round before": after(two, then(liaison(), more)),
	} {
		for n := range 2 {
			s := tell(t, given)
			state := s.request.State
			s.does(lead(), recallOf(n+1)).is(state).task(1, TaskDone)
			for _, q := range s.request.Questions {
				if q.Round == 1 && !q.Released {
					s.fail("%s, version %d: question %d is not told any more", name, n+1, q.N)
				}
			}
		}
	}
	s := tell(t, after(two, then(desk(), Correct{Code: "c"}), then(lead(), recallOf(2))))
	s.does(desk(), pack(ReleaseCorrection, "k", []FactID{"f1", "f2"}, gives(1, Held), gives(2, Held))).does(colleague(), release("k")).is(Answered)
}

// Records tell of requests that expired with a part out. What was recalled since is asked again.
func TestWhatExpiredIsReopenedWithWhatWasRecalled(t *testing.T) {
	t.Parallel()
	s := tell(t, part())
	s.request = Evolve(s.request, Stamp{At: s.at, By: colleague()}, TaskSentBack{Task: task(1), Code: "incomplete"})
	s.does(desk(), AskPartner{Code: "which", Text: "?"})
	if err := s.play(move{System(), ExpireClarification{Due: start().Add(2 * day)}, 3 * day}); err != nil {
		t.Fatal(err)
	}
	s.is(Expired).does(lead(), recallOf(1)).does(desk(), Reopen{DueAt: start().Add(9 * day)}).is(Triage)
	if again := s.request.RoundQuestions(); len(again) != 2 {
		s.fail("it is asked %+v again", again)
	}
}

// Row 8: what was recalled is still answered by its unit, unless it was returned: then nothing is.
func TestAfterARecalledPartSilenceEndsWhatNobodyAnswers(t *testing.T) {
	t.Parallel()
	silence := after(then(desk(), AskPartner{Code: "which", Text: "?"}), later(3*day, System(), ExpireClarification{Due: start().Add(2 * day)}))
	recalled := after(part(), then(lead(), recallOf(1)))
	s := tell(t, after(partly(), then(lead(), recallOf(1)), silence)).is(InReview).task(2, TaskStopped)
	s.isRefused(desk(), pack(ReleasePartial, "v3", []FactID{"f1"}, gives(1, Held), PackageQuestion{N: 2, Result: CannotSay, Code: CodeNoReply}), PackageInvalid)
	s.does(desk(), pack(ReleaseFinal, "v3", []FactID{"f1"}, gives(1, Held), PackageQuestion{N: 2, Result: CannotSay, Code: CodeNoReply}))
	s.does(colleague(), release("v3")).is(Answered)
	tell(t, after(recalled, then(colleague(), back(1)), silence)).is(Expired).task(1, TaskStopped)
}

// Nothing more is said about an answer that is recalled after the request was withdrawn, say: but that the partner reads it.
func TestARecallAfterAnEndWaitsUntilItIsRead(t *testing.T) {
	t.Parallel()
	withdrawn := after(partly(), then(liaison(), Withdraw{}))
	s := tell(t, withdrawn)
	if s.request.OwesRecall() || s.request.OwesAnswer() {
		s.fail("nothing was recalled")
	}
	s.does(lead(), recallOf(1)).is(Withdrawn)
	if !s.request.OwesRecall() || s.request.OwesAnswer() || s.request.Releases[1].Recalls != 1 {
		s.fail("owes the reading %t, an answer %t: %+v", s.request.OwesRecall(), s.request.OwesAnswer(), s.request.Releases[1])
	}
	s.isRefused(desk(), Correct{Code: "c"}, WrongState).does(liaison(), RecordPull{Release: 2})
	if s.request.OwesRecall() {
		s.fail("it was read")
	}
	if erased := tell(t, after(withdrawn, then(lead(), recallOf(1)), then(lead(), FindAboveCeiling{Code: "mat"}))).request; erased.OwesRecall() {
		t.Error("what was erased cannot be read")
	}
}

// Facts may go out while their question is pending (an interim answer). What the unit says in the end, or a return, may take one
// back: the next version says so, and one that was prepared before does not go out.
func TestAFactThatWentOutIsTakenBackByTheNextVersion(t *testing.T) {
	t.Parallel()
	given := after(then(liaison(), submit(1, 2)), then(desk(), Claim{}), then(desk(), route(toUnit("03", 1, 2))), then(officer("03"), AcceptTask{Task: task(1)}),
		then(officer("03"), interim(1, held(1, "f1"), held(2, "f2"))), then(desk(), SendToReview{}),
		then(desk(), pack(ReleasePartial, "v1", []FactID{"f1", "f2"}, gives(1, Pending), gives(2, Pending))), then(colleague(), release("v1")))
	s := tell(t, given)
	if back := s.request.TakenBack(); len(back) > 0 {
		s.fail("nothing is taken back, but %v", back)
	}
	s.does(desk(), SendToReview{}).does(desk(), pack(ReleasePartial, "v2", nil, gives(1, Pending), gives(2, Pending)))
	s.does(officer("03"), final(1, negative(1), held(2, "f3"))).isRefused(colleague(), release("v2"), PackageVoid)
	s.does(desk(), pack(ReleaseFinal, "v3", []FactID{"f2", "f3"}, gives(1, VerifiedNegative), gives(2, Held)))
	if got := s.request.Package.TakenBack; !slices.Equal(got, []FactID{"f1"}) {
		s.fail("it takes back %v", got)
	}
	s.does(colleague(), back(1))
	if got := s.request.TakenBack(); !slices.Equal(got, []FactID{"f1", "f2"}) {
		s.fail("after the return %v stand no more", got)
	}
	recalled := tell(t, after(given, then(officer("03"), final(1, negative(1), negative(2))), then(lead(), recallOf(1)))).request
	if got := recalled.TakenBack(); len(got) > 0 {
		t.Errorf("what was recalled its notice has told, but %v are taken back again", got)
	}
}
