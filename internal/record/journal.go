package record

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"verigate/internal/verification"
)

// Stream is the name of the record. It is part of what every message's seal
// is bound to, so it never changes, whatever partition a message lies in.
const Stream = "RECORD"

// The sentinels of a Journal. Whatever it returns beside them is a defect of
// the program or of the store and is never a reason to try again.
var (
	// ErrConflict says that another message took the place behind `after`:
	// read, fold and decide again. Nothing was written.
	ErrConflict = errors.New("another message was recorded first")
	// ErrNotFound says that the aggregate has no message.
	ErrNotFound = errors.New("not in the record")
	// ErrUnavailable says that the record gave no certain answer in time. A
	// write that ends so may be stored or may be stored yet: only its command
	// id, found by a later read, tells.
	ErrUnavailable = errors.New("record unavailable")
	// ErrGap says that a message that must exist is not there.
	ErrGap = errors.New("missing from the record")
	// ErrUnreadable says that a message is there and does not have the form
	// that this program knows.
	ErrUnreadable = errors.New("unreadable in the record")
)

// The kinds of aggregate that the record holds.
const (
	KindRequest   = "request"
	KindPrincipal = "principal"
	KindDirectory = "directory"
	KindGenesis   = "genesis"
)

// Subject names one aggregate: all its messages, in order, are its history.
type Subject struct{ Kind, ID string }

// Request names the aggregate of one verification request.
func Request(id string) Subject { return Subject{Kind: KindRequest, ID: id} }

// Valid says whether both parts can be one token of a subject on the wire:
// not empty, at most 64 bytes of ASCII letters, digits, "-" and "_".
func (s Subject) Valid() bool { return token(s.Kind) && token(s.ID) }

// Name is the subject on the wire, record.<partition>.<kind>.<id>; the
// partition is In of the aggregate.
func (s Subject) Name(partition int) string {
	return fmt.Sprintf("record.%d.%s.%s", partition, s.Kind, s.ID)
}

// ParseSubject reads what Name wrote; the partition is no part of the
// aggregate's identity.
func ParseSubject(name string) (s Subject, partition int, err error) {
	parts := strings.Split(name, ".")
	if len(parts) != 4 || parts[0] != "record" {
		return Subject{}, 0, fmt.Errorf("subject %q: %w", name, ErrUnreadable)
	}
	partition, err = strconv.Atoi(parts[1])
	s = Subject{Kind: parts[2], ID: parts[3]}
	if err != nil || partition < 0 || partition >= Partitions || !s.Valid() {
		return Subject{}, 0, fmt.Errorf("subject %q: %w", name, ErrUnreadable)
	}
	return s, partition, nil
}

func token(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for _, c := range []byte(s) {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && !('0' <= c && c <= '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// Header travels in clear beside the sealed bytes and is bound to them: a
// change of any field makes the message unreadable.
type Header struct {
	// KID names the data key in KEYS; empty for a message that is not sealed.
	KID string
	// Command is the id of the command whose decision this is: how a repeat
	// is recognised.
	Command string
	// Version is the number of messages before this one on its subject.
	Version uint64
	// Kinds are the event kinds inside, in order: "submitted.v1".
	Kinds []string
	// Wire is the version of the sealed form, from 1.
	Wire int
}

// Tombstone says whether the decision erases what was before it: by row 25, or because a retention has run out.
func (h Header) Tombstone() bool {
	return slices.ContainsFunc(h.Kinds, func(kind string) bool {
		return kind == verification.Erased{}.EventKind() || kind == verification.AboveCeilingFound{}.EventKind()
	})
}

// Sealed is one message of the record as it is stored.
type Sealed struct {
	Subject
	Header
	// Place is where it stands; a Journal chooses it.
	Place
	// Stored is the store's own time, for diagnosis only: order
	// within a partition is by Sequence, and the times that count are in the decision.
	Stored time.Time
	Data   []byte

	read *reading // shared with whoever else gets the message from the same Window; nil: not
}

// Journal is the record without keys: guarded appends and ordered reads of
// sealed messages. It is safe for concurrent use.
type Journal interface {
	// Append writes m behind the message with sequence `after` on its
	// subject, 0 for the first, and returns its sequence in the subject's
	// partition. Place of m is not read. When it returns without an error the message
	// is on stable storage. An acknowledgement lost on the way is looked for:
	// the same command with the same bytes in that place is success with its
	// sequence. The same command with other bytes (the same call decided
	// twice, on two gateways) is ErrConflict like any other writer's message,
	// for its stored receipt differs: read, and find the command. Without a
	// certain answer for 15 s, ErrUnavailable; the end of ctx before that is
	// ctx's error and leaves the outcome as open as ErrUnavailable does.
	Append(ctx context.Context, m Sealed, after uint64) (uint64, error)

	// Read returns the whole aggregate, oldest first; its end is the
	// leader's. ErrNotFound when it has no message, ErrGap when one in the
	// middle is missing.
	Read(ctx context.Context, s Subject) ([]Sealed, error)

	// Last is the end of the record by the leaders. What was acknowledged
	// before the call is up to it.
	Last(ctx context.Context) (Position, error)

	// Replay calls fn, once at a time, with every message behind a position:
	// those of a partition in order, partitions as they come. Then it follows
	// new ones until ctx ends, which is no error. Every sequence is accounted
	// for: one that is missing or unreadable ends the replay with a
	// *SequenceError. An error of fn ends it with that error.
	Replay(ctx context.Context, after Position, fn func(Sealed) error) error

	// ReplayUntil is Replay that returns once fn has had everything up to
	// `last`, and nothing behind it; the end of ctx before that is ctx's
	// error.
	ReplayUntil(ctx context.Context, after, last Position, fn func(Sealed) error) error
}

// SequenceError names the place where the record cannot be followed.
type SequenceError struct {
	Place
	Of  Subject // whose message is there, as its subject on the wire says; zero: nobody knows
	Err error   // ErrGap, ErrUnreadable, ErrKeyMissing, ErrTampered or a codec's error
}

// Error never holds content.
func (e *SequenceError) Error() string {
	return fmt.Sprintf("record %s: %v", e.Place, e.Err)
}

// Unwrap gives the cause.
func (e *SequenceError) Unwrap() error { return e.Err }

// Damage says in one word what is not as it was written, and where; no word for what may pass, such as keys that could not
// be asked for.
func (e *SequenceError) Damage() (code, where string) {
	for _, known := range []struct {
		err  error
		code string
	}{
		{ErrTampered, "record_tampered"},
		{ErrKeyMissing, "record_key_missing"},
		{ErrGap, "record_gap"},
		{ErrUnreadable, "record_unreadable"},
	} {
		if errors.Is(e.Err, known.err) {
			return known.code, "record " + e.Place.String()
		}
	}
	return "", ""
}

// At wraps err with the place at which it happened.
func At(at Place, err error) error {
	return &SequenceError{Place: at, Err: err}
}

// AtSubject is At where it is known whose message is there.
func AtSubject(at Place, of Subject, err error) error {
	return &SequenceError{Place: at, Of: of, Err: err}
}
