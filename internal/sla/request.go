package sla

import (
	"slices"
	"time"

	"verigate/internal/verification"
)

// The clocks of the request itself: total, acknowledge, route, review.

// Causes of pauses and waits. A hold is hold:<code>; a policy speaks of all holds at once.
const (
	causeRunning    = "running"
	causeClarifying = "clarifying"
	causeConsent    = "consent_pending"
	causeAnyHold    = "hold"
)

// total is the promise: from the receipt of the round to its answer or end. Only clarifying pauses it.
func (f *fold) total() {
	if i := f.clocks.open(Total, "", 0); i >= 0 && (f.newRound() || !f.after.State.Open()) {
		f.wait(i)
		f.stop(i)
	}
	if f.newRound() && f.after.State.Open() && !f.information() {
		f.start(f.promised())
	}
	i := f.clocks.open(Total, "", 0)
	if i < 0 {
		return
	}
	f.pauseIn(i, verification.Clarifying, causeClarifying, ChargedPartner)
	if f.extended() {
		f.promiseUntil(i, f.rules.calendar(f.clocks[i].Calendar), f.after.DueAt)
	}
	f.recharge(i)
	f.wait(i)
}

// promised is the total of the round, due when the partner was told.
func (f *fold) promised() Clock {
	c := Clock{Name: Total, ChargedTo: ChargedAll, StartedAt: f.began()}
	cal := f.calendarOf(c)
	c.Full = cal.Length(f.limits.Total)
	c.Budget = c.Full
	if due := f.after.DueAt; !due.IsZero() {
		c.Budget, c.Until = cal.Between(c.StartedAt, due), uncounted(cal, c.StartedAt, due)
	}
	return c
}

func (f *fold) extended() bool {
	return slices.ContainsFunc(f.events, func(e verification.Event) bool {
		_, ok := e.(verification.Extended)
		return ok
	})
}

// acknowledge runs from a receipt, also of information (sla-by-type.csv, MOD), until somebody of the desk has it, or it was
// sent on, by a rule or by whoever distributed it. Of a stub that somebody is its keeper, and where it has none whoever claims
// it: that can only be somebody of its compartment.
func (f *fold) acknowledge() {
	r := &f.after
	receipt := f.born() || r.Receipt != f.before.Receipt
	if f.newRound() && receipt {
		f.startLimit(Clock{Name: Acknowledge, ChargedTo: ChargedDesk, StartedAt: f.began()}, f.limits.Acknowledge)
	}
	i := f.clocks.open(Acknowledge, "", 0)
	if i < 0 {
		return
	}
	taken := r.Holder != "" && (!r.Stub || r.Keeper == "" || r.Holder == r.Keeper)
	if taken || r.RoutedRound == r.Round || !r.State.Open() {
		f.stop(i)
	}
}

// route runs in triage while an open question is nobody's.
func (f *fold) route() {
	r := &f.after
	i := f.clocks.open(Route, "", 0)
	if i < 0 && r.State != verification.Triage {
		return
	}
	idle := !r.Stub && !f.information() && unassigned(r)
	if i < 0 && idle {
		l := f.limits
		i = f.stage(Clock{Name: Route, ChargedTo: ChargedDesk, StartedAt: f.began()}, l.Route, l.Answer, l.Review)
	}
	if i < 0 {
		return
	}
	f.pauseIn(i, verification.Clarifying, causeClarifying, ChargedPartner)
	if !idle || !r.State.Open() {
		f.stop(i)
	}
}

// unassigned says whether an open question of the round has no live task.
func unassigned(r *verification.Request) bool {
	return slices.ContainsFunc(r.Questions, func(q verification.Question) bool {
		return q.Round == r.Round && r.Open(q) && !slices.ContainsFunc(r.Tasks, func(t verification.Task) bool {
			return t.Round == q.Round && t.State.Live() && t.HoldsQuestion(q.N)
		})
	})
}

// review runs while the request is in review. Waiting for a consent pauses it; a release, a return or leaving
// ends it, and the next time in review is a clock of its own.
func (f *fold) review() {
	state := f.after.State
	i := f.clocks.open(Review, "", 0)
	if i >= 0 && (f.reviewed() || state != verification.InReview && state != verification.ConsentPending) {
		f.stop(i)
		i = -1
	}
	if i < 0 && state == verification.InReview {
		i = f.stage(Clock{Name: Review, ChargedTo: ChargedDesk, StartedAt: f.at}, f.limits.Review)
	}
	if i >= 0 {
		f.pauseIn(i, verification.ConsentPending, causeConsent, ChargedOriginator)
	}
}

// reviewed says whether the decision was the reviewer's: released or returned.
func (f *fold) reviewed() bool {
	return slices.ContainsFunc(f.events, func(e verification.Event) bool {
		_, released := e.(verification.Released)
		_, returned := e.(verification.TaskSentBack)
		return released || returned
	})
}

// wait notes who is waited for from now on, when that changed.
func (f *fold) wait(i int) {
	waits := f.clocks[i].Waits
	now := waitsFor(&f.after)
	if len(waits) > 0 && (len(now) == 0 || slices.Equal(waits[len(waits)-1].For, now)) {
		return
	}
	from := f.at
	if len(waits) == 0 {
		from = f.clocks[i].StartedAt
	}
	f.own(i).Waits = slices.Concat(waits, []Wait{{From: from, For: now}})
}

// waitsFor says whose turn it is, nobody's after an end.
func waitsFor(r *verification.Request) []Waited {
	switch r.State {
	case verification.Clarifying:
		return []Waited{{Cause: causeClarifying, ChargedTo: ChargedPartner}}
	case verification.ConsentPending:
		return []Waited{{Cause: causeConsent, ChargedTo: ChargedOriginator}}
	case verification.WithUnits:
		return waitsForTasks(r.Tasks)
	case verification.Received, verification.Triage, verification.InReview:
		return []Waited{{Cause: causeRunning, ChargedTo: ChargedDesk}}
	default:
		return nil
	}
}

func waitsForTasks(tasks []verification.Task) []Waited {
	var out []Waited
	for i := range tasks {
		t := &tasks[i]
		if !t.State.Live() {
			continue
		}
		w := Waited{Task: t.Task, Cause: causeRunning, ChargedTo: charge(t)}
		if h, ok := lastingHold(t); ok {
			w.Cause, w.ChargedTo = causeHold(h.Code), holder(t, h)
		}
		out = append(out, w)
	}
	return out
}

// recharge gives the time of a rejected hold back to the unit: it was the unit that was waited for.
func (f *fold) recharge(i int) {
	for n := range f.after.Tasks {
		t := &f.after.Tasks[n]
		for _, h := range f.rejected(t) {
			waits := slices.Clone(f.clocks[i].Waits)
			for n, w := range waits {
				if !w.From.Before(h.From) && (h.To.IsZero() || w.From.Before(h.To)) {
					waits[n].For = recharged(w.For, t)
				}
			}
			f.own(i).Waits = waits
		}
	}
}

func recharged(waited []Waited, t *verification.Task) []Waited {
	waited = slices.Clone(waited)
	for i, w := range waited {
		if w.Task == t.Task {
			waited[i].Cause, waited[i].ChargedTo = causeRunning, charge(t)
		}
	}
	return waited
}

// rejected returns the holds of the task that this decision rejected.
func (f *fold) rejected(t *verification.Task) []verification.Hold {
	was, _ := f.taskBefore(t)
	var out []verification.Hold
	for i, h := range t.Holds {
		if h.Rejected && (i >= len(was.Holds) || !was.Holds[i].Rejected) {
			out = append(out, h)
		}
	}
	return out
}

// remaining returns how much of a stage's calendar the promise has left from an instant on; false when no total runs.
// A paused one has what it would have if it went on then.
func (f *fold) remaining(cal Calendar, from time.Time) (time.Duration, bool) {
	i := f.clocks.open(Total, "", 0)
	if i < 0 {
		return 0, false
	}
	total := f.clocks[i]
	return cal.Between(from, total.dueFrom(f.rules.calendar(total.Calendar), from)), true
}
