package record

import (
	"context"
	"encoding/binary"
	"errors"
)

// The ways in which a sealed message can fail to open.
var (
	// ErrKeyMissing says that a data key is named and was never stored, or
	// was lost: corruption, which stops a follower.
	ErrKeyMissing = errors.New("data key missing")
	// ErrErased says that the data key was destroyed on purpose: the content
	// is gone for good and that is right.
	ErrErased = errors.New("content erased")
	// ErrTampered says that the bytes, or anything they are bound to, are
	// not what was sealed.
	ErrTampered = errors.New("sealed bytes do not open")
)

// Vault seals and opens under data keys that are on stable storage before
// anything is sealed under them. It is safe for concurrent use.
type Vault interface {
	// Take reserves a stored data key that nobody else has or will get.
	Take(ctx context.Context) (kid string, err error)
	// Seal encrypts plain under the key and binds aad to it. Errors:
	// ErrKeyMissing, ErrErased.
	Seal(ctx context.Context, kid string, aad, plain []byte) ([]byte, error)
	// Open returns what was sealed under the same key with the same aad.
	// Errors: ErrKeyMissing, ErrErased, ErrTampered.
	Open(ctx context.Context, kid string, aad, sealed []byte) ([]byte, error)
}

// binding is the associated data of a sealed message: the stream, the
// aggregate, the version (which the guard of the append enforces), the key,
// the command, the event kinds, and before them the form itself. Each field
// is preceded by its length, so that no two messages share a binding. The
// partition is left out on purpose: moving an aggregate needs no re-sealing.
func binding(s Subject, h Header) []byte {
	b := make([]byte, 0, 192)
	b = field(b, "verigate record")
	b = binary.BigEndian.AppendUint32(b, uint32(h.Wire)) //nolint:gosec // a small constant of this package
	b = field(b, Stream)
	b = field(b, s.Kind)
	b = field(b, s.ID)
	b = binary.BigEndian.AppendUint64(b, h.Version)
	b = field(b, h.KID)
	b = field(b, h.Command)
	b = binary.BigEndian.AppendUint32(b, uint32(len(h.Kinds))) //nolint:gosec // events of one decision
	for _, kind := range h.Kinds {
		b = field(b, kind)
	}
	return b
}

func field(b []byte, s string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(s))) //nolint:gosec // names and ids
	return append(b, s...)
}
