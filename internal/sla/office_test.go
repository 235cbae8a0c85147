package sla_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/sla"
	"verigate/internal/verification"
)

// What is worked here by hand is pinned to policy 2. Headquarters is open from Monday to Friday, 08:00 to 12:00 and
// 13:00 to 17:00; units from 07:30 to 11:30 and 13:00 to 17:00.

// office begins at that time with a request on office hours, priority and below.
func office(t testing.TB, degree verification.Degree, at string) *story {
	t.Helper()
	return pinnedTo(t, current, degree, at)
}

func pinnedTo(t testing.TB, calendar string, degree verification.Degree, at string) *story {
	t.Helper()
	s := begin(t, load(t))
	s.start = hanoi(t, at)
	in := intake(degree, s.start)
	in.Policy, in.Calendar = sla.PolicyVersion, calendar
	s.submit(in, nil, "CON")
	return s
}

// plays plays a command at a time of Hanoi.
func (s *story) plays(t testing.TB, at string, by verification.Actor, c verification.Command) {
	t.Helper()
	s.at(hanoi(t, at), by, c)
}

func (s *story) routes(t testing.TB, at string, unit verification.UnitCode) {
	t.Helper()
	s.route(hanoi(t, at).Sub(s.start), unit)
}

func (s *story) degrees(t testing.TB, at string, to verification.Degree) {
	t.Helper()
	s.changeDegree(hanoi(t, at).Sub(s.start), to)
}

func counts(t testing.TB, c sla.Clock, calendar string) {
	t.Helper()
	if c.Calendar != calendar {
		t.Errorf("%s counts in %s, not in %s", c.Name, c.Calendar, calendar)
	}
}

func TestThePromiseIsDueInTheCalendarOfItsDegree(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what, calendar string
		degree         verification.Degree
		received, due  string
	}{
		{"the night of the holiday", "vn-1", verification.Urgent, "2021-09-02 23:40", "2021-09-03 23:40"},
		{"S12 on a Sunday", "vn-1", verification.Flash, "2021-09-05 02:10", "2021-09-05 10:10"},
		{"in the campaign", "24x7-1", verification.Priority, "2021-09-01 10:05", "2021-09-04 10:05"},
		{"outside it, over the national day", "vn-1", verification.Priority, "2021-09-01 10:05", "2021-09-08 10:05"},
		{"an hour before the day ends", "vn-1", verification.Priority, "2021-08-31 16:00", "2021-09-07 16:00"},
		{"a minute after it has ended", "vn-1", verification.Priority, "2021-09-01 17:01", "2021-09-08 17:00"},
		{"routine in the campaign", "24x7-1", verification.Routine, "2021-09-05 23:59", "2021-09-12 23:59"},
		{"over Tet of 2022", "vn-1", verification.LookBack, "2022-01-25 09:00", "2022-02-21 09:00"},
		{"over Tet of 2021", "vn-1", verification.Priority, "2021-02-08 16:00", "2021-02-18 16:00"},
		{"to a working Saturday", "vn-1", verification.Priority, "2024-04-26 10:00", "2024-05-04 10:00"},
		{"over a leap day", "vn-1", verification.Priority, "2024-02-28 16:00", "2024-03-04 16:00"},
		{"over a leap day around the clock", "vn-1", verification.Urgent, "2024-02-28 23:00", "2024-02-29 23:00"},
		{"on a Saturday", "vn-1", verification.Priority, "2021-06-12 10:00", "2021-06-16 17:00"},
	} {
		s := pinnedTo(t, c.calendar, c.degree, c.received)
		if total := s.clock(sla.Total, 0); !total.DueAt.Equal(hanoi(t, c.due)) || !s.request.DueAt.Equal(total.DueAt) {
			t.Errorf("%s: received %s, due %s", c.what, c.received, total.DueAt.In(time.FixedZone("", 7*3600)))
		}
	}
}

// The weekend of the campaign, on a request that is tagged and on one that is not.
func TestTheWeekendCountsInTheCampaignOnly(t *testing.T) {
	t.Parallel()
	in, out := pinnedTo(t, "24x7-1", verification.Priority, "2021-09-04 10:00"), office(t, verification.Priority, "2021-09-04 10:00")
	want(t, in.clock(sla.Acknowledge, 0), "2021-09-04 14:00")
	want(t, out.clock(sla.Acknowledge, 0), "2021-09-06 12:00")
	for calendar, s := range map[string]*story{"24x7-1": in, "vn-1/headquarters": out} {
		s.plays(t, "2021-09-04 11:00", desk, verification.Claim{})
		for _, name := range []sla.Name{sla.Total, sla.Acknowledge, sla.Route} {
			counts(t, s.clock(name, 0), calendar)
		}
	}
	want(t, in.clock(sla.Route, 0), "2021-09-04 19:00")
	want(t, out.clock(sla.Route, 0), "2021-09-06 15:00") // 24 hours for 8 + 16 + 8: six
	in.routes(t, "2021-09-04 12:00", "03")
	out.routes(t, "2021-09-04 12:00", "03")
	want(t, in.clock(sla.Accept, 1), "2021-09-04 20:00")
	want(t, out.clock(sla.Accept, 1), "2021-09-06 17:00")
	counts(t, in.clock(sla.Answer, 1), "24x7-1")
	counts(t, out.clock(sla.Answer, 1), "vn-1/north")
}

func TestFlashAndUrgentRunAroundTheClockOutsideTheCampaignToo(t *testing.T) {
	t.Parallel()
	s := begin(t, load(t))
	s.start = hanoi(t, "2021-09-05 02:10")
	in := intake(verification.Flash, s.start)
	in.Policy, in.Calendar = sla.PolicyVersion, current
	in.PhysicalEvent = &verification.PhysicalEvent{Type: "flight_arrival", At: hanoi(t, "2021-09-05 07:05")}
	s.submit(in, nil, "TRV", "CON")
	want(t, s.clock(sla.Acknowledge, 0), "2021-09-05 02:25")
	s.after(5*minute, desk, verification.Claim{})
	s.route(10*minute, "01")
	want(t, s.clock(sla.Action, 1), "2021-09-05 05:05")
	want(t, s.clock(sla.Total, 0), "2021-09-05 10:10")
	for _, c := range s.clocks {
		counts(t, *c, "24x7-1")
	}
}

// Received on Monday at nine, due on Thursday at nine. Routed to a unit in the south after an hour.
func TestEachSideCountsItsOwnHours(t *testing.T) {
	t.Parallel()
	s := office(t, verification.Priority, "2021-06-07 09:00")
	s.plays(t, "2021-06-07 09:30", desk, verification.Claim{})
	s.routes(t, "2021-06-07 10:00", "02")
	s.plays(t, "2021-06-07 10:30", officer("02"), verification.AcceptTask{Task: task(1)})
	counts(t, s.clock(sla.Accept, 1), "vn-1/south")
	counts(t, s.clock(sla.Interim, 1), "vn-1/south")
	want(t, s.clock(sla.Interim, 1), "2021-06-08 10:00") // 1.5 and 4 hours on Monday, 2.5 on Tuesday
	want(t, s.clock(sla.Answer, 1), "2021-06-09 09:20")  // 23 of 24 hours are left: 15 h 20 of 16
	s.plays(t, "2021-06-08 09:00", officer("02"), s.reply(1, true))
	counts(t, s.clock(sla.Review, 0), "vn-1/headquarters")
	want(t, s.clock(sla.Review, 0), "2021-06-09 09:00")
	fact := s.request.Tasks[0].Answers[0].Questions[0].Facts[0].ID
	s.plays(t, "2021-06-08 16:00", reviewer, verification.AskConsent{Facts: []verification.FactID{fact}, Originator: "TH"})
	counts(t, s.clock(sla.Consent, 0), "vn-1/headquarters")
	want(t, s.clock(sla.Consent, 0), "2021-06-09 16:00")
	if c, ok := s.clocks.Consent(1); !ok || c.Item != 1 {
		t.Errorf("%t, %+v", ok, c)
	}
	s.plays(t, "2021-06-09 10:00", th, verification.DecideConsent{N: 1, State: verification.ConsentGranted})
	want(t, s.clock(sla.Review, 0), "2021-06-09 12:00") // an hour of Tuesday and two of Wednesday did not count
	s.release(hanoi(t, "2021-06-09 11:00").Sub(s.start))
	counts(t, s.clock(sla.Confirm, 0), "24x7-1")
	want(t, s.clock(sla.Confirm, 0), "2021-06-23 11:00")
	s.breaches()
}

func TestAnAgencyAndTheCauseOfItsBreachAreOnTheHoursOfHeadquarters(t *testing.T) {
	t.Parallel()
	s := begin(t, load(t))
	s.start = hanoi(t, "2021-06-07 09:00")
	in := intake(verification.Priority, s.start)
	in.Policy, in.Calendar = sla.PolicyVersion, current
	s.submit(in, nil, "TRV")
	s.plays(t, "2021-06-07 09:30", desk, verification.Claim{})
	s.plays(t, "2021-06-07 10:00", desk, verification.AskAgency{Agency: "A08", Questions: []int{1}})
	counts(t, s.clock(sla.Answer, 1), "vn-1/headquarters")
	want(t, s.clock(sla.Answer, 1), "2021-06-11 10:00") // two days and two more for the agency
	answer := s.clock(sla.Answer, 1)
	s.plays(t, "2021-06-11 10:00", system, verification.ReachStep{Step: answer.Step(sla.Mark{Percent: 100, At: answer.DueAt})})
	counts(t, s.clock(sla.RedCause, 1), "vn-1/headquarters")
	want(t, s.clock(sla.RedCause, 1), "2021-06-14 10:00")
	s.plays(t, "2021-06-11 11:00", lead, verification.RepinPolicy{Policy: "1", Calendar: "24x7-1"})
	want(t, s.clock(sla.RedCause, 1), "2021-06-12 10:00") // a day again, not the time of the agency
}

func TestTheCauseOfABreachOfAUnitIsDueInItsHours(t *testing.T) {
	t.Parallel()
	s := office(t, verification.Priority, "2021-06-07 09:00")
	s.plays(t, "2021-06-07 09:30", desk, verification.Claim{})
	s.routes(t, "2021-06-07 10:00", "03")
	s.plays(t, "2021-06-11 16:00", officer("03"), verification.AcceptTask{Task: task(1)})
	c := s.clock(sla.RedCause, 1)
	counts(t, c, "vn-1/north")
	want(t, c, "2021-06-14 16:00")
}

// Monday from 16:00 to Tuesday 09:00 is two hours of the desk, not seventeen.
func TestAPauseOverNightTakesTheHoursThatItCovers(t *testing.T) {
	t.Parallel()
	s := office(t, verification.Priority, "2021-06-07 09:00")
	want(t, s.clock(sla.Total, 0), "2021-06-10 09:00")
	s.plays(t, "2021-06-07 09:30", desk, verification.Claim{})
	s.plays(t, "2021-06-07 16:00", desk, verification.AskPartner{Code: "which_container"})
	want(t, s.clock(sla.Total, 0), "2021-06-10 09:00")
	want(t, s.clock(sla.Clarify, 0), "2021-06-08 16:00")
	s.plays(t, "2021-06-08 09:00", partner, verification.ReplyToClarification{Body: []byte(`{}`)})
	want(t, s.clock(sla.Total, 0), "2021-06-10 11:00")
	total, at := s.clock(sla.Total, 0), hanoi(t, "2021-06-08 10:00")
	if used, paused := s.rules.Used(total, at), s.rules.Paused(total, at); used != 7*hour || paused != 17*hour {
		t.Errorf("used %s, paused %s", used, paused)
	}
}

// From Wednesday 16:00 over the national day to Monday 10:00: one hour and two.
func TestAPauseOverAHolidayTakesTheHoursThatItCovers(t *testing.T) {
	t.Parallel()
	s := office(t, verification.Priority, "2021-08-30 09:00")
	want(t, s.clock(sla.Total, 0), "2021-09-06 09:00")
	s.plays(t, "2021-08-30 09:30", desk, verification.Claim{})
	s.plays(t, "2021-09-01 16:00", desk, verification.AskPartner{Code: "which_container"})
	s.plays(t, "2021-09-06 10:00", partner, verification.ReplyToClarification{Body: []byte(`{}`)})
	want(t, s.clock(sla.Total, 0), "2021-09-06 12:00")
}

// Half of the promise is used up on Tuesday at 14:00. Asked on Monday at 16:00, the clock stands until the reply on
// Wednesday at 09:00; six hours later it is half used.
func TestAWarningThatComesDueInAPauseIsForLater(t *testing.T) {
	t.Parallel()
	s := office(t, verification.Priority, "2021-06-07 09:00")
	if first := s.clock(sla.Total, 0).Steps[0]; first.Percent != 50 || !first.At.Equal(hanoi(t, "2021-06-08 14:00")) {
		t.Fatalf("%+v", first)
	}
	s.plays(t, "2021-06-07 09:30", desk, verification.Claim{})
	s.plays(t, "2021-06-07 16:00", desk, verification.AskPartner{Code: "which_container"})
	if step, ok := s.clocks.Next(hanoi(t, "2021-06-08 14:00")); !ok || step.Clock != "clarify" {
		t.Errorf("%+v", step)
	}
	s.plays(t, "2021-06-09 09:00", partner, verification.ReplyToClarification{Body: []byte(`{}`)})
	if first := s.clock(sla.Total, 0).Steps[0]; !first.At.Equal(hanoi(t, "2021-06-09 16:00")) {
		t.Errorf("%+v", first)
	}
	if s.clock(sla.Total, 0).Reached != 0 {
		t.Error("a step is on record")
	}
}

// A person that names a Sunday means the Sunday: the reminder is then, and the end after as long again.
func TestAReplyThatWasAskedForByASundayIsAwaitedAroundTheClock(t *testing.T) {
	t.Parallel()
	s := office(t, verification.Priority, "2021-06-11 09:00")
	s.plays(t, "2021-06-11 09:30", desk, verification.Claim{})
	s.plays(t, "2021-06-11 18:00", desk, verification.AskPartner{Code: "which_container", ReplyBy: hanoi(t, "2021-06-13 12:00")})
	want(t, s.clock(sla.Clarify, 0), "2021-06-13 12:00")
	marks := s.clock(sla.Clarify, 0).Steps
	if len(marks) != 2 || !marks[1].At.Equal(hanoi(t, "2021-06-15 06:00")) {
		t.Errorf("%+v", marks)
	}
}

func TestAForwardedTaskCountsInTheHoursOfWhoHasIt(t *testing.T) {
	t.Parallel()
	s := office(t, verification.Routine, "2021-06-07 09:00")
	s.plays(t, "2021-06-07 09:30", desk, verification.Claim{})
	s.routes(t, "2021-06-07 10:00", "03")
	s.plays(t, "2021-06-07 11:00", officer("03"), verification.AcceptTask{Task: task(1)})
	s.plays(t, "2021-06-07 11:15", officer("03"), verification.ForwardTask{Task: task(1), Unit: "02", Code: "theirs"})
	s.plays(t, "2021-06-07 14:00", officer("02"), verification.AcceptTask{Task: task(2)})
	s.plays(t, "2021-06-07 15:00", officer("02"), verification.ForwardTask{Task: task(2), Unit: "33", Code: "theirs"})
	for n, calendar := range []string{"vn-1/north", "vn-1/south", "vn-1/central"} {
		counts(t, s.clock(sla.Answer, n+1), calendar)
	}
	want(t, s.clock(sla.Answer, 3), "2021-06-14 15:00") // the whole of its five days: 56 hours less five and a half are left
	s.plays(t, "2021-06-08 08:00", officer("33"), verification.DeclineTask{Task: task(3), Code: "not_ours"})
	s.open(sla.Total, sla.Route)
	route := s.clock(sla.Route, 0)
	counts(t, route, "vn-1/headquarters")
	// 49 hours are left for 8 + 40 + 8: seven.
	if route.Promise != 2 || !route.Squeezed || route.Limit != 7*hour {
		t.Errorf("promise %d of %s", route.Promise, route.Limit)
	}
	want(t, route, "2021-06-08 16:00")
}

// Due on Thursday at nine; nine tenths are used up on Wednesday at 15:36.
func TestADegreeRaisedWithLittleLeftCountsAroundTheClock(t *testing.T) {
	t.Parallel()
	for to, due := range map[verification.Degree]string{
		verification.Urgent: "2021-06-10 09:00", // the old due: a day from now would be later
		verification.Flash:  "2021-06-09 23:36",
	} {
		s := office(t, verification.Priority, "2021-06-07 09:00")
		s.plays(t, "2021-06-07 09:30", desk, verification.Claim{})
		at := hanoi(t, "2021-06-09 15:36")
		if used := s.rules.Used(s.clock(sla.Total, 0), at); used != 24*hour*9/10 {
			t.Fatalf("%s are used", used)
		}
		s.degrees(t, "2021-06-09 15:36", to)
		total := s.clock(sla.Total, 0)
		want(t, total, due)
		counts(t, total, "24x7-1")
		if total.Promise != 2 || total.Limit != total.DueAt.Sub(s.start) || s.rules.Used(total, at) != at.Sub(s.start) {
			t.Errorf("promise %d of %s, used %s", total.Promise, total.Limit, s.rules.Used(total, at))
		}
		if !s.request.DueAt.Equal(total.DueAt) {
			t.Errorf("the partner was told %s", s.request.DueAt)
		}
	}
}

// The answer was due on Wednesday at 09:20, in 4 h 20 of the unit's hours; from Tuesday at 15:00 on flash has six, and
// urgent has eighteen.
func TestAStageOfARaisedDegreeCountsAroundTheClock(t *testing.T) {
	t.Parallel()
	for to, due := range map[verification.Degree]string{verification.Flash: "2021-06-08 21:00", verification.Urgent: "2021-06-09 09:00"} {
		s := office(t, verification.Priority, "2021-06-07 09:00")
		s.plays(t, "2021-06-07 09:30", desk, verification.Claim{})
		s.routes(t, "2021-06-07 10:00", "03")
		want(t, s.clock(sla.Answer, 1), "2021-06-09 09:20")
		s.degrees(t, "2021-06-08 15:00", to)
		answer, at := s.clock(sla.Answer, 1), hanoi(t, "2021-06-08 16:00")
		want(t, answer, due)
		counts(t, answer, "24x7-1")
		if left := answer.Limit - s.rules.Used(answer, at); left != answer.DueAt.Sub(at) {
			t.Errorf("%s: %s are left until %s", to, left, answer.DueAt)
		}
	}
}

// Flash on a Friday at 16:00, lowered at 17:30: three working days from Friday at 16:00.
func TestALoweredDegreeCountsOfficeHoursFromTheStart(t *testing.T) {
	t.Parallel()
	s := office(t, verification.Flash, "2021-06-11 16:00")
	want(t, s.clock(sla.Total, 0), "2021-06-12 00:00")
	s.plays(t, "2021-06-11 16:05", desk, verification.Claim{})
	s.routes(t, "2021-06-11 16:10", "03")
	s.degrees(t, "2021-06-11 17:30", verification.Priority)
	want(t, s.clock(sla.Total, 0), "2021-06-16 16:00")
	counts(t, s.clock(sla.Total, 0), "vn-1/headquarters")
	counts(t, s.clock(sla.Answer, 1), "vn-1/north")
	want(t, s.clock(sla.Interim, 1), "2021-06-14 16:10") // 50 minutes of Friday, 7 h 10 of Monday
	if used := s.rules.Used(s.clock(sla.Total, 0), hanoi(t, "2021-06-14 09:00")); used != 2*hour {
		t.Errorf("%s are used", used)
	}
	s.breaches(breach{"accept", task(1), 1, 40 * minute})
}

// Asked for two hours of the desk, lowered after the reply: they are not lost.
func TestALoweredDegreeKeepsItsPausesInOfficeHours(t *testing.T) {
	t.Parallel()
	s := office(t, verification.Urgent, "2021-06-11 14:00")
	s.plays(t, "2021-06-11 14:30", desk, verification.Claim{})
	s.plays(t, "2021-06-11 16:00", desk, verification.AskPartner{Code: "which_container"})
	s.plays(t, "2021-06-14 09:00", partner, verification.ReplyToClarification{Body: []byte(`{}`)})
	want(t, s.clock(sla.Total, 0), "2021-06-15 07:00") // 65 hours of wall time later
	s.degrees(t, "2021-06-14 10:00", verification.Priority)
	want(t, s.clock(sla.Total, 0), "2021-06-16 16:00") // Friday 2, Monday 7, Tuesday 8, Wednesday 7
}

// The promise was due on Thursday at nine. It is extended to a Sunday, and that is what the partner sees.
func TestAnExtensionAfterTheBreachIsDueWhenThePartnerWasTold(t *testing.T) {
	t.Parallel()
	s := office(t, verification.Priority, "2021-06-07 09:00")
	s.plays(t, "2021-06-07 09:30", desk, verification.Claim{})
	s.plays(t, "2021-06-10 14:00", lead, verification.Extend{DueAt: hanoi(t, "2021-06-13 12:00"), Code: "laboratory"})
	s.breaches(breach{"total", "", 1, 72 * hour})
	total := s.clock(sla.Total, 0)
	want(t, total, "2021-06-13 12:00")
	if total.Promise != 2 || total.Budget != 11*hour || total.Late(hanoi(t, "2021-06-13 11:59")) {
		t.Errorf("promise %d with %s", total.Promise, total.Budget)
	}
	if i := slices.IndexFunc(total.Steps, func(m sla.Mark) bool { return m.Percent == 100 }); !total.Steps[i].At.Equal(total.DueAt) {
		t.Errorf("%+v", total.Steps)
	}
	s.plays(t, "2021-06-11 16:00", desk, verification.AskPartner{Code: "which_container"})
	s.plays(t, "2021-06-14 09:00", partner, verification.ReplyToClarification{Body: []byte(`{}`)})
	want(t, s.clock(sla.Total, 0), "2021-06-14 10:00") // an hour was left on Friday at 16:00
}

// The first round began in the peak and stays around the clock when it is over; the second is on office hours.
func TestARoundThatBeginsAfterThePeakIsOnOfficeHours(t *testing.T) {
	t.Parallel()
	s := pinnedTo(t, "24x7-1", verification.Priority, "2021-09-04 10:05")
	s.plays(t, "2021-09-04 10:30", desk, verification.Claim{})
	s.routes(t, "2021-09-04 11:00", "03")
	s.plays(t, "2021-09-04 12:00", officer("03"), verification.AcceptTask{Task: task(1)})
	want(t, s.clock(sla.Total, 0), "2021-09-07 10:05")
	s.plays(t, "2021-09-06 09:00", officer("03"), s.reply(1, true))
	counts(t, s.clock(sla.Review, 0), "24x7-1") // for its whole life
	s.release(hanoi(t, "2021-09-06 09:30").Sub(s.start))
	s.breaches(breach{"interim", task(1), 1, day + 55*minute})
	cause := s.clock(sla.RedCause, 1)
	due := s.rules.Promise("2", "vn-1", verification.Priority, hanoi(t, "2021-09-06 10:00"), nil, nil)
	s.plays(t, "2021-09-06 10:00", partner, verification.FollowUp{
		Questions: questions([]string{"COM"}), Body: []byte(`{}`), Receipt: "r2", DueAt: due, Calendar: "vn-1",
	})
	total := s.clock(sla.Total, 0)
	if total.Round != 2 || total.Promise != 1 || s.request.Policy != "2" || s.request.Calendar != "vn-1" {
		t.Errorf("round %d, promise %d, pinned to %s", total.Round, total.Promise, s.request.Calendar)
	}
	want(t, total, "2021-09-09 10:00")
	for _, name := range []sla.Name{sla.Total, sla.Acknowledge, sla.Route} {
		counts(t, s.clock(name, 0), "vn-1/headquarters")
	}
	if diff := cmp.Diff(cause, s.clock(sla.RedCause, 1)); diff != "" {
		t.Errorf("the first round changed: %s", diff)
	}
}

// 24 hours of the desk from Monday at nine, of which 16 are left when the unit gets it: 16 × 16/24 for the answer.
func TestAStageIsSqueezedInItsOwnHours(t *testing.T) {
	t.Parallel()
	s := office(t, verification.Priority, "2021-06-07 09:00")
	s.plays(t, "2021-06-07 09:30", desk, verification.Claim{})
	s.routes(t, "2021-06-08 09:00", "03")
	answer := s.clock(sla.Answer, 1)
	want(t, answer, "2021-06-09 13:10")
	if !answer.Squeezed || answer.Limit != 10*hour+40*minute || answer.Full != 16*hour {
		t.Errorf("%s of %s", answer.Limit, answer.Full)
	}
}

func TestAStageAfterTheBrokenPromiseHasItsWholeLimitInOfficeHours(t *testing.T) {
	t.Parallel()
	s := office(t, verification.Priority, "2021-06-07 09:00")
	s.plays(t, "2021-06-07 09:30", desk, verification.Claim{})
	s.routes(t, "2021-06-10 10:00", "03")
	answer := s.clock(sla.Answer, 1)
	want(t, answer, "2021-06-14 10:00")
	if !answer.PromiseAlreadyBroken || answer.Squeezed {
		t.Errorf("%+v", answer)
	}
}

// Around the clock the answer was due on Wednesday at 10:00. Under the new versions it has 15 h 20 of the unit's hours
// from its start on: eight are gone and fifteen are left until Thursday at nine, for two days and the review.
func TestARepinGivesNewPromisesToAllButThePartner(t *testing.T) {
	t.Parallel()
	s := begin(t, load(t))
	s.start = hanoi(t, "2021-06-07 09:00")
	s.submit(intake(verification.Priority, s.start), nil, "CON")
	s.plays(t, "2021-06-07 09:30", desk, verification.Claim{})
	s.routes(t, "2021-06-07 10:00", "03")
	s.plays(t, "2021-06-07 10:30", officer("03"), verification.AcceptTask{Task: task(1)})
	want(t, s.clock(sla.Answer, 1), "2021-06-09 10:00")
	s.plays(t, "2021-06-08 09:00", lead, verification.RepinPolicy{Policy: "2", Calendar: "vn-1"})
	total, answer := s.clock(sla.Total, 0), s.clock(sla.Answer, 1)
	want(t, total, "2021-06-10 09:00")
	counts(t, total, "vn-1/headquarters")
	if total.Full != 24*hour || total.Limit != 24*hour || !s.request.DueAt.Equal(total.DueAt) {
		t.Errorf("%s of %s", total.Limit, total.Full)
	}
	counts(t, answer, "vn-1/north")
	want(t, answer, "2021-06-09 09:20")
	want(t, s.clock(sla.Interim, 1), "2021-06-08 10:00")
	if answer.Promise != 2 || !answer.Squeezed || answer.Limit != 15*hour+20*minute {
		t.Errorf("promise %d of %s", answer.Promise, answer.Limit)
	}
	s.breaches()
}

// Received on a Friday: around the clock the promise is a Monday before the office opens, and stays that.
func TestARepinKeepsAPromiseForTheNight(t *testing.T) {
	t.Parallel()
	s := begin(t, load(t))
	s.start = hanoi(t, "2021-06-11 06:00")
	s.submit(intake(verification.Priority, s.start), nil, "CON")
	s.plays(t, "2021-06-11 06:30", desk, verification.Claim{})
	s.plays(t, "2021-06-11 09:00", desk, verification.AskPartner{Code: "which_container"})
	asked := s.clock(sla.Clarify, 0)
	s.plays(t, "2021-06-11 10:00", lead, verification.RepinPolicy{Policy: "2", Calendar: "vn-1"})
	if diff := cmp.Diff(asked, s.clock(sla.Clarify, 0)); diff != "" {
		t.Errorf("what the partner was asked changed: %s", diff)
	}
	want(t, s.clock(sla.Total, 0), "2021-06-14 07:00") // paused for an hour: if it went on now
	s.plays(t, "2021-06-11 10:00", partner, verification.ReplyToClarification{Body: []byte(`{}`)})
	total := s.clock(sla.Total, 0)
	want(t, total, "2021-06-14 07:00")
	if total.Late(hanoi(t, "2021-06-14 06:59")) || !total.Late(hanoi(t, "2021-06-14 07:00")) {
		t.Error("it is late at another time")
	}
}

// The acknowledgement of policy 1 was due at 13:00; in office hours it would have been due at 14:00: late either way, it
// is late once. The route's clock is not late any more.
func TestARepinDoesNotBreakAPromiseTwice(t *testing.T) {
	t.Parallel()
	s := begin(t, load(t))
	s.start = hanoi(t, "2021-06-07 09:00")
	s.submit(intake(verification.Priority, s.start), nil, "CON")
	s.plays(t, "2021-06-07 15:00", lead, verification.RepinPolicy{Policy: "2", Calendar: "vn-1"})
	if c := s.clock(sla.Acknowledge, 0); c.Promise != 1 {
		t.Errorf("promise %d", c.Promise)
	}
	s.plays(t, "2021-06-07 15:30", desk, verification.Claim{})
	s.breaches(breach{"acknowledge", "", 1, 4 * hour})

	s = begin(t, load(t))
	s.start = hanoi(t, "2021-06-11 16:00")
	s.submit(intake(verification.Priority, s.start), nil, "CON")
	s.plays(t, "2021-06-11 21:00", lead, verification.RepinPolicy{Policy: "2", Calendar: "vn-1"})
	want(t, s.clock(sla.Acknowledge, 0), "2021-06-14 11:00")
	s.breaches(breach{"acknowledge", "", 1, 4 * hour})
}
