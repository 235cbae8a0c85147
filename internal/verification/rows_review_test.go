package verification_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"verigate/internal/marking"
	. "verigate/internal/verification" //nolint:revive // as in the stories
)

func TestRowsOfReview(t *testing.T) {
	t.Parallel()
	whole := pack(ReleaseFinal, "v1", []FactID{"f1"}, gives(1, Held))
	owned := interim(1, held(1, "f9"))
	owned.Questions[0].Facts[0].Originator = "TH"
	foreign := after(accepted(), then(officer("03"), owned), then(officer("03"), final(1)))
	standing := func(handling string) []move {
		passed := interim(1, held(1, "f9"))
		passed.Questions[0].Facts[0].Originator, passed.Questions[0].Facts[0].Handling = "TH", []byte(handling)
		return after(accepted(), then(officer("03"), passed), then(officer("03"), final(1)))
	}
	toNG, ended := `{"onward":{"allowed_to":["NG"]}}`, `{"onward":{"allowed_to":["NG"],"until":"2021-09-02T23:00:00+07:00"}}`
	askTH := AskConsent{Facts: []FactID{"f9"}, Originator: "TH"}
	foreignWhole := pack(ReleaseFinal, "v1", []FactID{"f9"}, gives(1, Held))
	back := ReturnTask{Task: task(1), Code: "no_period"}
	consent := AskConsent{Facts: []FactID{"f1"}, Originator: "TH"}
	agency := after(inTriage(), then(desk(), AskAgency{Agency: "police", Questions: []int{1}}), then(desk(), AcceptTask{Task: task(1)}), then(desk(), final(1, held(1, "f1"))))
	again := func(n int) []move {
		return after(then(desk(), back), then(officer("03"), final(1, held(1, FactID(rune('a'+n))))))
	}
	wrongBytes := whole
	wrongBytes.Hash = hashOf("other")
	due := start().Add(day)
	granted := after(asking(), then(stranger(), say(1, ConsentGranted)))
	walk(t, []row{
		{"11", "a part may go out now", withUnit(), desk(), SendToReview{}, InReview, ""},
		{"11", "only from the units", inTriage(), desk(), SendToReview{}, "", WrongState},
		{"12", "a defect goes back", answered(), desk(), back, WithUnits, ""},
		{"12", "with a code", answered(), desk(), ReturnTask{Task: task(1)}, "", ReasonMissing},
		{"12", "not by the author", agency, desk(), back, "", SamePerson},
		{"12", "not by the editor", packaged(), desk(), back, "", SamePerson},
		{"12", "a task that exists", answered(), desk(), ReturnTask{Task: task(9), Code: "c"}, "", UnknownTask},
		{"12", "twice", after(answered(), again(1)), desk(), back, WithUnits, ""},
		{"12", "not three times", after(answered(), again(1), again(2)), desk(), back, "", ReturnedTwice},
		{"12", "not an open task", after(accepted(), then(desk(), SendToReview{})), desk(), back, "", WrongState},
		{"12", "and stays where a consent is asked", asking(), desk(), back, ConsentPending, ""},
		{"13", "the originator is asked", answered(), desk(), consent, ConsentPending, ""},
		{"13", "of a known fact", answered(), desk(), AskConsent{Facts: []FactID{"zz"}, Originator: "TH"}, "", UnknownFact},
		{"13", "of some fact", answered(), desk(), AskConsent{Originator: "TH"}, "", UnknownFact},
		{"13", "whose it is", foreign, desk(), AskConsent{Facts: []FactID{"f9"}, Originator: "WCO"}, "", UnknownFact},
		{"13", "not the partner itself", answered(), desk(), AskConsent{Facts: []FactID{"f1"}, Originator: "NG"}, "", NothingNew},
		{"13", "not by the editor", packaged(), desk(), consent, "", SamePerson},
		{"13", "not by the author", agency, desk(), consent, "", SamePerson},
		{"13", "not with the units", accepted(), desk(), consent, "", WrongState},
		{"14", "granted", asking(), stranger(), say(1, ConsentGranted), InReview, ""},
		{"14", "denied", asking(), stranger(), say(1, ConsentDenied), InReview, ""},
		{"14", "expired", asking(), System(), ExpireConsent{N: 1, Due: start().Add(10 * time.Minute)}, "", NotDue},
		{"14", "an earlier ask's timer yields nothing", asking(), System(), ExpireConsent{N: 1, Due: start()}, "", NotDue},
		{"14", "an ask that exists", asking(), System(), ExpireConsent{N: 2, Due: due}, "", UnknownConsent},
		{"14", "by who was asked", asking(), liaison(), say(1, ConsentGranted), "", UnknownConsent},
		{"14", "of which ask", asking(), stranger(), say(4, ConsentGranted), "", UnknownConsent},
		{"14", "nobody decides before it is asked", answered(), stranger(), say(1, ConsentGranted), "", UnknownConsent},
		{"14", "nobody expires it by hand", asking(), stranger(), say(1, ConsentExpired), "", AnswerInvalid},
		{"14", "nor with a word that is none", asking(), stranger(), say(1, "perhaps"), "", AnswerInvalid},
		{"14", "a word is a word", granted, stranger(), say(1, ConsentDenied), "", WrongState},
		{"14", "what was granted is withdrawn", granted, stranger(), say(1, ConsentWithdrawn), InReview, ""},
		{"14", "what was not is not", asking(), stranger(), say(1, ConsentWithdrawn), "", WrongState},
		{"14", "all asks must be decided", after(asking(), then(desk(), AskConsent{Facts: []FactID{"f1"}, Originator: "WCO"})), stranger(), say(1, ConsentGranted), ConsentPending, ""},
		{"15a", "a package", answered(), desk(), whole, InReview, ""},
		{"15a", "in consent_pending too", asking(), desk(), pack(ReleasePartial, "p", nil, gives(1, Pending)), ConsentPending, ""},
		{"15a", "with its own hash", answered(), desk(), wrongBytes, "", PackageInvalid},
		{"15a", "partial or final", answered(), desk(), pack(ReleaseCorrection, "v1", nil, gives(1, CannotSay)), "", PackageInvalid},
		{"15a", "every question once", answered(), desk(), pack(ReleaseFinal, "v1", nil), "", PackageInvalid},
		{"15a", "the questions of the round", answered(), desk(), pack(ReleaseFinal, "v1", nil, gives(7, CannotSay)), "", PackageInvalid},
		{"15a", "known facts", answered(), desk(), pack(ReleaseFinal, "v1", []FactID{"zz"}, gives(1, Held)), "", UnknownFact},
		{"15a", "each once", answered(), desk(), pack(ReleaseFinal, "v1", []FactID{"f1", "f1"}, gives(1, Held)), "", UnknownFact},
		{"15a", "a foreign fact that its originator passes on", standing(toNG), desk(), foreignWhole, InReview, ""},
		{"15a", "not to others", standing(`{"onward":{"allowed_to":["AO"]}}`), desk(), foreignWhole, "", FactLocked},
		{"15a", "not any more", standing(ended), desk(), foreignWhole, "", FactLocked},
		{"15a", "not by what cannot be read", standing(`{"onward":{"allowed_to":"NG"}}`), desk(), foreignWhole, "", FactLocked},
		{"15a", "not against a word given when asked", after(standing(toNG), then(desk(), askTH), then(stranger(), say(1, ConsentDenied))), desk(), foreignWhole, "", FactLocked},
		{"15a", "no foreign fact", foreign, desk(), pack(ReleaseFinal, "v1", []FactID{"f9"}, gives(1, Held)), "", FactLocked},
		{"15a", "no fact that is being asked for", asking(), desk(), whole, "", FactLocked},
		{"15a", "no fact that was denied", after(asking(), then(stranger(), say(1, ConsentDenied))), desk(), whole, "", FactLocked},
		{"15a", "a fact that was granted", granted, desk(), whole, InReview, ""},
		{"15a", "nothing more certain than the answers", answered(), desk(), pack(ReleaseFinal, "v1", nil, gives(1, Held)), "", MoreCertain},
		{"15a", "a withheld fact is no negative", answered(), desk(), pack(ReleaseFinal, "v1", nil, gives(1, VerifiedNegative)), "", MoreCertain},
		{"15a", "held is no negative", answered(), desk(), pack(ReleaseFinal, "v1", []FactID{"f1"}, gives(1, VerifiedNegative)), "", MoreCertain},
		{"15a", "an outcome that a unit gave", answered(), desk(), pack(ReleaseFinal, "v1", []FactID{"f1"}, PackageQuestion{N: 1, Result: Held, Outcome: "SEIZED"}), "", MoreCertain},
		{"15a", "no outcome for less", answered(), desk(), pack(ReleaseFinal, "v1", []FactID{"f1"}, PackageQuestion{N: 1, Result: CannotSay, Outcome: "HELD"}), "", MoreCertain},
		{"15a", "less is allowed", answered(), desk(), pack(ReleaseFinal, "v1", nil, gives(1, CannotSay)), InReview, ""},
		{"15a", "a final one leaves nothing open", after(accepted(), then(desk(), SendToReview{})), desk(), pack(ReleaseFinal, "v1", nil, gives(1, CannotSay)), "", QuestionOpen},
		{"15a", "nor says pending", answered(), desk(), pack(ReleaseFinal, "v1", nil, gives(1, Pending)), "", PackageInvalid},
		{"15a", "not by a key without a person", answered(), Actor{Roles: []Role{RoleDesk}}, whole, "", NotPermitted},
		{"15", "another person releases the hash", packaged(), colleague(), release("v1"), Answered, ""},
		{"15", "not the editor", packaged(), desk(), release("v1"), "", SamePerson},
		{"15", "not an author", after(agency, then(colleague(), whole)), desk(), release("v1"), "", SamePerson},
		{"15", "not the lead alone", packaged(), lead(), release("v1"), "", NotPermitted},
		{"15", "not a unit", packaged(), officer("03"), release("v1"), "", NotPermitted},
		{"15", "no other hash", packaged(), colleague(), release("v2"), "", PackageVoid},
		{"15", "nothing is prepared", answered(), colleague(), release("v1"), "", NoPackage},
		{"15", "a return voids it", after(packaged(), then(colleague(), back), then(officer("03"), final(1, held(1, "f2")))), colleague(), release("v1"), "", PackageVoid},
		{"15", "a newer package voids it", after(packaged(), then(desk(), pack(ReleaseFinal, "v2", nil, gives(1, CannotSay)))), colleague(), release("v1"), "", PackageVoid},
		{"15", "sealing voids it", after(packaged(), then(desk(), Seal{Compartment: "drugs"})), colleague(), release("v1"), "", PackageVoid},
		{"15", "an ask about a fact in it voids it", after(packaged(), then(colleague(), consent)), colleague(), release("v1"), "", PackageVoid},
		{"15", "a withdrawn consent voids it", after(granted, then(desk(), whole), then(stranger(), say(1, ConsentWithdrawn))), colleague(), release("v1"), "", PackageVoid},
		{"15b", "the first pull", released(), liaison(), RecordPull{Release: 1}, Answered, ""},
		{"15b", "a version that exists", released(), liaison(), RecordPull{Release: 2}, "", UnknownVersion},
		{"15b", "nothing to pull", answered(), liaison(), RecordPull{Release: 1}, "", UnknownVersion},
		{"15b", "not another's", released(), stranger(), RecordPull{Release: 1}, "", NotPermitted},
		{"15b", "not what was recalled unread", after(released(), then(lead(), recallOf(1))), liaison(), RecordPull{Release: 1}, "", IsRecalled},
		{"15b", "the notice of it is", after(released(), then(lead(), recallOf(1))), liaison(), RecordPull{Release: 2}, Answered, ""},
	})
	t.Run("14 time denies", func(t *testing.T) {
		s := tell(t, after(asking(), later(3*day, System(), ExpireConsent{N: 1, Due: due}))).is(InReview)
		if !s.request.Locked("f1") {
			s.fail("an expired ask leaves the fact locked")
		}
		n := len(s.record)
		if s.does(System(), ExpireConsent{N: 1, Due: due}); len(s.record) != n {
			s.fail("the timer fired twice and was recorded twice")
		}
	})
	t.Run("14 a later grant of a new ask frees the fact", func(t *testing.T) {
		s := tell(t, after(asking(), then(stranger(), say(1, ConsentDenied)), then(desk(), consent), then(stranger(), say(2, ConsentGranted))))
		if s.request.Locked("f1") {
			s.fail("the fact is locked")
		}
	})
	t.Run("15 release in consent_pending leaves it so", func(t *testing.T) {
		s := tell(t, after(asking(), then(desk(), pack(ReleasePartial, "p", nil, gives(1, CannotSay))), then(colleague(), release("p"))))
		s.is(ConsentPending).shows(StatusPartlyAnswered)
		s.does(stranger(), say(1, ConsentGranted)).is(InReview).shows(StatusPartlyAnswered)
	})
}

func TestH3AndL3NeedTwoPersonsInAnyOrder(t *testing.T) {
	t.Parallel()
	sealed := after(then(liaison(), submitSealed(1)), then(desk(), Claim{}), then(desk(), route(toUnit("03", 1))),
		then(officer("03"), AcceptTask{Task: task(1)}), then(officer("03"), final(1, held(1, "f1"))),
		then(desk(), pack(ReleaseFinal, "v1", []FactID{"f1"}, gives(1, Held))))
	marked := final(1, held(1, "f1"))
	marked.Questions[0].Facts[0].Handling = json.RawMessage(`{"code":"H1","codes":["H1","H3"]}`)
	h3 := after(accepted(), then(officer("03"), marked), then(desk(), pack(ReleaseFinal, "v1", []FactID{"f1"}, gives(1, Held))))
	unreadable := final(1, held(1, "f1"))
	unreadable.Questions[0].Facts[0].Handling = json.RawMessage(`"H0"`)
	odd := after(accepted(), then(officer("03"), unreadable), then(desk(), pack(ReleaseFinal, "v1", []FactID{"f1"}, gives(1, Held))))
	for _, given := range [][]move{sealed, h3, odd} {
		tell(t, given).does(colleague(), release("v1")).is(InReview).isRefused(colleague(), release("v1"), SamePerson).
			isRefused(desk(), release("v1"), SamePerson).
			isRefused(Actor{Person: "p_third", Roles: []Role{RoleDesk}}, release("v1"), SamePerson).
			does(lead(), release("v1")).is(Answered)
		tell(t, given).does(lead(), release("v1")).is(InReview).isRefused(lead(), release("v1"), SamePerson).
			does(colleague(), release("v1")).is(Answered)
		tell(t, given).does(deskLead(), release("v1")).is(InReview).does(colleague(), release("v1")).is(Answered)
		tell(t, given).does(colleague(), release("v1")).does(deskLead(), release("v1")).is(Answered)
	}
	tell(t, sealed).does(keeper(), release("v1")).does(lead(), release("v1")).is(Answered)
}

func TestALevelThatRoseVoidsApprovalAndPackage(t *testing.T) {
	t.Parallel()
	two := after(then(liaison(), submit(1, 2)), then(desk(), Claim{}), then(desk(), route(toUnit("03", 1), toUnit("30", 2))),
		then(officer("03"), AcceptTask{Task: task(1)}), then(officer("03"), final(1, held(1, "f1"))),
		then(officer("30"), AcceptTask{Task: task(2)}), then(desk(), SendToReview{}),
		then(desk(), pack(ReleasePartial, "v1", []FactID{"f1"}, gives(1, Held), gives(2, Pending))))
	higher := interim(2, held(2, "f2"))
	higher.Level = marking.L2
	tell(t, two).does(officer("30"), higher).isRefused(colleague(), release("v1"), PackageVoid)
	tell(t, two).does(colleague(), release("v1")).is(WithUnits).shows(StatusPartlyAnswered).task(1, TaskDone)
}

func TestAPackageThatTheAnswersOutranIsVoid(t *testing.T) {
	t.Parallel()
	s := tell(t, after(accepted(), then(officer("03"), final(1, negative(1))),
		then(desk(), pack(ReleaseFinal, "none", nil, gives(1, VerifiedNegative))),
		then(desk(), route(toUnit("30", 1))), then(officer("30"), AcceptTask{Task: task(2)}), then(officer("30"), final(2, held(1, "f2")))))
	s.is(InReview).isRefused(colleague(), release("none"), PackageVoid)
}

func TestAFactThatItsUnitTookBackDoesNotGoOut(t *testing.T) {
	t.Parallel()
	s := tell(t, after(accepted(), then(officer("03"), interim(1, held(1, "f1"))), then(officer("03"), final(1, negative(1)))))
	s.isRefused(desk(), pack(ReleaseFinal, "v1", []FactID{"f1"}, gives(1, VerifiedNegative)), UnknownFact)
	s.does(desk(), pack(ReleaseFinal, "v1", nil, gives(1, VerifiedNegative)))
}

func TestWhatAReviewerReturnedDoesNotGoOutAgain(t *testing.T) {
	t.Parallel()
	s := tell(t, after(then(liaison(), submit(1, 2)), then(desk(), Claim{}), then(desk(), route(toUnit("03", 1, 2))),
		then(officer("03"), AcceptTask{Task: task(1)}), then(officer("03"), interim(1, held(1, "f1"))),
		then(officer("03"), final(1, unable(2))), then(colleague(), ReturnTask{Task: task(1), Code: "unclear"})))
	s.is(WithUnits).does(desk(), SendToReview{})
	s.isRefused(desk(), pack(ReleasePartial, "p", []FactID{"f1"}, gives(1, Pending), gives(2, Pending)), UnknownFact)
	s.isRefused(officer("03"), final(1, held(2, "f2")), AnswerIncomplete)
	s.does(officer("03"), final(1, held(2, "f2"), negative(1))).is(InReview)
	s.isRefused(desk(), pack(ReleaseFinal, "v", []FactID{"f1", "f2"}, gives(1, Held), gives(2, Held)), UnknownFact)
	s.does(desk(), pack(ReleaseFinal, "v", []FactID{"f2"}, gives(1, VerifiedNegative), gives(2, Held)))
	if !slices.Contains(s.request.Package.Authors, officer("03").Person) {
		s.fail("who wrote what was returned is still an author")
	}
}

func TestInACorrectionTheNewAnswerReplacesTheOldOne(t *testing.T) {
	t.Parallel()
	s := tell(t, correcting()).does(colleague(), ReturnTask{Task: task(1), Code: "c"})
	s.does(officer("03"), AcceptTask{Task: task(2)}).does(officer("03"), final(2, negative(1))).is(InReview)
	s.isRefused(desk(), pack(ReleaseCorrection, "k", []FactID{"f1"}, gives(1, Held)), UnknownFact)
	s.does(desk(), pack(ReleaseCorrection, "k", nil, gives(1, VerifiedNegative)))
}

func TestInterimFactsMayGoOutWhileTheirQuestionIsPending(t *testing.T) {
	t.Parallel()
	s := tell(t, after(accepted(), then(officer("03"), interim(1, held(1, "f1"))), then(desk(), SendToReview{})))
	s.does(desk(), pack(ReleasePartial, "p", []FactID{"f1"}, gives(1, Pending))).does(colleague(), release("p"))
	s.is(WithUnits).shows(StatusPartlyAnswered).does(officer("03"), final(1)).is(InReview)
	s.does(desk(), pack(ReleaseFinal, "v", []FactID{"f1"}, gives(1, Held))).does(colleague(), release("v")).is(Answered).task(1, TaskDone)
}

func TestSeveralUnitsOneQuestion(t *testing.T) {
	t.Parallel()
	refusedAnswer := QuestionAnswer{N: 1, Result: RefusedAnswer, Code: "legal"}
	for _, c := range []struct {
		name  string
		first QuestionAnswer
		other QuestionAnswer
		facts []FactID
		want  Result
	}{
		{"held if a fact goes out", held(1, "f1"), negative(1), []FactID{"f1"}, Held},
		{"nothing releasable if it does not", held(1, "f1"), negative(1), nil, CannotSay},
		{"cannot_say if any says so", unable(1), negative(1), nil, CannotSay},
		{"refused if any says so", refusedAnswer, negative(1), nil, RefusedAnswer},
		{"negative only if every unit does", negative(1), negative(1), nil, VerifiedNegative},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := tell(t, after(inTriage(), then(desk(), route(toUnit("03", 1), toUnit("30", 1))),
				then(officer("03"), AcceptTask{Task: task(1)}), then(officer("30"), AcceptTask{Task: task(2)}),
				then(officer("03"), final(1, c.first))))
			q, _ := s.request.Question(1)
			if got := s.is(WithUnits).request.ResultOf(q, c.facts); got.Result != Pending {
				s.fail("one of two answered: %s", got.Result)
			}
			s.does(officer("30"), final(2, c.other)).is(InReview)
			if got := s.request.ResultOf(q, c.facts); got.Result != c.want {
				s.fail("got %s, want %s", got.Result, c.want)
			}
		})
	}
}
