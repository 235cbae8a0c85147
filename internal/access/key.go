package access

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"verigate/internal/verification"
)

const (
	keyPrefix    = "vg_"
	keySymbols   = "0123456789abcdefghjkmnpqrstvwxyz" // Crockford's: no underscore, which ends the id
	keyIDLength  = 16                                 // 80 bits: two keys never meet
	secretLength = 32                                 // bytes
)

// Hash is the SHA-256 of a whole key. No slow hash is needed: the secret is 256 random bits, not a password, so there
// is nothing to guess, and a fast hash costs a stranger's request next to nothing.
type Hash [sha256.Size]byte

// MarshalText writes lower-case hex.
func (h Hash) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(h[:])), nil }

// UnmarshalText reads what MarshalText writes.
func (h *Hash) UnmarshalText(text []byte) error {
	if len(text) != 2*len(h) {
		return errors.New("a hash has 64 hex digits")
	}
	_, err := hex.Decode(h[:], text)
	return err
}

// Secret is an API key in clear. Printed, formatted, logged or marshalled it gives its id alone; only Reveal gives it
// away.
type Secret struct {
	id   verification.KeyID
	text string
}

// NewKey reads a new key from random: "vg_<key id>_<secret>", the secret 32 bytes in base64url.
func NewKey(random io.Reader) (Secret, error) {
	var b [keyIDLength + secretLength]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return Secret{}, fmt.Errorf("read a random key: %w", err)
	}
	id := idOf([keyIDLength]byte(b[:]))
	secret := base64.RawURLEncoding.EncodeToString(b[keyIDLength:])
	return Secret{id: id, text: keyPrefix + string(id) + "_" + secret}, nil
}

// NewKeyID reads the id of a credential without a secret from random.
func NewKeyID(random io.Reader) (verification.KeyID, error) {
	var b [keyIDLength]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("read a random id: %w", err)
	}
	return idOf(b), nil
}

func idOf(b [keyIDLength]byte) verification.KeyID {
	id := make([]byte, keyIDLength)
	for i := range id {
		id[i] = keySymbols[b[i]%32]
	}
	return verification.KeyID(id)
}

// ParseKey reads a key as a client sends it. Every key has one form. Its error says nothing of what was sent.
func ParseKey(text string) (Secret, error) {
	rest, ok := strings.CutPrefix(text, keyPrefix)
	id, secret, found := strings.Cut(rest, "_")
	if !ok || !found || !keyID(id) || len(secret) != base64.RawURLEncoding.EncodedLen(secretLength) {
		return Secret{}, ErrUnauthenticated
	}
	if _, err := base64.RawURLEncoding.Strict().DecodeString(secret); err != nil || strings.ContainsAny(secret, "\r\n") {
		return Secret{}, ErrUnauthenticated
	}
	return Secret{id: verification.KeyID(id), text: text}, nil
}

func keyID(s string) bool { return len(s) == keyIDLength && strings.Trim(s, keySymbols) == "" }

// ID is the part that is no secret.
func (s Secret) ID() verification.KeyID { return s.id }

// Hash is what is stored. It binds the id too.
func (s Secret) Hash() Hash { return sha256.Sum256([]byte(s.text)) }

// Reveal is the key itself, to be shown once.
func (s Secret) Reveal() string { return s.text }

// String is safe to show.
func (s Secret) String() string { return keyPrefix + string(s.id) + "_…" }

// Format keeps every verb of fmt from the secret.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText keeps encoders from the secret.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// matches compares in constant time.
func (h Hash) matches(other Hash) bool { return subtle.ConstantTimeCompare(h[:], other[:]) == 1 }
