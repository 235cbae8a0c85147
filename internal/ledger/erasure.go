package ledger

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Erasure is what a witness keeps of one, beside checkpoints: ids of keys, which tell of nobody.
type Erasure struct {
	Tombstone string   // the id of the key under which the record holds its tombstone
	Keys      []string // the ids of those that were destroyed, at least one
}

// erasures is the first line of their notes.
func erasures(record string) string { return Origin(record, "erased") }

// SignErasure makes the note of an erasure in a record, signed as bundles are: who can write to a witness's directory
// destroys nothing by it.
func (k Key) SignErasure(record string, e Erasure) ([]byte, error) {
	if e.Tombstone == "" || len(e.Keys) == 0 {
		return nil, errors.New("an erasure names its tombstone and what it destroyed")
	}
	by, err := k.signer(signsBundles(record))
	if err != nil {
		return nil, err
	}
	lines := append([]string{erasures(record), e.Tombstone}, e.Keys...)
	return note.Sign(&note.Note{Text: strings.Join(lines, "\n") + "\n"}, by)
}

// OpenErasure reads the note of an erasure in a record. ErrUnknownSigner, ErrForged and ErrMalformed come without one: an
// erasure that nobody vouches for is none. ErrUnknownSigner is said of what would be one if its signer were known, and of
// nothing else: all other notes are none under whatever key.
func OpenErasure(record string, signed []byte, known Trust) (Erasure, error) {
	opened, err := known.open(signed)
	if err != nil && !errors.Is(err, ErrUnknownSigner) {
		return Erasure{}, fmt.Errorf("erasure: %w", err)
	}
	sigs := slices.Concat(opened.Sigs, opened.UnverifiedSigs) // of a known signer first
	lines := strings.Split(strings.TrimSuffix(opened.Text, "\n"), "\n")
	if len(lines) < 3 || lines[0] != erasures(record) || sigs[0].Name != signsBundles(record) {
		return Erasure{}, fmt.Errorf("erasure: %w: its lines are %s, the tombstone and each key", ErrMalformed, erasures(record))
	}
	if err != nil {
		return Erasure{}, fmt.Errorf("erasure: %w", err)
	}
	return Erasure{Tombstone: lines[1], Keys: lines[2:]}, nil
}
