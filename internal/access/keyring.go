package access

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"verigate/internal/verification"
)

// ErrUnauthenticated is the one answer to a credential that is malformed, unknown, revoked, over, or of a disabled
// principal.
var ErrUnauthenticated = errors.New("no valid credential")

// ErrOutOfOrder says that decisions on a principal were left out: the keyring cannot be trusted, the follower stops.
var ErrOutOfOrder = errors.New("decisions on a principal are missing")

// Keyring knows every principal and every key, in memory. It is fed with the decisions of the record and is safe for
// concurrent use.
type Keyring struct {
	mu         sync.RWMutex
	principals map[verification.PersonID]Principal
	holders    map[verification.KeyID]verification.PersonID // revoked keys too
	used       map[verification.KeyID]*atomic.Int64         // of each holder's key: Unix seconds of its last use, 0 before
	bound      map[Hash][]verification.KeyID                // by thumbprint: certificates, revoked ones too
	standIn    ed25519.PublicKey                            // checks what names no signer, so that it takes as long
	recognised map[recognised]verification.PersonID         // removed identities too
}

// NewKeyring knows nobody.
func NewKeyring() *Keyring {
	return &Keyring{
		principals: map[verification.PersonID]Principal{},
		holders:    map[verification.KeyID]verification.PersonID{},
		used:       map[verification.KeyID]*atomic.Int64{},
		bound:      map[Hash][]verification.KeyID{},
		standIn:    ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)).Public().(ed25519.PublicKey),
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
		k.knows(key, id)
	}
	k.recognise(p)
	return nil
}

// knows remembers whose a credential is. It is called with mu held.
func (k *Keyring) knows(key Key, holder verification.PersonID) {
	if _, taken := k.holders[key.ID]; taken { // ids are random; the first holder would keep it
		return
	}
	k.holders[key.ID] = holder
	k.used[key.ID] = &atomic.Int64{}
	if key.Kind == Certificate {
		k.bound[key.Hash] = append(k.bound[key.Hash], key.ID)
	}
}

// Bound says who has bound a certificate that is good at a moment; none when nobody has, or two.
func (k *Keyring) Bound(thumbprint Hash, at time.Time) (verification.PersonID, bool) {
	p, key := k.certificate(thumbprint, at)
	return p.ID, key.ID != ""
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
