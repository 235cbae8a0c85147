package sla

import (
	"fmt"
	"slices"
	"time"

	"verigate/internal/verification"
)

// Rules holds every version of the policy and of the calendar. It does not change after Load and is safe for
// concurrent use.
type Rules struct {
	policies  map[string]*Policy
	calendars map[string]Calendar
}

// Check says whether a request may be pinned to these versions. What asks for times under an unknown version gets the
// zero time, and Apply folds nothing: check what the record holds before it is folded.
func (x *Rules) Check(policy, calendar string) error {
	if _, ok := x.policies[policy]; !ok {
		return fmt.Errorf("policy %q is unknown", policy)
	}
	if _, ok := x.calendars[calendar]; !ok {
		return fmt.Errorf("calendar %q is unknown", calendar)
	}
	return nil
}

// Promise returns when the whole answer is due: the limit of the degree, or for types whose answer is worth nothing
// after the event (CDL) the event less two hours when that is sooner and still to come.
func (x *Rules) Promise(policy, calendar string, degree verification.Degree, from time.Time, event *verification.PhysicalEvent, codes []string) time.Time {
	p, cal, ok := x.versions(policy, calendar)
	if !ok {
		return time.Time{}
	}
	return p.window(cal.Add(from, cal.Length(p.of(degree).Limits.Total)), from, event, codes)
}

func (p *Policy) window(due, from time.Time, event *verification.PhysicalEvent, codes []string) time.Time {
	for _, code := range codes {
		lead, ok := p.Windows[code]
		if !ok || event == nil {
			continue
		}
		if ends := event.At.Add(-AroundTheClock().Length(lead)); ends.After(from) && ends.Before(due) {
			due = ends
		}
	}
	return due
}

// PromiseAfter returns the promise when the degree changes at that instant. Raised: the old due, or the new limit from
// now, whichever is sooner. Lowered: the new limit from the start of the round, and what it was paused. While the
// total is paused the answer is the due that it would have if it went on now. Zero when no total runs.
func (x *Rules) PromiseAfter(c Clocks, r verification.Request, to verification.Degree, at time.Time) time.Time {
	p, cal, ok := x.versions(r.Policy, r.Calendar)
	i := c.open(Total, "", 0)
	if !ok || i < 0 {
		return time.Time{}
	}
	limit := cal.Length(p.of(to).Limits.Total)
	if to.Rank() >= r.Degree.Rank() {
		return cal.Add(at, limit-cal.counted(c[i].StartedAt, at, c[i].Pauses))
	}
	left := min(c[i].left(cal, at), limit)
	return p.window(cal.Add(at, left), at, r.PhysicalEvent, codesOf(r, nil))
}

// Told returns who is told when that per cent of a promise is used up, the lowest rung of the ladder first. Nobody is
// when the clock waits for a partner or an originator.
func (x *Rules) Told(policy string, degree verification.Degree, c Clock, percent int) []Rung {
	p, known := x.policies[policy]
	side := sideOf(c.ChargedTo)
	if !known || side == "" {
		return nil
	}
	return p.told(degree, side, percent)
}

// Floor returns the degree that binds: what the partner sent, else the default of the most urgent type of question,
// and never slower than a floor. Suggested is that default when the partner sent something else. Codes are the types
// of the questions and, where there is one, the theme ("drugs").
func (x *Rules) Floor(codes []string, sent verification.Degree) (degree, suggested verification.Degree) {
	p := x.policies[PolicyVersion]
	var byType, floor verification.Degree
	for _, code := range codes {
		byType = sooner(byType, p.Defaults[code])
		floor = sooner(floor, p.Floors[code])
	}
	if sent == "" {
		if byType == "" {
			byType = verification.Routine
		}
		return sooner(byType, floor), ""
	}
	degree = sooner(sent, floor)
	if byType == degree {
		return degree, ""
	}
	return degree, byType
}

// sooner returns the more urgent of two degrees; an empty one does not count.
func sooner(a, b verification.Degree) verification.Degree {
	if b.Rank() < a.Rank() {
		return b
	}
	return a
}

// ReplyBy returns when the partner is reminded of a clarification asked at that instant. At twice that time it ends.
func (x *Rules) ReplyBy(policy, calendar string, degree verification.Degree, at time.Time) time.Time {
	return x.after(policy, calendar, at, func(p *Policy) Limit { return p.of(degree).Limits.Clarify })
}

// ConsentDue returns when an ask of an originator expires.
func (x *Rules) ConsentDue(policy, calendar string, degree verification.Degree, at time.Time) time.Time {
	return x.after(policy, calendar, at, func(p *Policy) Limit { return p.of(degree).Limits.Consent })
}

// CloseDue returns when an answer of which nothing is heard is closed, at being its last release.
func (x *Rules) CloseDue(policy string, at time.Time) time.Time {
	return x.after(policy, CalendarVersion, at, func(p *Policy) Limit { return p.Confirm })
}

func (x *Rules) after(policy, calendar string, at time.Time, limit func(*Policy) Limit) time.Time {
	p, cal, ok := x.versions(policy, calendar)
	if !ok {
		return time.Time{}
	}
	return cal.Add(at, cal.Length(limit(p)))
}

func (x *Rules) versions(policy, calendar string) (*Policy, Calendar, bool) {
	p, known := x.policies[policy]
	cal, ok := x.calendars[calendar]
	return p, cal, known && ok
}

// codesOf returns the types of the round's questions, or of the numbered ones among them.
func codesOf(r verification.Request, only []int) []string {
	var codes []string
	for _, q := range r.RoundQuestions() {
		if only == nil || slices.Contains(only, q.N) {
			codes = append(codes, q.Code)
		}
	}
	return codes
}
