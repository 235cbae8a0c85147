package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"verigate/internal/access"
	"verigate/internal/evidence"
	"verigate/internal/record"
	"verigate/internal/verification"
)

// readWithin bounds what one call asks of the evidence.
const readWithin = 3 * time.Second

// Readers are who has pulled which version first, by the record, and who has read the request otherwise or tried to, by the
// evidence. Colleagues are named to whoever answers for them: to others of the desk by role and unit.
func (g *Gateway) Readers(ctx context.Context, c Call, id verification.RequestID) ([]Happening, evidence.Account, error) {
	happenings, err := g.History(ctx, c, id)
	if err != nil {
		return nil, evidence.Account{}, err
	}
	asking, stop := context.WithTimeout(ctx, readWithin)
	defer stop()
	account, err := g.Witnesses.Of(asking, id)
	if err != nil {
		return nil, evidence.Account{}, evidenceError("who read a request", err)
	}
	if !namesReaders(c.By) {
		for i := range account.Readers {
			account.Readers[i].Person = ""
		}
	}
	return happenings, account, nil
}

func namesReaders(c access.Caller) bool {
	return c.Has(verification.RoleAuditor) || c.Has(verification.RoleLead) || c.Has(verification.RoleKeeper)
}

// EvidenceFilter chooses among the evidence; what is empty chooses all.
type EvidenceFilter struct {
	Person    verification.PersonID  `json:"person,omitempty"`
	Request   verification.RequestID `json:"request,omitempty"`
	Operation access.Operation       `json:"operation,omitempty"`
	Shows     access.Shows           `json:"shows,omitempty"`
	Outcome   evidence.Outcome       `json:"outcome,omitempty"`
}

func (f EvidenceFilter) fits(e evidence.Entry) bool {
	return (f.Person == "" || e.Person == f.Person || e.About == f.Person) &&
		(f.Request == "" || slices.Contains(e.Requests, f.Request)) &&
		(f.Operation == "" || e.Operation == f.Operation) &&
		(f.Shows == "" || e.Shows == f.Shows) && (f.Outcome == "" || e.Outcome == f.Outcome)
}

// EvidencePage is a page of the evidence, the newest first. A page may have fewer entries than asked for, or none, and go on:
// then the evidence was looked through back to AsOf's time and nothing more of it fits so far. Of what the reader may not know
// of there is nothing: the case is taken out of an entry, and an entry that is about nothing else is not there. While nobody can say who may know of what, because the
// record cannot be followed, that is every case: what is wrong with the record is read in spite of it. What is wrong with the
// evidence is for every reader and whatever is filtered.
func (g *Gateway) EvidencePage(ctx context.Context, c Call, f EvidenceFilter, p Page) (List[evidence.Found], error) {
	err := g.serves(c, access.Absent())
	caseless := errors.Is(err, ErrCatchingUp)
	if err != nil && !caseless {
		return List[evidence.Found]{}, err
	}
	evident := g.evident(c.By, caseless)
	bound := turnOf(c, "evidence", f)
	var from evidence.Place
	if p.Cursor != "" {
		plain, err := g.Blinds.OpenCursor(bound, p.Cursor)
		if err != nil || json.Unmarshal(plain, &from) != nil {
			return List[evidence.Found]{}, ErrBadCursor
		}
	}
	ctx, stop := context.WithTimeout(ctx, readWithin)
	defer stop()
	look, err := g.Witnesses.Log.Back(ctx, from, p.Limit, func(e evidence.Entry) bool {
		e, visible := evident(e)
		return visible && f.fits(e)
	})
	if err != nil {
		return List[evidence.Found]{}, evidenceError("read the evidence", err)
	}
	out := List[evidence.Found]{AsOf: look.To, Caseless: caseless}
	for _, found := range look.Items {
		found.Entry, _ = evident(found.Entry) // of a flaw there is none, which says nothing
		out.Items = append(out.Items, found)
	}
	if look.Next == (evidence.Place{}) {
		return out, nil
	}
	plain, err := json.Marshal(look.Next)
	if err != nil {
		return out, fmt.Errorf("write a cursor: %w", err)
	}
	out.Next, err = g.Blinds.SealCursor(bound, plain)
	return out, err
}

// evident tells of an entry what a reader may know of it, and whether that is anything. The watch holds every sealed case: of
// one that it does not hold, and that was sealed when it was read, nobody is told.
func (g *Gateway) evident(c access.Caller, caseless bool) func(evidence.Entry) (evidence.Entry, bool) {
	return func(e evidence.Entry) (evidence.Entry, bool) {
		if len(e.Requests) == 0 {
			return e, true
		}
		shown := make([]verification.RequestID, 0, len(e.Requests))
		for _, id := range e.Requests {
			if !caseless && !g.Watch.Hides(c, id) {
				shown = append(shown, id)
			}
		}
		if len(shown) == len(e.Requests) {
			return e, true
		}
		e.Requests, e.Level, e.Inside, e.Task = shown, 0, nil, ""
		return e, len(shown) > 0
	}
}

// evidenceError tells a store that is away from a defect.
func evidenceError(what string, err error) error {
	for _, away := range []error{
		evidence.ErrUnavailable, evidence.ErrLost, evidence.ErrFull, record.ErrUnavailable, context.DeadlineExceeded, context.Canceled,
	} {
		if errors.Is(err, away) {
			return fmt.Errorf("%s: %w: %w", what, ErrEvidenceUnavailable, err)
		}
	}
	return fmt.Errorf("%s: %w", what, err)
}
