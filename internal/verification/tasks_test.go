package verification_test

import (
	"slices"
	"testing"

	. "verigate/internal/verification" //nolint:revive // as in the stories
)

func TestMovesOfATask(t *testing.T) {
	t.Parallel()
	hold := HoldTask{Task: task(1), Code: "laboratory"}
	onHold := after(accepted(), then(officer("03"), hold))
	forward := ForwardTask{Task: task(1), Unit: "30", Code: "not_ours"}
	noSearch := negative(1)
	noSearch.Search = nil
	headHolds := after(withUnit(), then(unitLead("03"), AcceptTask{Task: task(1)}), then(unitLead("03"), hold))
	two := after(then(liaison(), submit(1, 2)), then(desk(), Claim{}), then(desk(), route(toUnit("03", 1, 2))), then(officer("03"), AcceptTask{Task: task(1)}))
	stopped := after(accepted(), then(liaison(), Withdraw{}))
	walk(t, []row{
		{"task", "accepted", withUnit(), officer("03"), AcceptTask{Task: task(1)}, WithUnits, ""},
		{"task", "not by another unit", withUnit(), officer("30"), AcceptTask{Task: task(1)}, "", NotPermitted},
		{"task", "not by the desk", withUnit(), desk(), AcceptTask{Task: task(1)}, "", NotPermitted},
		{"task", "once", accepted(), officer("03"), AcceptTask{Task: task(1)}, "", WrongState},
		{"task", "one that exists", withUnit(), officer("03"), AcceptTask{Task: task(4)}, "", UnknownTask},
		{"task", "declined", withUnit(), officer("03"), DeclineTask{Task: task(1), Code: "c"}, Triage, ""},
		{"task", "with a code", withUnit(), officer("03"), DeclineTask{Task: task(1)}, "", ReasonMissing},
		{"task", "not after accepting", accepted(), officer("03"), DeclineTask{Task: task(1), Code: "c"}, "", WrongState},
		{"task", "forwarded", accepted(), officer("03"), forward, WithUnits, ""},
		{"task", "after accepting", withUnit(), officer("03"), forward, "", WrongState},
		{"task", "from a hold", onHold, officer("03"), forward, WithUnits, ""},
		{"task", "with a code", accepted(), officer("03"), ForwardTask{Task: task(1), Unit: "30"}, "", ReasonMissing},
		{"task", "not to itself", accepted(), officer("03"), ForwardTask{Task: task(1), Unit: "03", Code: "c"}, "", ForwardsToItself},
		{"task", "only what it holds", accepted(), officer("03"), ForwardTask{Task: task(1), Unit: "30", Code: "c", Questions: []int{2}}, "", UnknownQuestion},
		{"task", "not to who had it", after(accepted(), then(officer("03"), forward), then(officer("30"), AcceptTask{Task: task(2)})), officer("30"), ForwardTask{Task: task(2), Unit: "03", Code: "c"}, "", UnitHasQuestion},
		{"task", "held", accepted(), officer("03"), hold, WithUnits, ""},
		{"task", "not before accepting", withUnit(), officer("03"), hold, "", WrongState},
		{"task", "with a code of a hold", accepted(), officer("03"), HoldTask{Task: task(1), Code: "lunch"}, "", ReasonMissing},
		{"task", "once", onHold, officer("03"), hold, "", WrongState},
		{"task", "resumed", onHold, officer("03"), ResumeTask{Task: task(1)}, WithUnits, ""},
		{"task", "what is held", accepted(), officer("03"), ResumeTask{Task: task(1)}, "", WrongState},
		{"task", "a hold is confirmed by the unit's lead", onHold, unitLead("03"), ConfirmHold{Task: task(1)}, WithUnits, ""},
		{"task", "or by the lead", onHold, lead(), ConfirmHold{Task: task(1)}, WithUnits, ""},
		{"task", "not by another unit's", onHold, unitLead("30"), ConfirmHold{Task: task(1)}, "", NotPermitted},
		{"task", "not by an officer", onHold, officer("03"), ConfirmHold{Task: task(1)}, "", NotPermitted},
		{"task", "not by who set it", headHolds, unitLead("03"), ConfirmHold{Task: task(1)}, "", SamePerson},
		{"task", "nor rejected by who set it", headHolds, unitLead("03"), RejectHold{Task: task(1), Code: "c"}, "", SamePerson},
		{"task", "a hold that is", accepted(), lead(), ConfirmHold{Task: task(1)}, "", NoHold},
		{"task", "what was confirmed stands", after(onHold, then(lead(), ConfirmHold{Task: task(1)})), lead(), RejectHold{Task: task(1), Code: "c"}, "", NoHold},
		{"task", "an ended hold is still rejected", after(onHold, then(officer("03"), ResumeTask{Task: task(1)})), lead(), RejectHold{Task: task(1), Code: "c"}, WithUnits, ""},
		{"task", "answered for good", accepted(), officer("03"), final(1, held(1, "f1")), InReview, ""},
		{"task", "from a hold", onHold, officer("03"), final(1, negative(1)), InReview, ""},
		{"task", "in part", accepted(), officer("03"), interim(1, held(1, "f1")), WithUnits, ""},
		{"task", "interim is facts", accepted(), officer("03"), interim(1, negative(1)), "", AnswerInvalid},
		{"task", "interim says something", accepted(), officer("03"), interim(1), "", AnswerIncomplete},
		{"task", "final says everything", two, officer("03"), final(1, held(1, "f1")), "", AnswerIncomplete},
		{"task", "interim counts", after(two, then(officer("03"), interim(1, held(1, "f1")))), officer("03"), final(1, unable(2)), InReview, ""},
		{"task", "its own questions", accepted(), officer("03"), final(1, held(2, "f1")), "", UnknownQuestion},
		{"task", "each once", accepted(), officer("03"), final(1, held(1, "f1"), held(1, "f2")), "", UnknownQuestion},
		{"task", "held has a fact", accepted(), officer("03"), final(1, held(1)), "", AnswerInvalid},
		{"task", "facts have ids of their own", after(two, then(officer("03"), interim(1, held(1, "f1")))), officer("03"), interim(1, held(2, "f1")), "", AnswerInvalid},
		{"task", "in one answer too", two, officer("03"), final(1, held(1, "f1"), held(2, "f1")), "", AnswerInvalid},
		{"task", "a negative has a search", accepted(), officer("03"), final(1, noSearch), "", AnswerInvalid},
		{"task", "a negative has no facts", accepted(), officer("03"), final(1, QuestionAnswer{N: 1, Result: VerifiedNegative, Facts: []Fact{fact("f")}, Search: negative(1).Search}), "", AnswerInvalid},
		{"task", "cannot_say has a code", accepted(), officer("03"), final(1, QuestionAnswer{N: 1, Result: CannotSay}), "", AnswerInvalid},
		{"task", "a unit does not say elsewhere", accepted(), officer("03"), final(1, QuestionAnswer{N: 1, Result: Elsewhere, Code: "c"}), "", AnswerInvalid},
		{"task", "nor a word that is none", accepted(), officer("03"), final(1, QuestionAnswer{N: 1, Result: "maybe"}), "", AnswerInvalid},
		{"task", "assigned", withUnit(), officer("03"), AssignTask{Task: task(1), Officers: []PersonID{"p_x"}, SubDepartment: "03AB"}, WithUnits, ""},
		{"task", "a clarification is proposed", accepted(), officer("03"), ProposeClarification{Task: task(1), Code: "which"}, WithUnits, ""},
		{"task", "coded", accepted(), officer("03"), ProposeClarification{Task: task(1)}, "", ReasonMissing},
		{"task", "the stop is acknowledged", stopped, officer("03"), AcknowledgeStop{Task: task(1)}, Withdrawn, ""},
		{"task", "what was stopped", accepted(), officer("03"), AcknowledgeStop{Task: task(1)}, "", WrongState},
		{"task", "what was stopped is not answered", stopped, officer("03"), final(1, negative(1)), "", WrongState},
	})
}

func TestEveryPartOfASearchIsMandatory(t *testing.T) {
	t.Parallel()
	for i := range 6 {
		answer := final(1, negative(1))
		search := *answer.Questions[0].Search
		switch i {
		case 0:
			search.Registers = nil
		case 1:
			search.Identifiers = nil
		case 2:
			search.From = ""
		case 3:
			search.To = ""
		case 4:
			search.DoneAt = Stamp{}.At
		case 5:
			search.Role = ""
		}
		answer.Questions[0].Search = &search
		tell(t, accepted()).isRefused(officer("03"), answer, AnswerInvalid)
	}
}

func TestTheFirstHoldQuestionInterimOrAnswerMakesATaskInProgress(t *testing.T) {
	t.Parallel()
	tell(t, accepted()).task(1, Accepted)
	tell(t, accepted()).does(officer("03"), ProposeClarification{Task: task(1), Code: "which"}).task(1, InProgress)
	tell(t, accepted()).does(officer("03"), interim(1, held(1, "f1"))).task(1, InProgress)
	tell(t, accepted()).does(officer("03"), HoldTask{Task: task(1), Code: "internal"}).task(1, OnHold).
		does(officer("03"), ResumeTask{Task: task(1)}).task(1, InProgress)
	tell(t, answered()).does(desk(), ReturnTask{Task: task(1), Code: "c"}).task(1, TaskReturned).
		does(officer("03"), final(1, held(1, "f2"))).task(1, TaskAnswered)
}

func TestAHoldEndsWithWhatEndsTheTask(t *testing.T) {
	t.Parallel()
	given := after(accepted(), then(officer("03"), HoldTask{Task: task(1), Code: "laboratory"}))
	for name, end := range map[string]move{
		"withdrawal":     {By: liaison(), What: Withdraw{}},
		"answer":         {By: officer("03"), What: final(1, negative(1))},
		"forward":        {By: officer("03"), What: ForwardTask{Task: task(1), Unit: "30", Code: "c"}},
		"rejection":      {By: lead(), What: RejectHold{Task: task(1), Code: "c"}},
		"the desk's own": {By: desk(), What: AnswerByDesk{Answers: []DeskAnswer{{N: 1, Result: CannotSay, Code: "c"}}}},
	} {
		s := tell(t, given).does(end.By, end.What)
		if hold := s.request.Tasks[0].Holds[0]; hold.To.IsZero() {
			s.fail("%s left the hold open", name)
		}
	}
	s := tell(t, given).does(lead(), RejectHold{Task: task(1), Code: "c"}).task(1, InProgress)
	if !s.request.Tasks[0].Holds[0].Rejected {
		s.fail("the pause is not cancelled")
	}
}

// heldTwice is a long hold that is over, and a short one that lasts.
func heldTwice() []move {
	return after(accepted(), then(officer("03"), HoldTask{Task: task(1), Code: "laboratory"}), later(5*day, officer("03"), ResumeTask{Task: task(1)}),
		then(officer("03"), HoldTask{Task: task(1), Code: "other_force"}))
}

func TestEveryHoldIsDecidedTheOldestFirst(t *testing.T) {
	t.Parallel()
	reject, confirm := RejectHold{Task: task(1), Code: "c"}, ConfirmHold{Task: task(1)}
	holds := func(s *story) []Hold { return s.request.Tasks[0].Holds }
	s := tell(t, heldTwice()).does(unitLead("03"), reject).task(1, OnHold)
	if h := holds(s); !h[0].Rejected || h[1].Rejected || !h[1].To.IsZero() || h[0].To.Sub(h[0].From) != 5*day {
		s.fail("the first pause is not cancelled alone: %+v", h)
	}
	s.does(unitLead("03"), reject).task(1, InProgress).isRefused(lead(), reject, NoHold)
	if h := holds(s); !h[1].Rejected || h[1].To.IsZero() {
		s.fail("the second pause is not cancelled: %+v", h)
	}
	s = tell(t, heldTwice()).does(lead(), confirm).does(unitLead("03"), confirm).task(1, OnHold).isRefused(lead(), confirm, NoHold)
	if h := holds(s); !h[0].Confirmed || !h[1].Confirmed {
		s.fail("not both are confirmed: %+v", h)
	}
}

// Who set the oldest decides on the others meanwhile.
func TestAHoldOfOnesOwnHidesNoOther(t *testing.T) {
	t.Parallel()
	reject := RejectHold{Task: task(1), Code: "c"}
	s := tell(t, after(accepted(), then(unitLead("03"), HoldTask{Task: task(1), Code: "laboratory"}), then(officer("03"), ResumeTask{Task: task(1)}),
		then(officer("03"), HoldTask{Task: task(1), Code: "other_force"})))
	s.does(unitLead("03"), reject).task(1, InProgress).isRefused(unitLead("03"), reject, SamePerson).does(lead(), reject)
	if h := s.request.Tasks[0].Holds; !h[0].Rejected || !h[1].Rejected {
		s.fail("%+v", h)
	}
}

func TestADecisionThatNamesNoHoldWasOnTheLatest(t *testing.T) {
	t.Parallel()
	s := tell(t, heldTwice())
	stamp := Stamp{At: s.at.Add(day)}
	for _, e := range []Event{HoldConfirmed{Task: task(1)}, PauseCancelled{Task: task(1), Code: "c"}} {
		r := Evolve(s.request, stamp, e)
		if h := r.Tasks[0].Holds; !h[0].Undecided() || h[1].Undecided() {
			s.fail("%T: %+v", e, h)
		}
	}
}

func TestTheFourthForwardPutsAllItsQuestionsBackToTheDesk(t *testing.T) {
	t.Parallel()
	s := tell(t, after(then(liaison(), submit(1, 2)), then(desk(), Claim{}), then(desk(), route(toUnit("01", 1, 2)))))
	units := []UnitCode{"01", "02", "03", "04", "05"}
	for i, unit := range units[:4] {
		s.does(officer(unit), AcceptTask{Task: task(i + 1)})
		if i < 3 {
			s.does(officer(unit), ForwardTask{Task: task(i + 1), Unit: units[i+1], Code: "c"}).is(WithUnits).task(i+1, TaskForwarded).task(i+2, Queued)
		}
	}
	s.does(officer("04"), ForwardTask{Task: task(4), Unit: "05", Code: "c", Questions: []int{2}}).is(Triage).task(4, TaskForwarded)
	if len(s.request.Tasks) != 4 || s.request.Questions[0].Hops != 3 || s.request.Questions[1].Hops != 3 {
		s.fail("tasks %d, questions %+v", len(s.request.Tasks), s.request.Questions)
	}
}

func TestAForwardOfSomeQuestionsLeavesTheOthers(t *testing.T) {
	t.Parallel()
	s := tell(t, after(then(liaison(), submit(1, 2)), then(desk(), Claim{}), then(desk(), route(toUnit("03", 1, 2))),
		then(officer("03"), AcceptTask{Task: task(1)}), then(officer("03"), HoldTask{Task: task(1), Code: "internal"})))
	s.does(officer("03"), ForwardTask{Task: task(1), Unit: "30", Code: "c", Questions: []int{2}}).task(1, InProgress).task(2, Queued)
	if s.request.Tasks[0].HoldsQuestion(2) || !s.request.Tasks[1].HoldsQuestion(2) {
		s.fail("question 2 is not where it was sent")
	}
}

func TestWhatTheDeskAnsweredNoUnitMustAnswer(t *testing.T) {
	t.Parallel()
	s := tell(t, after(then(liaison(), submit(1, 2)), then(desk(), Claim{}), then(desk(), route(toUnit("03", 1, 2))), then(officer("03"), AcceptTask{Task: task(1)})))
	desks := func(n int) AnswerByDesk {
		return AnswerByDesk{Answers: []DeskAnswer{{N: n, Result: RefusedAnswer, Code: "c"}}}
	}
	s.does(desk(), desks(1)).is(WithUnits).task(1, Accepted)
	s.does(desk(), desks(2)).is(InReview).task(1, TaskStopped)
	s.does(desk(), pack(ReleaseFinal, "v", nil, gives(1, RefusedAnswer), gives(2, RefusedAnswer)))
	s.isRefused(desk(), release("v"), SamePerson).does(colleague(), release("v")).is(Answered)
}

func TestWhatTheDeskAnsweredIsNotReturned(t *testing.T) {
	t.Parallel()
	s := tell(t, after(answered(), then(desk(), route(toUnit("30", 1))),
		then(desk(), AnswerByDesk{Answers: []DeskAnswer{{N: 1, Result: CannotSay, Code: "c"}}})))
	s.is(InReview).isRefused(colleague(), ReturnTask{Task: task(1), Code: "c"}, QuestionClosed)
}

func TestAWithdrawalStopsEveryTask(t *testing.T) {
	t.Parallel()
	s := tell(t, after(inTriage(), then(desk(), route(toUnit("03", 1), toUnit("30", 1))), then(officer("03"), AcceptTask{Task: task(1)}), then(liaison(), Withdraw{})))
	s.task(1, TaskStopped).task(2, TaskStopped).does(officer("30"), AcknowledgeStop{Task: task(2)}).does(officer("03"), AcknowledgeStop{Task: task(1)})
	n := len(s.record)
	if s.does(officer("03"), AcknowledgeStop{Task: task(1)}); len(s.record) != n {
		s.fail("acknowledged twice")
	}
}

func TestTheLastReaderClosesInformation(t *testing.T) {
	t.Parallel()
	s := tell(t, circulating()).is(WithUnits).shows(StatusInProgress)
	s.isRefused(officer("03"), DeclineTask{Task: task(1), Code: "c"}, IsInformation)
	s.isRefused(desk(), route(Assignment{Unit: "03"}), UnitHasQuestion)
	s.isRefused(desk(), Route{}, NothingToRoute)
	s.isRefused(desk(), SendToReview{}, IsInformation)
	s.does(desk(), route(Assignment{Unit: "45"})).does(officer("03"), AcceptTask{Task: task(1)}).is(WithUnits).task(1, TaskDone)
	s.does(officer("45"), AcceptTask{Task: task(3)}).does(officer("30"), AcceptTask{Task: task(2)}).is(Closed).shows(StatusClosed)
	if s.request.Outcome != CodeCirculated || len(s.record[len(s.record)-1].Events) != 2 {
		s.fail("outcome %s", s.request.Outcome)
	}
}

func TestTheDeskClosesInformationNamingWhoHasNotRead(t *testing.T) {
	t.Parallel()
	s := tell(t, circulating()).does(officer("03"), AcceptTask{Task: task(1)}).does(desk(), CloseInformation{}).is(Closed).task(2, TaskStopped)
	e, ok := s.record[len(s.record)-1].Events[0].(Circulated)
	if !ok || !slices.Equal(e.Unread, []UnitCode{"30"}) || s.request.Outcome != CodeCirculatedInPart {
		s.fail("%+v, outcome %s", e, s.request.Outcome)
	}
	s = tell(t, after(then(liaison(), submitInformation()), then(desk(), Claim{}), then(desk(), CloseInformation{}))).is(Closed)
	if s.request.Outcome != CodeKeptUnread {
		s.fail("what nobody was sent is %s", s.request.Outcome)
	}
	tell(t, withUnit()).isRefused(desk(), CloseInformation{}, NotInformation)
}

func TestThirtyFiveUnitsReadOneNotice(t *testing.T) {
	t.Parallel()
	s := tell(t, after(then(liaison(), submitInformation()), then(desk(), Claim{})))
	var all []Assignment
	for i := range 35 {
		all = append(all, Assignment{Unit: UnitCode(rune('A' + i))})
	}
	s.does(desk(), route(all...))
	for i := range 35 {
		s.is(WithUnits).does(officer(all[i].Unit), AcceptTask{Task: task(i + 1)})
	}
	s.is(Closed)
}

func TestWhatThePartnerSees(t *testing.T) {
	t.Parallel()
	twin := after(inTriage(), then(desk(), MarkDuplicate{Of: earlier()}))
	extended := after(withUnit(), then(lead(), Extend{DueAt: start().Add(9 * day), Code: "c"}))
	partly := after(then(liaison(), submit(1, 2)), then(desk(), Claim{}), then(lead(), Extend{DueAt: start().Add(9 * day), Code: "c"}),
		then(desk(), route(toUnit("03", 1), toUnit("30", 2))), then(officer("03"), AcceptTask{Task: task(1)}), then(officer("03"), final(1, negative(1))),
		then(desk(), SendToReview{}), then(desk(), pack(ReleasePartial, "p", nil, gives(1, VerifiedNegative), gives(2, Pending))), then(colleague(), release("p")))
	for _, c := range []struct {
		given []move
		want  Status
		first string
	}{
		{nil, "", ""},
		{submitted(), StatusReceived, "received"},
		{inTriage(), StatusReceived, "received"},
		{withUnit(), StatusInProgress, "in_progress"},
		{after(withUnit(), then(officer("03"), DeclineTask{Task: task(1), Code: "c"})), StatusInProgress, "in_progress"},
		{extended, StatusDelayed, "in_progress"},
		{after(extended, then(lead(), ChangeDegree{Degree: Priority, DueAt: start().Add(3 * day), Code: "c"})), StatusInProgress, "in_progress"},
		{partly, StatusPartlyAnswered, "answered"},
		{after(partly, then(desk(), AskPartner{Code: "c"})), StatusWaitingForYou, "answered"},
		{clarifying(), StatusWaitingForYou, "received"},
		{released(), StatusAnswered, "answered"},
		{asking(), StatusInProgress, "in_progress"},
		{correcting(), StatusAnswered, "answered"},
		{confirmed(), StatusClosed, "answered"},
		{after(refusalProposed(), then(lead(), ApproveRefusal{Hash: hashOf("no")})), StatusRefused, "closed"},
		{after(inTriage(), then(desk(), notOurs())), StatusNotCompetent, "closed"},
		{after(withUnit(), then(liaison(), Withdraw{})), StatusWithdrawn, "closed"},
		{expired(), StatusExpired, "closed"},
		{twin, StatusMerged, "closed"},
	} {
		s := tell(t, c.given).shows(c.want)
		if c.want == "" {
			continue
		}
		q, _ := s.request.Question(1)
		if got := s.request.QuestionStatus(q); got != c.first {
			s.fail("question 1 is %s, want %s", got, c.first)
		}
	}
}

func TestErasureLeavesNoText(t *testing.T) {
	t.Parallel()
	c := submit(1, 2)
	c.Intake.PhysicalEvent = &PhysicalEvent{Type: "gate_out", At: start(), Place: "secret"}
	s := tell(t, after(then(liaison(), c), then(desk(), Claim{}),
		then(desk(), AnswerByDesk{Answers: []DeskAnswer{{N: 2, Result: CannotSay, Code: "c", Text: "secret"}}}),
		then(desk(), route(toUnit("03", 1))), then(officer("03"), AcceptTask{Task: task(1)}),
		then(officer("03"), HoldTask{Task: task(1), Code: "laboratory", Evidence: "secret"}),
		then(officer("03"), interim(1, held(1, "f1"))), then(desk(), AddNote{Text: "secret"})))
	before := s.request
	r := s.does(liaison(), Withdraw{}).does(lead(), PlaceLegalHold{Reason: "secret"}).does(deskLead(), LiftLegalHold{Reason: "secret"}).
		does(lead(), ProposeErasure{Rule: "requests", DueAt: start()}).does(deskLead(), ConfirmErasure{DueAt: start()}).request
	q1, _ := r.Question(1)
	q2, _ := r.Question(2)
	if r.Body != nil || q1.Text+q2.Text+q2.Desk.Text+r.PhysicalEvent.Place+r.Tasks[0].Holds[0].Evidence != "" || r.Tasks[0].Answers[0].Questions != nil || r.Notes != nil {
		s.fail("content is left: %+v", r)
	}
	if kept, _ := before.Question(2); kept.Desk.Text != "secret" || before.PhysicalEvent.Place != "secret" || before.Tasks[0].Holds[0].Evidence != "secret" {
		s.fail("erasing reached into an earlier state")
	}
	if r.Number == "" || r.Partner == "" || r.DueAt.IsZero() {
		s.fail("number, partner and clocks stay")
	}
}

func TestAStepIsRecordedOnce(t *testing.T) {
	t.Parallel()
	for _, percent := range []int{50, 100, 125} {
		s := tell(t, withUnit())
		step := ReachStep{Step: Step{Clock: "total", Round: 1, Promise: 1, Percent: percent, DueAt: start()}}
		n := len(s.does(System(), step).record)
		if s.does(System(), step); len(s.record) != n {
			s.fail("%d%% was recorded twice", percent)
		}
		step.Step.Promise = 2
		if s.does(System(), step); len(s.record) != n+1 {
			s.fail("%d%% of a new promise was not recorded", percent)
		}
	}
}

func TestAtAnEndOnlyTheClocksOfTheEndRun(t *testing.T) {
	t.Parallel()
	for clock, want := range map[string]int{"total": 0, "confirm": 0, "recall_notice": 1, "red_cause": 1} {
		s := tell(t, after(withUnit(), then(liaison(), Withdraw{})))
		n := len(s.record)
		if s.does(System(), ReachStep{Step: Step{Clock: clock, Percent: 100, DueAt: start()}}); len(s.record) != n+want {
			s.fail("%s: %d recorded, want %d", clock, len(s.record)-n, want)
		}
	}
}
