package access

import (
	"time"

	"verigate/internal/verification"
)

// The events of a principal's credentials that came after key_issued.v1, which has neither end nor scopes and is
// written no more.
type (
	// KeyIssuedV2 holds the hash of a key; the key itself was shown once.
	KeyIssuedV2 struct {
		Key       verification.KeyID `json:"key"`
		Hash      Hash               `json:"hash"`                // SHA-256 of the whole key
		ExpiresAt time.Time          `json:"expires_at,omitzero"` // absent: until it is revoked
		Scopes    []Scope            `json:"scopes,omitempty"`    // absent: all that the principal may do
		Replaces  verification.KeyID `json:"replaces,omitempty"`  // the key that it was rotated from
	}

	// SignerAdded holds a public key, which signs calls from then on.
	SignerAdded struct {
		Key       verification.KeyID `json:"key"`
		Public    PublicKey          `json:"public_key"`
		ExpiresAt time.Time          `json:"expires_at,omitzero"` // absent: until it is revoked
		Scopes    []Scope            `json:"scopes,omitempty"`    // absent: all that the principal may do
	}

	// CertificateBound holds the thumbprint of a certificate and when it is good.
	CertificateBound struct {
		Key        verification.KeyID `json:"key"`
		Thumbprint Hash               `json:"thumbprint"` // SHA-256 of its DER
		NotBefore  time.Time          `json:"not_before"`
		NotAfter   time.Time          `json:"not_after"`           // the last second in which it is good
		ExpiresAt  time.Time          `json:"expires_at,omitzero"` // absent: no end before that
		Scopes     []Scope            `json:"scopes,omitempty"`    // absent: all that the principal may do
	}

	// CertificateUseSet says what the principal's certificates are good for from then on.
	CertificateUseSet struct {
		Use CertificateUse `json:"use"`
	}

	// KeyEnds says when a key will have ended, unless it ends sooner.
	KeyEnds struct {
		Key verification.KeyID `json:"key"`
		At  time.Time          `json:"at"`
	}
)

// EventKind implements Event.
func (KeyIssuedV2) EventKind() string { return "key_issued.v2" }

// EventKind implements Event.
func (KeyEnds) EventKind() string { return "key_ends.v1" }

// EventKind implements Event.
func (SignerAdded) EventKind() string { return "signer_added.v1" }

// EventKind implements Event.
func (CertificateBound) EventKind() string { return "certificate_bound.v1" }

// EventKind implements Event.
func (CertificateUseSet) EventKind() string { return "certificate_use_set.v1" }

func (KeyIssuedV2) happened() {}
func (KeyEnds) happened()     {}
func (SignerAdded) happened() {}

func (CertificateBound) happened()  {}
func (CertificateUseSet) happened() {}
