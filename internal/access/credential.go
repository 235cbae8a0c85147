package access

import (
	"slices"
	"time"

	"verigate/internal/verification"
)

// CredentialKind is what a credential is.
type CredentialKind string

// The kinds, as they are listed.
const (
	APIKey      CredentialKind = "key"         // a secret that is sent along
	Signer      CredentialKind = "signer"      // an Ed25519 key that signs each call (package signature)
	Certificate CredentialKind = "certificate" // a client certificate of TLS
)

// Key is one credential of a principal.
type Key struct {
	ID        verification.KeyID
	Kind      CredentialKind
	Hash      Hash      // of an API key, which is kept nowhere itself; the thumbprint of a certificate
	Public    PublicKey // of a signer
	Scopes    []Scope   // none: all that the principal may do
	CreatedAt time.Time
	StartsAt  time.Time // of a certificate: it is not good before
	ExpiresAt time.Time // as it was issued: good before, not from then on; zero: no such time
	EndsAt    time.Time // the same, as it was decided later
	RevokedAt time.Time // zero while it is good
}

// Good says whether the credential counts at a moment, its principal not being disabled.
func (k Key) Good(at time.Time) bool {
	end := k.End()
	return k.ID != "" && k.RevokedAt.IsZero() && !at.Before(k.StartsAt) && (end.IsZero() || at.Before(end))
}

// End is from when on it is not good, if nobody revokes it before; zero when no time is set.
func (k Key) End() time.Time { return earlier(k.ExpiresAt, k.EndsAt) }

// earlier is the earlier of two times, of which zero stands for none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func (k Key) ending(at time.Time) Key {
	k.EndsAt = earlier(k.EndsAt, at)
	return k
}

func (k Key) revoked(at time.Time) Key {
	if k.RevokedAt.IsZero() {
		k.RevokedAt = at
	}
	return k
}

// Key finds a credential of the principal, revoked ones too.
func (p Principal) Key(id verification.KeyID) (Key, bool) {
	at := slices.IndexFunc(p.Keys, func(k Key) bool { return k.ID == id })
	if at < 0 {
		return Key{}, false
	}
	return p.Keys[at], true
}

// withKey returns the principal with one credential more.
func (p Principal) withKey(k Key) Principal {
	p.Keys = append(slices.Clone(p.Keys), k)
	return p
}

// changedKey returns the principal with a credential changed.
func (p Principal) changedKey(id verification.KeyID, change func(Key) Key) Principal {
	p.Keys = slices.Clone(p.Keys)
	for i := range p.Keys {
		if p.Keys[i].ID == id {
			p.Keys[i] = change(p.Keys[i])
		}
	}
	return p
}
