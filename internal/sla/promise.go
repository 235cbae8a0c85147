package sla

import (
	"math/bits"
	"time"

	"verigate/internal/verification"
)

// How much of a limit the promise leaves, and new promises.

// stage starts a stage in line (route, answer, review): its limit, or its share of what the promise has left when
// that is less than this and all later limits.
func (f *fold) stage(c Clock, limit Limit, after ...Limit) int {
	c.Full = f.cal.Length(limit)
	c.Budget = c.Full
	if left, ok := f.remaining(c.StartedAt); ok {
		c.Budget, c.Squeezed, c.PromiseAlreadyBroken = f.squeeze(left, limit, after)
	}
	return f.start(c)
}

// squeeze returns L × min(1, R/S), floored to the second. With nothing left the stage gets its whole limit: that the
// promise is broken is not its doing.
func (f *fold) squeeze(left time.Duration, limit Limit, after []Limit) (budget time.Duration, squeezed, broken bool) {
	full := f.cal.Length(limit)
	sum := full
	for _, l := range after {
		sum += f.cal.Length(l)
	}
	switch {
	case left <= 0:
		return full, false, true
	case left >= sum:
		return full, false, false
	}
	// full ≤ sum and left < sum, so that the quotient fits although the product does not.
	hi, lo := bits.Mul64(uint64(full), uint64(left))               //nolint:gosec // neither is negative: limits are lengths, left was asked
	share, _ := bits.Div64(hi, lo, uint64(sum))                    //nolint:gosec // as above
	return time.Duration(share).Truncate(time.Second), true, false //nolint:gosec // less than full
}

// agencyTime is the degree's answer and what the types of its questions give an outside agency.
func (f *fold) agencyTime(t verification.Task) time.Duration {
	return f.cal.Length(f.limits.Answer) + f.policy.extra(codesOf(f.after, t.Questions), f.cal)
}

// promiseUntil makes a new promise with a due of its own, from now on.
func (f *fold) promiseUntil(i int, due time.Time) {
	cal := f.rules.calendars[f.clocks[i].Calendar]
	f.promise(i, f.at, cal.Between(f.at, due))
}

// promise makes a new promise now, its budget counted from an instant. The steps begin again; what was breached stays.
func (f *fold) promise(i int, from time.Time, budget time.Duration) {
	c := &f.clocks[i]
	c.Promise = f.clocks.promises(c.Name, c.Task, c.Round) + 1
	c.From, c.Budget, c.PromisedAt, c.Reached = from, budget, f.at, 0
	f.reckon(i)
}

// degree gives every open clock of ours a new promise when the degree was changed. A clock that is late keeps its
// broken promise when the degree is raised: its due would be the same, and a breach is recorded once. What a partner or an originator was
// told stays, and so does the moment of a physical event.
func (f *fold) degree() {
	if f.born() || f.before.Degree == f.after.Degree {
		return
	}
	raised := f.after.Degree.Rank() < f.before.Degree.Rank()
	if i := f.clocks.open(Total, "", 0); i >= 0 && !(raised && f.clocks[i].Late(f.at)) {
		due := f.after.DueAt
		if due.IsZero() {
			due = f.rules.PromiseAfter(f.clocks, f.before, f.after.Degree, f.at)
		}
		f.clocks[i].Full = f.cal.Length(f.limits.Total)
		f.promiseUntil(i, due)
	}
	for i, c := range f.clocks {
		if limit, after, ok := f.limitsOf(c); ok && c.State != Stopped && !(raised && c.Late(f.at)) {
			f.repromise(i, raised, limit, after)
		}
	}
}

// repromise: raised, the old due or the new limit from now, whichever is sooner; lowered, the new limit from the start.
func (f *fold) repromise(i int, raised bool, limit Limit, after []Limit) {
	c := &f.clocks[i]
	cal := f.rules.calendars[c.Calendar]
	used := cal.counted(c.StartedAt, f.at, c.Pauses)
	from, gone := c.StartedAt, used
	if raised {
		from, gone = f.at, 0
	}
	full := cal.Length(limit)
	budget, squeezed, broken := full, false, false
	if t, ok := f.after.Task(c.Task); ok && t.Kind == verification.TaskAgency {
		full = f.agencyTime(t)
		budget = full
	} else if left, ok := f.remaining(f.at); ok && inLine(c.Name) {
		budget, squeezed, broken = f.squeeze(left+gone, limit, after)
	}
	if raised && c.left(cal, f.at) <= budget {
		f.promise(i, c.From, c.Budget)
		return
	}
	c.Full, c.Squeezed, c.PromiseAlreadyBroken = full, squeezed, broken
	f.promise(i, from, budget)
}

func inLine(name Name) bool { return name == Route || name == Answer || name == Review }

// limitsOf returns the limit of a clock by the degree of now, and those of the stages behind it.
func (f *fold) limitsOf(c Clock) (limit Limit, after []Limit, ok bool) {
	l := f.limits
	switch c.Name {
	case Acknowledge:
		return l.Acknowledge, nil, true
	case Route:
		return l.Route, []Limit{l.Answer, l.Review}, true
	case Accept:
		return l.Accept, nil, true
	case Interim:
		return l.Interim, nil, true
	case Answer:
		return l.Answer, []Limit{l.Review}, true
	case Review:
		return l.Review, nil, true
	case Total, Action, Clarify, Confirm, Consent, RecallNotice, RedCause:
		return Limit{}, nil, false
	}
	return Limit{}, nil, false
}
