package seal

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"

	"verigate/internal/record"
)

// ErrExists says that a key of that id is stored already, or was.
var ErrExists = errors.New("key id is taken")

// ErrMoved says that a key is not any more as it was read.
var ErrMoved = errors.New("the key was changed meanwhile")

// Wrapped is a key as it is stored: sealed under its group's key, or for a
// group's own key under the root.
type Wrapped struct {
	KID   string // a data key's id, "group.2026-11", or "names"
	Group string // "group.2026-11", or "root"
	Root  string // of the root group: the version of the root key; empty: of before versions had names
	Bytes []byte
	Place uint64 // where the store has it, for Replace, Move and Add; Put does not read it
	// Replaced says of a group's key that another is in its place: nothing is
	// added under it.
	Replaced bool
}

// KeyStore holds wrapped keys. It is safe for concurrent use.
type KeyStore interface {
	// Put stores all of the keys or none; they are on stable storage when it
	// returns. ErrExists when an id is taken by another key, also by an
	// erased one. At most 1,000 keys.
	Put(ctx context.Context, keys []Wrapped) error
	// Add stores data keys, all or none, if the key of their group is still as
	// it was read; else ErrMoved, and nothing is stored. Their ids are random,
	// and nobody else's. Durable and at most as many as in Put.
	Add(ctx context.Context, under Wrapped, keys []Wrapped) error
	// Each calls fn with the data keys under a group, those that were added
	// before the call for certain; also with what was replaced or erased since,
	// which Replace tells. It ends with fn's error.
	Each(ctx context.Context, group string, fn func(Wrapped) error) error
	// Get returns one key: record.ErrKeyMissing when there never was one,
	// record.ErrErased when it was erased. Both are certain, by the leader.
	Get(ctx context.Context, kid string) (Wrapped, error)
	// Erase overwrites the key where it is stored and remembers that it did.
	// It can be repeated, and is needed again after a crash in between.
	Erase(ctx context.Context, kid string) error
	// Replace puts a key, wrapped anew, in the place where it was read, and
	// then overwrites its former bytes as Erase does. ErrMoved when another
	// was put there, record.ErrErased when it was erased: nothing is changed
	// then. A crash in between leaves both, of which the new one counts.
	Replace(ctx context.Context, key Wrapped) error
	// Move is Replace, if the key of the group that the data key comes under is
	// still as it was read too; else ErrMoved, and nothing is changed.
	Move(ctx context.Context, under, key Wrapped) error
	// Settle overwrites what a Replace or Move that was cut off has left of former
	// bytes. It can be repeated.
	Settle(ctx context.Context, kid string) error
	// Groups lists the keys of groups that are not erased, oldest first.
	Groups(ctx context.Context) ([]Wrapped, error)
}

// keySize is AES-256's, in bytes.
const keySize = 32

// names is the alphabet of key ids and blind names: RFC 4648's, lower case,
// without padding, so that each is one token of a subject.
var names = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// newID returns 128 random bits as 26 symbols.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return names.EncodeToString(b[:])
}

func newKey() []byte {
	key := make([]byte, keySize)
	_, _ = rand.Read(key)
	return key
}

// wrap seals a key under another, bound to its own id and its group.
func wrap(under *subtle.AESGCM, kid, group string, key []byte) (Wrapped, error) {
	sealed, err := under.Encrypt(key, place(kid, group))
	if err != nil {
		return Wrapped{}, fmt.Errorf("wrap key %s under %s: %w", kid, group, err)
	}
	return Wrapped{KID: kid, Group: group, Bytes: sealed}, nil
}

// unwrap opens what wrap sealed. That it does not open is record.ErrTampered:
// another key's bytes, or damage.
func unwrap(under *subtle.AESGCM, w Wrapped) (*subtle.AESGCM, error) {
	key, err := under.Decrypt(w.Bytes, place(w.KID, w.Group))
	if err != nil {
		return nil, fmt.Errorf("unwrap key %s under %s: %w", w.KID, w.Group, record.ErrTampered)
	}
	return opening(w.KID, key)
}

// opening is a key that was unwrapped, ready for use.
func opening(kid string, key []byte) (*subtle.AESGCM, error) {
	aead, err := subtle.NewAESGCM(key)
	if err != nil {
		return nil, fmt.Errorf("use key %s: %w", kid, record.ErrTampered)
	}
	return aead, nil
}

// place is the associated data of a wrapped key.
func place(kid, group string) []byte { return framed("verigate key 1", kid, group) }

// framed joins fields, each preceded by its length, so that no two lists of
// fields give the same bytes.
func framed(fields ...string) []byte {
	n := 0
	for _, f := range fields {
		n += 4 + len(f)
	}
	b := make([]byte, 0, n)
	for _, f := range fields {
		b = binary.BigEndian.AppendUint32(b, uint32(len(f))) //nolint:gosec // ids and short values
		b = append(b, f...)
	}
	return b
}
