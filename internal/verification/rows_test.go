package verification_test

import (
	"encoding/json"
	"slices"
	"testing"

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
		{"5", "a twin of the same partner", withUnit(), desk(), MarkDuplicate{Of: earlier()}, Duplicate, ""},
		{"5", "another partner's is never merged", withUnit(), desk(), MarkDuplicate{Of: earlier(func(t *Twin) { t.Partner = "TH" })}, "", OtherPartner},
		{"5", "nothing is its own twin", withUnit(), desk(), MarkDuplicate{Of: earlier(func(t *Twin) { t.ID = "r" })}, "", NothingNew},
		{"5", "not when answered", released(), desk(), MarkDuplicate{Of: earlier()}, "", WrongState},
		{"5", "not of what gives no answer", withUnit(), desk(), MarkDuplicate{Of: earlier(func(t *Twin) { t.Answers = false })}, "", TwinUnanswered},
		{"5", "not of what came later", withUnit(), desk(), MarkDuplicate{Of: earlier(func(t *Twin) { t.ReceivedAt = start().Add(1) })}, "", TwinLater},
		{"5", "at one time the id decides", withUnit(), desk(), MarkDuplicate{Of: earlier(func(t *Twin) { t.ReceivedAt = start() })}, Duplicate, ""},
		{"5", "and not by the greater one", withUnit(), desk(), MarkDuplicate{Of: earlier(func(t *Twin) { t.ID, t.ReceivedAt = "s", start() })}, "", TwinLater},
		{"5", "what asks is not merged into information", withUnit(), desk(), MarkDuplicate{Of: earlier(func(t *Twin) { t.Kind = KindInformation })}, "", TwinUnanswered},
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
