package sla_test

import (
	"math/big"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"verigate/internal/sla"
	"verigate/internal/verification"
)

func (s *story) decisions() []verification.Decision {
	out := make([]verification.Decision, len(s.trace))
	for i, p := range s.trace {
		out[i] = p.decision
	}
	return out
}

// fataler is what a test and a property have in common.
type fataler interface {
	Helper()
	Fatal(args ...any)
}

// explained is Explain for histories that are known to fold.
func explained(t fataler, rules *sla.Rules, decisions []verification.Decision, at time.Time) []sla.Explanation {
	t.Helper()
	told, err := rules.Explain(decisions, at)
	if err != nil {
		t.Fatal(err)
	}
	return told
}

// explain explains the latest clock of that name on the task as seen at a time of Hanoi.
func (s *story) explain(t testing.TB, at string, name sla.Name, n int) sla.Explanation {
	t.Helper()
	want := s.clock(name, n)
	for _, e := range explained(t, s.rules, s.decisions(), hanoi(t, at)) {
		if cmp.Equal(e.Clock, want) {
			return e
		}
	}
	t.Fatalf("%s on task %d is not explained", name, n)
	return sla.Explanation{}
}

func TestTheDaysLessThePausesAreTheUsedTimeExactly(t *testing.T) {
	t.Parallel()
	rules := load(t)
	rapid.Check(t, func(t *rapid.T) {
		s := random(t, rules)
		at := s.request.At.Add(time.Duration(rapid.Int64Range(0, int64(9*day)).Draw(t, "later")))
		told := explained(t, rules, s.decisions(), at)
		if len(told) != len(s.clocks) {
			t.Fatalf("%d of %d clocks are explained", len(told), len(s.clocks))
		}
		for i, e := range told {
			if diff := cmp.Diff(*s.clocks[i], e.Clock); diff != "" {
				t.Fatal(diff)
			}
			if used := sum(e.Days, e.Pauses); used != e.Used || used != rules.Used(e.Clock, at) {
				t.Fatalf("%s: the parts are %s, used %s: %+v", e.Clock.Name, used, e.Used, e)
			}
			checkStanding(t, e)
			checkOrigin(t, e)
		}
	})
}

func sum(days []sla.Counted, pauses []sla.PauseTold) time.Duration {
	var sum time.Duration
	for _, d := range days {
		sum += d.Time
	}
	for _, p := range pauses {
		sum -= p.Took
	}
	return sum
}

func checkStanding(t *rapid.T, e sla.Explanation) {
	switch {
	case e.Late && (e.Left != 0 || e.Overdue != max(0, e.Used-e.Limit)):
		t.Fatalf("%s is late by %s, used %s of %s", e.Clock.Name, e.Overdue, e.Used, e.Limit)
	case !e.Late && (e.Overdue != 0 || e.Used+e.Left != e.Limit):
		t.Fatalf("%s: used %s, left %s of %s", e.Clock.Name, e.Used, e.Left, e.Limit)
	case !e.Late && e.Clock.State != sla.Stopped && sum(e.Ahead, nil) != e.Left:
		t.Fatalf("%s: %s to come, left %s", e.Clock.Name, sum(e.Ahead, nil), e.Left)
	}
}

func checkOrigin(t *rapid.T, e sla.Explanation) {
	c, o := e.Clock, e.Origin()
	if o.Promise != c.Promise || !o.At.Equal(c.PromisedAt) {
		t.Fatalf("%s: promise %d of %s explains promise %d of %s", c.Name, o.Promise, o.At, c.Promise, c.PromisedAt)
	}
	switch o.Basis {
	case sla.BasisPolicy, sla.BasisAgency:
		if e.Length != c.Full {
			t.Fatalf("%s: %s is not the whole %s: %+v", c.Name, e.Length, c.Full, c)
		}
	case sla.BasisShare:
		exact := new(big.Int).Mul(big.NewInt(int64(o.Share.Limit)), big.NewInt(int64(o.Share.Left)))
		exact.Quo(exact, big.NewInt(int64(o.Share.Sum)))
		if got := time.Duration(exact.Int64()).Truncate(time.Second); o.Share.Left >= o.Share.Sum || got != e.Length {
			t.Fatalf("%s: %+v is %s, not %s", c.Name, o.Share, got, e.Length)
		}
	case sla.BasisEvent:
		if !o.Event.At.Add(-o.Lead).Equal(c.DueAt) {
			t.Fatalf("%s before %s is not %s", o.Lead, o.Event.At, c.DueAt)
		}
	case sla.BasisTold, sla.BasisKept:
		if c.Name == sla.Acknowledge && o.Basis == sla.BasisTold {
			t.Fatal("nobody was told when an acknowledgement is due")
		}
	}
}

// row is one day of an explanation in short.
type row struct {
	Date string
	Time time.Duration
	Why  sla.Why
	Name string
}

func rows(days []sla.Counted) []row {
	out := make([]row, len(days))
	for i, d := range days {
		out[i] = row{d.Date, d.Time, d.Why, d.Name.EN}
	}
	return out
}

// Received on Wednesday before the national day, asked about that afternoon: all days that are to come are named.
func TestTheNationalDayIsNamedBeforeAndAfterIt(t *testing.T) {
	t.Parallel()
	s := office(t, verification.Priority, "2021-09-01 10:05")
	over := []row{
		{"2021-09-02", 0, sla.WhyDayOff, "National Day"},
		{"2021-09-03", 0, sla.WhyDayOff, "National Day (adjacent day)"},
		{"2021-09-04", 0, sla.WhyWeekend, ""},
		{"2021-09-05", 0, sla.WhyWeekend, ""},
	}
	before := s.explain(t, "2021-09-01 15:00", sla.Total, 0)
	ahead := append([]row{{"2021-09-01", 2 * hour, sla.WhyHours, ""}}, over...)
	ahead = append(ahead, row{"2021-09-06", 8 * hour, sla.WhyHours, ""}, row{"2021-09-07", 8 * hour, sla.WhyHours, ""},
		row{"2021-09-08", 2*hour + 5*minute, sla.WhyHours, ""})
	if diff := cmp.Diff(ahead, rows(before.Ahead)); diff != "" {
		t.Error(diff)
	}
	after := s.explain(t, "2021-09-06 09:00", sla.Total, 0)
	gone := append([]row{{"2021-09-01", 5*hour + 55*minute, sla.WhyHours, ""}}, over...)
	if diff := cmp.Diff(append(gone, row{"2021-09-06", hour, sla.WhyHours, ""}), rows(after.Days)); diff != "" {
		t.Error(diff)
	}
	if after.Used != 6*hour+55*minute || after.Left != 17*hour+5*minute || after.Zone != "Asia/Ho_Chi_Minh" || after.Place != "headquarters" {
		t.Errorf("used %s, left %s in %s of %s", after.Used, after.Left, after.Zone, after.Place)
	}
}

func TestTheWorkingSaturdayIsCountedByName(t *testing.T) {
	t.Parallel()
	s := office(t, verification.Priority, "2024-04-26 10:00")
	want := []row{
		{"2024-04-26", 6 * hour, sla.WhyHours, ""},
		{"2024-04-27", 0, sla.WhyWeekend, ""},
		{"2024-04-28", 0, sla.WhyWeekend, ""},
		{"2024-04-29", 0, sla.WhyDayOff, "Swapped day off (worked 4 May)"},
		{"2024-04-30", 0, sla.WhyDayOff, "Reunification Day"},
		{"2024-05-01", 0, sla.WhyDayOff, "Labour Day"},
		{"2024-05-02", 8 * hour, sla.WhyHours, ""},
		{"2024-05-03", 8 * hour, sla.WhyHours, ""},
		{"2024-05-04", hour, sla.WhySwapWork, "Working Saturday (for 29 April)"},
	}
	if diff := cmp.Diff(want, rows(s.explain(t, "2024-05-04 09:00", sla.Total, 0).Days)); diff != "" {
		t.Error(diff)
	}
}

// From Wednesday 16:00 over the national day to Monday 10:00: an hour and two of the hours that count.
func TestAPauseOverMidnightAndAHolidayTakesWhatCountsOfIt(t *testing.T) {
	t.Parallel()
	s := office(t, verification.Priority, "2021-08-30 09:00")
	s.plays(t, "2021-08-30 09:30", desk, verification.Claim{})
	s.plays(t, "2021-09-01 16:00", desk, verification.AskPartner{Code: "which_container"})
	s.plays(t, "2021-09-06 10:00", partner, verification.ReplyToClarification{Body: []byte(`{}`)})
	e := s.explain(t, "2021-09-06 11:00", sla.Total, 0)
	want := []sla.PauseTold{{Took: 3 * hour, Pause: sla.Pause{
		From: hanoi(t, "2021-09-01 16:00"), To: hanoi(t, "2021-09-06 10:00"), Cause: "clarifying", ChargedTo: "partner",
	}}}
	if diff := cmp.Diff(want, e.Pauses); diff != "" {
		t.Error(diff)
	}
	if all := sum(e.Days, nil); all != 26*hour || e.Used != 23*hour || e.Left != hour || !e.Due.Equal(hanoi(t, "2021-09-06 12:00")) {
		t.Errorf("%s less the pause, used %s, left %s until %s", all, e.Used, e.Left, e.Due)
	}
}

func TestASqueezedLimitCanBeCheckedByHand(t *testing.T) {
	t.Parallel()
	s := office(t, verification.Priority, "2021-06-07 09:00")
	s.plays(t, "2021-06-07 09:30", desk, verification.Claim{})
	s.routes(t, "2021-06-08 09:00", "03")
	o := s.explain(t, "2021-06-08 10:00", sla.Answer, 1).Origin()
	if o.Basis != sla.BasisShare || o.Share != (sla.Share{Limit: 16 * hour, Left: 16 * hour, Sum: 24 * hour}) || o.Given.String() != "P2D" {
		t.Errorf("%+v", o)
	}
}

func TestAnExtensionAfterABreachIsTheSecondPromise(t *testing.T) {
	t.Parallel()
	s := office(t, verification.Priority, "2021-06-07 09:00")
	s.plays(t, "2021-06-10 14:00", lead, verification.Extend{DueAt: hanoi(t, "2021-06-13 12:00"), Code: "laboratory"})
	e := s.explain(t, "2021-06-10 15:00", sla.Total, 0)
	want := []sla.Origin{
		{Promise: 1, At: s.start, Occasion: sla.Started, Policy: "2", Degree: "priority", Basis: sla.BasisPolicy, Given: sla.Limit{Days: 3}},
		{
			Promise: 2, At: hanoi(t, "2021-06-10 14:00"), Occasion: sla.ExtendedAnew, Code: "laboratory",
			Policy: "2", Degree: "priority", Basis: sla.BasisTold, Given: sla.Limit{Days: 3},
		},
	}
	if diff := cmp.Diff(want, e.Promises); diff != "" {
		t.Error(diff)
	}
	if e.Limit != 39*hour || e.Used != 29*hour || e.Left != 10*hour || e.Late {
		t.Errorf("used %s, left %s of %s", e.Used, e.Left, e.Limit)
	}
}

// repinned is a request that ran around the clock from Monday at nine, and on office hours from Tuesday at nine.
func repinned(t *testing.T) *story {
	t.Helper()
	s := begin(t, load(t))
	s.start = hanoi(t, "2021-06-07 09:00")
	s.submit(intake(verification.Priority, s.start), nil, "CON")
	s.plays(t, "2021-06-07 09:30", desk, verification.Claim{})
	s.routes(t, "2021-06-07 10:00", "03")
	s.plays(t, "2021-06-07 10:30", officer("03"), verification.AcceptTask{Task: task(1)})
	s.plays(t, "2021-06-08 09:00", lead, verification.RepinPolicy{Policy: "2", Calendar: "vn-1"})
	return s
}

// The promise to the partner keeps its due; the answer has 16 × 23/24 hours from its start on, of which eight are gone
// and fifteen left; what has stopped is still explained by the policy under which it ran.
func TestARepinIsExplainedByThePolicyOfEachPromise(t *testing.T) {
	t.Parallel()
	s := repinned(t)
	total := s.explain(t, "2021-06-08 10:00", sla.Total, 0).Promises
	if total[0].Policy != "1" || total[0].Basis != sla.BasisPolicy || total[1].Policy != "2" || total[1].Basis != sla.BasisKept {
		t.Errorf("%+v", total)
	}
	answer := s.explain(t, "2021-06-08 10:00", sla.Answer, 1)
	if o := answer.Origin(); o.Occasion != sla.Repinned || o.Share != (sla.Share{Limit: 16 * hour, Left: 23 * hour, Sum: 24 * hour}) ||
		answer.Length != 15*hour+20*minute || !answer.From.Equal(hanoi(t, "2021-06-07 10:00")) {
		t.Errorf("%s from %s: %+v", answer.Length, answer.From, o)
	}
	if route := s.explain(t, "2021-06-08 10:00", sla.Route, 0); route.Origin().Policy != "1" || route.Place != "" {
		t.Errorf("%+v", route.Origin())
	}
}

// Raised to flash with seven hours left of three days, the due stays; raised early, eight hours count from then on.
func TestARaiseKeepsTheDueOrCountsFromThen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		after  time.Duration
		basis  sla.Basis
		from   time.Duration
		length time.Duration
	}{
		{65 * hour, sla.BasisKept, 0, 72 * hour},
		{10 * hour, sla.BasisPolicy, 10 * hour, 8 * hour},
	} {
		s := quick(t, verification.Priority)
		s.changeDegree(c.after, verification.Flash)
		e := s.explain(t, "2021-09-04 00:00", sla.Total, 0)
		if o := e.Origin(); o.Basis != c.basis || o.Code != "reassessed" || o.Degree != verification.Flash ||
			!e.From.Equal(s.start.Add(c.from)) || e.Length != c.length {
			t.Errorf("after %s: %s from %s: %+v", c.after, e.Length, e.From, o)
		}
	}
}

// A partner's silence of more than a year is told in one row; in office hours in 400, which still add up.
func TestALongClockIsToldInBoundedRows(t *testing.T) {
	t.Parallel()
	s := office(t, verification.Priority, "2021-06-07 09:00")
	e := s.explain(t, "2024-06-07 09:00", sla.Total, 0)
	if len(e.Days) != 400 || e.Days[399].Why != sla.WhySeveral || sum(e.Days, nil) != e.Used || len(e.Ahead) != 0 {
		t.Errorf("%d rows of %s, used %s", len(e.Days), sum(e.Days, nil), e.Used)
	}
	s = pinnedTo(t, "24x7-1", verification.Priority, "2021-06-07 09:00")
	if e := s.explain(t, "2024-06-07 09:00", sla.Total, 0); len(e.Days) != 1 || e.Used != 1096*day {
		t.Errorf("%d rows, used %s", len(e.Days), e.Used)
	}
}
