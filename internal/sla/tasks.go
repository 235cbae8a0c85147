package sla

import (
	"slices"

	"verigate/internal/verification"
)

// The clocks of a task: accept, answer, interim, action.

// codeInternal is the hold that is the unit's own affair.
const codeInternal = "internal"

func causeHold(code string) string { return "hold:" + code }

// charge names whose time a task costs.
func charge(t *verification.Task) string {
	if t.Kind == verification.TaskAgency {
		return "agency:" + t.Agency
	}
	return "unit:" + string(t.Unit)
}

// holder names who is waited for in a hold: the laboratory, another force, an authority. An examination is the unit's.
func holder(t *verification.Task, h verification.Hold) string {
	if h.Code == codeInternal || h.Code == "physical_exam" {
		return charge(t)
	}
	return h.Code
}

func lastingHold(t *verification.Task) (verification.Hold, bool) {
	if n := len(t.Holds); n > 0 && t.Holds[n-1].To.IsZero() && !t.Holds[n-1].Rejected {
		return t.Holds[n-1], true
	}
	return verification.Hold{}, false
}

// task keeps the clocks that its kind has: a notice is only accepted, an agency only answers.
func (f *fold) task(t *verification.Task) {
	was, known := f.taskBefore(t)
	if !known {
		f.queued(t)
	}
	f.accept(t)
	f.answer(t, was)
	f.interim(t, was)
	f.action(t)
	f.holds(t, was)
}

// taskBefore is the task before the decision, an empty one when it was not known.
func (f *fold) taskBefore(t *verification.Task) (was *verification.Task, known bool) {
	for i := range f.before.Tasks {
		if was = &f.before.Tasks[i]; was.Task == t.Task {
			return was, true
		}
	}
	return &verification.Task{}, false
}

// clockOf is the beginning of a clock of the task.
func (f *fold) clockOf(name Name, t *verification.Task) Clock {
	return Clock{Name: name, Task: t.Task, Round: t.Round, ChargedTo: charge(t), StartedAt: f.at}
}

// queued starts what a new task starts. Accepting late buys no time: the answer's clock starts here too.
func (f *fold) queued(t *verification.Task) {
	switch t.Kind {
	case verification.TaskNotice:
		f.startLimit(f.clockOf(Accept, t), f.limits.Accept)
	case verification.TaskAgency:
		f.startAnswer(t)
	case verification.TaskQuestion:
		f.startLimit(f.clockOf(Accept, t), f.limits.Accept)
		f.startAnswer(t)
		f.startLimit(f.clockOf(Interim, t), f.limits.Interim)
		f.startAction(t)
	}
}

// startAnswer: an outside agency gets its own time on top, and the promise does not squeeze it.
func (f *fold) startAnswer(t *verification.Task) {
	c := f.clockOf(Answer, t)
	if t.Kind == verification.TaskAgency {
		c.Budget = f.agencyTime(f.calendarOf(c), t)
		f.start(c)
		return
	}
	f.stage(c, f.limits.Answer, f.limits.Review)
}

// startAction counts down to a moment that does not wait. After it there is nothing to be in time for.
func (f *fold) startAction(t *verification.Task) {
	e := f.after.PhysicalEvent
	if e == nil || !e.At.After(f.at) {
		return
	}
	c := f.clockOf(Action, t)
	c.Budget = f.policy.actBy(*e).Sub(f.at)
	c.PromiseAlreadyBroken = c.Budget <= 0
	f.start(c)
}

func (f *fold) accept(t *verification.Task) {
	if i := f.clocks.open(Accept, t.Task, 0); i >= 0 && t.State != verification.Queued {
		f.stop(i)
	}
}

// answer stops with the final answer or when the task is no longer the unit's; a return is a new clock.
func (f *fold) answer(t, was *verification.Task) {
	i := f.clocks.open(Answer, t.Task, 0)
	if i < 0 && t.Returns > was.Returns && t.State.Live() {
		f.startAnswer(t)
		i = f.clocks.open(Answer, t.Task, 0)
	}
	f.unitPauses(i)
	if i >= 0 && !t.State.Live() {
		f.stop(i)
	}
}

// interim starts again with each interim answer.
func (f *fold) interim(t, was *verification.Task) {
	given := interims(t) > interims(was)
	i := f.clocks.open(Interim, t.Task, 0)
	if i >= 0 && (given || !t.State.Live()) {
		f.stop(i)
		i = -1
	}
	if i < 0 && given && t.State.Live() && t.Kind == verification.TaskQuestion {
		f.startLimit(f.clockOf(Interim, t), f.limits.Interim)
		i = f.clocks.open(Interim, t.Task, 0)
	}
	f.unitPauses(i)
}

func interims(t *verification.Task) int {
	n := 0
	for _, a := range t.Answers {
		if !a.Final {
			n++
		}
	}
	return n
}

// action stops with the first word of the unit.
func (f *fold) action(t *verification.Task) {
	if i := f.clocks.open(Action, t.Task, 0); i >= 0 && (len(t.Answers) > 0 || !t.State.Live()) {
		f.stop(i)
	}
}

func (f *fold) unitPauses(i int) {
	if i >= 0 {
		f.pauseIn(i, verification.Clarifying, causeClarifying, ChargedPartner)
	}
}

// holds derives the pauses of the unit's clocks from the holds of the task, those of stopped clocks too: a hold that
// is rejected was no pause, also when the answer has been given since.
func (f *fold) holds(t, was *verification.Task) {
	if slices.Equal(was.Holds, t.Holds) { // a clock that starts now finds no hold that lasts: whatever starts it ends the hold
		return
	}
	for i, c := range f.clocks {
		if c.Task == t.Task && f.policy.pauses(c.Name, causeAnyHold) {
			f.hold(i, t)
		}
	}
}

func (f *fold) hold(i int, t *verification.Task) {
	c := f.clocks[i]
	pauses := slices.DeleteFunc(slices.Clone(c.Pauses), func(p Pause) bool { return p.Hold != "" })
	unconfirmed := false
	for _, h := range t.Holds {
		if h.Rejected || slices.Contains(f.policy.Counting, h.Code) {
			continue
		}
		p := Pause{From: later(h.From, c.StartedAt), To: h.To, Cause: causeHold(h.Code), ChargedTo: holder(t, h), Hold: t.Task}
		if !c.StoppedAt.IsZero() && (p.To.IsZero() || p.To.After(c.StoppedAt)) {
			p.To = c.StoppedAt
		}
		if empty(p) {
			continue
		}
		pauses = append(pauses, p)
		unconfirmed = unconfirmed || !h.Confirmed
	}
	f.own(i).Unconfirmed = unconfirmed
	f.setPauses(i, pauses)
}
