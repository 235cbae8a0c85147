package ledger

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is the head of one log: how many messages it has taken, and the root over them.
type Checkpoint struct {
	Origin string // verigate/<record>/<stream>, see Origin
	Size   uint64
	Root   tlog.Hash
}

// The ways in which a note fails to prove who signed it.
var (
	// ErrForged says that a note names a key that is known and was not signed with it, or not as it is now.
	ErrForged = errors.New("the signature does not fit")
	// ErrUnknownSigner says that no key that is known has signed a note.
	ErrUnknownSigner = errors.New("signed by a key that is not known here")
)

// Origin names the log of a stream of a record. A record is known by the fingerprint of its id.key, which its first
// message holds: two records that were begun with one id.key claim to be the same, and are found to differ.
func Origin(record, stream string) string {
	return "verigate/" + record[:min(16, len(record))] + "/" + stream
}

// text is the C2SP tlog-checkpoint, without extension lines.
func (c Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, c.Root)
}

// String is for people: origin and size.
func (c Checkpoint) String() string { return fmt.Sprintf("%s at size %d", c.Origin, c.Size) }

// parseCheckpoint reads the text of a note. Extension lines of others are passed over.
func parseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.SplitN(text, "\n", 4)
	if len(lines) < 4 || lines[0] == "" {
		return Checkpoint{}, fmt.Errorf("checkpoint: %w: three lines are origin, size and root", ErrMalformed)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64) // as tlog counts
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, fmt.Errorf("checkpoint: %w: no size", ErrMalformed)
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil || root.String() != lines[2] {
		return Checkpoint{}, fmt.Errorf("checkpoint: %w: no root hash", ErrMalformed)
	}
	return Checkpoint{Origin: lines[0], Size: uint64(size), Root: root}, nil
}

// Sign makes the note of a checkpoint, signed under its origin.
func (k Key) Sign(c Checkpoint) ([]byte, error) {
	signer, err := k.signer(c.Origin)
	if err != nil {
		return nil, err
	}
	return note.Sign(&note.Note{Text: c.text()}, signer)
}

// OpenCheckpoint reads the note of a checkpoint and who signed it, by keys that are known. ErrUnknownSigner comes with
// the checkpoint: what it says may still be compared. ErrForged and ErrMalformed come without.
func OpenCheckpoint(signed []byte, known Trust) (Checkpoint, error) {
	opened, unknown := known.open(signed)
	if unknown != nil && !errors.Is(unknown, ErrUnknownSigner) {
		return Checkpoint{}, fmt.Errorf("checkpoint: %w", unknown)
	}
	c, err := parseCheckpoint(opened.Text)
	if err != nil {
		return Checkpoint{}, err
	}
	if unknown != nil {
		return c, fmt.Errorf("%v: %w", c, unknown)
	}
	for _, by := range opened.Sigs {
		if by.Name == c.Origin {
			return c, nil
		}
	}
	return Checkpoint{}, fmt.Errorf("checkpoint of %s: %w: its signer is %s", c.Origin, ErrForged, opened.Sigs[0].Name)
}
