package verification

import (
	"cmp"
	"time"
)

// Twin is what row 5 needs to know of the request that another is said to be a duplicate of.
type Twin struct {
	ID         RequestID
	Partner    PartnerCode
	Kind       RequestKind
	ReceivedAt time.Time
	Answers    bool // it is being answered, or was
}

// Twin is the request as one that others may be merged into.
func (r Request) Twin() Twin {
	return Twin{ID: r.ID, Partner: r.Partner, Kind: r.Kind, ReceivedAt: r.ReceivedAt, Answers: r.answers()}
}

// answers says whether whoever asked the same finds an answer here, or the work on one. What was refused, withdrawn,
// merged or let expire gives none, nor does what is a stub here or has no content any more.
func (r Request) answers() bool {
	switch r.State {
	case Received, Triage, WithUnits, Clarifying, InReview, ConsentPending, Answered, Confirmed, Closed:
		return !r.Stub && !r.Erased
	case Unborn, Refused, NotCompetent, Withdrawn, Expired, Duplicate:
		return false
	}
	return false
}

// MergesInto is nil when the request may be marked as a duplicate of the twin, else the refusal. Of two the later is
// merged into the earlier, never the other way: so no two can be merged into each other, whoever decides at the same
// time, and what a duplicate points to leads to a request that answers.
func (r Request) MergesInto(t Twin) error {
	switch {
	case t.ID == r.ID || t.ID == "":
		return refuse(NothingNew, "a request is no duplicate of itself")
	case t.Partner != r.Partner || r.Partner == "":
		return refuse(OtherPartner, "only a twin of the same partner is merged: another partner's is linked silently")
	case !t.Answers, t.Kind == KindInformation && r.Kind != KindInformation:
		return refuse(TwinUnanswered, "the other request gives no answer: it asks nothing, was ended without one, or is merged itself")
	case t.after(r.Twin()):
		return refuse(TwinLater, "the other request came later: mark that one as a duplicate of this")
	}
	return nil
}

// after says whether a twin came after another: by the time of receipt, and at the same time by the id.
func (t Twin) after(other Twin) bool {
	return cmp.Or(t.ReceivedAt.Compare(other.ReceivedAt), cmp.Compare(t.ID, other.ID)) > 0
}
