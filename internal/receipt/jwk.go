package receipt

import (
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// PublicKey is one key that signs now or once did.
type PublicKey struct {
	ID      string // RFC 7638 thumbprint, base64url: the `kid`
	X       ed25519.PublicKey
	Created time.Time
	Retired time.Time // zero: still in use
}

func newPublicKey(private ed25519.PrivateKey, created time.Time) (PublicKey, error) {
	public, _ := private.Public().(ed25519.PublicKey)
	thumbprint, err := (&jose.JSONWebKey{Key: public}).Thumbprint(crypto.SHA256)
	if err != nil {
		return PublicKey{}, fmt.Errorf("receipt key: %w", err)
	}
	id := base64.RawURLEncoding.EncodeToString(thumbprint)
	return PublicKey{ID: id, X: public, Created: created.UTC()}, nil
}

// mayDate refuses what is dated after the key was retired: it was not signed by us.
func (k PublicKey) mayDate(t time.Time) error {
	if !k.Retired.IsZero() && t.After(k.Retired.Add(retirementAllowance)) {
		return fmt.Errorf("%w: dated after key %s was retired", ErrNotGenuine, k.ID)
	}
	return nil
}

// jwk is a key as it is published and, with D, as it is kept. The two dates are members of our own; RFC 7517 has readers
// ignore members that they do not know.
type jwk struct {
	KeyType   string    `json:"kty"`
	Curve     string    `json:"crv"`
	X         string    `json:"x"`
	D         string    `json:"d,omitempty"` // the private seed; never in a published set
	ID        string    `json:"kid"`
	Use       string    `json:"use"`
	Algorithm string    `json:"alg"`
	Created   time.Time `json:"verigate_created_at"`
	Retired   time.Time `json:"verigate_retired_at,omitzero"`
}

type jwkSet struct {
	Keys []jwk `json:"keys"`
}

func newJWK(k PublicKey) jwk {
	return jwk{
		KeyType:   "OKP",
		Curve:     "Ed25519",
		X:         base64.RawURLEncoding.EncodeToString(k.X),
		ID:        k.ID,
		Use:       "sig",
		Algorithm: string(jose.EdDSA),
		Created:   k.Created,
		Retired:   k.Retired,
	}
}

func (j jwk) isOurs() bool {
	return j.KeyType == "OKP" && j.Curve == "Ed25519" && j.Use == "sig" && j.Algorithm == string(jose.EdDSA)
}

func (j jwk) public() (PublicKey, error) {
	x, err := base64.RawURLEncoding.DecodeString(j.X)
	if err != nil || len(x) != ed25519.PublicKeySize {
		return PublicKey{}, fmt.Errorf("key %q: not an Ed25519 public key", j.ID)
	}
	return PublicKey{ID: j.ID, X: x, Created: j.Created, Retired: j.Retired}, nil
}

// parseJWKS indexes the Ed25519 signing keys of a set by `kid`; keys of other sorts are left out.
func parseJWKS(jwks []byte) (map[string]PublicKey, error) {
	var set jwkSet
	if err := json.Unmarshal(jwks, &set); err != nil {
		return nil, fmt.Errorf("read JWK set: %w", err)
	}
	keys := make(map[string]PublicKey, len(set.Keys))
	for _, j := range set.Keys {
		if !j.isOurs() {
			continue
		}
		key, err := j.public()
		if err != nil {
			return nil, fmt.Errorf("read JWK set: %w", err)
		}
		if _, twice := keys[key.ID]; twice {
			return nil, errors.New("read JWK set: a key id appears twice")
		}
		keys[key.ID] = key
	}
	return keys, nil
}
