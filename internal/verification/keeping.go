package verification

import "time"

// Rows 28 and 29: what keeps the content of a request, and how two persons let it go when its retention has run out. How
// long that is, the commands carry. Row 25 is older than both: what may not be here at all goes at once, held or not.

// LegalHold keeps the content, whatever its retention.
type LegalHold struct {
	Reason string
	By     PersonID
	At     time.Time
}

// ErasureProposal waits for another person. A hold and another round or correction void it.
type ErasureProposal struct {
	Rule  string // by which the content is due
	DueAt time.Time
	By    PersonID
	At    time.Time
}

func placeLegalHold(c PlaceLegalHold) ([]Event, error) {
	if c.Reason == "" {
		return nil, refuse(ReasonMissing, "say why the content must be kept")
	}
	return one(LegalHoldPlaced(c))
}

func liftLegalHold(c LiftLegalHold) ([]Event, error) {
	if c.Reason == "" {
		return nil, refuse(ReasonMissing, "say why the content need not be kept any more")
	}
	return one(LegalHoldLifted(c))
}

func proposeErasure(c ProposeErasure, o Order) ([]Event, error) {
	if err := retained(c.DueAt, o); err != nil {
		return nil, err
	}
	return one(ErasureProposed(c))
}

func confirmErasure(c ConfirmErasure, o Order) ([]Event, error) {
	if err := retained(c.DueAt, o); err != nil {
		return nil, err
	}
	return one(Erased{Code: CodeRetention})
}

// retained refuses while a period runs, or none does.
func retained(due time.Time, o Order) error {
	if due.IsZero() || o.At.Before(due) {
		return refuse(NotDue, "the retention of this request has not run out: it is kept")
	}
	return nil
}

// permitLifting is the guard of row 28b.
func (r Request) permitLifting(by Actor) error {
	switch {
	case r.Hold == nil:
		return refuse(NotHeld, "the request is not under legal hold")
	case r.Hold.By == by.Person:
		return refuse(SamePerson, "a legal hold is lifted by another person than the one who placed it")
	}
	return nil
}

// permitErasure is the guard of row 29. Who proposed may withdraw, and may not confirm.
func (r Request) permitErasure(n Name, by Actor) error {
	switch {
	case r.Hold != nil && n != NameDropErasure:
		return refuse(UnderHold, "the request is under legal hold: nothing of it is erased until another person lifts it")
	case n == NameProposeErasure && r.Erasure != nil:
		return refuse(ErasureWaits, "its erasure is proposed: another person confirms it or turns it down")
	case n != NameProposeErasure && r.Erasure == nil:
		return refuse(NoProposal, "no erasure is proposed, or what was proposed is void: propose it again")
	case n == NameConfirmErasure && r.Erasure.By == by.Person:
		return refuse(SamePerson, "an erasure is confirmed by another person than the one who proposed it")
	}
	return nil
}
