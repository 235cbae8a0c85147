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
	ByKey         Means = "key"         // an API key sent along: whoever reads the call could send it again
	BySignature   Means = "signature"   // the call is signed
	ByCertificate Means = "certificate" // the connection is the holder's of a certificate
	BySession     Means = "session"     // a person signed in
)

// means is how whoever holds a credential of the kind signs in.
func (k CredentialKind) means() Means {
	switch k {
	case Signer:
		return BySignature
	case Certificate:
		return ByCertificate
	case APIKey:
		return ByKey
	}
	return ""
}

// Signed is a call that is signed, as far as its form goes.
type Signed interface {
	// Signer is the id of the credential that the signature names.
	Signer() string
	// By says whether the key made the signature.
	By(key ed25519.PublicKey) bool
}

// Proof is what a call brings to show who sends it: Key, or Signed, or a certificate alone; a certificate may come along
// with either of the others.
type Proof struct {
	Key         string // an API key in clear
	Signed      Signed
	Certificate Hash      // thumbprint of the client certificate of the call's own connection; zero: none
	At          time.Time // when it is judged
}

// Identify says who sends a call, and ErrUnauthenticated otherwise, whatever the reason and in the same time. The
// credential counts as used, whatever becomes of the call. A signed call may have been sent before: see to that too.
//
// Credentials of two principals are none. A certificate that is bound to nobody is as if there were none.
func (k *Keyring) Identify(proof Proof) (Caller, error) {
	holder, along := k.certificate(proof.Certificate, proof.At)
	p, key, ok := k.proven(proof, holder, along)
	stranger := along.ID != "" && holder.ID != p.ID
	if !ok || stranger || !p.admits(key, along, proof.At) {
		return Caller{}, ErrUnauthenticated
	}
	k.use(key.ID, proof.At)
	return p.At(proof.At).calling(key, along), nil
}

// proven finds the credential that the proof is of. What is unknown is compared all the same.
func (k *Keyring) proven(proof Proof, holder Principal, along Key) (Principal, Key, bool) {
	switch {
	case proof.Key != "" && proof.Signed == nil:
		return k.provenByKey(proof.Key)
	case proof.Signed != nil && proof.Key == "":
		return k.provenBySignature(proof.Signed)
	case proof.Signed == nil:
		return holder, along, along.ID != ""
	}
	return Principal{}, Key{}, false
}

func (k *Keyring) provenByKey(text string) (Principal, Key, bool) {
	secret, err := ParseKey(text)
	if err != nil {
		return Principal{}, Key{}, false
	}
	given := secret.Hash()
	p, key := k.holder(secret.ID())
	matches := key.Hash.matches(given) // an unknown id compares with zeros
	return p, key, matches && key.Kind == APIKey
}

func (k *Keyring) provenBySignature(call Signed) (Principal, Key, bool) {
	p, key := k.holder(verification.KeyID(call.Signer()))
	public := k.standIn
	if key.Kind == Signer {
		public = ed25519.PublicKey(key.Public[:])
	}
	signed := call.By(public)
	return p, key, signed && key.Kind == Signer
}

// certificate finds who has bound a certificate that is good at a moment. One that two have bound is nobody's: TLS has
// shown that somebody holds its key, not which of them.
func (k *Keyring) certificate(thumbprint Hash, at time.Time) (holder Principal, bound Key) {
	k.mu.RLock()
	ids := k.bound[thumbprint]
	k.mu.RUnlock()
	for _, id := range ids {
		p, key := k.holder(id)
		switch {
		case !p.usable(key, at):
		case bound.ID != "":
			return Principal{}, Key{}
		default:
			holder, bound = p, key
		}
	}
	return holder, bound
}

// admits says whether the principal takes one of its credentials at a moment, with the certificate that came along.
func (p Principal) admits(key, along Key, at time.Time) bool {
	switch {
	case !p.usable(key, at):
		return false
	case p.CertificateUse == CertificatesRequired:
		return key.Kind != Certificate && p.usable(along, at)
	case key.Kind == Certificate:
		return p.CertificateUse == CertificatesAlone
	}
	return true
}

// calling is the caller whom admits has let in.
func (p Principal) calling(key, along Key) Caller {
	c := p.Caller(key.ID)
	if p.CertificateUse == CertificatesRequired {
		c.Along, c.AlongScopes = along.ID, along.Scopes
	}
	return c
}

// Current is who the caller is at a moment, without asking for the proof again: a stream asks before each batch, so that
// a credential that has ended, or a changed membership, ends or narrows it.
func (k *Keyring) Current(c Caller, at time.Time) (Caller, error) {
	p, key := k.holder(c.Key)
	along, _ := p.Key(c.Along)
	if !p.admits(key, along, at) {
		return Caller{}, ErrUnauthenticated
	}
	return p.At(at).calling(key, along), nil
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
