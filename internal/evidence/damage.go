package evidence

import (
	"errors"
	"fmt"

	"verigate/internal/record"
)

// damage is an error that says in one word what is not as it was written, and where: swapped, moved, changed, gone.
type damage interface {
	error
	// Damage gives no word for what may pass.
	Damage() (code, where string)
}

// Over is the entry of what ended over something that is not as it was written, and whether err says so. Of a
// message that does not open it has the place alone: which request that is may be a secret.
func (e Entry) Over(err error) (Entry, bool) {
	d, ok := errors.AsType[damage](err)
	if !ok {
		return e, false
	}
	code, where := d.Damage()
	if code == "" {
		return e, false
	}
	e.Outcome, e.Code, e.Where = Refused, code, where
	return e, true
}

// The codes of what is not as it was written in the evidence itself.
const (
	CodeTampered   = "evidence_tampered"    // it does not open: changed, swapped, or put in another's place
	CodeKeyMissing = "evidence_key_missing" // its key is lost, or was destroyed: no key of evidence ever is
	CodeGap        = "evidence_gap"         // nothing is there
	CodeUnreadable = "evidence_unreadable"  // not in a form that this program knows
)

// Flaw are neighbouring messages of the evidence that are not as they were written. Nothing of them is believed, not even the
// subject that stands on them in clear.
type Flaw struct {
	Sequence uint64 // of the first
	Messages uint64 // how many, from there on
	Code     string // CodeTampered, CodeKeyMissing, CodeGap or CodeUnreadable
}

// Error names the place as the ledger does, and the code.
func (f Flaw) Error() string { return f.Where() + ": " + f.Code }

// Damage makes it an entry: see Entry.Over.
func (f Flaw) Damage() (code, where string) { return f.Code, f.Where() }

// Where names the sequences as the ledger does.
func (f Flaw) Where() string {
	if f.Messages == 1 {
		return fmt.Sprintf("%s sequence %d", Stream, f.Sequence)
	}
	return fmt.Sprintf("%s sequences %d to %d", Stream, f.Sequence, f.Sequence+f.Messages-1)
}

// touches says whether another is the same kind of flaw right behind it.
func (f Flaw) touches(next Flaw) bool {
	return f.Code == next.Code && f.Sequence+f.Messages == next.Sequence
}

// flawed is what an error of Open says of a message: its flaw, or an error of what may pass.
func flawed(m Message, err error) (Flaw, error) {
	for _, known := range []struct {
		err  error
		code string
	}{
		{record.ErrTampered, CodeTampered},
		{record.ErrKeyMissing, CodeKeyMissing},
		{record.ErrErased, CodeKeyMissing},
		{ErrUnreadable, CodeUnreadable},
	} {
		if errors.Is(err, known.err) {
			return Flaw{Sequence: m.Sequence, Messages: 1, Code: known.code}, nil
		}
	}
	return Flaw{}, fmt.Errorf("evidence at sequence %d: %w", m.Sequence, err)
}
