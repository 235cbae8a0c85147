package sla

import (
	"slices"
	"time"

	"verigate/internal/verification"
)

// Missed returns the breaches that belong into a decision at that instant: of clocks which it stops or promises anew
// at or after their due, and of those which are late because it cancels their pause. Before and after are the clocks
// around the decision, r is the request after it; the breaches are numbered on from those of r. What r holds a breach
// of is not breached twice. Clocks that wait for a partner or an originator have rows of their own instead.
func (x *Rules) Missed(before, after Clocks, r verification.Request, at time.Time) []verification.Event {
	var out []verification.Event
	for i, c := range after {
		late := *c
		var missed bool
		switch {
		case c.Name.outside():
			continue
		case i >= len(before):
			missed = c.State == Stopped && c.Late(at)
		case before[i].Promise != c.Promise && before[i].Late(at):
			late, missed = *before[i], true
		case before[i].State != Stopped && c.State == Stopped:
			missed = c.Late(at)
		default:
			missed = c.Late(at) && !before[i].Late(at)
		}
		step := late.Step(Mark{Percent: 100, At: late.DueAt})
		if missed && !breached(r, step) {
			out = append(out, verification.Breached{N: len(r.Breaches) + len(out) + 1, Step: step})
		}
	}
	return out
}

func breached(r verification.Request, s verification.Step) bool {
	return slices.ContainsFunc(r.Breaches, func(b verification.Breach) bool {
		return b.Step.Clock == s.Clock && b.Step.Task == s.Task && b.Step.Round == s.Round && b.Step.Promise == s.Promise
	})
}
