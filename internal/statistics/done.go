package statistics

import (
	"slices"

	"verigate/internal/sla"
	"verigate/internal/verification"
)

// done says whether a clock stopped because what it waits for was done. What nobody had begun or finished when the partner
// withdrew, when the request came to another end, or when a unit declined, passed on or was told to stop, is neither in
// time nor late, and took no time.
func (c counting) done(k *sla.Clock) bool {
	switch k.Name { //nolint:exhaustive // the others are not counted
	case sla.Total:
		return c.kept(k.Round)
	case sla.Acknowledge:
		return !c.cutOff(k) || c.taken(k.Round)
	case sla.Route:
		return !c.cutOff(k)
	case sla.Review:
		return !c.cutOff(k) || c.released(k)
	}
	t, ok := c.request.Task(k.Task)
	if !ok {
		return false
	}
	switch k.Name { //nolint:exhaustive // those of a task
	case sla.Accept:
		return t.State != verification.TaskStopped || t.AcceptedBy != "" || c.workedOn(k)
	case sla.Answer:
		return saidBy(t, k, true)
	case sla.Interim, sla.Action:
		return saidBy(t, k, false)
	}
	return false
}

// cutOff says whether a clock stopped with the promise of its round: at the round's end, whatever that was.
func (c counting) cutOff(k *sla.Clock) bool {
	return slices.ContainsFunc(c.clocks, func(total *sla.Clock) bool {
		return total.Name == sla.Total && total.Round == k.Round && total.State == sla.Stopped && total.StoppedAt.Equal(k.StoppedAt)
	})
}

// taken says whether somebody of the desk had a round's matter in hand: it was claimed, sent to units, or told the partner
// something. Who held it in a round before is not kept: then its clock stopped before that round's end.
func (c counting) taken(round int) bool {
	return c.request.Round == round && c.request.Holder != "" ||
		slices.ContainsFunc(c.request.Tasks, func(t verification.Task) bool { return t.Round == round }) ||
		slices.ContainsFunc(c.request.Releases, func(v verification.Release) bool { return v.Round == round })
}

// kept says whether what a round had promised went out: the whole answer, or a refusal.
func (c counting) kept(round int) bool {
	return slices.ContainsFunc(c.request.Releases, func(v verification.Release) bool {
		return v.Round == round && (v.Whole || v.Kind == verification.ReleaseRefusal)
	})
}

// released says whether what was reviewed went out when the clock stopped.
func (c counting) released(k *sla.Clock) bool {
	return slices.ContainsFunc(c.request.Releases, func(v verification.Release) bool {
		return v.Whole && v.Round == k.Round && v.At.Equal(k.StoppedAt)
	})
}

// workedOn says whether a task went on after it was accepted. One that is stopped while it waits in its queue ends with all
// its clocks at once.
func (c counting) workedOn(accept *sla.Clock) bool {
	return slices.ContainsFunc(c.clocks, func(k *sla.Clock) bool {
		return k.Name == sla.Answer && k.Task == accept.Task && (k.State != sla.Stopped || k.StoppedAt.After(accept.StoppedAt))
	})
}

// saidBy says whether the unit of a task answered when the clock stopped.
func saidBy(t verification.Task, k *sla.Clock, final bool) bool {
	return slices.ContainsFunc(t.Answers, func(a verification.TaskAnswer) bool {
		return (a.Final || !final) && a.At.Equal(k.StoppedAt)
	})
}
