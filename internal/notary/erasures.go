package notary

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"verigate/internal/durable"
	"verigate/internal/ledger"
)

// erased is the list of erasures at a witness, beside the logs: DIR/verigate/<record>/erased/<number / 10,000>/<number>,
// from 1 on, a signed note each.
const erased = "erased"

// ErrNoWitness says that there is none to ask or to tell.
var ErrNoWitness = errors.New("no witness is set")

// GiveErasure adds an erasure to the witness's list, durable when it returns. One that is there already may be given again.
func (n *Notary) GiveErasure(e ledger.Erasure) error {
	w := n.parts.Witness
	if w == nil {
		return ErrNoWitness
	}
	signed, err := n.parts.Keys().Current().SignErasure(n.parts.Record, e)
	if err != nil {
		return err
	}
	list := ledger.Origin(n.parts.Record, erased)
	number, err := w.last(list)
	number = max(number, n.erased.last()) // what was taken from its end is not covered up
	for err == nil {
		if number++; number > farthest {
			err = errors.New("its last number is taken, and nobody has given so many: find out who did, and take that note away")
			break
		}
		if err = w.claim(w.shelf(list, number), digits(number), signed); errors.Is(err, fs.ErrExist) {
			err = nil // another gateway's
			continue
		}
		break
	}
	if err != nil {
		return fmt.Errorf("give an erasure to the witness: %w", err)
	}
	if err := n.erased.has(number); err != nil {
		return fmt.Errorf("keep what the witness was given: %w", err)
	}
	return nil
}

// ErrMissing says which numbers the witness's list of erasures lacks: a gateway gives them one behind the other, and knows the
// last that the list had, so that somebody has taken them away, or the witness has lost them.
var ErrMissing = errors.New("numbers are missing")

// Erasures are those of the witness's list behind a number that a key of this gateway's file has signed, oldest first, and
// the number up to which the list needs no other look: of its last, which may be smaller, then it is another list. All else
// is told to refused.
//
// What is forged or malformed is no erasure under any key, and is passed over for good. What is signed by a key that is not
// known here (ledger.ErrUnknownSigner) may be a true one, by a ledger.key that was rotated since, and what is missing
// (ErrMissing, told once for all of the list) was one: last is the number before the first of those, so that it is looked at
// again when the key, or the note, is there. Whoever can write to the directory can hold the list there, and gains nothing by
// it: all that is known behind it is given each time.
func (n *Notary) Erasures(after uint64, refused func(error)) (all []ledger.Erasure, last uint64, err error) {
	w := n.parts.Witness
	if w == nil {
		return nil, 0, ErrNoWitness
	}
	list := ledger.Origin(n.parts.Record, erased)
	numbers, missing, err := w.list(list)
	if err != nil {
		return nil, 0, fmt.Errorf("read the witness's list of erasures: %w", err)
	}
	trusted, err := n.parts.trusted()
	if err != nil {
		return nil, 0, err
	}
	if len(numbers) > 0 {
		last = numbers[len(numbers)-1]
	}
	if had := n.erased.last(); had > last {
		missing = append(missing, gap{last + 1, had})
	}
	for _, number := range numbers {
		if number <= after {
			continue
		}
		path := filepath.Join(w.shelf(list, number), digits(number))
		signed, err := os.ReadFile(path)
		if err != nil {
			return nil, 0, fmt.Errorf("read the witness's list of erasures: %w", err)
		}
		e, err := ledger.OpenErasure(n.parts.Record, signed, trusted)
		if err != nil {
			if refused(fmt.Errorf("%s: %w", path, err)); errors.Is(err, ledger.ErrUnknownSigner) {
				last = min(last, number-1)
			}
			continue
		}
		all = append(all, e)
	}
	for _, g := range missing {
		if g.last > after {
			last = min(last, max(g.first-1, after))
		}
	}
	if err := n.erased.has(last); err != nil {
		return nil, 0, fmt.Errorf("keep what the witness has: %w", err)
	}
	if len(missing) > 0 {
		refused(fmt.Errorf("%s: %w: %s", filepath.Join(w.Dir, filepath.FromSlash(list)), ErrMissing, missing))
	}
	return all, last, nil
}

// claim is give for a place that may be another's: fs.ErrExist then.
func (w Witness) claim(shelf, name string, content []byte) error {
	unfinished, err := w.write(shelf, content)
	if err != nil {
		return err
	}
	err = os.Link(unfinished, filepath.Join(shelf, name))
	if err = errors.Join(err, os.Remove(unfinished)); err != nil {
		return err
	}
	return durable.SyncDir(shelf)
}
