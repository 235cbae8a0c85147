package sla_test

import (
	"testing"
	"time"

	"verigate/internal/marking"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

const (
	minute = time.Minute
	hour   = time.Hour
	day    = 24 * time.Hour
)

func hanoi(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, time.FixedZone("", 7*3600))
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

func want(t testing.TB, c sla.Clock, due string) {
	t.Helper()
	if !c.DueAt.Equal(hanoi(t, due)) {
		t.Errorf("%s is due %s, not %s", c.Name, c.DueAt.In(time.FixedZone("", 7*3600)), due)
	}
}

// S01, worked by hand in lifecycle.md, from POST to the confirmed answer.
func TestTheNightOfTheHolidayRunsAroundTheClock(t *testing.T) {
	t.Parallel()
	s := begin(t, load(t))
	s.start = hanoi(t, "2021-09-02 23:40")
	route := []verification.Assignment{{Unit: "03", Questions: []int{1, 2, 3}}}
	s.submit(intake(verification.Urgent, s.start), route, "CON", "COM", "CON")

	want(t, s.clock(sla.Acknowledge, 0), "2021-09-03 00:40")
	want(t, s.clock(sla.Total, 0), "2021-09-03 23:40")
	want(t, s.clock(sla.Accept, 1), "2021-09-03 01:40")
	want(t, s.clock(sla.Interim, 1), "2021-09-03 07:40")
	want(t, s.clock(sla.Answer, 1), "2021-09-03 17:40")
	s.open(sla.Total, sla.Accept, sla.Answer, sla.Interim) // routed by rule: acknowledged, nothing to route

	unit := officer("03")
	s.at(hanoi(t, "2021-09-03 00:30"), unit, verification.AcceptTask{Task: task(1)})
	s.at(hanoi(t, "2021-09-03 04:10"), unit, s.reply(1, false))
	want(t, s.clock(sla.Interim, 1), "2021-09-03 12:10") // again after each interim
	want(t, s.clock(sla.Answer, 1), "2021-09-03 17:40")
	s.at(hanoi(t, "2021-09-03 10:00"), unit, s.reply(1, true))
	s.open(sla.Total, sla.Review)
	want(t, s.clock(sla.Review, 0), "2021-09-03 13:00")
	s.release(hanoi(t, "2021-09-03 11:00").Sub(s.start))
	s.open(sla.Confirm)
	want(t, s.clock(sla.Confirm, 0), "2021-09-17 11:00")
	s.at(hanoi(t, "2021-09-03 12:00"), partner, verification.RecordPull{Release: 1})
	s.at(hanoi(t, "2021-09-03 12:01"), partner, verification.Confirm{Release: 1})
	s.open()
	s.breaches()
}

// S12, worked by hand: a flight moves the action, not the promise.
func TestAFlightGivesTheUnitUntilTwoHoursBeforeItLands(t *testing.T) {
	t.Parallel()
	s := begin(t, load(t))
	s.start = hanoi(t, "2021-09-05 02:10")
	in := intake(verification.Flash, s.start)
	in.PhysicalEvent = &verification.PhysicalEvent{Type: "flight_arrival", At: hanoi(t, "2021-09-05 07:05")}
	s.submit(in, nil, "TRV", "CON")
	want(t, s.clock(sla.Acknowledge, 0), "2021-09-05 02:25")
	want(t, s.clock(sla.Total, 0), "2021-09-05 10:10")
	s.after(5*minute, desk, verification.Claim{})
	want(t, s.clock(sla.Route, 0), "2021-09-05 02:45")
	s.route(10*minute, "01")
	want(t, s.clock(sla.Action, 1), "2021-09-05 05:05")
	s.open(sla.Total, sla.Accept, sla.Answer, sla.Interim, sla.Action)
	s.after(12*minute, officer("01"), verification.AcceptTask{Task: task(1)})
	s.after(15*minute, officer("01"), s.reply(1, false))
	s.open(sla.Total, sla.Answer, sla.Interim)
}

func TestALeadOfTheBodyReplacesThatOfTheType(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		event string
		lead  time.Duration
		want  time.Duration
	}{
		{"flight_arrival", 0, 2 * hour},
		{"gate_out", 0, 2 * hour},
		{"controlled_window", 0, 2 * hour},
		{"vessel_arrival", 0, hour},
		{"court_date", 0, day},
		{"other", 3 * hour, 3 * hour},
		{"flight_arrival", 30 * minute, 30 * minute},
	} {
		s := begin(t, load(t))
		in := intake(verification.Priority, s.start)
		in.PhysicalEvent = &verification.PhysicalEvent{Type: c.event, At: s.start.Add(2 * day), LeadSeconds: int64(c.lead / time.Second)}
		s.submit(in, []verification.Assignment{{Unit: "03", Questions: []int{1}}}, "CON")
		s.due(sla.Action, 1, 2*day-c.want)
	}
}

func TestPriorityInTheCampaignEndsOnASaturday(t *testing.T) {
	t.Parallel()
	s := begin(t, load(t))
	s.start = hanoi(t, "2021-09-01 10:05")
	s.submit(intake(verification.Priority, s.start), nil, "CON")
	want(t, s.clock(sla.Total, 0), "2021-09-04 10:05")
}

// Priority: answer 48 h, interim 24 h. Four hours of asking the partner are banked, so the due moves by four hours.
func TestAskingThePartnerBanksTheTime(t *testing.T) {
	t.Parallel()
	s := submitted(t, verification.Priority, "CON")
	s.after(hour, desk, verification.Claim{})
	s.route(2*hour, "03")
	s.after(3*hour, officer("03"), verification.AcceptTask{Task: task(1)})
	s.after(10*hour, desk, verification.AskPartner{Code: "which_container", ReplyBy: s.start.Add(34 * hour)})
	for _, name := range []sla.Name{sla.Answer, sla.Interim} {
		s.state(name, 1, sla.Paused)
	}
	s.state(sla.Total, 0, sla.Paused)
	s.due(sla.Total, 0, 72*hour) // a paused clock keeps its due until it goes on
	s.due(sla.Clarify, 0, 34*hour)
	s.after(14*hour, partner, verification.ReplyToClarification{Body: []byte(`{}`)})
	s.due(sla.Total, 0, 76*hour)
	s.due(sla.Answer, 1, 54*hour)
	s.due(sla.Interim, 1, 30*hour)
	s.open(sla.Total, sla.Answer, sla.Interim)

	answer := s.clock(sla.Answer, 1)
	at := s.start.Add(20 * hour)
	if used, paused := s.rules.Used(answer, at), s.rules.Paused(answer, at); used != 14*hour || paused != 4*hour {
		t.Errorf("used %s, paused %s", used, paused)
	}
	s.breaches()
}

func TestTriageIsPausedWhileThePartnerIsAsked(t *testing.T) {
	t.Parallel()
	s := submitted(t, verification.Priority, "CON")
	s.after(hour, desk, verification.Claim{})
	s.due(sla.Route, 0, 9*hour)
	s.after(2*hour, desk, verification.AskPartner{Code: "which_container"})
	s.state(sla.Route, 0, sla.Paused)
	s.due(sla.Clarify, 0, 26*hour) // nobody named a time: the limit of the degree
	s.after(12*hour, partner, verification.ReplyToClarification{Body: []byte(`{}`)})
	s.due(sla.Route, 0, 19*hour)
	s.route(13*hour, "03")
	s.open(sla.Total, sla.Accept, sla.Answer, sla.Interim)
}

func TestAHoldPausesTheUnitAndNotThePromise(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Priority)
	s.after(4*hour, officer("03"), verification.HoldTask{Task: task(1), Code: "laboratory"})
	s.state(sla.Answer, 1, sla.Paused)
	s.state(sla.Total, 0, sla.Running)
	if !s.clock(sla.Answer, 1).Unconfirmed {
		t.Error("the hold nobody confirmed is not marked")
	}
	s.after(6*hour, lead, verification.ConfirmHold{Task: task(1)})
	if s.clock(sla.Answer, 1).Unconfirmed {
		t.Error("the hold is confirmed and marked")
	}
	s.after(9*hour, officer("03"), verification.ResumeTask{Task: task(1)})
	s.due(sla.Answer, 1, 2*hour+53*hour)
	s.due(sla.Total, 0, 72*hour)
}

func TestAHoldOfTheUnitsOwnPausesNothing(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Priority)
	s.after(4*hour, officer("03"), verification.HoldTask{Task: task(1), Code: "internal"})
	s.state(sla.Answer, 1, sla.Running)
	s.due(sla.Answer, 1, 50*hour)
}

// A hold from 4 h to 9 h and a question to the partner from 6 h to 12 h are eight hours without counting, not eleven.
func TestPausesThatOverlapCountOnce(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Priority)
	s.after(4*hour, officer("03"), verification.HoldTask{Task: task(1), Code: "laboratory"})
	s.after(6*hour, desk, verification.AskPartner{Code: "which_container"})
	s.after(9*hour, officer("03"), verification.ResumeTask{Task: task(1)})
	s.state(sla.Answer, 1, sla.Paused)
	s.after(12*hour, partner, verification.ReplyToClarification{Body: []byte(`{}`)})
	s.due(sla.Answer, 1, 58*hour)
	s.due(sla.Total, 0, 78*hour)
}

// The hold lasts over a question to the partner: what was due when it began is due until it ends.
func TestAPauseWithinAPauseMovesNothing(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Priority)
	s.after(4*hour, officer("03"), verification.HoldTask{Task: task(1), Code: "laboratory"})
	s.after(6*hour, desk, verification.AskPartner{Code: "which_container"})
	s.after(9*hour, partner, verification.ReplyToClarification{Body: []byte(`{}`)})
	s.state(sla.Answer, 1, sla.Paused)
	s.due(sla.Answer, 1, 50*hour)
	s.after(12*hour, officer("03"), verification.ResumeTask{Task: task(1)})
	s.due(sla.Answer, 1, 58*hour)
}

func TestAPauseAtTheDueComesTooLate(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Priority)
	s.after(50*hour, officer("03"), verification.HoldTask{Task: task(1), Code: "laboratory"})
	s.after(60*hour, officer("03"), s.reply(1, true))
	s.breaches(breach{"answer", task(1), 1, 50 * hour}, breach{"interim", task(1), 1, 26 * hour})
}

// onTask is a request routed after two hours and accepted after three.
func onTask(t testing.TB, degree verification.Degree) *story {
	t.Helper()
	s := submitted(t, degree, "CON")
	s.after(hour, desk, verification.Claim{})
	s.route(2*hour, "03")
	s.after(3*hour, officer("03"), verification.AcceptTask{Task: task(1)})
	return s
}

// Priority, answer due 50 h after the start. On hold from 40 h on, the rejection at 60 h finds it ten hours late.
func TestARejectedHoldGivesTheTimeBackToTheUnit(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Priority)
	s.after(10*hour, officer("03"), s.reply(1, false)) // interim now due at 34 h
	s.after(33*hour, officer("03"), s.reply(1, false)) // and at 57 h
	s.after(40*hour, officer("03"), verification.HoldTask{Task: task(1), Code: "laboratory"})
	s.breaches()
	s.after(60*hour, lead, verification.RejectHold{Task: task(1), Code: "no_laboratory"})
	s.state(sla.Answer, 1, sla.Running)
	s.due(sla.Answer, 1, 50*hour)
	s.breaches(breach{"answer", task(1), 1, 50 * hour}, breach{"interim", task(1), 3, 57 * hour})
	s.open(sla.Total, sla.Answer, sla.Interim, sla.RedCause, sla.RedCause)
	for _, segment := range s.rules.Segments(s.clock(sla.Total, 0), s.start.Add(60*hour)) {
		if segment.ChargedTo != "desk" && segment.ChargedTo != "unit:03" {
			t.Errorf("the promise waited for %s from %s", segment.ChargedTo, segment.From)
		}
	}
}

func TestARejectedHoldMakesAnAnswerLateThatWasGiven(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Priority)
	s.after(24*hour, officer("03"), verification.HoldTask{Task: task(1), Code: "laboratory"})
	s.after(55*hour, officer("03"), s.reply(1, true)) // 22 h used of 48 h
	s.breaches()
	s.after(56*hour, lead, verification.RejectHold{Task: task(1), Code: "no_laboratory"})
	s.breaches(breach{"answer", task(1), 1, 50 * hour}, breach{"interim", task(1), 1, 26 * hour})
	if c := s.clock(sla.Answer, 1); len(c.Pauses) != 0 || c.State != sla.Stopped {
		t.Errorf("the clock is %s with pauses %v", c.State, c.Pauses)
	}
}

// Priority, answer due 50 h after the start. The first hold, from 4 h to 45 h, is rejected while a second one lasts.
func TestARejectedHoldGivesItsOwnTimeBackWhileAnotherLasts(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Priority)
	s.after(4*hour, officer("03"), verification.HoldTask{Task: task(1), Code: "laboratory"})
	s.after(45*hour, officer("03"), verification.ResumeTask{Task: task(1)})
	s.after(52*hour, officer("03"), verification.HoldTask{Task: task(1), Code: "other_force"})
	s.breaches()
	s.after(60*hour, lead, verification.RejectHold{Task: task(1), Code: "no_laboratory"})
	s.state(sla.Answer, 1, sla.Paused)
	s.due(sla.Answer, 1, 50*hour)
	s.breaches(breach{"answer", task(1), 1, 50 * hour}, breach{"interim", task(1), 1, 26 * hour})
	if c := s.clock(sla.Answer, 1); len(c.Pauses) != 1 || !c.Pauses[0].From.Equal(s.start.Add(52*hour)) || !c.Unconfirmed {
		t.Errorf("the pauses that are left are %+v, unconfirmed %t", c.Pauses, c.Unconfirmed)
	}
	for _, segment := range s.rules.Segments(s.clock(sla.Total, 0), s.start.Add(60*hour)) {
		if want := "other_force"; segment.From.Before(s.start.Add(52*hour)) == (segment.ChargedTo == want) {
			t.Errorf("the promise waited for %s from %s", segment.ChargedTo, segment.From)
		}
	}
	s.after(61*hour, lead, verification.RejectHold{Task: task(1), Code: "no_reply"})
	s.state(sla.Answer, 1, sla.Running)
	if c := s.clock(sla.Answer, 1); len(c.Pauses) != 0 || c.Unconfirmed {
		t.Errorf("still paused: %+v", c)
	}
}

// Flash, routed after 2 h instead of half an hour: 6 h are left for 7 h of work, so the answer has 6 h × 6/7.
func TestAStageIsSqueezedIntoWhatThePromiseLeaves(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Flash)
	answer := s.clock(sla.Answer, 1)
	if !answer.Squeezed || answer.Limit != 5*hour+8*minute+34*time.Second || answer.Full != 6*hour {
		t.Errorf("squeezed %t to %s of %s", answer.Squeezed, answer.Limit, answer.Full)
	}
	s.due(sla.Answer, 1, 7*hour+8*minute+34*time.Second)
	s.due(sla.Interim, 1, 4*hour) // not in line
	s.after(7*hour+30*minute, officer("03"), s.reply(1, true))
	if review := s.clock(sla.Review, 0); !review.Squeezed || review.Limit != 30*minute {
		t.Errorf("the review has %s", review.Limit)
	}
}

func TestAStageAfterTheBrokenPromiseHasItsWholeLimit(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Flash)
	s.after(9*hour, officer("03"), s.reply(1, true))
	review := s.clock(sla.Review, 0)
	if !review.PromiseAlreadyBroken || review.Squeezed || review.Limit != hour {
		t.Errorf("%+v", review)
	}
}

func TestAReturnIsANewAnswerClock(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Priority)
	s.after(20*hour, officer("03"), s.reply(1, true))
	s.after(22*hour, reviewer, verification.ReturnTask{Task: task(1), Code: "incomplete"})
	answer := s.clock(sla.Answer, 1)
	// 50 h of the promise are left for 48 h of answer and 8 h of review.
	if answer.Promise != 2 || !answer.Squeezed || answer.Limit != (48*hour*50/56).Truncate(time.Second) {
		t.Errorf("promise %d of %s", answer.Promise, answer.Limit)
	}
	s.open(sla.Total, sla.Answer)
}

func TestWaitingForAConsentPausesTheReviewOnly(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Priority)
	s.after(20*hour, officer("03"), s.reply(1, true))
	fact := s.request.Tasks[0].Answers[0].Questions[0].Facts[0].ID
	s.after(22*hour, reviewer, verification.AskConsent{Facts: []verification.FactID{fact}, Originator: "TH"})
	s.due(sla.Consent, 0, 46*hour)
	s.state(sla.Review, 0, sla.Paused)
	s.state(sla.Total, 0, sla.Running)
	s.after(32*hour, th, verification.DecideConsent{N: 1, State: verification.ConsentGranted})
	s.due(sla.Review, 0, 38*hour)
	s.open(sla.Total, sla.Review)
}

func TestAnAgencyHasTimeOfItsOwn(t *testing.T) {
	t.Parallel()
	s := submitted(t, verification.Priority, "TRV", "CRI")
	s.after(hour, desk, verification.Claim{})
	s.after(2*hour, desk, verification.AskAgency{Agency: "A08", Questions: []int{1}})
	s.after(3*hour, desk, verification.AskAgency{Agency: "V06", Questions: []int{2}})
	s.due(sla.Answer, 1, 2*hour+4*day)
	s.due(sla.Answer, 2, 3*hour+7*day)
	if c := s.clock(sla.Answer, 2); c.ChargedTo != "agency:V06" || c.Squeezed {
		t.Errorf("charged to %s, squeezed %t", c.ChargedTo, c.Squeezed)
	}
	s.open(sla.Total, sla.Answer, sla.Answer)
	s.due(sla.Total, 0, 3*day)
}

func TestInformationIsAcknowledgedAndRead(t *testing.T) {
	t.Parallel()
	s := begin(t, load(t))
	in := intake(verification.Routine, s.start)
	in.Kind = verification.KindInformation
	s.at(s.start, partner, verification.Submit{ID: id, Intake: in})
	s.open(sla.Acknowledge) // and no total, no route
	s.due(sla.Acknowledge, 0, day)
	s.after(hour, desk, verification.Claim{})
	s.open()
	s.after(2*hour, desk, verification.Route{Assignments: []verification.Assignment{{Unit: "01"}, {Unit: "02"}}})
	s.open(sla.Accept, sla.Accept)
	s.after(3*hour, officer("01"), verification.AcceptTask{Task: task(1)})
	s.open(sla.Accept)
	s.after(30*hour, officer("02"), verification.AcceptTask{Task: task(2)})
	s.open(sla.RedCause)
	s.breaches(breach{"accept", task(2), 1, 26 * hour})
}

func TestInformationThatNobodyLooksAtIsLate(t *testing.T) {
	t.Parallel()
	s := begin(t, load(t))
	in := intake(verification.Routine, s.start)
	in.Kind = verification.KindInformation
	s.at(s.start, partner, verification.Submit{ID: id, Intake: in})
	s.after(25*hour, desk, verification.Claim{})
	s.open(sla.RedCause)
	s.breaches(breach{"acknowledge", "", 1, day})
}

func TestAStubIsAcknowledgedByItsKeeper(t *testing.T) {
	t.Parallel()
	s := begin(t, load(t))
	in := intake(verification.Flash, s.start)
	in.Level, in.DueAt = marking.L4, s.start.Add(8*hour)
	s.after(10*minute, desk, verification.RegisterStub{ID: id, Intake: in, Keeper: "p_reviewer"})
	s.open(sla.Total, sla.Acknowledge) // no route
	s.due(sla.Acknowledge, 0, 15*minute)
	s.due(sla.Total, 0, 8*hour)
	s.after(11*minute, desk, verification.Claim{}) // somebody of the desk is not the keeper
	s.open(sla.Total, sla.Acknowledge)
	s.after(12*minute, reviewer, verification.Claim{TakeOver: true, Reason: "keeper"})
	s.open(sla.Total)
	s.breaches()
}

func TestWhatCameByPaperIsLateFromItsArrival(t *testing.T) {
	t.Parallel()
	s := begin(t, load(t))
	in := intake(verification.Urgent, s.start)
	in.DueAt = s.start.Add(day)
	s.after(90*minute, desk, verification.Register{ID: id, Intake: in, Questions: questions([]string{"CON"})})
	s.breaches(breach{"acknowledge", "", 1, hour})
	s.due(sla.Route, 0, 2*hour)
	s.open(sla.Total, sla.Route, sla.RedCause)
}

func TestAnEndStopsEveryClockOfTheRequest(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Priority)
	s.after(4*hour, officer("03"), verification.HoldTask{Task: task(1), Code: "laboratory"})
	s.after(5*hour, partner, verification.Withdraw{})
	s.open()
	answer := s.clock(sla.Answer, 1)
	if used, paused := s.rules.Used(answer, s.start.Add(day)), s.rules.Paused(answer, s.start.Add(day)); used != 2*hour || paused != hour {
		t.Errorf("used %s, paused %s", used, paused)
	}
}

// The duplicate of an earlier request of the partner: what has run is told, what waited is no longer waited for.
func TestADuplicateIsAnEndOfItsClocks(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Priority)
	s.after(4*hour, officer("03"), verification.HoldTask{Task: task(1), Code: "laboratory"})
	s.after(6*hour, desk, verification.MarkDuplicate{Of: verification.Twin{ID: "earlier", Partner: "NG", Answers: true}})
	s.open()
	at := s.start.Add(day)
	answer, total := s.clock(sla.Answer, 1), s.clock(sla.Total, 0)
	if used, paused := s.rules.Used(answer, at), s.rules.Paused(answer, at); used != 2*hour || paused != 2*hour {
		t.Errorf("of the answer used %s, paused %s", used, paused)
	}
	if used := s.rules.Used(total, at); total.State != sla.Stopped || !total.StoppedAt.Equal(s.start.Add(6*hour)) || used != 6*hour {
		t.Errorf("of the promise used %s: %+v", used, total)
	}
}

func TestAConsentIsOwedUntilTheEnd(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Priority)
	s.after(20*hour, officer("03"), s.reply(1, true))
	fact := s.request.Tasks[0].Answers[0].Questions[0].Facts[0].ID
	s.after(22*hour, reviewer, verification.AskConsent{Facts: []verification.FactID{fact}, Originator: "TH"})
	s.after(23*hour, partner, verification.Withdraw{})
	s.open()
}

// A dropped correction waits for nobody, nor does the state that it goes back to.
func TestAConsentIsOwedUntilItsCorrectionIsDropped(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Priority)
	s.after(20*hour, officer("03"), s.reply(1, true))
	fact := s.request.Tasks[0].Answers[0].Questions[0].Facts[0].ID
	s.release(21 * hour)
	s.after(22*hour, desk, verification.Correct{Code: "wrong_date"})
	s.after(23*hour, reviewer, verification.AskConsent{Facts: []verification.FactID{fact}, Originator: "TH"})
	s.state(sla.Consent, 0, sla.Running)
	s.after(24*hour, desk, verification.DropCorrection{})
	s.open(sla.Confirm)
	s.after(25*hour, desk, verification.Correct{Code: "wrong_date"})
	s.open(sla.Review)
}

// One of two answers goes out, the other is held back: the first review is over, the next one begins.
func TestAPartialReleaseEndsTheReview(t *testing.T) {
	t.Parallel()
	s := submitted(t, verification.Priority, "CON", "COM")
	s.after(hour, desk, verification.Claim{})
	s.route(2*hour, "03")
	s.after(3*hour, officer("03"), verification.AcceptTask{Task: task(1)})
	s.after(4*hour, officer("03"), s.reply(1, true))
	first := s.clock(sla.Review, 0)
	const hash = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a" // of {}
	s.after(5*hour, desk, verification.PreparePackage{
		Kind: verification.ReleasePartial, Bytes: []byte(`{}`), Hash: hash, Facts: []verification.FactID{"b"},
		Questions: []verification.PackageQuestion{{N: 1, Result: verification.Held}, {N: 2, Result: verification.Pending}},
	})
	s.after(6*hour, reviewer, verification.ReleasePackage{Hash: hash})
	s.open(sla.Total, sla.Review)
	second := s.clock(sla.Review, 0)
	if first.Promise != 1 || second.Promise != 2 {
		t.Errorf("review %d, then %d", first.Promise, second.Promise)
	}
	s.due(sla.Review, 0, 14*hour)
}

func TestThereIsNoActionAfterTheEvent(t *testing.T) {
	t.Parallel()
	s := begin(t, load(t))
	in := intake(verification.Flash, s.start)
	in.PhysicalEvent = &verification.PhysicalEvent{Type: "gate_out", At: s.start.Add(hour)}
	s.submit(in, nil, "CON")
	s.after(5*minute, desk, verification.Claim{})
	s.route(hour, "03")
	s.open(sla.Total, sla.Accept, sla.Answer, sla.Interim, sla.RedCause) // route had half an hour
}

func TestTimeTooShortForTheActionIsTold(t *testing.T) {
	t.Parallel()
	s := begin(t, load(t))
	in := intake(verification.Flash, s.start)
	in.PhysicalEvent = &verification.PhysicalEvent{Type: "gate_out", At: s.start.Add(hour)}
	s.submit(in, []verification.Assignment{{Unit: "03", Questions: []int{1}}}, "CON")
	s.due(sla.Action, 1, -hour)
	if !s.clock(sla.Action, 1).PromiseAlreadyBroken {
		t.Error("the action could never be in time and is not marked")
	}
}

// The request waits for a consent on, but the review was done: what comes back is reviewed on a clock of its own.
func TestAReturnEndsTheReviewAlsoWhileAConsentIsAsked(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Priority)
	s.after(20*hour, officer("03"), s.reply(1, true))
	fact := s.request.Tasks[0].Answers[0].Questions[0].Facts[0].ID
	s.after(21*hour, reviewer, verification.AskConsent{Facts: []verification.FactID{fact}, Originator: "TH"})
	s.after(22*hour, reviewer, verification.ReturnTask{Task: task(1), Code: "incomplete"})
	s.state(sla.Review, 0, sla.Stopped)
	s.state(sla.Consent, 0, sla.Running)
	s.state(sla.Answer, 1, sla.Running)
}
