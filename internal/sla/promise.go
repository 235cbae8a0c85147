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
	cal := f.calendarOf(c)
	c.Full = cal.Length(limit)
	c.Budget = c.Full
	if left, ok := f.remaining(cal, c.StartedAt); ok {
		c.Budget, c.Squeezed, c.PromiseAlreadyBroken = squeeze(cal, left, limit, after)
	}
	return f.start(c)
}

// squeeze returns L × min(1, R/S) in the stage's calendar, floored to the second. With nothing left the stage gets its
// whole limit: that the promise is broken is not its doing.
func squeeze(cal Calendar, left time.Duration, limit Limit, after []Limit) (budget time.Duration, squeezed, broken bool) {
	full := cal.Length(limit)
	sum := full
	for _, l := range after {
		sum += cal.Length(l)
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
func (f *fold) agencyTime(cal Calendar, t *verification.Task) time.Duration {
	return cal.Length(f.limits.Answer) + f.policy.extra(codesOf(f.after, t.Questions), cal)
}

// promiseUntil makes a new promise with a due of its own, from now on, counted in a calendar.
func (f *fold) promiseUntil(i int, cal Calendar, due time.Time) {
	c := f.own(i)
	c.Calendar, c.Until = cal.Version, uncounted(cal, f.at, due)
	f.promise(i, f.at, cal.Between(f.at, due))
}

// uncounted returns a due that the counted time up to it does not lead to, because it is in a night or on a day off;
// zero for any other.
func uncounted(cal Calendar, from, due time.Time) time.Time {
	if cal.Add(from, cal.Between(from, due)).Equal(due) {
		return time.Time{}
	}
	return due
}

// promise makes a new promise now, its budget counted from an instant. The steps begin again; what was breached stays.
func (f *fold) promise(i int, from time.Time, budget time.Duration) {
	c := f.own(i)
	c.Promise = f.clocks.promises(c.Name, c.Task, c.Round) + 1
	c.From, c.Budget, c.PromisedAt, c.Reached, c.Told = from, budget, f.at, 0, time.Time{}
	f.reckon(i)
}

// degree gives every open clock of ours a new promise when the degree was changed. A clock that is late keeps its
// broken promise when the degree is raised: its due would be the same, and a breach is recorded once. What a partner or
// an originator was told stays, and so does the moment of a physical event. The degree with which a round begins is that of
// its clocks from their start.
func (f *fold) degree() {
	if f.newRound() || f.before.Degree == f.after.Degree {
		return
	}
	raised := f.after.Degree.Rank() < f.before.Degree.Rank()
	if i := f.clocks.open(Total, "", 0); i >= 0 && !(raised && f.clocks[i].Late(f.at)) {
		due := f.after.DueAt
		if due.IsZero() {
			due = f.rules.PromiseAfter(f.clocks, f.before, f.after.Degree, f.at)
		}
		f.repromiseTotal(i, due)
	}
	for i, c := range f.clocks {
		if limit, after, ok := f.limitsOf(c.Name); ok && c.State != Stopped && !(raised && c.Late(f.at)) {
			f.repromise(i, raised, limit, after)
		}
	}
}

// repin gives every open clock of ours a new promise under the versions that the request was moved to, from its start
// on; only the promise to the partner keeps its due, and one that is paused is told as it was until it goes on. A clock that would be late all the same keeps the promise that it
// broke. The switch of the calendar with a new round leaves the clocks of the rounds before it alone.
func (f *fold) repin() {
	if f.newRound() || f.before.Policy == f.after.Policy && f.before.Calendar == f.after.Calendar {
		return
	}
	if i := f.clocks.open(Total, "", 0); i >= 0 && !f.clocks[i].Late(f.at) {
		total := f.clocks[i]
		f.repromiseTotal(i, total.dueFrom(f.rules.calendar(total.Calendar), f.at))
		if total.State == Paused {
			f.own(i).Told = total.ToldAt()
		}
	}
	for i := range f.clocks {
		was := *f.clocks[i]
		limit, after, ok := f.limitsOf(was.Name)
		if was.Name == RedCause {
			limit, ok = f.policy.RedCause, true
		}
		if !ok || was.State == Stopped {
			continue
		}
		f.repromise(i, false, limit, after)
		if was.Late(f.at) && f.clocks[i].Late(f.at) {
			f.clocks[i] = &was
		}
	}
}

func (f *fold) repromiseTotal(i int, due time.Time) {
	c := f.own(i)
	cal := f.calendarOf(*c)
	c.Full = cal.Length(f.limits.Total)
	f.promiseUntil(i, cal, due)
}

// repromise: raised, the old due or the new limit from now, whichever is sooner; else the new limit from the start. From
// then on the clock counts, its past too, in the calendar of the new promise.
func (f *fold) repromise(i int, raised bool, limit Limit, after []Limit) {
	c := f.own(i)
	cal := f.calendarOf(*c)
	from, gone := c.StartedAt, cal.counted(c.StartedAt, f.at, c.Pauses)
	if raised {
		from, gone = f.at, 0
	}
	full := cal.Length(limit)
	budget, squeezed, broken := full, false, false
	if t, ok := f.after.Task(c.Task); ok && t.Kind == verification.TaskAgency && c.Name == Answer {
		full = f.agencyTime(cal, &t)
		budget = full
	} else if left, ok := f.remaining(cal, f.at); ok && inLine(c.Name) {
		budget, squeezed, broken = squeeze(cal, left+gone, limit, after)
	}
	due := c.dueFrom(f.rules.calendar(c.Calendar), f.at)
	switch {
	case !raised || cal.Between(f.at, due) > budget:
		c.Calendar, c.Until = cal.Version, time.Time{}
		c.Full, c.Squeezed, c.PromiseAlreadyBroken = full, squeezed, broken
		f.promise(i, from, budget)
	case c.Calendar == cal.Version:
		f.promise(i, c.From, c.Budget)
	default:
		c.Full = full
		f.promiseUntil(i, cal, due)
	}
}

func inLine(name Name) bool { return name == Route || name == Answer || name == Review }

// limitsOf returns the limit of a clock by the degree of now, and those of the stages behind it.
func (f *fold) limitsOf(name Name) (limit Limit, after []Limit, ok bool) {
	l := f.limits
	switch name {
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
