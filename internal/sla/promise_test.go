package sla_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/sla"
	"verigate/internal/verification"
)

// quick is a request on which nobody lost time, also for flash.
func quick(t *testing.T, degree verification.Degree) *story {
	t.Helper()
	s := submitted(t, degree, "CON")
	s.after(5*minute, desk, verification.Claim{})
	s.route(10*minute, "03")
	s.after(15*minute, officer("03"), verification.AcceptTask{Task: task(1)})
	return s
}

func (s *story) changeDegree(d time.Duration, to verification.Degree) {
	s.t.Helper()
	at := s.start.Add(d)
	due := s.rules.PromiseAfter(s.clocks, s.request, to, at)
	s.after(d, lead, verification.ChangeDegree{Degree: to, Code: "reassessed", DueAt: due})
}

// Priority to flash with 65 h of 72 h gone: the old due is seven hours away and stays, eight would be the new limit.
func TestARaisedDegreeNeverGivesMoreTime(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Priority)
	s.after(45*hour, officer("03"), s.reply(1, false))
	s.after(45*hour, officer("03"), verification.HoldTask{Task: task(1), Code: "laboratory"})
	s.changeDegree(65*hour, verification.Flash)
	s.due(sla.Total, 0, 72*hour)
	if total := s.clock(sla.Total, 0); total.Promise != 2 {
		t.Errorf("promise %d", total.Promise)
	}
	// 5 h of 48 h were left to the answer: less than what seven hours give six of seven.
	if answer := s.clock(sla.Answer, 1); answer.Promise != 2 || answer.Limit != 48*hour {
		t.Errorf("promise %d of %s", answer.Promise, answer.Limit)
	}
}

func TestARaisedDegreeCountsFromNow(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Priority)
	s.changeDegree(10*hour, verification.Flash)
	s.due(sla.Total, 0, 18*hour)
	s.due(sla.Answer, 1, 16*hour)
	s.due(sla.Interim, 1, 12*hour)
	if answer := s.clock(sla.Answer, 1); answer.Promise != 2 || answer.Limit != 14*hour || answer.Full != 6*hour {
		t.Errorf("promise %d of %s", answer.Promise, answer.Limit)
	}
	if first := s.clock(sla.Total, 0).Steps[0]; first.Percent != 75 || !first.At.Equal(s.start.Add(16*hour)) {
		t.Errorf("first step %v", first)
	}
}

func TestALoweredDegreeCountsFromTheStartAndItsPauses(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Urgent) // answer 18 h from 2 h on, total 24 h
	s.after(5*hour, desk, verification.AskPartner{Code: "which_container"})
	s.after(9*hour, partner, verification.ReplyToClarification{Body: []byte(`{}`)})
	s.changeDegree(10*hour, verification.Routine)
	s.due(sla.Total, 0, 7*day+4*hour)
	s.due(sla.Answer, 1, 2*hour+5*day+4*hour)
	s.due(sla.Interim, 1, 2*hour+3*day+4*hour)
}

func TestADegreeLoweredWhileThePartnerIsAskedGoesOnWaiting(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Urgent)
	s.after(5*hour, desk, verification.AskPartner{Code: "which_container"})
	s.changeDegree(8*hour, verification.Routine)
	s.after(9*hour, partner, verification.ReplyToClarification{Body: []byte(`{}`)})
	s.due(sla.Total, 0, 7*day+4*hour)
	s.due(sla.Answer, 1, 2*hour+5*day+4*hour)
}

// Routine asked back at 10 h; at 20 h the degree is raised to flash, at 30 h the partner replies. The promise had 158 h
// and now has 8 h from the reply on; what starts meanwhile has its share of those.
func TestADegreeRaisedWhileThePartnerIsAskedCountsFromTheReply(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Routine)
	s.after(10*hour, desk, verification.AskPartner{Code: "which_container"})
	s.changeDegree(20*hour, verification.Flash)
	s.due(sla.Total, 0, 28*hour)
	s.after(24*hour, officer("03"), verification.ForwardTask{Task: task(1), Unit: "04", Code: "theirs"})
	s.state(sla.Answer, 2, sla.Paused)
	if answer := s.clock(sla.Answer, 2); answer.Squeezed || answer.Limit != 6*hour {
		t.Errorf("squeezed %t to %s", answer.Squeezed, answer.Limit)
	}
	s.after(30*hour, partner, verification.ReplyToClarification{Body: []byte(`{}`)})
	s.due(sla.Total, 0, 38*hour)
	s.due(sla.Answer, 2, 36*hour)
	s.after(33*hour, officer("04"), verification.AcceptTask{Task: task(2)})
	s.after(34*hour, officer("04"), verification.ForwardTask{Task: task(2), Unit: "05", Code: "theirs"})
	s.due(sla.Answer, 3, 34*hour+(6*hour*4/7).Truncate(time.Second))
}

// Late already, the promise stays broken: a raise does not make it late a second time.
func TestADegreeRaisedAfterTheBreachMakesNoNewPromise(t *testing.T) {
	t.Parallel()
	s := quick(t, verification.Priority)
	s.changeDegree(80*hour, verification.Flash)
	s.due(sla.Total, 0, 72*hour)
	if total := s.clock(sla.Total, 0); total.Promise != 1 {
		t.Errorf("promise %d", total.Promise)
	}
	s.after(81*hour, officer("03"), s.reply(1, true))
	s.breaches(breach{"answer", task(1), 1, 48*hour + 10*minute}, breach{"interim", task(1), 1, day + 10*minute})
	s.after(82*hour, partner, verification.Withdraw{})
	if n := len(s.request.Breaches); n != 4 { // and total and review, once each
		t.Errorf("%d breaches: %+v", n, s.request.Breaches)
	}
}

func TestADegreeChangedTooLateKeepsTheBreach(t *testing.T) {
	t.Parallel()
	s := submitted(t, verification.Flash, "CON")
	s.changeDegree(20*minute, verification.Priority)
	s.breaches(breach{"acknowledge", "", 1, 15 * minute})
	s.due(sla.Acknowledge, 0, 4*hour)
	s.after(30*minute, desk, verification.Claim{})
	s.breaches(breach{"acknowledge", "", 1, 15 * minute})
}

func TestAnExtensionAfterTheBreachIsANewPromise(t *testing.T) {
	t.Parallel()
	s := quick(t, verification.Flash)
	s.after(9*hour, lead, verification.Extend{DueAt: s.start.Add(20 * hour), Code: "laboratory"})
	s.breaches(breach{"total", "", 1, 8 * hour})
	s.due(sla.Total, 0, 20*hour)
	total := s.clock(sla.Total, 0)
	if total.Promise != 2 || total.Late(s.start.Add(19*hour)) || total.Limit != 20*hour {
		t.Errorf("%+v", total)
	}
	s.after(21*hour, partner, verification.Withdraw{})
	got := s.request.Breaches
	if !slices.ContainsFunc(got, func(b verification.Breach) bool { return b.Step.Clock == "total" && b.Step.Promise == 2 }) {
		t.Errorf("%+v", got)
	}
}

func TestEachRoundHasItsOwnPromise(t *testing.T) {
	t.Parallel()
	s := quick(t, verification.Urgent)
	s.after(8*hour, officer("03"), s.reply(1, true))
	s.release(9 * hour)
	s.after(12*hour, partner, verification.FollowUp{
		Questions: questions([]string{"COM"}), Body: []byte(`{}`), Receipt: "r2", DueAt: s.start.Add(36 * hour),
	})
	s.open(sla.Total, sla.Acknowledge, sla.Route)
	total := s.clock(sla.Total, 0)
	if total.Round != 2 || total.Promise != 1 || !total.StartedAt.Equal(s.start.Add(12*hour)) {
		t.Errorf("%+v", total)
	}
	s.due(sla.Total, 0, 36*hour)
	s.after(12*hour+30*minute, desk, verification.Claim{})
	s.route(13*hour, "04")
	s.due(sla.Answer, 2, 31*hour)
	s.breaches()
}

func TestACorrectionHasNoPromise(t *testing.T) {
	t.Parallel()
	s := quick(t, verification.Flash)
	s.after(2*hour, officer("03"), s.reply(1, true))
	s.release(150 * minute)
	s.after(30*hour, desk, verification.Correct{Code: "wrong_date"})
	s.open(sla.Review)
	s.due(sla.Review, 0, 31*hour)
	s.after(30*hour+30*minute, reviewer, verification.ReturnTask{Task: task(1), Code: "wrong_date"})
	s.due(sla.Answer, 2, 36*hour+30*minute)
	s.open(sla.Accept, sla.Answer, sla.Interim)
	s.after(30*hour+40*minute, desk, verification.DropCorrection{})
	s.open(sla.Confirm)
	s.due(sla.Confirm, 0, 150*minute+14*day) // from the release, which nothing changed
}

func TestARecallWaitsUntilItIsRead(t *testing.T) {
	t.Parallel()
	s := quick(t, verification.Flash)
	s.after(2*hour, officer("03"), s.reply(1, true))
	s.release(150 * minute)
	s.after(7*hour, partner, verification.RecordPull{Release: 1})
	s.after(8*hour, lead, verification.Recall{
		Release: 1, Code: "wrong_person", Bytes: []byte(`{}`), Hash: s.request.Releases[0].Hash,
	})
	s.open(sla.RecallNotice) // and nobody waits for a word on the answer
	s.due(sla.RecallNotice, 0, 12*hour)
	s.after(9*hour, partner, verification.RecordPull{Release: 2})
	s.open()
}

func TestARecallNoticeThatIsErasedIsWaitedForNoMore(t *testing.T) {
	t.Parallel()
	s := quick(t, verification.Flash)
	s.after(2*hour, officer("03"), s.reply(1, true))
	s.release(150 * minute)
	s.after(7*hour, partner, verification.RecordPull{Release: 1})
	recall := func(after time.Duration) {
		s.after(after, lead, verification.Recall{Release: 1, Code: "wrong_person", Bytes: []byte(`{}`), Hash: s.request.Releases[0].Hash})
	}
	recall(8 * hour)
	s.after(9*hour, lead, verification.FindAboveCeiling{Code: "mat"})
	s.open(sla.Confirm) // nothing can replace the answer any more: silence closes it (row 18)
	s.breaches()

	s = quick(t, verification.Flash)
	s.after(2*hour, officer("03"), s.reply(1, true))
	s.release(150 * minute)
	s.after(7*hour, partner, verification.RecordPull{Release: 1})
	s.after(8*hour, lead, verification.FindAboveCeiling{Code: "mat"})
	recall(9 * hour) // this notice is there to be read
	s.open(sla.Confirm, sla.RecallNotice)
	s.after(10*hour, partner, verification.RecordPull{Release: 2})
	s.open(sla.Confirm)
}

func TestABreachAsksForItsCause(t *testing.T) {
	t.Parallel()
	s := submitted(t, verification.Urgent, "CON")
	s.after(2*hour, desk, verification.Claim{})
	s.breaches(breach{"acknowledge", "", 1, hour})
	s.due(sla.RedCause, 0, 26*hour)
	s.after(27*hour, desk, verification.ExplainBreach{N: 1, Code: "night_shift"})
	s.open(sla.Total, sla.Route) // no cause is asked for the cause that came late
	if last := s.request.Breaches[len(s.request.Breaches)-1]; last.Step.Clock != "red_cause" {
		t.Errorf("%+v", last)
	}
}

func TestTheNextStepIsTheFirstToCome(t *testing.T) {
	t.Parallel()
	s := submitted(t, verification.Urgent, "CON") // acknowledge 1 h, total 24 h
	next := func(d time.Duration, percent int, due time.Duration) {
		t.Helper()
		got, ok := s.clocks.Next(s.start.Add(d))
		if !ok || got.Clock != "acknowledge" || got.Percent != percent || !got.DueAt.Equal(s.start.Add(due)) {
			t.Fatalf("after %s: %+v", d, got)
		}
	}
	reach := func(d time.Duration) {
		t.Helper()
		step, _ := s.clocks.Next(s.start.Add(d))
		s.after(d, system, verification.ReachStep{Step: step})
	}
	next(0, 50, 30*minute)
	next(30*minute, 50, 30*minute)
	next(50*minute, 75, 45*minute) // the latest that is past, not one after the other
	reach(50 * minute)
	next(50*minute, 90, 54*minute)
	next(2*hour, 100, hour) // a breach is never skipped
	reach(2 * hour)
	next(2*hour, 125, 75*minute)
	reach(2 * hour)
	s.breaches(breach{"acknowledge", "", 1, hour})
	if got, _ := s.clocks.Next(s.start.Add(2 * hour)); got.Clock == "acknowledge" {
		t.Errorf("%+v", got)
	}
	s.after(3*hour, desk, verification.Claim{})
	s.breaches(breach{"acknowledge", "", 1, hour}) // not twice
}

func TestAPausedClockHasNoNextStep(t *testing.T) {
	t.Parallel()
	s := submitted(t, verification.Flash, "CON")
	s.after(minute, desk, verification.Claim{})
	s.after(2*minute, desk, verification.AskPartner{Code: "which_container"})
	step, ok := s.clocks.Next(s.start.Add(2 * minute))
	want := verification.Step{Clock: "clarify", Round: 1, Promise: 1, Percent: 100, DueAt: s.start.Add(4*hour + 2*minute)}
	if diff := cmp.Diff(want, step); !ok || diff != "" {
		t.Errorf("%t %s", ok, diff)
	}
	s.after(4*hour+2*minute, system, verification.RemindPartner{Due: step.DueAt})
	if step, _ = s.clocks.Next(s.start.Add(5 * hour)); step.Percent != 200 || !step.DueAt.Equal(s.start.Add(8*hour+2*minute)) {
		t.Errorf("%+v", step)
	}
	s.after(8*hour+2*minute, system, verification.ExpireClarification{Due: step.DueAt})
	s.open()
}

func TestThePromiseShowsWhoWasWaitedFor(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Priority)
	s.after(10*hour, officer("03"), verification.HoldTask{Task: task(1), Code: "laboratory"})
	s.after(20*hour, officer("03"), verification.ResumeTask{Task: task(1)})
	s.after(25*hour, desk, verification.AskPartner{Code: "which_container"})
	s.after(29*hour, partner, verification.ReplyToClarification{Body: []byte(`{}`)})
	s.after(40*hour, officer("03"), s.reply(1, true))
	type segment struct {
		From, To  time.Duration
		Counts    bool
		Cause     string
		ChargedTo string
	}
	var got []segment
	for _, g := range s.rules.Segments(s.clock(sla.Total, 0), s.start.Add(44*hour)) {
		got = append(got, segment{g.From.Sub(s.start), g.To.Sub(s.start), g.Counts, g.Cause, g.ChargedTo})
	}
	want := []segment{
		{0, 2 * hour, true, "running", "desk"},
		{2 * hour, 10 * hour, true, "running", "unit:03"},
		{10 * hour, 20 * hour, true, "hold:laboratory", "laboratory"},
		{20 * hour, 25 * hour, true, "running", "unit:03"},
		{25 * hour, 29 * hour, false, "clarifying", "partner"},
		{29 * hour, 40 * hour, true, "running", "unit:03"},
		{40 * hour, 44 * hour, true, "running", "desk"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestANewPromiseHasStepsOfItsOwn(t *testing.T) {
	t.Parallel()
	s := quick(t, verification.Priority)
	total := s.clock(sla.Total, 0)
	s.after(36*hour, system, verification.ReachStep{Step: total.Step(total.Steps[0])})
	if c := s.clock(sla.Total, 0); c.Reached != 50 {
		t.Fatalf("reached %d", c.Reached)
	}
	s.after(40*hour, lead, verification.Extend{DueAt: s.start.Add(140 * hour), Code: "laboratory"})
	if c := s.clock(sla.Total, 0); c.Reached != 0 || !c.Steps[0].At.Equal(s.start.Add(90*hour)) {
		t.Errorf("reached %d, first step %s after the start", c.Reached, c.Steps[0].At.Sub(s.start))
	}
}

// Answer had 18 h and interim 8 h when the degree is lowered at 20 h: the broken promises are the unit's, although its
// clocks have new ones from that moment on.
func TestWhoBrokeAPromiseThatWasReplacedIsAskedForTheCause(t *testing.T) {
	t.Parallel()
	s := begin(t, load(t))
	s.submit(intake(verification.Urgent, s.start), []verification.Assignment{{Unit: "03", Questions: []int{1}}}, "CON")
	s.after(hour, officer("03"), verification.AcceptTask{Task: task(1)})
	s.after(20*hour, lead, verification.ChangeDegree{Degree: verification.Routine, Code: "other"})
	s.breaches(breach{"answer", task(1), 1, 18 * hour}, breach{"interim", task(1), 1, 8 * hour})
	s.open(sla.Total, sla.Answer, sla.Interim, sla.RedCause, sla.RedCause)
	for _, c := range s.clocks {
		if c.Name == sla.RedCause && c.ChargedTo != "unit:03" {
			t.Errorf("%s is asked for the cause of breach %d", c.ChargedTo, c.Item)
		}
	}
}
