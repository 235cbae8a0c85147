package notice

import (
	"cmp"
	"slices"
	"time"

	"verigate/internal/sla"
	"verigate/internal/verification"
)

// Decided is one decision on a request and what stands around it.
type Decided struct {
	Rules         *sla.Rules
	Request       verification.Request // with the decision applied
	Before, After sla.Clocks
	Decision      verification.Decision
}

// What is settled is kept for a while, so that who was told sees what became of it: the last few of a request, until a
// decision that comes a week later. Of a request that is over fewer: there may never be another decision, and each costs
// a store most of a kilobyte. What is open is kept always: each clock has a handful of steps.
const (
	settledKept = 8
	overKept    = 2
	settledFor  = 7 * 24 * time.Hour
)

// Next returns the notices of a request after a decision, in the order of their recording; prev are those before it and
// stay as they are. The same decisions give the same notices, whoever folds them and when.
func Next(prev []Notice, d Decided) []Notice {
	all := slices.Clone(prev)
	for _, e := range d.Decision.Events {
		if step, is := e.(verification.StepReached); is {
			all = d.add(all, step.Step, 0)
		}
		if breach, is := e.(verification.Breached); is {
			all = d.add(all, breach.Step, breach.N)
		}
	}
	for i := range all {
		if all[i].Open() {
			all[i] = d.follow(all[i], all)
		}
	}
	return d.kept(all)
}

// add appends the notice of a step, unless nobody is told.
func (d Decided) add(all []Notice, s verification.Step, breach int) []Notice {
	c := d.clock(s)
	told := d.Rules.ToldAfter(d.Request.Policy, d.Request.Degree, *c, d.recorded(s), s.Percent)
	if len(told) == 0 {
		return all
	}
	s.DueAt = s.DueAt.UTC()
	n := Notice{Step: s, At: d.Decision.At.UTC(), Told: told, ChargedTo: c.ChargedTo, DueAt: c.DueAt.UTC(), Breach: breach}
	if t, ok := d.Request.Task(s.Task); ok {
		n.Unit = t.Unit
	}
	if c.Name == sla.RedCause {
		n.Breach = c.Item
	} else if breach > 0 {
		n.Asked, _ = c.Asked()
	}
	return append(all, n)
}

// recorded is the highest step of the promise that was on record before this one: of steps that fell due while nobody
// looked only the latest is recorded, and whom they would have told is told by it.
func (d Decided) recorded(s verification.Step) int {
	highest := 0
	if i := d.Before.Place(s); i >= 0 {
		highest = d.Before[i].Reached
	}
	for _, e := range d.Decision.Events {
		var of verification.Step
		switch e := e.(type) { //nolint:gochecksumtype // steps alone are looked at
		case verification.StepReached:
			of = e.Step
		case verification.Breached:
			of = e.Step
		default:
		}
		if samePromise(of, s) && of.Percent < s.Percent {
			highest = max(highest, of.Percent)
		}
	}
	return highest
}

// clock finds the clock that made the promise of the step: as it was, when the decision gave it another one.
func (d Decided) clock(s verification.Step) *sla.Clock {
	if i := d.After.Place(s); i >= 0 {
		return d.After[i]
	}
	if i := d.Before.Place(s); i >= 0 {
		return d.Before[i]
	}
	return &sla.Clock{Name: sla.Name(s.Clock), ChargedTo: sla.ChargedDesk, DueAt: s.DueAt} // as who is asked for its cause
}

// follow is an open notice after the decision.
func (d Decided) follow(n Notice, all []Notice) Notice {
	place := d.After.Place(n.Step)
	if by := d.ended(n, place, all); by != "" {
		n.Settled, n.CauseDueAt = Settlement{At: d.Decision.At.UTC(), By: by}, time.Time{}
		return n
	}
	if place >= 0 {
		n.DueAt = d.After[place].DueAt.UTC()
	}
	n.CauseDueAt = d.causeDue(n)
	return n
}

// ended says what ends an open notice; nothing: empty. Place is that of its clock, less than zero when that has another
// promise.
func (d Decided) ended(n Notice, place int, all []Notice) Reason {
	switch {
	case d.annulled(n):
		return Annulled
	case n.Asked != "" && d.Request.Breaches[n.Breach-1].CauseCode != "":
		return Explained
	case n.Asked != "":
		return "" // whatever becomes of the clock
	case place < 0:
		return NewPromise
	case d.After[place].State == sla.Stopped:
		return Stopped
	case slices.ContainsFunc(all, n.replacedBy):
		return LaterStep
	}
	return ""
}

// annulled says whether the notice is of a breach that was taken back, or of what came after it.
func (d Decided) annulled(n Notice) bool {
	return n.Step.Percent >= 100 && slices.ContainsFunc(d.Request.Breaches, func(b verification.Breach) bool {
		return b.Annulled && samePromise(b.Step, n.Step)
	})
}

func samePromise(a, b verification.Step) bool {
	return a.Clock == b.Clock && a.Task == b.Task && a.Round == b.Round && a.Promise == b.Promise
}

// replacedBy says whether another notice is of a later step of the promise and told all who were told of this one.
func (n Notice) replacedBy(other Notice) bool {
	return samePromise(n.Step, other.Step) && other.Step.Percent > n.Step.Percent &&
		!slices.ContainsFunc(n.Told, func(r sla.Rung) bool { return !slices.Contains(other.Told, r) })
}

// causeDue is the due of the question for the cause of a breach; zero when none is asked.
func (d Decided) causeDue(n Notice) time.Time {
	if n.Asked == "" {
		return time.Time{}
	}
	for _, c := range d.After {
		if c.Name == sla.RedCause && c.Item == n.Breach && c.State != sla.Stopped {
			return c.DueAt.UTC()
		}
	}
	return time.Time{}
}

// kept drops what was settled long ago, or before enough others. Of what one decision settled it keeps breaches that were
// explained rather than the rest, and what was recorded last.
func (d Decided) kept(all []Notice) []Notice {
	var settled []int
	for i, n := range all {
		if !n.Open() {
			settled = append(settled, i)
		}
	}
	slices.SortStableFunc(settled, func(a, b int) int {
		return cmp.Or(all[a].Settled.At.Compare(all[b].Settled.At), cmp.Compare(all[a].worth(), all[b].worth()))
	})
	most := settledKept
	if d.Request.State.Ended() {
		most = overKept
	}
	dropped := settled[:max(0, len(settled)-most)]
	var out []Notice
	for i, n := range all {
		if n.Open() || !slices.Contains(dropped, i) && d.Decision.At.Sub(n.Settled.At) <= settledFor {
			out = append(out, n)
		}
	}
	return out
}

func (n Notice) worth() int {
	if n.Asked != "" {
		return 1
	}
	return 0
}
