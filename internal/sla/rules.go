package sla

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"verigate/internal/verification"
)

// Rules holds every version of the policy and of the calendars. Policies come with the program; versions of the
// calendars may be learnt while it runs, and none is ever changed or forgotten. It is safe for concurrent use: who reads
// waits for nobody.
type Rules struct {
	policies map[string]*Policy
	learning sync.Mutex // one Learn at a time
	versions atomic.Pointer[versions]
}

// Check says whether a request may be pinned to these versions; its error is ErrUnknownVersion. What asks for times
// under an unknown version gets the zero time.
func (x *Rules) Check(policy, calendar string) error {
	if _, ok := x.policies[policy]; !ok {
		return fmt.Errorf("policy %q: %w", policy, ErrUnknownVersion)
	}
	if _, ok := x.pinned(policy, calendar); !ok {
		return fmt.Errorf("calendar %q: %w", calendar, ErrUnknownVersion)
	}
	return nil
}

// Calendar returns what a round that begins now is pinned to: around the clock when a campaign in its peak says so and
// the policy allows it, else the current version. InPeak is what the campaign says, empty outside a peak.
func (x *Rules) Calendar(policy, inPeak string) string {
	if p, ok := x.policies[policy]; ok && inPeak == p.InPeak {
		return AroundTheClockVersion
	}
	return x.Current().Version()
}

// pinned is what a round is pinned to.
type pinned struct {
	policy *Policy
	hours  *Calendars // nil: around the clock, whatever the degree
}

func (x *Rules) pinned(policy, calendar string) (pinned, bool) {
	p, known := x.policies[policy]
	hours, business := x.versions.Load().hours[calendar]
	return pinned{policy: p, hours: hours}, known && (business || calendar == AroundTheClockVersion)
}

// desk is the calendar of the promise and of all that the desk, the partner or an originator owes.
func (p pinned) desk(d verification.Degree) Calendar {
	if p.around(d) {
		return AroundTheClock()
	}
	cal, _ := p.hours.Place(Headquarters) // every version has it
	return cal
}

// unit is the calendar of what a unit owes: the office hours of its place.
func (p pinned) unit(d verification.Degree, code string) Calendar {
	if p.around(d) {
		return AroundTheClock()
	}
	return p.hours.Unit(code)
}

func (p pinned) around(d verification.Degree) bool {
	return p.hours == nil || p.policy.of(d).Clock == clockAround
}

// Promise returns when the whole answer is due: the limit of the degree, or for types whose answer is worth nothing
// after the event (CDL) the event less two hours when that is sooner and still to come.
func (x *Rules) Promise(policy, calendar string, degree verification.Degree, from time.Time, event *verification.PhysicalEvent, codes []string) time.Time {
	p, ok := x.pinned(policy, calendar)
	if !ok {
		return time.Time{}
	}
	cal := p.desk(degree)
	return p.policy.window(cal.Add(from, cal.Length(p.policy.of(degree).Limits.Total)), from, event, codes)
}

// Around says whether the promise of a degree counts all hours. Under unknown versions it does not.
func (x *Rules) Around(policy, calendar string, degree verification.Degree) bool {
	p, ok := x.pinned(policy, calendar)
	return ok && p.around(degree)
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
// now, whichever is sooner. Lowered: the new limit from the start of the round, and what it was paused. The limit counts
// in the calendar of the new degree. While the total is paused the answer is the due that it would have if it went on
// now. Zero when no total runs.
func (x *Rules) PromiseAfter(c Clocks, r verification.Request, to verification.Degree, at time.Time) time.Time {
	p, ok := x.pinned(r.Policy, r.Calendar)
	i := c.open(Total, "", 0)
	if !ok || i < 0 {
		return time.Time{}
	}
	cal := p.desk(to)
	limit := cal.Length(p.policy.of(to).Limits.Total)
	if to.Rank() < r.Degree.Rank() {
		due := sooner(c[i].dueFrom(x.calendar(c[i].Calendar), at), cal.Add(at, limit))
		return p.policy.window(due, at, r.PhysicalEvent, codesOf(r, nil))
	}
	if rest := limit - cal.counted(c[i].StartedAt, at, c[i].Pauses); rest > 0 {
		return cal.Add(at, rest)
	}
	return cal.due(c[i].StartedAt, limit, c[i].Pauses)
}

// PromiseAt returns when the promise is due if it goes on at that instant: of a running total its due, of a paused one the
// due as the wait so far has moved it. Zero when no total runs.
func (x *Rules) PromiseAt(c Clocks, at time.Time) time.Time {
	i := c.open(Total, "", 0)
	if i < 0 {
		return time.Time{}
	}
	return c[i].dueFrom(x.calendar(c[i].Calendar), at)
}

func sooner(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// Floor returns the degree that binds: what the partner sent, else the default of the most urgent type of question,
// and never slower than a floor. Suggested is that default when the partner sent something else. Codes are the types
// of the questions and, where there is one, the theme ("drugs").
func (x *Rules) Floor(policy string, codes []string, sent verification.Degree) (degree, suggested verification.Degree) {
	p, ok := x.policies[policy]
	if !ok {
		return sent, ""
	}
	var byType, floor verification.Degree
	for _, code := range codes {
		byType = faster(byType, p.Defaults[code])
		floor = faster(floor, p.Floors[code])
	}
	if sent == "" {
		if byType == "" {
			byType = verification.Routine
		}
		return faster(byType, floor), ""
	}
	degree = faster(sent, floor)
	if byType == degree {
		return degree, ""
	}
	return degree, byType
}

// faster returns the more urgent of two degrees; an empty one does not count.
func faster(a, b verification.Degree) verification.Degree {
	if b.Rank() < a.Rank() {
		return b
	}
	return a
}

// ReplyBy returns when the partner is reminded of a clarification asked at that instant. At twice that time it ends.
func (x *Rules) ReplyBy(policy, calendar string, degree verification.Degree, at time.Time) time.Time {
	p, ok := x.pinned(policy, calendar)
	if !ok {
		return time.Time{}
	}
	cal := p.desk(degree)
	return cal.Add(at, cal.Length(p.policy.of(degree).Limits.Clarify))
}

// CloseDue returns when an answer of which nothing is heard is closed, at being its last release.
func (x *Rules) CloseDue(policy string, at time.Time) time.Time {
	p, ok := x.policies[policy]
	if !ok {
		return time.Time{}
	}
	return at.Add(AroundTheClock().Length(p.Confirm))
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
