package access

import (
	"crypto/ed25519"
	"time"

	"verigate/internal/verification"
)

// Means is how a caller proved who it is. The zero value is no proof: the gateway itself, or nobody.
type Means string

// The means.
const (
	ByKey       Means = "key"       // an API key sent along: whoever reads the call could send it again
	BySignature Means = "signature" // the call is signed
	BySession   Means = "session"   // a person signed in
)

// means is how whoever holds a credential of the kind signs in.
func (k CredentialKind) means() Means {
	if k == Signer {
		return BySignature
	}
	return ByKey
}

// Signed is a call that is signed, as far as its form goes.
type Signed interface {
	// Signer is the id of the credential that the signature names.
	Signer() string
	// By says whether the key made the signature.
	By(key ed25519.PublicKey) bool
}

// Proof is what a call brings to show who sends it: exactly one of Key and Signed.
type Proof struct {
	Key    string // an API key in clear
	Signed Signed
	At     time.Time // when it is judged
}

// Identify says who sends a call, and ErrUnauthenticated otherwise, whatever the reason and in the same time. The
// credential counts as used, whatever becomes of the call. A signed call may have been sent before: see to that too.
func (k *Keyring) Identify(proof Proof) (Caller, error) {
	p, key, ok := k.proven(proof)
	if !ok || !p.usable(key, proof.At) {
		return Caller{}, ErrUnauthenticated
	}
	k.use(key.ID, proof.At)
	return p.Caller(key.ID), nil
}

// proven finds the credential that the proof is of. What is unknown is compared all the same.
func (k *Keyring) proven(proof Proof) (Principal, Key, bool) {
	switch {
	case proof.Key != "" && proof.Signed == nil:
		secret, err := ParseKey(proof.Key)
		if err != nil {
			return Principal{}, Key{}, false
		}
		given := secret.Hash()
		p, key := k.holder(secret.ID())
		matches := key.Hash.matches(given) // an unknown id compares with zeros
		return p, key, matches && key.Kind == APIKey
	case proof.Signed != nil && proof.Key == "":
		p, key := k.holder(verification.KeyID(proof.Signed.Signer()))
		public := k.standIn
		if key.Kind == Signer {
			public = ed25519.PublicKey(key.Public[:])
		}
		signed := proof.Signed.By(public)
		return p, key, signed && key.Kind == Signer
	}
	return Principal{}, Key{}, false
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
