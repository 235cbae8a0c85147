package sla

import (
	"time"

	"verigate/internal/verification"
)

// Origin is where the limit of one promise comes from.
type Origin struct {
	Promise  int
	At       time.Time // when it was promised
	Occasion Occasion
	Code     string // the reason given with an extension or a change of degree
	Policy   string
	Degree   verification.Degree // empty where the limit is the same for all, and where an event gives it
	Basis    Basis
	Given    Limit                       // what the policy gives, of an agency's answer without its extra; zero for an event
	Extra    time.Duration               // what an outside agency gets beside it
	Share    Share                       // of BasisShare
	Event    *verification.PhysicalEvent // of BasisEvent, without its place; the unit must act Lead before it
	Lead     time.Duration
}

// Occasion is what made a promise.
type Occasion string

// Every clock starts with a promise; the others make a new one.
const (
	Started       Occasion = "started"
	ExtendedAnew  Occasion = "extended"
	DegreeChanged Occasion = "degree_changed"
	Repinned      Occasion = "repinned"
)

// Basis is what a limit rests on.
type Basis string

const (
	BasisPolicy Basis = "policy" // the whole limit
	BasisAgency Basis = "agency" // the whole limit, and what an outside agency gets beside it
	BasisShare  Basis = "share"  // squeezed: the share of what the promise had left
	BasisEvent  Basis = "event"  // a physical event less its lead
	BasisTold   Basis = "told"   // a due that somebody was told
	BasisKept   Basis = "kept"   // the due of the promise before, which stays
)

// Share is the arithmetic of a squeezed stage: Limit × min(1, Left/Sum), floored to the second.
type Share struct {
	Limit time.Duration // of the stage
	Left  time.Duration // of the promise, in the stage's calendar, with what a stage promised anew has used
	Sum   time.Duration // of the limits of this and all later stages
}

// replayed is a clock with all its promises, the last of which holds.
type replayed struct {
	clock    Clock
	promises []Origin
}

// replay folds all decisions on a request again and notes how each promise came to be, which no clock remembers. It
// returns the request as they leave it, too.
func (x *Rules) replay(decisions []verification.Decision) (out []replayed, r verification.Request, err error) {
	var clocks Clocks
	for _, d := range decisions {
		after := r.Apply(d)
		next, err := x.Apply(clocks, r, after, d)
		if err != nil {
			return nil, r, err
		}
		for i, c := range next {
			if i >= len(out) {
				out = append(out, replayed{})
			}
			if i >= len(clocks) || clocks[i].Promise != c.Promise {
				var was Clock
				if i < len(clocks) {
					was = *clocks[i]
				}
				out[i].promises = append(out[i].promises, x.origin(was, *c, next, turn{before: r, after: after, decision: d}))
			}
			out[i].clock = *c
		}
		r, clocks = after, next
	}
	return out, r, nil
}

// turn is a decision with the states of the request around it.
type turn struct {
	before, after verification.Request
	decision      verification.Decision
}

// origin tells how the decision came to the promise of a clock, was being the clock before it, zero when it began.
func (x *Rules) origin(was, c Clock, clocks Clocks, t turn) Origin {
	p, _ := x.pinned(t.after.Policy, t.after.Calendar) // known: it was applied
	f := &fold{rules: x, pinned: p, limits: p.policy.of(t.after.Degree).Limits, clocks: clocks, after: t.after}
	cal := x.calendar(c.Calendar)
	o := Origin{Promise: c.Promise, At: c.PromisedAt, Occasion: Started, Policy: p.policy.Version}
	if was.Promise > 0 {
		o.Occasion, o.Code = occasion(t.decision)
	}
	var general bool
	o.Given, general = f.given(c.Name)
	if !general {
		o.Degree = t.after.Degree
	}
	task, _ := t.after.Task(c.Task)
	switch {
	case c.Name == Action:
		event := *t.after.PhysicalEvent // no clock of a request without one
		event.Place = ""                // content
		o.Basis, o.Event, o.Lead = BasisEvent, &event, event.At.Sub(p.policy.actBy(event))
	case t.kept(was, c, x.calendar(was.Calendar)):
		o.Basis = BasisKept
	case c.Name == Answer && task.Kind == verification.TaskAgency && c.Full > cal.Length(o.Given):
		o.Basis, o.Extra = BasisAgency, c.Full-cal.Length(o.Given)
	case c.Squeezed:
		o.Basis, o.Share = BasisShare, f.share(c, cal)
	case o.Occasion != ExtendedAnew && c.whole(cal.Length(o.Given)):
		o.Basis = BasisPolicy
	default:
		o.Basis = BasisTold
	}
	return o
}

// occasion is what in the decision made new promises.
func occasion(d verification.Decision) (made Occasion, code string) {
	for _, e := range d.Events {
		if e, is := e.(verification.Extended); is {
			return ExtendedAnew, e.Code
		}
		if e, is := e.(verification.DegreeChanged); is {
			return DegreeChanged, e.Code
		}
		if _, is := e.(verification.PolicyRepinned); is {
			return Repinned, ""
		}
	}
	return Started, ""
}

// kept says whether the new promise only took over the due of the one before: a raise gives no more time than there
// was, and a re-pin moves nothing that the partner was told.
func (t turn) kept(was, c Clock, cal Calendar) bool {
	if was.Promise == 0 {
		return false
	}
	if t.before.Degree == t.after.Degree {
		made, _ := occasion(t.decision)
		return made == Repinned && c.Name == Total
	}
	raised := t.after.Degree.Rank() < t.before.Degree.Rank()
	return raised && (c.DueAt.Equal(was.DueAt) || c.DueAt.Equal(was.dueFrom(cal, t.decision.At)))
}

// whole says whether the promise is a whole limit, from where its budget begins or from the start.
func (c Clock) whole(full time.Duration) bool {
	return c.Until.IsZero() && (c.Budget == full || c.Limit == full)
}

// given is what the policy gives a clock, and whether it gives all degrees the same. An event has its own time.
func (f *fold) given(name Name) (limit Limit, general bool) {
	switch name {
	case Total:
		return f.limits.Total, false
	case Clarify:
		return f.limits.Clarify, false
	case Consent:
		return f.limits.Consent, false
	case Confirm:
		return f.policy.Confirm, true
	case RecallNotice:
		return f.policy.RecallNotice, true
	case RedCause:
		return f.policy.RedCause, true
	case Action:
		return Limit{}, true
	case Acknowledge, Route, Accept, Answer, Interim, Review:
	}
	limit, _, _ = f.limitsOf(name)
	return limit, false
}

// share tells the squeeze of a stage again, from the clocks behind the decision that promised it.
func (f *fold) share(c Clock, cal Calendar) Share {
	limit, later, _ := f.limitsOf(c.Name)
	s := Share{Limit: cal.Length(limit), Sum: cal.Length(limit)}
	for _, l := range later {
		s.Sum += cal.Length(l)
	}
	left, _ := f.remaining(cal, c.PromisedAt) // a promise runs, or nothing would be squeezed
	s.Left = left + cal.counted(c.From, c.PromisedAt, c.Pauses)
	return s
}
