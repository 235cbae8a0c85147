package sla

import (
	"slices"
	"time"

	"verigate/internal/verification"
)

// The clocks of what somebody was asked: clarify, confirm, consent, recall_notice, red_cause. Nothing pauses them.

// clarify waits for the partner's reply, by the time that the partner was told, or for the limit when that leaves no
// counted time: row 8 could never come.
func (f *fold) clarify() {
	asked := f.after.Asked
	i := f.clocks.open(Clarify, "", 0)
	if f.after.State != verification.Clarifying || asked == nil {
		if i >= 0 {
			f.stop(i)
		}
		return
	}
	if i < 0 {
		i = f.startClarify(Clock{Name: Clarify, ChargedTo: ChargedPartner, StartedAt: asked.At}, asked.ReplyBy)
	}
	if !asked.RemindedAt.IsZero() && f.clocks[i].Reached < 100 {
		f.reminded(i, asked.RemindedAt)
	}
}

// reminded notes the reminder, after which the end is due at twice the limit (row 8). Where that had passed already, because
// nobody had swept meanwhile, the partner has the limit once more: nothing ends without its reminder.
func (f *fold) reminded(i int, at time.Time) {
	c := f.own(i)
	c.Reached = 100
	last := len(c.Steps) - 1
	if last < 0 || c.Steps[last].At.After(at) {
		return
	}
	c.Steps = slices.Clone(c.Steps)
	c.Steps[last].At = f.rules.calendar(c.Calendar).Add(at, c.Budget)
}

// startClarify: a time outside the hours of the desk is one that somebody named, and is waited for around the clock. So
// twice the time, when it ends, comes after it.
func (f *fold) startClarify(c Clock, replyBy time.Time) int {
	if !replyBy.After(c.StartedAt) {
		return f.startLimit(c, f.limits.Clarify)
	}
	cal := f.calendarOf(c)
	if !uncounted(cal, c.StartedAt, replyBy).IsZero() {
		cal = AroundTheClock()
	}
	c.Calendar, c.Budget = cal.Version, cal.Between(c.StartedAt, replyBy)
	return f.start(c)
}

// confirm waits for the partner's word on an answer, from its release on. A recalled answer waits for nobody, but to be replaced.
func (f *fold) confirm() {
	waiting := f.after.State == verification.Answered && f.after.SilenceCloses()
	i := f.clocks.open(Confirm, "", 0)
	switch {
	case i >= 0 && !waiting:
		f.stop(i)
	case i < 0 && waiting:
		from := f.at
		if n := len(f.after.Releases); n > 0 {
			from = f.after.Releases[n-1].At
		}
		f.startLimit(Clock{Name: Confirm, ChargedTo: ChargedPartner, StartedAt: from}, f.policy.Confirm)
	}
}

// consents waits for each originator that was asked, until it answers, the ask expires or nothing waits for it any more: the
// request has ended, or the correction in which it was asked.
func (f *fold) consents() {
	for _, ask := range f.after.Consents {
		over := !f.after.Awaits(ask)
		i := f.clocks.open(Consent, "", ask.N)
		switch {
		case i >= 0 && over:
			f.stop(i)
		case i < 0 && !over && ask.N > len(f.before.Consents):
			f.startLimit(Clock{Name: Consent, Item: ask.N, ChargedTo: ChargedOriginator, StartedAt: ask.At}, f.limits.Consent)
		}
	}
}

// recallNotices waits until a partner that has read an answer has read that it was recalled. Ends do not stop it; what erases
// the notice does, for it can be read no more.
func (f *fold) recallNotices() {
	for _, e := range f.events {
		if e, ok := e.(verification.Recalled); ok && !e.Unread {
			f.startLimit(Clock{Name: RecallNotice, Item: e.Notice, ChargedTo: ChargedPartner, StartedAt: f.at}, f.policy.RecallNotice)
		}
	}
	for i, c := range f.clocks {
		if c.Name != RecallNotice || c.State == Stopped {
			continue
		}
		if notice, ok := f.after.Release(c.Item); ok && !notice.PulledAt.IsZero() || f.erased() {
			f.stop(i)
		}
	}
}

// erased says whether the decision takes the content away. It asks the events, which a history without content has too.
func (f *fold) erased() bool {
	return slices.ContainsFunc(f.events, func(e verification.Event) bool {
		_, above := e.(verification.AboveCeilingFound)
		_, erased := e.(verification.Erased)
		return above || erased
	})
}

// redCauses asks whose clock was breached for the cause: not the partner or an originator, and not for the cause that
// is missing itself. Ends do not stop it.
func (f *fold) redCauses() {
	for _, e := range f.events {
		if e, ok := e.(verification.Breached); ok {
			f.askCause(e)
		}
	}
	for i, c := range f.clocks {
		if c.Name != RedCause || c.State == Stopped || c.Item > len(f.after.Breaches) {
			continue
		}
		if b := f.after.Breaches[c.Item-1]; b.CauseCode != "" || b.Annulled {
			f.stop(i)
		}
	}
}

func (f *fold) askCause(e verification.Breached) {
	i := f.was.Place(e.Step) // the decision may have replaced the promise that was broken
	if i < 0 {
		i = f.clocks.Place(e.Step)
	}
	owner := ChargedDesk
	if i >= 0 && f.clocks[i].ChargedTo != ChargedAll {
		owner = f.clocks[i].ChargedTo
	}
	if e.Step.Clock == string(RedCause) || owner == ChargedPartner || owner == ChargedOriginator {
		return
	}
	f.startLimit(Clock{
		Name: RedCause, Task: e.Step.Task, Round: e.Step.Round, Item: e.N, ChargedTo: owner, StartedAt: f.at,
	}, f.policy.RedCause)
}
