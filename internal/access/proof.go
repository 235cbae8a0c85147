package access

import (
	"sync/atomic"
	"time"

	"verigate/internal/verification"
)

// Means is how a caller proved who it is. The zero value is no proof: the gateway itself, or nobody.
type Means string

// The means.
const (
	ByKey     Means = "key"     // an API key sent along: whoever reads the call could send it again
	BySession Means = "session" // a person signed in
)

// Proof is what a call brings to show who sends it.
type Proof struct {
	Key string    // an API key in clear
	At  time.Time // when it is judged
}

// Identify says who sends a call, and ErrUnauthenticated otherwise, whatever the reason and in the same time. The
// credential counts as used, whatever becomes of the call.
func (k *Keyring) Identify(proof Proof) (Caller, error) {
	secret, err := ParseKey(proof.Key)
	if err != nil {
		return Caller{}, ErrUnauthenticated
	}
	given := secret.Hash()
	p, key := k.holder(secret.ID())
	matches := key.Hash.matches(given) // an unknown id compares with zeros
	if !matches || !p.usable(key, proof.At) {
		return Caller{}, ErrUnauthenticated
	}
	k.use(key.ID, proof.At)
	return p.Caller(key.ID), nil
}

// Current is who the caller is at a moment, without asking for the proof again: a stream asks before each batch, so that
// a key that has ended or a changed membership ends or narrows it.
func (k *Keyring) Current(c Caller, at time.Time) (Caller, error) {
	p, key := k.holder(c.Key)
	if !p.usable(key, at) {
		return Caller{}, ErrUnauthenticated
	}
	return p.Caller(key.ID), nil
}

func (k *Keyring) holder(id verification.KeyID) (Principal, Key) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	p := k.principals[k.holders[id]]
	key, _ := p.Key(id)
	return p, key
}

func (p Principal) usable(key Key, at time.Time) bool {
	return p.ID != "" && !p.Disabled && key.Good(at)
}

// use remembers when a credential was used last, to the second. Of calls at the same moment any may be the one.
func (k *Keyring) use(id verification.KeyID, at time.Time) {
	k.mu.RLock()
	last := k.used[id]
	k.mu.RUnlock()
	last.Store(at.Unix())
}

// Used says when each credential was used last through this keyring, to the second; one that is missing was not. It is
// known in memory alone: another gateway's use and that of before the start are not in it.
func (k *Keyring) Used() map[verification.KeyID]time.Time {
	k.mu.RLock()
	defer k.mu.RUnlock()
	used := map[verification.KeyID]time.Time{}
	for id, last := range k.used {
		if at := last.Load(); at != 0 {
			used[id] = time.Unix(at, 0).UTC()
		}
	}
	return used
}

// knows makes a place for a new credential's last use. It is called with mu held.
func (k *Keyring) knows(id verification.KeyID, holder verification.PersonID) {
	if _, taken := k.holders[id]; taken { // ids are random; the first holder would keep it
		return
	}
	k.holders[id] = holder
	k.used[id] = &atomic.Int64{}
}
