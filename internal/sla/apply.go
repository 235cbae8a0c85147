package sla

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"verigate/internal/verification"
)

// Apply folds one decision: before and after are the states of the request around it. It returns a list of its own and
// leaves what it was given as it was, down to the pauses; a clock that did not change stands in both. A request pinned
// to a version that is not known cannot be folded: ErrUnknownVersion.
func (x *Rules) Apply(c Clocks, before, after verification.Request, d verification.Decision) (Clocks, error) {
	p, ok := x.pinned(after.Policy, after.Calendar)
	if !ok {
		return nil, x.Check(after.Policy, after.Calendar)
	}
	degree := p.policy.of(after.Degree)
	f := &fold{
		rules: x, pinned: p, limits: degree.Limits, steps: degree.Steps,
		before: before, after: after, events: d.Events, at: d.At, was: c,
	}
	f.clocks = append(make(Clocks, 0, len(c)+f.beginning()), c...)
	f.total()
	f.acknowledge()
	f.route()
	for i := range after.Tasks {
		f.task(&after.Tasks[i])
	}
	f.review()
	f.clarify()
	f.confirm()
	f.consents()
	f.recallNotices()
	f.degree()
	f.repin()
	f.stepsReached()
	f.redCauses()
	return f.clocks, nil
}

// fold is one decision being folded. The list of clocks is its own; a clock that was before the decision is shared until
// own has copied it, and what hangs on a copy is shared still: a changed clock gets new slices.
type fold struct {
	rules *Rules
	pinned
	limits        Limits
	steps         []int  // of the clocks that wait for nobody outside
	was, clocks   Clocks // what is in clocks behind the last of was begins in this decision
	before, after verification.Request
	events        []verification.Event
	at            time.Time
}

// own is the clock at a place, to be changed: a copy made at the first time of one that was before the decision.
func (f *fold) own(i int) *Clock {
	if i < len(f.was) && f.clocks[i] == f.was[i] {
		c := *f.clocks[i]
		f.clocks[i] = &c
	}
	return f.clocks[i]
}

func (f *fold) born() bool { return f.before.State == verification.Unborn }

// beginning counts the clocks that the decision starts, as far as rounds and new tasks tell: room for them is made at
// once. Where it counts too few, the rest is appended.
func (f *fold) beginning() int {
	n := 0
	if f.newRound() && f.after.State.Open() {
		n = 1 // acknowledge
	}
	if n > 0 && !f.information() {
		n++ // total
	}
	if len(f.was) > 0 && f.before.State != f.after.State || n > 0 && f.after.RoutedRound != f.after.Round {
		n++ // route, review, clarify or confirm
	}
	for _, t := range f.after.Tasks[min(len(f.before.Tasks), len(f.after.Tasks)):] {
		switch {
		case t.Kind != verification.TaskQuestion:
			n++
		case f.after.PhysicalEvent != nil:
			n += 4 // accept, answer, interim, action
		default:
			n += 3
		}
	}
	return n
}

func (f *fold) newRound() bool { return f.after.Round > f.before.Round }

// information has no promise and no question: its clocks are acknowledge and the reading of its notices.
func (f *fold) information() bool { return f.after.Kind == verification.KindInformation }

// began returns when clocks of the request start: what came by paper began when it arrived.
func (f *fold) began() time.Time {
	if f.newRound() {
		return f.after.RoundAt
	}
	return f.at
}

// calendarOf is the calendar in which a clock counts what is promised now: the place's of the unit that it is charged
// to, else headquarters'. An event and a partner's silence wait for no office hours.
func (f *fold) calendarOf(c Clock) Calendar {
	unit, isUnit := strings.CutPrefix(c.ChargedTo, "unit:")
	switch {
	case c.Name == Action || c.Name == Confirm:
		return AroundTheClock()
	case isUnit:
		return f.unit(f.after.Degree, unit)
	}
	return f.desk(f.after.Degree)
}

// startLimit starts a clock with the whole of a limit.
func (f *fold) startLimit(c Clock, l Limit) int {
	c.Budget = f.calendarOf(c).Length(l)
	return f.start(c)
}

// start adds a running clock and returns its place. The caller gives name, task, item, charge, start and budget; round,
// calendar and full limit where they are not the request's, those of the charge and the budget.
func (f *fold) start(c Clock) int {
	if c.Round == 0 {
		c.Round = f.after.Round
	}
	c.Promise = f.clocks.promises(c.Name, c.Task, c.Round) + 1
	c.State = Running
	if c.Calendar == "" {
		c.Calendar = f.calendarOf(c).Version
	}
	c.From, c.PromisedAt = c.StartedAt, c.StartedAt
	if c.Full == 0 {
		c.Full = c.Budget
	}
	f.clocks = append(f.clocks, &c)
	f.reckon(len(f.clocks) - 1)
	return len(f.clocks) - 1
}

// stop ends a clock for good.
func (f *fold) stop(i int) {
	c := f.own(i)
	c.State, c.StoppedAt = Stopped, f.at
	if f.reckoned(c) {
		return
	}
	pauses := slices.Clone(c.Pauses)
	for n := range pauses {
		if pauses[n].To.IsZero() {
			pauses[n].To = f.at
		}
	}
	c.Pauses = slices.DeleteFunc(pauses, empty)
	f.reckon(i)
}

// reckoned says that the due and the steps stand, now that the clock has stopped: no pause ends with it, and its steps
// are those that its clocks have now.
func (f *fold) reckoned(c *Clock) bool {
	return !slices.ContainsFunc(c.Pauses, lasts) &&
		slices.EqualFunc(c.Steps, f.percents(c.Name), func(m Mark, percent int) bool { return m.Percent == percent })
}

func lasts(p Pause) bool { return p.To.IsZero() }

func empty(p Pause) bool { return !p.To.IsZero() && !p.To.After(p.From) }

// pauseIn begins or ends the pause of that cause, which lasts while the request is in a state; only where the policy
// says that the clock pauses for it.
func (f *fold) pauseIn(i int, state verification.State, cause, chargedTo string) {
	c := f.clocks[i]
	on := f.after.State == state && f.policy.pauses(c.Name, cause)
	lasting := slices.IndexFunc(c.Pauses, func(p Pause) bool { return p.To.IsZero() && p.Cause == cause })
	if c.State == Stopped || on == (lasting >= 0) {
		return
	}
	pauses := slices.Clone(c.Pauses)
	if on {
		pauses = append(pauses, Pause{From: f.at, Cause: cause, ChargedTo: chargedTo})
	} else {
		pauses[lasting].To = f.at
		pauses = slices.DeleteFunc(pauses, empty)
	}
	f.setPauses(i, pauses)
}

// setPauses takes pauses that are the fold's own.
func (f *fold) setPauses(i int, pauses []Pause) {
	slices.SortStableFunc(pauses, func(a, b Pause) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Cause, b.Cause))
	})
	c := f.own(i)
	c.Pauses = pauses
	if c.State != Stopped {
		c.State = Running
		if slices.ContainsFunc(pauses, lasts) {
			c.State = Paused
		} else {
			c.Told = time.Time{}
		}
	}
	f.reckon(i)
}

// reckon derives the due and the steps from the budget and the pauses.
func (f *fold) reckon(i int) {
	c := f.own(i)
	cal := f.rules.calendar(c.Calendar)
	c.DueAt = cal.due(c.From, c.Budget, c.Pauses)
	if !c.Until.IsZero() && c.DueAt.Equal(cal.Add(c.From, c.Budget)) {
		c.DueAt = c.Until // no pause moved it
	}
	c.Limit = c.Budget
	if c.From.After(c.StartedAt) {
		c.Limit += cal.counted(c.StartedAt, c.From, c.Pauses)
	}
	left := c.Budget
	if c.PromisedAt.After(c.From) {
		left -= cal.counted(c.From, c.PromisedAt, c.Pauses)
	}
	percents := f.percents(c.Name)
	c.Steps = make([]Mark, 0, len(percents))
	for _, percent := range percents {
		switch {
		case percent == 100:
			c.Steps = append(c.Steps, Mark{Percent: percent, At: c.DueAt})
		case left > 0:
			c.Steps = append(c.Steps, Mark{Percent: percent, At: cal.due(c.PromisedAt, share(left, percent), c.Pauses)})
		}
	}
}

// share is exact for whole seconds and does not overflow.
func share(d time.Duration, percent int) time.Duration {
	p := time.Duration(percent)
	return d/100*p + d%100*p/100
}

// percents returns the steps of a clock. Those that wait for somebody outside have the moments of their own rows.
func (f *fold) percents(name Name) []int {
	switch {
	case name == Clarify:
		return []int{100, 200}
	case name.outside():
		return []int{100}
	}
	return f.steps
}

// stepsReached notes the steps that the decision recorded.
func (f *fold) stepsReached() {
	for _, e := range f.events {
		if step, is := e.(verification.StepReached); is {
			f.reached(step.Step)
		}
		if breach, is := e.(verification.Breached); is {
			f.reached(breach.Step)
		}
	}
}

func (f *fold) reached(s verification.Step) {
	if i := f.clocks.Place(s); i >= 0 {
		c := f.own(i)
		c.Reached = max(c.Reached, s.Percent)
	}
}
