package sla

import (
	"slices"
	"time"

	"verigate/internal/verification"
)

// Due is a step whose time has come and that is not on record.
type Due struct {
	Step verification.Step
	Item int // which consent, which recall notice, which breach the clock is about
}

// Due returns what is due of the running clocks at that instant, in the order in which it fell due: of each clock the
// latest step alone, and its breach, which nothing that comes after it replaces. Of clarify it is the reminder before the end.
// A clock that is paused or has stopped owes nothing.
func (c Clocks) Due(at time.Time) []Due {
	var due []Due
	for _, k := range c {
		if k.State != Running {
			continue
		}
		for _, m := range k.past(at) {
			due = append(due, Due{Step: k.Step(m), Item: k.Item})
		}
	}
	slices.SortStableFunc(due, func(a, b Due) int { return a.Step.DueAt.Compare(b.Step.DueAt) })
	return due
}

// past returns the steps of the promise to record at that instant: at most a breach and one more.
func (c *Clock) past(at time.Time) []Mark {
	var past []Mark
	for _, m := range c.Steps {
		last := len(past) - 1
		switch {
		case m.Percent <= c.Reached || m.At.After(at) || last >= 0 && c.Name == Clarify:
		case last >= 0 && !c.breach(past[last]):
			past[last] = m
		default:
			past = append(past, m)
		}
	}
	return past
}

// breach says whether the step is a breach. Who is outside breaches nothing.
func (c *Clock) breach(m Mark) bool { return m.Percent == 100 && !c.Name.outside() }

// Command is what the step brings about: a row of lifecycle.md for the clocks that wait for somebody outside, else the
// record of the step.
func (d Due) Command() verification.Timed {
	switch Name(d.Step.Clock) {
	case Clarify:
		if d.Step.Percent > 100 {
			return verification.ExpireClarification{Due: d.Step.DueAt}
		}
		return verification.RemindPartner{Due: d.Step.DueAt}
	case Consent:
		return verification.ExpireConsent{N: d.Item, Due: d.Step.DueAt}
	case Confirm:
		return verification.CloseSilent{Due: d.Step.DueAt}
	default:
		return verification.ReachStep{Step: d.Step}
	}
}
