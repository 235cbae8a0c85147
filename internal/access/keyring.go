package access

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"verigate/internal/verification"
)

// ErrUnauthenticated is the one answer to a key that is malformed, unknown, revoked, or of a disabled principal.
var ErrUnauthenticated = errors.New("no valid credential")

// ErrOutOfOrder says that decisions on a principal were left out: the keyring cannot be trusted, the follower stops.
var ErrOutOfOrder = errors.New("decisions on a principal are missing")

// Keyring knows every principal and every key, in memory. It is fed with the decisions of the record and is safe for
// concurrent use.
type Keyring struct {
	now        func() time.Time
	mu         sync.RWMutex
	principals map[verification.PersonID]Principal
	holders    map[verification.KeyID]verification.PersonID // revoked keys too
	recognised map[recognised]verification.PersonID         // removed identities too
}

// NewKeyring knows nobody. By the clock grants stop.
func NewKeyring(now func() time.Time) *Keyring {
	return &Keyring{
		now:        now,
		principals: map[verification.PersonID]Principal{},
		holders:    map[verification.KeyID]verification.PersonID{},
		recognised: map[recognised]verification.PersonID{},
	}
}

// Apply folds a decision on the principal `id`, before which its aggregate had `version` messages. One that is folded
// already is passed over, so that a gateway may apply its own at once and meet it again in the record. ErrOutOfOrder
// when one before it is missing.
func (k *Keyring) Apply(id verification.PersonID, version uint64, d Decision) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	p := k.principals[id]
	switch {
	case version < p.Version:
		return nil
	case version > p.Version:
		return fmt.Errorf("principal %s, decision %d after %d: %w", id, version, p.Version, ErrOutOfOrder)
	}
	p = p.Apply(d)
	k.principals[id] = p
	for _, key := range p.Keys {
		if _, taken := k.holders[key.ID]; !taken { // ids are random; the first holder would keep it
			k.holders[key.ID] = id
		}
	}
	k.recognise(p)
	return nil
}

// Lookup says who sends a key, and ErrUnauthenticated otherwise, whatever the reason and in the same time.
func (k *Keyring) Lookup(text string) (Caller, error) {
	secret, err := ParseKey(text)
	if err != nil {
		return Caller{}, ErrUnauthenticated
	}
	given := secret.Hash()
	p, key := k.holder(secret.ID())
	matches := key.Hash.matches(given) // an unknown id compares with zeros
	if !matches || !p.usable(key) {
		return Caller{}, ErrUnauthenticated
	}
	return p.At(k.now()).Caller(key.ID), nil
}

// Current is who holds the key now, without asking for its secret again: a stream asks before each batch, so that a
// revoked key or a changed membership ends or narrows it.
func (k *Keyring) Current(id verification.KeyID) (Caller, error) {
	p, key := k.holder(id)
	if !p.usable(key) {
		return Caller{}, ErrUnauthenticated
	}
	return p.At(k.now()).Caller(key.ID), nil
}

func (k *Keyring) holder(id verification.KeyID) (Principal, Key) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	p := k.principals[k.holders[id]]
	key, _ := p.Key(id)
	return p, key
}

func (p Principal) usable(key Key) bool {
	return p.ID != "" && !p.Disabled && key.ID != "" && key.RevokedAt.IsZero()
}

// Principal finds a principal as the record has it: what it may do now is Principal.At's to say. Its slices are not to be changed.
func (k *Keyring) Principal(id verification.PersonID) (Principal, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	p, ok := k.principals[id]
	return p, ok
}

// Principals lists all, by id.
func (k *Keyring) Principals() []Principal {
	k.mu.RLock()
	defer k.mu.RUnlock()
	all := make([]Principal, 0, len(k.principals))
	for _, p := range k.principals {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b Principal) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return all
}
