package seal

import (
	"context"
	"errors"
)

// The ways in which a root key can fail, beside record.ErrTampered and record.ErrUnavailable.
var (
	// ErrUnknownRoot says that a key is under a version of the root that this
	// gateway does not have: a rotation that was not brought to it, or the
	// root of another record. Nothing is wrong with the key.
	ErrUnknownRoot = errors.New("under a root key that this gateway does not have")
	// ErrNoNewerRoot says that there is nothing to rotate to.
	ErrNoNewerRoot = errors.New("everything is under the newest root key")
)

// RootKey is one key outside the store, in one or more versions: a file, or
// a key that another machine keeps and never hands out. What it wraps is
// small and rare: the keys of months, and the secret of names and cursors. It
// is safe for concurrent use.
type RootKey interface {
	// Has says whether a version is one of this key's. It asks nobody.
	Has(version string) bool
	// Newest is the version that Wrap uses. record.ErrUnavailable when whoever
	// keeps the key does not answer, or answers what makes no sense.
	Newest(ctx context.Context) (version string, err error)
	// Wrap seals plain under the newest version and binds aad to it. Errors as
	// Newest's.
	Wrap(ctx context.Context, plain, aad []byte) (version string, wrapped []byte, err error)
	// Unwrap opens what Wrap sealed. record.ErrTampered when the bytes do not
	// open, which is certain; else as Newest.
	Unwrap(ctx context.Context, version string, wrapped, aad []byte) ([]byte, error)
}
