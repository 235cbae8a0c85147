package access

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"slices"

	"verigate/internal/verification"
)

// PublicKey is an Ed25519 public key (RFC 8032).
type PublicKey [ed25519.PublicKeySize]byte

// MarshalText writes base64url without padding, as the x of a JWK (RFC 8037, 2).
func (k PublicKey) MarshalText() ([]byte, error) {
	return []byte(base64.RawURLEncoding.EncodeToString(k[:])), nil
}

// UnmarshalText reads what MarshalText writes.
func (k *PublicKey) UnmarshalText(text []byte) error {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(string(text))
	if err != nil || len(raw) != len(k) {
		return errors.New("a public key is 32 bytes in base64url")
	}
	copy(k[:], raw)
	return nil
}

// ParsePublicKey reads an Ed25519 public key from a file: PEM of a SubjectPublicKeyInfo (RFC 8410), or a JWK (RFC 8037).
// A private key is refused: whoever handed it in gave it away. Errors hold nothing of the file.
func ParsePublicKey(file []byte) (PublicKey, error) {
	if block, rest := pem.Decode(file); block != nil {
		if more, _ := pem.Decode(rest); more != nil || block.Type != "PUBLIC KEY" {
			return PublicKey{}, errNotPublic
		}
		parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
		key, ok := parsed.(ed25519.PublicKey)
		if err != nil || !ok {
			return PublicKey{}, errNotPublic
		}
		return PublicKey(key), nil
	}
	var jwk struct {
		KeyType string           `json:"kty"`
		Curve   string           `json:"crv"`
		X       *PublicKey       `json:"x"`
		D       *json.RawMessage `json:"d"`
	}
	if json.Unmarshal(file, &jwk) != nil || jwk.KeyType != "OKP" || jwk.Curve != "Ed25519" || jwk.X == nil || jwk.D != nil {
		return PublicKey{}, errNotPublic
	}
	return *jwk.X, nil
}

var errNotPublic = errors.New("not one Ed25519 public key: the file is a PEM block PUBLIC KEY, or a JWK of kty OKP and crv Ed25519 " +
	"without its private part. If it held a private key, that key is no secret any more: make another")

// AddSigner lets calls be signed with a key from now on.
type AddSigner struct {
	Key    verification.KeyID // that signatures name as keyid
	Public PublicKey
	Terms
}

func (AddSigner) command() {}

func (p Principal) addSigner(s verification.Stamp, c AddSigner) ([]Event, error) {
	_, taken := p.Key(c.Key)
	switch {
	case p.Disabled:
		return nil, refuse(PrincipalEnded, "the principal was disabled")
	case taken || !keyID(string(c.Key)) || c.Public == PublicKey{}:
		return nil, refuse(KeyInvalid, "a signer needs an id of its own and its public key")
	case slices.ContainsFunc(p.Keys, func(k Key) bool { return k.Kind == Signer && k.Public == c.Public }):
		return nil, refuse(KeyInvalid, "the principal has or had this signer already: make another key")
	}
	if err := c.Terms.check(s.At); err != nil {
		return nil, err
	}
	return []Event{SignerAdded{Key: c.Key, Public: c.Public, ExpiresAt: c.ExpiresAt, Scopes: c.Scopes}}, nil
}
