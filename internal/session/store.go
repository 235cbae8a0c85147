package session

import (
	"context"
	"errors"
	"time"
)

// Errors of this package.
var (
	// ErrNone is the one answer to a token that names no open session, whatever the reason.
	ErrNone = errors.New("no open session")
	// ErrUnavailable says that it is not known whether a session is open.
	ErrUnavailable = errors.New("the sessions are not available")
	// ErrChanged is a Store's word that the session is no longer as it was read.
	ErrChanged = errors.New("the session was changed meanwhile")
	// ErrSpent says that a code was used before.
	ErrSpent = errors.New("the code was used before")
)

// Store keeps sessions for all gateways, each the newest state of its name alone. It is safe for concurrent use. What
// it cannot say is an error that is ErrUnavailable, or ctx's.
type Store interface {
	// Put writes a state behind sequence `last` of its name, 0 for the first, durable when it returns; it may be
	// forgotten after `lives`. ErrChanged when another state or an end came first.
	Put(ctx context.Context, id ID, state []byte, lives time.Duration, last uint64) (sequence uint64, err error)
	// End puts a tombstone in the place of whatever is there, durable when it returns.
	End(ctx context.Context, id ID, lives time.Duration) (sequence uint64, err error)
	// Next gives the oldest change behind a sequence, and false when there is none, which is certain.
	Next(ctx context.Context, after uint64) (Change, bool, error)
	// Spend notes that a step's code of somebody was used, durable when it returns; ErrSpent when that step or a later
	// one was. It may be forgotten after `lives`.
	Spend(ctx context.Context, whose string, step uint64, lives time.Duration) error
	// NoteSignIn keeps somebody's last sign-in, in place of the one before, durable when it returns. It may be forgotten
	// after `lives`.
	NoteSignIn(ctx context.Context, whose string, state []byte, lives time.Duration) error
	// LastSignIn gives it; empty when there is none, which is certain.
	LastSignIn(ctx context.Context, whose string) ([]byte, error)
}

// Change is one name's newest state; an empty one is its end.
type Change struct {
	ID       ID
	Sequence uint64
	State    []byte
}

// Sealer seals what the store holds; what was bound to something else does not open.
type Sealer interface {
	Seal(boundTo string, plain []byte) ([]byte, error)
	Open(boundTo string, sealed []byte) ([]byte, error)
}
