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
		{"18", "but for what is erased, which nothing can replace", after(read(), then(lead(), recallOf(1)), later(20*day, lead(), FindAboveCeiling{Code: "mat"})), System(), silent, Closed, ""},
		{"18", "also when it is recalled after that", after(read(), then(lead(), FindAboveCeiling{Code: "mat"}), later(20*day, lead(), recallOf(1))), System(), silent, Closed, ""},
		{"18", "not before its 14 days", after(read(), then(lead(), recallOf(1)), then(lead(), FindAboveCeiling{Code: "mat"})), System(), CloseSilent{Due: start().Add(time.Minute)}, "", NotDue},
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

func TestDroppingACorrectionGivesBackWhatItTookBack(t *testing.T) {
	t.Parallel()
	back := ReturnTask{Task: task(1), Code: "c"}
	s := tell(t, read())
	for range 3 { // more often than a task may be returned
		s.does(desk(), Correct{Code: "wrong_date"}).does(desk(), back).does(desk(), DropCorrection{}).is(Answered)
		if first := s.request.Tasks[0]; !s.request.Stands("f1") || first.Returns != 0 || first.State != TaskDone {
			s.fail("f1 stands: %t, the task %+v", s.request.Stands("f1"), first)
		}
	}
	s.task(2, TaskStopped).task(3, TaskStopped).task(4, TaskStopped)
	s.does(desk(), Correct{Code: "wrong_translation"}).does(desk(), pack(ReleaseCorrection, "k", []FactID{"f1"}, gives(1, Held)))
	s.does(colleague(), release("k")).is(Answered)
}

func TestDroppingACorrectionGivesBackNothingElse(t *testing.T) {
	t.Parallel()
	again := after(then(officer("03"), AcceptTask{Task: task(2)}), then(officer("03"), final(2, held(1, "f2"))))
	returned := after(accepted(), then(officer("03"), final(1, held(1, "f0"))), then(colleague(), ReturnTask{Task: task(1), Code: "c"}),
		then(officer("03"), final(1, held(1, "f1"))), then(desk(), pack(ReleaseFinal, "v1", []FactID{"f1"}, gives(1, Held))), then(colleague(), release("v1")))
	s := tell(t, returned).does(desk(), Correct{Code: "c"}).does(colleague(), ReturnTask{Task: task(1), Code: "c"}).does(desk(), DropCorrection{})
	if s.request.Stands("f0") || !s.request.Stands("f1") || s.request.Tasks[0].Returns != 1 {
		s.fail("what was returned before the correction stays returned: %+v", s.request.Tasks[0])
	}
	s = tell(t, after(correcting(), then(colleague(), ReturnTask{Task: task(1), Code: "c"}), again))
	s.does(colleague(), ReturnTask{Task: task(2), Code: "c"}).does(desk(), DropCorrection{})
	if !s.request.Stands("f1") || s.request.Stands("f2") {
		s.fail("what was answered in the correction and returned stays returned")
	}
	s = tell(t, after(correcting(), then(colleague(), ReturnTask{Task: task(1), Code: "c"}), again, then(desk(), ask("TH", "f1"))))
	s.does(desk(), pack(ReleaseCorrection, "k", []FactID{"f2"}, gives(1, Held))).does(colleague(), release("k")).is(ConsentPending)
	s.does(desk(), DropCorrection{}).is(Answered)
	if s.request.Stands("f1") || !s.request.Stands("f2") {
		s.fail("what a correction that went out replaced stands again")
	}
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
		{"25", "with a keeper", withUnit(), lead(), FindAboveCeiling{Code: "mat", Keeper: "p_keeper"}, Triage, ""},
		{"25", "not one whom the routing excludes", after(inTriage(), then(desk(), excludingPersons(route(toUnit("03", 1)), "p_keeper"))), lead(), FindAboveCeiling{Code: "mat", Keeper: "p_keeper"}, "", ConflictOfInterest},
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
		{"27", "nor of flash, whichever", after(withUnit(), then(desk(), ChangeDegree{Degree: Flash, Code: "c", DueAt: later})), desk(), ChangeDegree{Degree: Flash, Code: "c"}, "", NotPermitted},
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
