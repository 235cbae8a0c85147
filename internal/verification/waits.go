package verification

import "slices"

// What waits for a person of the desk: in the rows of two persons, in what units propose, and where an answer is owed again.

// RefusalWaits says whether a refusal that was proposed waits for the lead's word (rows 9b, 9c): there is one, it is not void,
// and from here it can be given.
func (r Request) RefusalWaits() bool {
	return r.Refusal != nil && !r.Refusal.Void && refusable(r.State) && r.Correction == nil
}

// ClarificationWaits says whether a clarification that a unit proposed waits for the desk (row 6), which could ask it now.
func (r Request) ClarificationWaits() bool {
	return working(r.State) && r.Correction == nil && slices.ContainsFunc(r.Proposals, r.unasked)
}

// OwesAnswer says whether the partner is owed a corrected answer: its last one was recalled, and a corrected one can go out from
// here (row 19; row 18 closes nothing meanwhile). None can of a stub and of what was erased, nor from another end (OwesRecall).
func (r Request) OwesAnswer() bool {
	last, answered := r.latestAnswer()
	return answered && last.Recalled && (r.State.Open() && !r.Stub && !r.Erased || r.correctable())
}

// correctable says whether row 19 can begin, or go on, from where the request has come to rest.
func (r Request) correctable() bool { return after(r.State) && !r.Stub && !r.Erased }

// OwesRecall says whether the partner has still to read that an answer which it has read was recalled, of a request that has
// ended and is not corrected any more: withdrawn, say, or expired. Nothing else can be done about that answer; row 15b ends it,
// and so does the erasure of the notice. What nobody had read was taken back unread, and owes nothing.
func (r Request) OwesRecall() bool {
	return !r.State.Open() && !r.correctable() && slices.ContainsFunc(r.Releases, func(notice Release) bool {
		recalled, _ := r.Release(notice.Recalls)
		return notice.Kind == ReleaseRecall && notice.PulledAt.IsZero() && len(notice.Bytes) > 0 && !recalled.PulledAt.IsZero()
	})
}

// Waits says whether what was proposed under that number, from 1 over the request, is among what waits (ClarificationWaits).
func (r Request) Waits(proposal int) bool {
	return r.ClarificationWaits() && proposal >= 1 && proposal <= len(r.Proposals) && r.unasked(r.Proposals[proposal-1])
}

// unasked says whether a question of the round that the proposal is about is open, none of them was asked about since, and the
// desk did not turn it down.
// Who has answered, given the task back or lost it needs no reply any more; who has passed it on has left the wish behind.
func (r Request) unasked(p Proposal) bool {
	t, ok := r.Task(p.Task)
	if !ok || p.Rejected != nil || t.Round != r.Round || !t.State.Live() && t.State != TaskForwarded {
		return false
	}
	about := p.Questions
	if len(about) == 0 {
		about = t.everHeld()
	}
	open := slices.ContainsFunc(about, func(n int) bool {
		q, ok := r.Question(n)
		return ok && r.Open(q)
	})
	asked := func(c Clarification) bool {
		return c.Round == t.Round && c.N > p.Asked && (len(c.Questions) == 0 || intersect(c.Questions, about))
	}
	return open && !slices.ContainsFunc(r.Replied, asked) && (r.Asked == nil || !asked(*r.Asked))
}

func intersect(a, b []int) bool {
	return slices.ContainsFunc(a, func(n int) bool { return slices.Contains(b, n) })
}
