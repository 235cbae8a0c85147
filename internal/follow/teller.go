package follow

import (
	"context"
	"errors"
	"fmt"

	"verigate/internal/record"
)

// Erasure is one as a witness keeps it: ids of keys, which tell of nobody.
type Erasure struct {
	Tombstone string // the key of its tombstone
	Keys      []string
}

// ErrUnvouched says that a witness's list has what would be erasures if somebody known had signed it. Until then they are none.
var ErrUnvouched = errors.New("the witness has erasures that no key known here has signed")

// ErrMissing says that a witness's list lacks numbers: what they erased is not known from it.
var ErrMissing = errors.New("the witness's list of erasures is not whole")

// inPart says of an error that all which is known of a list came with it.
func inPart(err error) bool { return errors.Is(err, ErrUnvouched) || errors.Is(err, ErrMissing) }

// List is what a witness on another host keeps of erasures. It is only added to.
type List interface {
	// Erasures are those behind a number, oldest first, and the number of the last; a smaller one than was asked for is that
	// of another list. With ErrUnvouched, and with ErrMissing, come all that are known, and the number before the first behind
	// that one which is not.
	Erasures(after uint64) (all []Erasure, last uint64, err error)
	// GiveErasure adds one, durable when it returns.
	GiveErasure(e Erasure) error
}

// Teller gives each erasure of the record to a witness, and carries out what the witness has and the record does not: a
// record and its keys that were both put back to before an erasure know nothing of it.
type Teller struct {
	Journal record.Journal // followed by its clear headers
	Log     Log
	Months  MonthLog
	List    List
	Keys    interface {
		// Erase is that of an Eraser, and may be repeated; of a month's group it ends the month.
		Erase(ctx context.Context, kid string) error
		// Holds says whether a key is stored and was not erased.
		Holds(ctx context.Context, kid string) (bool, error)
	}
	// Done keeps in the store of the keys up to where in the list they were destroyed.
	Done interface {
		// Witnessed returns the number, 0 at the beginning.
		Witnessed(ctx context.Context) (uint64, error)
		// CarriedOutWitnessed sets it; durable when it returns.
		CarriedOutWitnessed(ctx context.Context, number uint64) error
	}
	Retry Retry
}

// Unsaid is a key that was there though the witness knows that it was erased.
type Unsaid struct {
	KID string
	Of  record.Subject // what it sealed; zero: the record has nothing of it
}

// EraseAgain destroys what the list names and the keys still have, and says what that was: the record lacks its erasures.
// A gateway does it behind Eraser.CatchUp, before it opens its door. With ErrUnvouched, and with ErrMissing, all that is known
// was destroyed, and what is not will be looked at again the next time.
func (t Teller) EraseAgain(ctx context.Context) (unsaid []Unsaid, err error) {
	upto, err := t.Done.Witnessed(ctx)
	if err != nil {
		return nil, err
	}
	all, last, err := t.List.Erasures(upto)
	if (err == nil || inPart(err)) && last < upto {
		all, last, err = t.List.Erasures(0)
	}
	unsure := err
	if err != nil && !inPart(err) {
		return nil, err
	}
	for _, e := range all {
		for _, kid := range e.Keys {
			held, err := t.destroy(ctx, kid)
			if held {
				unsaid = append(unsaid, Unsaid{KID: kid})
			}
			if err != nil {
				return unsaid, fmt.Errorf("destroy again what a witness knows to be erased: %w", err)
			}
		}
	}
	if err := t.name(ctx, unsaid); err != nil {
		return unsaid, err
	}
	if err := t.Done.CarriedOutWitnessed(ctx, last); err != nil {
		return unsaid, err
	}
	return unsaid, unsure
}

// destroy says whether it was there to be destroyed. One that is not held is destroyed all the same: whoever was cut off
// behind its tombstone has left its bytes on the disk, or of a month the keys under it.
func (t Teller) destroy(ctx context.Context, kid string) (held bool, err error) {
	if held, err = t.Keys.Holds(ctx, kid); err != nil {
		return false, err
	}
	err = t.Keys.Erase(ctx, kid)
	if errors.Is(err, record.ErrKeyMissing) {
		return held, nil
	}
	return held, err
}

// name finds what was sealed under keys. It reads the whole record: it is called after a restore only.
func (t Teller) name(ctx context.Context, unsaid []Unsaid) error {
	if len(unsaid) == 0 {
		return nil
	}
	of := map[string]record.Subject{}
	for _, u := range unsaid {
		of[u.KID] = record.Subject{}
	}
	end, err := t.Journal.Last(ctx)
	if err == nil && end != (record.Position{}) {
		err = t.Journal.ReplayUntil(ctx, record.Position{}, end, func(m record.Sealed) error {
			if _, wanted := of[m.KID]; wanted {
				of[m.KID] = m.Subject
			}
			return nil
		})
	}
	if err != nil {
		return fmt.Errorf("look in the record for what was erased: %w", err)
	}
	for i := range unsaid {
		unsaid[i].Of = of[unsaid[i].KID]
	}
	return nil
}

// Run follows the record from its beginning until ctx ends: a new witness is given all that was erased ever, and one that
// has lost some of it is given that again. While the witness is away it waits, and holds up nobody.
func (t Teller) Run(ctx context.Context) error {
	return again(ctx, t.Retry, func(ctx context.Context) error {
		known, _, err := t.List.Erasures(0)
		if err != nil && !inPart(err) {
			return err
		}
		given := map[string]bool{}
		for _, e := range known {
			given[e.Tombstone] = true
		}
		return t.Journal.Replay(ctx, record.Position{}, func(m record.Sealed) error {
			if Erases(m) == "" || given[m.KID] {
				return nil
			}
			kids, err := t.destroyed(ctx, m)
			if err != nil || len(kids) == 0 {
				return err
			}
			given[m.KID] = true
			return t.List.GiveErasure(Erasure{Tombstone: m.KID, Keys: kids})
		})
	})
}

// destroyed are the keys that a decision destroys: of a request, or of a month.
func (t Teller) destroyed(ctx context.Context, m record.Sealed) ([]string, error) {
	if _, ends := endsMonth(m); ends {
		ended, err := monthEnded(ctx, t.Months, m)
		return ended.Groups, err
	}
	_, kids, err := condemned(ctx, t.Log, m)
	return kids, err
}
