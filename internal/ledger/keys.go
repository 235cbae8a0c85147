package ledger

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// KeySet are the keys of a gateway's ledger: one that signs, and the public halves of those that did.
type KeySet struct {
	current Key
	since   time.Time
	retired []retiredKey // newest first
}

// keyFile is a KeySet as it is kept.
type keyFile struct {
	Seed    []byte       `json:"seed"` // of the Ed25519 key that signs
	Created time.Time    `json:"created_at"`
	Retired []retiredKey `json:"retired"`
}

type retiredKey struct {
	Public  []byte    `json:"public"`
	Created time.Time `json:"created_at"`
	Retired time.Time `json:"retired_at"`
}

// NewKeySet begins with a key, an Ed25519 seed.
func NewKeySet(seed []byte, now time.Time) KeySet {
	return KeySet{current: NewKey(ed25519.NewKeyFromSeed(seed)), since: now.UTC()}
}

// Rotated retires the current key for a new one. The private half of the old one is in no KeySet any more.
func (s KeySet) Rotated(seed []byte, now time.Time) KeySet {
	next := NewKeySet(seed, now)
	old := retiredKey{Public: s.current.Public(), Created: s.since, Retired: next.since}
	next.retired = append([]retiredKey{old}, s.retired...)
	return next
}

// Current is the key that signs.
func (s KeySet) Current() Key { return s.current }

// Continues says whether a set has all keys of an earlier one: it is the same, or came of it by rotations.
func (s KeySet) Continues(earlier KeySet) bool {
	return !slices.ContainsFunc(earlier.all(), func(e retiredKey) bool {
		return !slices.ContainsFunc(s.all(), func(k retiredKey) bool { return bytes.Equal(k.Public, e.Public) })
	})
}

// all are its keys, the current one first and without a date of its retirement.
func (s KeySet) all() []retiredKey {
	return slices.Concat([]retiredKey{{Public: s.current.Public(), Created: s.since}}, s.retired)
}

// ParseKeySet reads what Encode wrote. Nothing of it is in the error.
func ParseKeySet(content []byte) (KeySet, error) {
	var f keyFile
	if err := json.Unmarshal(content, &f); err != nil || len(f.Seed) != ed25519.SeedSize {
		return KeySet{}, errors.New("not the keys of a ledger")
	}
	for _, old := range f.Retired {
		if len(old.Public) != ed25519.PublicKeySize || old.Retired.IsZero() {
			return KeySet{}, errors.New("a retired key of the ledger is damaged")
		}
	}
	s := NewKeySet(f.Seed, f.Created)
	s.retired = f.Retired
	return s, nil
}

// Encode is the KeySet with its private key: a secret.
func (s KeySet) Encode() ([]byte, error) {
	content, err := json.MarshalIndent(keyFile{Seed: s.current.private.Seed(), Created: s.since, Retired: s.retired}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode the keys of the ledger: %w", err)
	}
	return append(content, '\n'), nil
}

// PublicKey is one key of the ledger as others may know it.
type PublicKey struct {
	Lines   []string // its verifier keys: under each origin, and as the signer of bundles
	Created time.Time
	Retired time.Time // zero: it signs now
}

// Public are the keys that sign or signed the logs of some streams of a record, the current one first.
func (s KeySet) Public(record string, streams []string) ([]PublicKey, error) {
	names := []string{signsBundles(record)}
	for _, stream := range streams {
		names = append(names, Origin(record, stream))
	}
	slices.Sort(names)
	all := s.all()
	out := make([]PublicKey, len(all))
	for i, key := range all {
		out[i] = PublicKey{Created: key.Created, Retired: key.Retired}
		for _, name := range names {
			line, err := VerifierKey(name, key.Public)
			if err != nil {
				return nil, err
			}
			out[i].Lines = append(out[i].Lines, line)
		}
	}
	return out, nil
}
