package board

import (
	"slices"
	"time"

	"verigate/internal/sla"
	"verigate/internal/verification"
)

// first returns the running clock, among those wanted, that is due first; of two at one instant the one that began
// first.
func first(clocks sla.Clocks, wanted func(*sla.Clock) bool) (sla.Clock, bool) {
	var best sla.Clock
	found := false
	for _, c := range clocks {
		if c.State == sla.Running && wanted(c) && (!found || c.DueAt.Before(best.DueAt)) {
			best, found = *c, true
		}
	}
	return best, found
}

func every(*sla.Clock) bool { return true }

// anyOpen says whether a clock that has not stopped is like that.
func anyOpen(clocks sla.Clocks, is func(*sla.Clock) bool) bool {
	return slices.ContainsFunc(clocks, func(c *sla.Clock) bool { return c.State != sla.Stopped && is(c) })
}

// taskDue returns the due time of a task's clock of that name while it runs, else zero.
func taskDue(clocks sla.Clocks, id verification.TaskID, name sla.Name) time.Time {
	c, _ := first(clocks, func(c *sla.Clock) bool { return c.Task == id && c.Name == name })
	return c.DueAt.UTC()
}

// nextStep is when the record should be asked about the request's clocks; zero when no step is to come.
func nextStep(clocks sla.Clocks, at time.Time) time.Time {
	step, _ := clocks.Next(at)
	return step.DueAt.UTC()
}

// PartnerDue is the due time that the partner sees: the promise as it stands, moved by what the partner was asked for
// and by nothing inside. Zero when nothing was promised.
func PartnerDue(r verification.Request, clocks sla.Clocks) time.Time {
	if c, ok := clocks.Find(sla.Total, ""); ok && c.Round == r.Round {
		return c.ToldAt().UTC()
	}
	return r.DueAt.UTC()
}
