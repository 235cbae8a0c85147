package sla_test

import (
	"strings"
	"testing"
	"time"

	"verigate/internal/marking"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// A hold is the affair of one unit: the others' clocks, and those of the same unit's other task, run on.
func TestAHoldPausesTheClocksOfItsTaskAlone(t *testing.T) {
	t.Parallel()
	s := submitted(t, verification.Priority, "CON", "CON")
	s.after(hour, desk, verification.Claim{})
	s.route(2*hour, "03", "30")
	s.after(3*hour, officer("03"), verification.AcceptTask{Task: task(1)})
	s.after(3*hour, officer("30"), verification.AcceptTask{Task: task(2)})
	s.after(4*hour, officer("03"), verification.HoldTask{Task: task(1), Code: "laboratory"})
	s.state(sla.Answer, 1, sla.Paused)
	s.state(sla.Answer, 2, sla.Running)
	s.state(sla.Interim, 2, sla.Running)
	if c := s.clock(sla.Answer, 2); len(c.Pauses) != 0 || c.Unconfirmed {
		t.Errorf("the other unit's answer: %+v, unconfirmed %t", c.Pauses, c.Unconfirmed)
	}
	s.after(9*hour, officer("03"), verification.ResumeTask{Task: task(1)})
	s.due(sla.Answer, 1, 55*hour)
	s.due(sla.Answer, 2, 50*hour)
}

// A clock that stops while it is paused ends that pause with itself, and leaves those before it as they were.
func TestAnEndInAPauseEndsThePause(t *testing.T) {
	t.Parallel()
	s := submitted(t, verification.Priority, "CON")
	s.after(hour, desk, verification.Claim{})
	s.after(2*hour, desk, verification.AskPartner{Code: "which_container"})
	s.after(5*hour, partner, verification.ReplyToClarification{Body: []byte(`{}`)})
	s.after(6*hour, desk, verification.AskPartner{Code: "which_container"})
	s.after(10*hour, partner, verification.Withdraw{})
	c := s.clock(sla.Total, 0)
	want := [][2]time.Duration{{2 * hour, 5 * hour}, {6 * hour, 10 * hour}}
	if c.State != sla.Stopped || len(c.Pauses) != len(want) {
		t.Fatalf("%s with %+v", c.State, c.Pauses)
	}
	for i, p := range c.Pauses {
		if !p.From.Equal(s.start.Add(want[i][0])) || !p.To.Equal(s.start.Add(want[i][1])) {
			t.Errorf("pause %d from %s to %s", i+1, p.From.Sub(s.start), p.To.Sub(s.start))
		}
	}
	s.due(sla.Total, 0, 79*hour)
	if last := c.Waits[len(c.Waits)-1]; len(last.For) == 0 {
		t.Errorf("at its end nobody is waited for: %+v", c.Waits)
	}
}

// Each originator has a time of its own, and is told that one.
func TestEachConsentHasItsOwnClock(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Priority)
	s.after(20*hour, officer("03"), s.reply(1, true))
	fact := s.request.Tasks[0].Answers[0].Questions[0].Facts[0].ID
	s.after(22*hour, reviewer, verification.AskConsent{Facts: []verification.FactID{fact}, Originator: "TH"})
	s.after(25*hour, reviewer, verification.AskConsent{Facts: []verification.FactID{fact}, Originator: "MY"})
	for n, asked := range map[int]time.Duration{1: 22 * hour, 2: 25 * hour} {
		if c, ok := s.clocks.Consent(n); !ok || c.Item != n || !c.StartedAt.Equal(s.start.Add(asked)) {
			t.Errorf("ask %d: %t, %+v", n, ok, c)
		}
	}
	s.after(26*hour, th, verification.DecideConsent{N: 1, State: verification.ConsentGranted})
	if first, _ := s.clocks.Consent(1); first.State != sla.Stopped {
		t.Errorf("what was granted is %s", first.State)
	}
	if second, _ := s.clocks.Consent(2); second.State != sla.Running {
		t.Errorf("what was not is %s", second.State)
	}
	if c, ok := s.clocks.Consent(3); ok {
		t.Errorf("nobody was asked: %+v", c)
	}
}

// Nobody routes a stub or information: not for an instant either, or the explanation would tell of it.
func TestWhatIsNotRoutedHasNoSuchClock(t *testing.T) {
	t.Parallel()
	stub, news := begin(t, load(t)), begin(t, load(t))
	in := intake(verification.Flash, stub.start)
	in.Level, in.DueAt = marking.L4, stub.start.Add(8*hour)
	stub.after(10*minute, desk, verification.RegisterStub{ID: id, Intake: in, Keeper: "p_reviewer"})
	stub.after(12*minute, reviewer, verification.Claim{})

	in = intake(verification.Routine, news.start)
	in.Kind = verification.KindInformation
	news.at(news.start, partner, verification.Submit{ID: id, Intake: in})
	news.after(hour, desk, verification.Claim{})
	for _, s := range []*story{stub, news} {
		if c, ok := s.clocks.Find(sla.Route, ""); ok {
			t.Errorf("%s in %s: %+v", s.request.Kind, s.request.State, c)
		}
	}
}

// What a sender is asked stops no reader, and no answer of it takes the reading back (row 8).
func TestInformationIsReadOnWhenItsSenderIsSilent(t *testing.T) {
	t.Parallel()
	s := begin(t, load(t))
	in := intake(verification.Routine, s.start)
	in.Kind = verification.KindInformation
	s.at(s.start, partner, verification.Submit{ID: id, Intake: in})
	s.after(hour, desk, verification.Claim{})
	s.after(2*hour, desk, verification.Route{Assignments: []verification.Assignment{{Unit: "01"}, {Unit: "02"}}})
	s.after(3*hour, desk, verification.AskPartner{Code: "which"})
	s.after(4*hour, officer("01"), verification.AcceptTask{Task: task(1)})
	reminder := s.clock(sla.Clarify, 0).Steps[0].At
	s.at(reminder, system, verification.RemindPartner{Due: reminder})
	end := s.clock(sla.Clarify, 0).Steps[1].At
	s.at(end, system, verification.ExpireClarification{Due: end})
	if s.request.State != verification.WithUnits {
		t.Errorf("it is %s", s.request.State)
	}
	s.state(sla.Accept, 2, sla.Running)
	s.state(sla.Clarify, 0, sla.Stopped)
}

// Who is outside breaches nothing, however late the word comes: no cause is asked for.
func TestALateWordFromOutsideIsNoBreach(t *testing.T) {
	t.Parallel()
	s := onTask(t, verification.Priority)
	s.after(3*hour, officer("03"), s.reply(1, true))
	fact := s.request.Tasks[0].Answers[0].Questions[0].Facts[0].ID
	s.after(4*hour, reviewer, verification.AskConsent{Facts: []verification.FactID{fact}, Originator: "TH"})
	late := s.clock(sla.Consent, 0).DueAt.Add(hour)
	s.at(late, th, verification.DecideConsent{N: 1, State: verification.ConsentGranted})
	s.state(sla.Consent, 0, sla.Stopped)

	s.at(late.Add(hour), desk, verification.AskPartner{Code: "which_container"})
	s.at(s.clock(sla.Clarify, 0).DueAt.Add(hour), partner, verification.ReplyToClarification{Body: []byte(`{}`)})
	s.state(sla.Clarify, 0, sla.Stopped)
	for _, b := range s.request.Breaches {
		if b.Step.Clock == string(sla.Consent) || b.Step.Clock == string(sla.Clarify) {
			t.Errorf("breached: %+v", b.Step)
		}
	}

	s = onTask(t, verification.Priority)
	s.after(3*hour, officer("03"), s.reply(1, true))
	s.release(4 * hour)
	s.after(5*hour, partner, verification.RecordPull{Release: 1})
	s.at(s.clock(sla.Confirm, 0).DueAt.Add(hour), partner, verification.Confirm{Release: 1})
	s.breaches()
}

// A day of the policy is a working day where the clock keeps office hours, and 24 hours around the clock.
func TestADayIsAWorkingDayOnlyInOfficeHours(t *testing.T) {
	t.Parallel()
	around := submitted(t, verification.Priority, "CON")
	around.after(hour, desk, verification.Claim{})
	around.after(2*hour, desk, verification.AskPartner{Code: "which_container"})
	w := around.explain(t, "2021-09-01 13:00", sla.Clarify, 0).Sentence()
	if !strings.Contains(w.EN, ": 24 h from") || !strings.Contains(w.VI, ": 24 giờ từ") {
		t.Errorf("around the clock: %+v", w)
	}
	days := office(t, verification.Priority, "2021-06-07 09:00")
	days.plays(t, "2021-06-07 09:30", desk, verification.Claim{})
	days.plays(t, "2021-06-07 10:00", desk, verification.AskPartner{Code: "which_container"})
	w = days.explain(t, "2021-06-07 11:00", sla.Clarify, 0).Sentence()
	if !strings.Contains(w.EN, ": 1 working day from") || !strings.Contains(w.VI, ": 1 ngày làm việc từ") {
		t.Errorf("in office hours: %+v", w)
	}
}
