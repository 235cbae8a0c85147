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

func (KeyIssuedV2) happened() {}
func (KeyEnds) happened()     {}
func (SignerAdded) happened() {}
