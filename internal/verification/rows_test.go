package verification_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"verigate/internal/marking"
	. "verigate/internal/verification" //nolint:revive // as in the stories
)

// row is one line of the walk over lifecycle.md: given, when, then. Without a refusal the state is what follows.
type row struct {
	row     string
	name    string
	given   []move
	by      Actor
	when    Command
	state   State
	refused Code
}

func walk(t *testing.T, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.row+" "+r.name, func(t *testing.T) {
			t.Parallel()
			s := tell(t, r.given)
			if r.refused != "" {
				s.isRefused(r.by, r.when, r.refused)
				return
			}
			s.does(r.by, r.when).is(r.state)
		})
	}
}

func TestRowsOfIntake(t *testing.T) {
	t.Parallel()
	others, outbound, late, twice := submit(1), submit(1), Register{ID: "r", Intake: intake(marking.L1), Questions: asks(1)}, submit(1, 1)
	others.Intake.Partner = "TH"
	outbound.Questions[0].Code = "OUT"
	late.Intake.ReceivedAt = start().Add(day)
	registered := Register{ID: "r", Intake: intake(marking.L1), Questions: asks(1)}
	unknown := registered
	unknown.Intake.Partner, unknown.Intake.Sender = "", "an NGO"
	byRule, sealed, travel, part := submit(1), submitSealed(1), submit(1), submit(1, 2)
	for _, c := range []*Submit{&byRule, &sealed, &travel, &part} {
		c.Route = []Assignment{toUnit("03", 1)}
	}
	travel.Questions[0].Code = "TRV"
	information := submitInformation()
	information.Questions = asks(1)
	lateStub, keeperless := RegisterStub{ID: "r", Keeper: "p_keeper", Intake: late.Intake}, RegisterStub{ID: "r", Intake: intake(marking.L4)}
	walk(t, []row{
		{"1", "a partner submits", nil, liaison(), submit(1), Received, ""},
		{"1", "only a partner submits", nil, desk(), submit(1), "", NotPermitted},
		{"1", "a partner submits in its own name only", nil, liaison(), others, "", NotPermitted},
		{"1", "a request asks something", nil, liaison(), submit(), "", NoQuestions},
		{"1", "question numbers are unique", nil, liaison(), twice, "", QuestionTwice},
		{"1", "information asks nothing", nil, liaison(), information, "", IsInformation},
		{"1", "information is received", nil, liaison(), submitInformation(), Received, ""},
		{"1", "outbound is refused at the door", nil, liaison(), outbound, "", WrongDirection},
		{"1", "a request is created once", submitted(), liaison(), submit(1), "", AlreadyExists},
		{"2", "a rule routes what points to one unit", nil, liaison(), byRule, WithUnits, ""},
		{"2", "no L3 request is routed by rule", nil, liaison(), sealed, "", SealedNoRule},
		{"2", "travel is not routed by rule", nil, liaison(), travel, "", NotByRule},
		{"2", "a rule leaves no question with nobody", nil, liaison(), part, "", QuestionUnassigned},
		{"1b", "the desk registers what came on paper", nil, desk(), registered, Triage, ""},
		{"1b", "a partner registers nothing", nil, liaison(), registered, "", NotPermitted},
		{"1b", "nothing arrives later than now", nil, desk(), late, "", ArrivalInFuture},
		{"1b", "an unknown sender is not routed", then(desk(), unknown), desk(), route(toUnit("03", 1)), "", SenderUnknown},
		{"1b", "an unknown sender is not asked back", then(desk(), unknown), desk(), AskPartner{Code: "x"}, "", SenderUnknown},
		{"1b", "an unknown sender is not answered", then(desk(), unknown), desk(), AnswerByDesk{}, "", SenderUnknown},
		{"1b", "an unknown sender is told not competent", then(desk(), unknown), desk(), notOurs(), NotCompetent, ""},
		{"1b", "an unknown sender is refused by two people", after(then(desk(), unknown), then(desk(), refusalOf("no"))), lead(), ApproveRefusal{Hash: hashOf("no")}, Refused, ""},
		{"1c", "a stub rests in triage", nil, desk(), RegisterStub{ID: "r", Keeper: "p_keeper", Intake: intake(marking.L4)}, Triage, ""},
		{"1c", "a stub has a keeper", nil, desk(), keeperless, "", ReasonMissing},
		{"1c", "a stub does not arrive in the future", nil, desk(), lateStub, "", ArrivalInFuture},
		{"1c", "a stub is not routed", stub(), desk(), route(toUnit("03", 1)), "", IsStub},
		{"1c", "a stub is not refused in words", stub(), desk(), refusalOf("no"), "", IsStub},
		{"1c", "the keeper of a stub claims it", stub(), Actor{Person: "p_keeper", Roles: []Role{RoleKeeper}}, Claim{}, Triage, ""},
		{"1c", "another keeper does not", stub(), Actor{Person: "p_other", Roles: []Role{RoleKeeper}}, Claim{}, "", NotPermitted},
		{"3", "claiming brings to triage", submitted(), desk(), Claim{}, Triage, ""},
		{"3", "a partner claims nothing", submitted(), liaison(), Claim{}, "", NotPermitted},
		{"3", "what is routed by rule is claimed where it is", then(liaison(), byRule), desk(), Claim{}, WithUnits, ""},
		{"3", "one person holds it", inTriage(), colleague(), Claim{}, "", AlreadyClaimed},
		{"3", "taking over needs a reason", inTriage(), colleague(), Claim{TakeOver: true}, "", ReasonMissing},
		{"3", "taking over", inTriage(), colleague(), Claim{TakeOver: true, Reason: "shift"}, Triage, ""},
		{"3", "handing over", inTriage(), desk(), Claim{To: "p_colleague"}, Triage, ""},
		{"3", "only the holder hands over", inTriage(), colleague(), Claim{To: "p_lead"}, "", NotTheHolder},
		{"3", "a key without a person holds nothing", submitted(), Actor{Roles: []Role{RoleDesk}}, Claim{}, "", NotPermitted},
		{"3", "what is answered is not claimed", released(), desk(), Claim{}, "", WrongState},
		{"3", "a keeper has the desk's rights inside", then(liaison(), submitSealed(1)), keeper(), Claim{}, Triage, ""},
		{"3", "and only there", submitted(), keeper(), Claim{}, "", NotPermitted},
	})
}

func TestAStubKeepsNoTextWhateverItIsGiven(t *testing.T) {
	t.Parallel()
	full := intake(marking.L4)
	full.Sender, full.Theme, full.Kind, full.Identifiers = "secret", "secret", KindInformation, []Identifier{{Raw: "secret"}}
	full.PhysicalEvent = &PhysicalEvent{Place: "secret"}
	s := tell(t, then(desk(), RegisterStub{ID: "r", Keeper: "p_keeper", Intake: full}))
	in := s.request.Intake
	if in.Body != nil || in.Sender+in.Theme != "" || in.Identifiers != nil || in.PhysicalEvent != nil || in.Kind != KindRequest {
		t.Errorf("the stub holds %+v", in)
	}
}

func TestWhatIsSealedIsAlwaysInACompartment(t *testing.T) {
	t.Parallel()
	c := submit(1)
	c.Intake.Level = marking.L3
	if got := tell(t, then(liaison(), c)).request.Compartment; got != GeneralCompartment {
		t.Errorf("submitted: %q", got)
	}
	answer := final(1, held(1, "f1"))
	answer.Questions[0].Facts[0].Level = marking.L3
	s := tell(t, after(accepted(), then(officer("03"), answer)))
	if s.request.Compartment != GeneralCompartment || s.request.Level != marking.L3 {
		t.Errorf("an answer inherits what it quotes: %v in %q", s.request.Level, s.request.Compartment)
	}
	more := FollowUp{Questions: asks(1), Level: marking.L3, Compartment: "drugs"}
	s = tell(t, after(read(), then(liaison(), more)))
	if s.request.Compartment != "drugs" || s.request.Level != marking.L3 {
		t.Errorf("followed up: %v in %q", s.request.Level, s.request.Compartment)
	}
}

func TestWhoWorksOnATaskIsNamedInItWhenItsRequestIsSealed(t *testing.T) {
	t.Parallel()
	second := officer("03")
	second.Person = "p_second03"
	working := after(accepted(), then(second, interim(1, held(1, "f1"))))
	secret := interim(1, held(1, "f2"))
	secret.Questions[0].Facts[0].Level = marking.L3
	both := []PersonID{officer("03").Person, second.Person}
	for name, x := range map[string]struct {
		given []move
		want  []PersonID
	}{
		"by the desk":    {after(working, then(desk(), Seal{Compartment: "drugs"})), both},
		"by an answer":   {after(working, then(second, secret)), both},
		"by a reply":     {after(working, then(desk(), AskPartner{Code: "c"}), then(liaison(), ReplyToClarification{Level: marking.L3})), both},
		"by a follow-up": {after(read(), then(liaison(), FollowUp{Questions: asks(1), Level: marking.L3})), both[:1]},
		"nobody works":   {after(withUnit(), then(desk(), Seal{Compartment: "drugs"})), nil},
		"it is another's": {after(accepted(), then(officer("03"), ForwardTask{Task: task(1), Unit: "30", Code: "c"}),
			then(desk(), Seal{Compartment: "drugs"})), nil},
		"somebody is named": {after(working, then(officer("03"), AssignTask{Task: task(1), Officers: []PersonID{"p_x"}}),
			then(desk(), Seal{Compartment: "drugs"})), []PersonID{"p_x"}},
	} {
		if got := tell(t, x.given).request.Tasks[0].Officers; !slices.Equal(got, x.want) {
			t.Errorf("%s: %v, want %v", name, got, x.want)
		}
	}
}

func TestRowsOfRouting(t *testing.T) {
	t.Parallel()
	two := after(then(liaison(), submit(1, 2)), then(desk(), Claim{}))
	conflict := route(toUnit("03", 1))
	conflict.Exclude = Exclusion{Units: []UnitCode{"45"}, Persons: []PersonID{"p_officer30", "p_colleague"}}
	excluding := after(inTriage(), then(desk(), conflict), then(officer("03"), AcceptTask{Task: task(1)}))
	byOfficer := route(Assignment{Unit: "03", Questions: []int{1}, Officers: []PersonID{"p_x"}})
	byOfficer.Exclude.Persons = []PersonID{"p_x"}
	excluded := route(toUnit("03", 1))
	excluded.Exclude.Units = []UnitCode{"03"}
	deskSays := func(n int, result Result) AnswerByDesk {
		return AnswerByDesk{Answers: []DeskAnswer{{N: n, Result: result, Code: "c", Channel: "interpol"}}}
	}
	walk(t, []row{
		{"4", "the desk routes", inTriage(), desk(), route(toUnit("03", 1)), WithUnits, ""},
		{"4", "two units hold one question", inTriage(), desk(), route(toUnit("03", 1), toUnit("30", 1)), WithUnits, ""},
		{"4", "a unit routes nothing", inTriage(), officer("03"), route(toUnit("03", 1)), "", NotPermitted},
		{"4", "what nobody claimed is not routed", submitted(), desk(), route(toUnit("03", 1)), "", WrongState},
		{"4", "somewhere", inTriage(), desk(), Route{}, "", NothingToRoute},
		{"4", "with questions", inTriage(), desk(), route(toUnit("03")), "", NothingToRoute},
		{"4", "every question goes somewhere", two, desk(), route(toUnit("03", 1)), "", QuestionUnassigned},
		{"4", "a question that exists", inTriage(), desk(), route(toUnit("03", 9)), "", UnknownQuestion},
		{"4", "a unit once", inTriage(), desk(), route(toUnit("03", 1), toUnit("03", 1)), "", UnitHasQuestion},
		{"4", "a unit that has it does not get it again", withUnit(), desk(), route(toUnit("03", 1)), "", UnitHasQuestion},
		{"4", "a second unit later", withUnit(), desk(), route(toUnit("30", 1)), WithUnits, ""},
		{"4", "from review back to units", answered(), desk(), route(toUnit("30", 1)), WithUnits, ""},
		{"4", "no excluded unit", inTriage(), desk(), excluded, "", UnitExcluded},
		{"4", "no excluded officer", inTriage(), desk(), byOfficer, "", ConflictOfInterest},
		{"4", "a forward obeys the exclusion of units", excluding, officer("03"), ForwardTask{Task: task(1), Unit: "45", Code: "c"}, "", UnitExcluded},
		{"4", "and of officers", excluding, officer("03"), ForwardTask{Task: task(1), Unit: "30", Code: "c", Officers: []PersonID{"p_officer30"}}, "", ConflictOfInterest},
		{"4", "and an assignment too", excluding, officer("03"), AssignTask{Task: task(1), Officers: []PersonID{"p_officer30"}}, "", ConflictOfInterest},
		{"4", "an excluded person does nothing on the request", excluding, colleague(), route(toUnit("30", 1)), "", ConflictOfInterest},
		{"4", "an answered question is not routed", after(two, then(desk(), deskSays(1, RefusedAnswer))), desk(), route(toUnit("03", 1, 2)), "", QuestionClosed},
		{"4b", "the desk answers the only question", inTriage(), desk(), deskSays(1, Elsewhere), InReview, ""},
		{"4b", "one of two, the other waits", two, desk(), deskSays(1, CannotSay), Triage, ""},
		{"4b", "stops the task that has nothing left", withUnit(), desk(), deskSays(1, CannotSay), InReview, ""},
		{"4b", "something", inTriage(), desk(), AnswerByDesk{}, "", NothingNew},
		{"4b", "no facts", inTriage(), desk(), deskSays(1, Held), "", AnswerInvalid},
		{"4b", "no negative", inTriage(), desk(), deskSays(1, VerifiedNegative), "", AnswerInvalid},
		{"4b", "elsewhere names a channel", inTriage(), desk(), AnswerByDesk{Answers: []DeskAnswer{{N: 1, Result: Elsewhere, Code: "c"}}}, "", AnswerInvalid},
		{"4b", "with a code", inTriage(), desk(), AnswerByDesk{Answers: []DeskAnswer{{N: 1, Result: CannotSay}}}, "", ReasonMissing},
		{"4b", "a question that exists", inTriage(), desk(), deskSays(7, CannotSay), "", UnknownQuestion},
		{"4b", "not what a unit has answered", answered(), desk(), deskSays(1, CannotSay), "", QuestionClosed},
		{"4c", "an agency is asked", inTriage(), desk(), AskAgency{Agency: "police", Questions: []int{1}}, WithUnits, ""},
		{"4c", "by name", inTriage(), desk(), AskAgency{Questions: []int{1}}, "", ReasonMissing},
		{"4c", "something", inTriage(), desk(), AskAgency{Agency: "police"}, "", NothingToRoute},
		{"4c", "that exists", inTriage(), desk(), AskAgency{Agency: "police", Questions: []int{5}}, "", UnknownQuestion},
		{"4c", "once", after(inTriage(), then(desk(), AskAgency{Agency: "police", Questions: []int{1}})), desk(), AskAgency{Agency: "police", Questions: []int{1}}, "", UnitHasQuestion},
		{"4c", "not what the desk has answered", after(two, then(desk(), deskSays(1, CannotSay))), desk(), AskAgency{Agency: "police", Questions: []int{1}}, "", QuestionClosed},
		{"4c", "the desk answers for the agency", after(inTriage(), then(desk(), AskAgency{Agency: "police", Questions: []int{1}}), then(colleague(), AcceptTask{Task: task(1)})), colleague(), final(1, held(1, "f1")), InReview, ""},
		{"4c", "an agency's task is not forwarded", after(inTriage(), then(desk(), AskAgency{Agency: "police", Questions: []int{1}}), then(desk(), AcceptTask{Task: task(1)})), desk(), ForwardTask{Task: task(1), Unit: "30", Code: "c"}, "", NotDesk},
		{"5", "a twin of the same partner", withUnit(), desk(), MarkDuplicate{Of: "q", OfPartner: "NG"}, Duplicate, ""},
		{"5", "another partner's is never merged", withUnit(), desk(), MarkDuplicate{Of: "q", OfPartner: "TH"}, "", OtherPartner},
		{"5", "nothing is its own twin", withUnit(), desk(), MarkDuplicate{Of: "r", OfPartner: "NG"}, "", NothingNew},
		{"5", "not when answered", released(), desk(), MarkDuplicate{Of: "q", OfPartner: "NG"}, "", WrongState},
	})
}

func TestRowsOfAskingBack(t *testing.T) {
	t.Parallel()
	ask := AskPartner{Code: "which_container", Text: "?"}
	two := after(then(liaison(), submit(1, 2)), then(desk(), Claim{}), then(desk(), route(toUnit("03", 1), toUnit("30", 2))))
	half := after(two, then(officer("03"), AcceptTask{Task: task(1)}), then(officer("03"), final(1, negative(1))), then(desk(), ask))
	due := start().Add(2 * day)
	voided := after(refusalProposed(), then(desk(), route(toUnit("03", 1))), then(officer("03"), AcceptTask{Task: task(1)}), then(officer("03"), final(1, negative(1))))
	wrongHash := refusalOf("no")
	wrongHash.Hash = hashOf("yes")
	codeless := refusalOf("no")
	codeless.Code = ""
	nowhere, forged := notOurs(), notOurs()
	nowhere.Channel, forged.Hash = "", "00"
	walk(t, []row{
		{"6", "from triage", inTriage(), desk(), ask, Clarifying, ""},
		{"6", "from the units", withUnit(), desk(), ask, Clarifying, ""},
		{"6", "from review", answered(), desk(), ask, Clarifying, ""},
		{"6", "one at a time", clarifying(), desk(), ask, "", WrongState},
		{"6", "coded", inTriage(), desk(), AskPartner{Text: "?"}, "", ReasonMissing},
		{"6", "about a question that exists", inTriage(), desk(), AskPartner{Code: "c", Questions: []int{9}}, "", UnknownQuestion},
		{"6", "a unit only proposes", withUnit(), officer("03"), ask, "", NotPermitted},
		{"7", "the reply leads to rest", clarifying(), liaison(), ReplyToClarification{Body: json.RawMessage(`{}`)}, Triage, ""},
		{"7", "and back to the units", after(withUnit(), then(desk(), ask)), liaison(), ReplyToClarification{}, WithUnits, ""},
		{"7", "nothing was asked", withUnit(), liaison(), ReplyToClarification{}, "", NothingAsked},
		{"7", "nothing is asked of one that ended", expired(), liaison(), ReplyToClarification{}, "", NothingAsked},
		{"7", "another partner replies to nothing", clarifying(), stranger(), ReplyToClarification{}, "", NotPermitted},
		{"8", "no reminder before the limit", clarifying(), System(), RemindPartner{Due: due}, "", NotDue},
		{"8", "no end before twice the limit", clarifying(), System(), ExpireClarification{Due: due}, "", NotDue},
		{"8", "a timer of an earlier ask yields nothing", clarifying(), System(), ExpireClarification{Due: start()}, "", NotDue},
		{"8", "nor does its reminder", clarifying(), System(), RemindPartner{Due: start()}, "", NotDue},
		{"8", "only time expires", clarifying(), desk(), ExpireClarification{Due: due}, "", NotPermitted},
		{"9a", "a refusal is proposed", inTriage(), desk(), refusalOf("no"), Triage, ""},
		{"9a", "in review too", answered(), desk(), refusalOf("no"), InReview, ""},
		{"9a", "not while units work", withUnit(), desk(), refusalOf("no"), "", WrongState},
		{"9a", "with its own hash", inTriage(), desk(), wrongHash, "", HashMismatch},
		{"9a", "with a code", inTriage(), desk(), codeless, "", ReasonMissing},
		{"9b", "the lead approves its hash", refusalProposed(), lead(), ApproveRefusal{Hash: hashOf("no")}, Refused, ""},
		{"9b", "no other hash", refusalProposed(), lead(), ApproveRefusal{Hash: hashOf("yes")}, "", HashMismatch},
		{"9b", "not the desk", refusalProposed(), colleague(), ApproveRefusal{Hash: hashOf("no")}, "", NotPermitted},
		{"9b", "not the same person", after(inTriage(), then(deskLead(), refusalOf("no"))), deskLead(), ApproveRefusal{Hash: hashOf("no")}, "", SamePerson},
		{"9b", "not a system", refusalProposed(), Actor{Roles: []Role{RoleLead}}, ApproveRefusal{Hash: hashOf("no")}, "", NotPermitted},
		{"9b", "nothing is proposed", inTriage(), lead(), ApproveRefusal{Hash: hashOf("no")}, "", NoProposal},
		{"9b", "an answer voids it", voided, lead(), ApproveRefusal{Hash: hashOf("no")}, "", NoProposal},
		{"9b", "a newer proposal voids it", after(refusalProposed(), then(desk(), refusalOf("never"))), lead(), ApproveRefusal{Hash: hashOf("no")}, "", HashMismatch},
		{"9c", "the lead turns it down", refusalProposed(), lead(), RejectRefusal{Code: "reasons"}, Triage, ""},
		{"9c", "once", after(refusalProposed(), then(lead(), RejectRefusal{})), lead(), RejectRefusal{}, "", NoProposal},
		{"10", "not ours", inTriage(), desk(), notOurs(), NotCompetent, ""},
		{"10", "names a channel", inTriage(), desk(), nowhere, "", ReasonMissing},
		{"10", "with its own hash", inTriage(), desk(), forged, "", HashMismatch},
		{"10", "only from triage", withUnit(), desk(), notOurs(), "", WrongState},
	})
	t.Run("8 silence ends the request", func(t *testing.T) {
		tell(t, expired()).is(Expired).shows(StatusExpired)
	})
	t.Run("8 what is answered goes out, the rest is no_reply", func(t *testing.T) {
		s := tell(t, after(half, later(3*day, System(), ExpireClarification{Due: due}))).is(InReview).task(2, TaskStopped)
		q, _ := s.request.Question(2)
		if got := s.request.ResultOf(q, nil); got.Result != CannotSay || got.Code != CodeNoReply {
			s.fail("question 2 says %+v", got)
		}
	})
	t.Run("8 a reminder comes once", func(t *testing.T) {
		s := tell(t, after(clarifying(), later(3*day, System(), RemindPartner{Due: due})))
		n := len(s.record)
		if s.does(System(), RemindPartner{Due: due}); len(s.record) != n {
			s.fail("a second reminder was recorded")
		}
		s.is(Clarifying).shows(StatusWaitingForYou)
	})
}

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
	say := func(n int, s ConsentState) DecideConsent { return DecideConsent{N: n, State: s} }
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

// The peak of a campaign may be over when more is asked: the round is on its own calendar, under the same policy.
func TestALaterRoundIsPinnedToItsCalendarBeforeItBegins(t *testing.T) {
	t.Parallel()
	more := FollowUp{Questions: asks(1), Receipt: "jws", DueAt: start().Add(40 * day)}
	for name, x := range map[string]struct {
		given []move
		by    Actor
		round func(calendar string) Command
		kind  string
	}{
		"a follow-up": {read(), liaison(), func(calendar string) Command { more.Calendar = calendar; return more }, "followed_up.v1"},
		"a reopening": {expired(), desk(), func(calendar string) Command { return Reopen{Calendar: calendar} }, "reopened.v1"},
	} {
		for calendar, want := range map[string][]string{"": {x.kind}, "24x7-1": {x.kind}, "vn-1": {"policy_repinned.v1", x.kind}} {
			s := tell(t, x.given)
			o := Order{Stamp: Stamp{At: s.request.At, By: x.by}, Command: x.round(calendar)}
			events, err := Decide(s.request, o)
			var kinds []string
			for _, e := range events {
				kinds = append(kinds, e.EventKind())
			}
			if err != nil || !slices.Equal(kinds, want) {
				t.Errorf("%s on %q: %v, %v", name, calendar, kinds, err)
			}
			after := s.request.Apply(Decision{Stamp: o.Stamp, Events: events})
			if calendar != "" && after.Calendar != calendar || after.Policy != s.request.Policy {
				t.Errorf("%s on %q is pinned to %s and %s", name, calendar, after.Policy, after.Calendar)
			}
		}
	}
}

func TestRowsAfterTheAnswer(t *testing.T) {
	t.Parallel()
	more := FollowUp{Questions: asks(1, 2), Body: json.RawMessage(`{}`), Receipt: "jws", DueAt: start().Add(40 * day), Level: marking.L1}
	silent := CloseSilent{Due: start().Add(14*day + time.Hour)}
	gone := after(stub(), then(lead(), outside()))
	distributed := after(circulating(), then(desk(), CloseInformation{}))
	recalled := after(released(), later(20*day, lead(), recallOf(1)))
	walk(t, []row{
		{"16", "the partner accepts the answer", read(), liaison(), Confirm{Release: 1}, Confirmed, ""},
		{"16", "which it has read", released(), liaison(), Confirm{Release: 1}, "", NotRead},
		{"16", "the latest of it", read(), liaison(), Confirm{Release: 4}, "", UnknownVersion},
		{"16", "not a recalled one", after(read(), then(lead(), recallOf(1))), liaison(), Confirm{Release: 1}, "", IsRecalled},
		{"16", "not the notice of a recall", after(read(), then(lead(), recallOf(1)), then(liaison(), RecordPull{Release: 2})), liaison(), Confirm{Release: 2}, "", IsRecalled},
		{"16", "once", confirmed(), liaison(), Confirm{Release: 1}, "", WrongState},
		{"16", "not for it", read(), stranger(), Confirm{Release: 1}, "", NotPermitted},
		{"17", "more is asked of an answer", read(), liaison(), more, Triage, ""},
		{"17", "of a confirmed one", confirmed(), liaison(), more, Triage, ""},
		{"17", "of a closed one", closed(), liaison(), more, Triage, ""},
		{"17", "not of a refused one", after(refusalProposed(), then(lead(), ApproveRefusal{Hash: hashOf("no")})), liaison(), more, "", WrongState},
		{"17", "not of a stub", gone, liaison(), more, "", IsStub},
		{"17", "not of information", distributed, liaison(), more, "", IsInformation},
		{"17", "something", read(), liaison(), FollowUp{}, "", NoQuestions},
		{"17", "with numbers", read(), liaison(), FollowUp{Questions: asks(1, 1)}, "", QuestionTwice},
		{"18", "not before 14 days", read(), System(), CloseSilent{Due: start().Add(time.Minute)}, "", NotDue},
		{"18", "not before its due", read(), System(), silent, "", NotDue},
		{"18", "not while recalled", recalled, System(), silent, "", IsRecalled},
		{"19", "an answer is corrected", read(), desk(), Correct{Code: "wrong_date"}, InReview, ""},
		{"19", "a confirmed one", confirmed(), desk(), Correct{Code: "wrong_date"}, InReview, ""},
		{"19", "a closed one", closed(), desk(), Correct{Code: "wrong_date"}, InReview, ""},
		{"19", "with a code", read(), desk(), Correct{}, "", ReasonMissing},
		{"19", "not what was not answered", answered(), desk(), Correct{Code: "c"}, "", WrongState},
		{"19", "not a stub", gone, desk(), Correct{Code: "c"}, "", IsStub},
		{"19", "not information", distributed, desk(), Correct{Code: "c"}, "", IsInformation},
		{"19", "then 4 does not apply", correcting(), desk(), route(toUnit("30", 1)), "", InCorrection},
		{"19", "nor 6", correcting(), desk(), AskPartner{Code: "c"}, "", InCorrection},
		{"19", "nor 9", correcting(), desk(), refusalOf("no"), "", InCorrection},
		{"19", "nor 21", correcting(), liaison(), Withdraw{}, "", InCorrection},
		{"19", "nor 27", correcting(), desk(), ChangeDegree{Degree: Flash, Code: "c"}, "", InCorrection},
		{"19", "12 applies", correcting(), desk(), ReturnTask{Task: task(1), Code: "c"}, WithUnits, ""},
		{"19", "one new task at a time", after(correcting(), then(desk(), ReturnTask{Task: task(1), Code: "c"}), then(officer("03"), AcceptTask{Task: task(2)})), desk(), ReturnTask{Task: task(1), Code: "c"}, "", WrongState},
		{"19", "13 applies", correcting(), desk(), AskConsent{Facts: []FactID{"f1"}, Originator: "TH"}, ConsentPending, ""},
		{"19", "15a applies to a correction", correcting(), desk(), pack(ReleaseCorrection, "k", nil, gives(1, CannotSay)), InReview, ""},
		{"19", "and to nothing else", correcting(), desk(), pack(ReleaseFinal, "k", nil, gives(1, CannotSay)), "", PackageInvalid},
		{"19", "23 applies", correcting(), desk(), Seal{Compartment: "drugs"}, InReview, ""},
		{"19", "24 applies", correcting(), lead(), Extend{DueAt: start().Add(9 * day), Code: "c"}, InReview, ""},
		{"19", "dropped", correcting(), desk(), DropCorrection{}, Answered, ""},
		{"19", "back to where it came from", after(confirmed(), then(desk(), Correct{Code: "c"})), desk(), DropCorrection{}, Confirmed, ""},
		{"19", "no correction is open", answered(), desk(), DropCorrection{}, "", NoCorrection},
		{"20", "the lead recalls", read(), lead(), recallOf(1), Answered, ""},
		{"20", "in a correction too", correcting(), lead(), recallOf(1), InReview, ""},
		{"20", "not the desk", read(), desk(), recallOf(1), "", NotPermitted},
		{"20", "with a code", read(), lead(), Recall{Release: 1}, "", ReasonMissing},
		{"20", "with its own hash", read(), lead(), Recall{Release: 1, Code: "c", Hash: "00"}, "", HashMismatch},
		{"20", "a version that exists", read(), lead(), recallOf(3), "", UnknownVersion},
		{"20", "nothing is out", distributed, lead(), recallOf(1), "", UnknownVersion},
		{"20", "not before the answer", answered(), lead(), recallOf(1), "", WrongState},
		{"21", "the partner withdraws", withUnit(), liaison(), Withdraw{Text: "found"}, Withdrawn, ""},
		{"21", "not another", withUnit(), stranger(), Withdraw{}, "", NotPermitted},
		{"21", "not what is answered", read(), liaison(), Withdraw{}, "", WrongState},
		{"22", "the partner reopens what expired", expired(), liaison(), Reopen{DueAt: start().Add(9 * day)}, Triage, ""},
		{"22", "the desk too", expired(), desk(), Reopen{}, Triage, ""},
		{"22", "the desk what is closed", closed(), desk(), Reopen{Questions: []int{1}}, Triage, ""},
		{"22", "naming what is asked again", closed(), desk(), Reopen{}, "", NoQuestions},
		{"22", "of what was asked", closed(), desk(), Reopen{Questions: []int{8}}, "", UnknownQuestion},
		{"22", "the partner asks more instead", closed(), liaison(), Reopen{Questions: []int{1}}, "", NotPermitted},
		{"22", "not a stub", gone, desk(), Reopen{Questions: []int{1}}, "", IsInformation},
		{"22", "not what is confirmed", confirmed(), desk(), Reopen{}, "", WrongState},
	})
	late := func(given []move, by Actor, c Command) error {
		return tell(t, given).play(move{by, c, 31 * day})
	}
	if err := late(read(), liaison(), more); !errors.Is(err, &Refusal{Code: TooLate}) {
		t.Errorf("17 after 30 days: %v", err)
	}
	if err := late(expired(), liaison(), Reopen{}); !errors.Is(err, &Refusal{Code: TooLate}) {
		t.Errorf("22 after 30 days: %v", err)
	}
	if err := late(expired(), desk(), Reopen{}); err != nil {
		t.Errorf("22 by the desk has no limit: %v", err)
	}
}

func TestACorrectionGoesOutLikeAnAnswer(t *testing.T) {
	t.Parallel()
	s := tell(t, correcting()).shows(StatusAnswered)
	s.does(desk(), ReturnTask{Task: task(1), Code: "c"}).is(WithUnits).shows(StatusAnswered).task(1, TaskDone).task(2, Queued)
	s.does(officer("03"), AcceptTask{Task: task(2)}).does(officer("03"), final(2, held(1, "f2"))).is(InReview)
	s.does(desk(), pack(ReleaseCorrection, "k", []FactID{"f2"}, gives(1, Held))).does(colleague(), release("k")).is(Answered).task(2, TaskDone)
	if s.request.Correction != nil || len(s.request.Releases) != 2 || len(s.request.Releases[0].Bytes) == 0 {
		s.fail("the correction is closed and the old version stays readable: %+v", s.request.Releases)
	}
	s.isRefused(liaison(), Confirm{Release: 1}, NotRead)
	s.does(liaison(), RecordPull{Release: 2}).does(liaison(), Confirm{Release: 2}).is(Confirmed)
}

func TestDroppingACorrectionStopsItsTasks(t *testing.T) {
	t.Parallel()
	tell(t, correcting()).does(desk(), ReturnTask{Task: task(1), Code: "c"}).does(desk(), DropCorrection{}).is(Answered).task(2, TaskStopped)
}

func TestAFollowUpIsARoundOfItsOwn(t *testing.T) {
	t.Parallel()
	s := tell(t, after(read(), then(liaison(), FollowUp{Questions: asks(1), DueAt: start().Add(40 * day), Receipt: "jws"})))
	if s.shows(StatusReceived); s.request.Round != 2 || s.request.Receipt != "jws" || s.request.Holder != "" {
		s.fail("%+v", s.request)
	}
	s.does(colleague(), Claim{}).does(colleague(), route(toUnit("03", 1))).is(WithUnits).shows(StatusInProgress).task(2, Queued)
	s.does(colleague(), SendToReview{})
	s.isRefused(desk(), ReturnTask{Task: task(1), Code: "c"}, WrongState)
}

func TestRowsAtAnyTime(t *testing.T) {
	t.Parallel()
	later := start().Add(9 * day)
	step := func(clock string, percent int) ReachStep {
		return ReachStep{Step: Step{Clock: clock, Round: 1, Promise: 1, Percent: percent, DueAt: start()}}
	}
	ofUnit := ReachStep{Step: Step{Clock: "answer", Task: task(1), Round: 1, Promise: 1, Percent: 100, DueAt: start()}}
	breached := after(withUnit(), then(System(), ofUnit))
	ended := after(withUnit(), then(liaison(), Withdraw{}))
	sealed := after(then(liaison(), submitSealed(1)), then(desk(), Claim{}))
	forged := outside()
	forged.Hash = "00"
	walk(t, []row{
		{"23", "sealed where it is", withUnit(), desk(), Seal{Compartment: "drugs"}, WithUnits, ""},
		{"23", "at an end too", ended, desk(), Seal{Compartment: "drugs"}, Withdrawn, ""},
		{"23", "by its keeper", sealed, keeper(), Seal{Compartment: "case-7"}, Triage, ""},
		{"23", "not by another keeper", withUnit(), keeper(), Seal{Compartment: "drugs"}, "", NotPermitted},
		{"23", "into something", withUnit(), desk(), Seal{}, "", ReasonMissing},
		{"24", "the lead promises later", withUnit(), lead(), Extend{DueAt: later, Code: "lab"}, WithUnits, ""},
		{"24", "not the desk", withUnit(), desk(), Extend{DueAt: later, Code: "lab"}, "", NotPermitted},
		{"24", "with a code", withUnit(), lead(), Extend{DueAt: later}, "", ReasonMissing},
		{"24", "later", withUnit(), lead(), Extend{DueAt: start().Add(time.Hour), Code: "c"}, "", NotLater},
		{"24", "information has no promise", circulating(), lead(), Extend{DueAt: later, Code: "c"}, "", IsInformation},
		{"24", "not at an end", ended, lead(), Extend{DueAt: later, Code: "c"}, "", WrongState},
		{"25", "above the ceiling", withUnit(), lead(), FindAboveCeiling{Code: "mat"}, Triage, ""},
		{"25", "an answer stays answered", read(), lead(), FindAboveCeiling{Code: "mat"}, Answered, ""},
		{"25", "a correction has nothing left to correct", correcting(), lead(), FindAboveCeiling{Code: "mat"}, Answered, ""},
		{"25", "not by the desk", withUnit(), desk(), FindAboveCeiling{Code: "mat"}, "", NotPermitted},
		{"25", "with a code", withUnit(), lead(), FindAboveCeiling{}, "", ReasonMissing},
		{"25", "then nobody routes", after(withUnit(), then(lead(), FindAboveCeiling{Code: "mat"})), desk(), route(toUnit("30", 1)), "", ContentErased},
		{"25", "then it is handled outside", after(withUnit(), then(lead(), FindAboveCeiling{Code: "mat"})), lead(), outside(), Closed, ""},
		{"25", "what went out is recalled", after(read(), then(lead(), FindAboveCeiling{Code: "mat"})), lead(), recallOf(1), Answered, ""},
		{"25", "what went out is not pulled any more", after(released(), then(lead(), FindAboveCeiling{Code: "mat"})), liaison(), RecordPull{Release: 1}, "", ContentErased},
		{"25", "silence still closes it", after(read(), then(lead(), FindAboveCeiling{Code: "mat"})), System(), CloseSilent{Due: later}, "", NotDue},
		{"26", "a stub is handled outside", stub(), lead(), outside(), Closed, ""},
		{"26", "not by the desk", stub(), desk(), outside(), "", NotPermitted},
		{"26", "with its own hash", stub(), lead(), forged, "", HashMismatch},
		{"26", "only a stub", inTriage(), lead(), outside(), "", NotAStub},
		{"27", "the degree is raised", withUnit(), desk(), ChangeDegree{Degree: Flash, Code: "c", DueAt: later}, WithUnits, ""},
		{"27", "the lead lowers urgent", withUnit(), lead(), ChangeDegree{Degree: Routine, Code: "c", DueAt: later}, WithUnits, ""},
		{"27", "not the desk", withUnit(), desk(), ChangeDegree{Degree: Routine, Code: "c", DueAt: later}, "", NotPermitted},
		{"27", "to another", withUnit(), desk(), ChangeDegree{Degree: Urgent, Code: "c"}, "", SameDegree},
		{"27", "with a code", withUnit(), desk(), ChangeDegree{Degree: Flash}, "", ReasonMissing},
		{"27", "not at an end", ended, desk(), ChangeDegree{Degree: Flash, Code: "c"}, "", WrongState},
		{"-", "the lead appoints a keeper", stub(), lead(), AppointKeeper{Person: "p_new"}, Triage, ""},
		{"-", "of a sealed matter", sealed, lead(), AppointKeeper{Person: "p_new"}, Triage, ""},
		{"-", "of nothing else", withUnit(), lead(), AppointKeeper{Person: "p_new"}, "", NotAStub},
		{"-", "a person", stub(), lead(), AppointKeeper{}, "", ReasonMissing},
		{"-", "another policy", ended, lead(), RepinPolicy{Policy: "2", Calendar: "hq-1"}, Withdrawn, ""},
		{"-", "not the same", withUnit(), lead(), RepinPolicy{Policy: "1", Calendar: "24x7-1"}, "", PolicyCurrent},
		{"-", "a note", ended, desk(), AddNote{Text: "called"}, Withdrawn, ""},
		{"-", "a note of a unit on its task", ended, officer("03"), AddNote{Task: task(1), Text: "x"}, Withdrawn, ""},
		{"-", "not on another's", ended, officer("30"), AddNote{Task: task(1), Text: "x"}, "", NotPermitted},
		{"-", "not on the request", withUnit(), officer("03"), AddNote{Text: "x"}, "", NotPermitted},
		{"-", "a note says something", withUnit(), desk(), AddNote{}, "", ReasonMissing},
		{"-", "a step", withUnit(), System(), step("total", 50), WithUnits, ""},
		{"-", "a step that is not due", withUnit(), System(), ReachStep{Step: Step{Clock: "total", DueAt: later}}, "", NotDue},
		{"-", "the unit gives its cause", breached, officer("03"), ExplainBreach{N: 1, Code: "sick"}, WithUnits, ""},
		{"-", "the desk too", breached, desk(), ExplainBreach{N: 1, Code: "sick"}, WithUnits, ""},
		{"-", "not another unit", breached, officer("30"), ExplainBreach{N: 1, Code: "sick"}, "", NotPermitted},
		{"-", "not a unit whose clock it was not", after(breached, then(System(), step("total", 100))), officer("03"), ExplainBreach{N: 2, Code: "x"}, "", NotPermitted},
		{"-", "once", after(breached, then(desk(), ExplainBreach{N: 1, Code: "sick"})), lead(), ExplainBreach{N: 1, Code: "x"}, "", AlreadyExplained},
		{"-", "coded", breached, desk(), ExplainBreach{N: 1}, "", ReasonMissing},
		{"-", "of a breach that is", breached, desk(), ExplainBreach{N: 3, Code: "x"}, "", UnknownBreach},
		{"-", "the lead annuls", breached, lead(), AnnulBreach{N: 1, Code: "holiday"}, WithUnits, ""},
		{"-", "coded", breached, lead(), AnnulBreach{N: 1}, "", ReasonMissing},
		{"-", "a breach that is", breached, lead(), AnnulBreach{N: 2, Code: "x"}, "", UnknownBreach},
	})
}

func TestTimeDoesNotGoBack(t *testing.T) {
	t.Parallel()
	r := tell(t, withUnit()).request
	_, err := Decide(r, Order{Stamp: Stamp{At: start(), By: desk()}, Command: SendToReview{}})
	if !errors.Is(err, &Refusal{Code: TimeWentBack}) {
		t.Errorf("got %v", err)
	}
}
