package receipt

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Signer signs with one private key. It is safe for concurrent use. The same claims give the same bytes, always.
type Signer struct {
	private  ed25519.PrivateKey
	public   PublicKey
	receipts jose.Signer
	releases jose.Signer
}

// NewSigner takes a key and the date from which it is in use, which is published beside it.
func NewSigner(private ed25519.PrivateKey, created time.Time) (*Signer, error) {
	if len(private) != ed25519.PrivateKeySize {
		return nil, errors.New("receipt key: not an Ed25519 private key")
	}
	public, err := newPublicKey(private, created)
	if err != nil {
		return nil, err
	}
	receipts, err := newJOSESigner(private, public.ID, receiptType)
	if err != nil {
		return nil, err
	}
	releases, err := newJOSESigner(private, public.ID, releaseType)
	if err != nil {
		return nil, err
	}
	return &Signer{private: private, public: public, receipts: receipts, releases: releases}, nil
}

func newJOSESigner(private ed25519.PrivateKey, id, typ string) (jose.Signer, error) {
	key := jose.SigningKey{Algorithm: jose.EdDSA, Key: jose.JSONWebKey{Key: private, KeyID: id}}
	signer, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithType(jose.ContentType(typ)))
	if err != nil {
		return nil, fmt.Errorf("receipt key %s: %w", id, err)
	}
	return signer, nil
}

// Public is the half that everybody may see.
func (s *Signer) Public() PublicKey { return s.public }

// Sign gives the receipt as a compact JWS, or [ErrIncomplete].
func (s *Signer) Sign(c Claims) (string, error) {
	if err := c.check(); err != nil {
		return "", err
	}
	c.ReceivedAt = c.ReceivedAt.UTC()
	if !c.DueAt.IsZero() {
		c.DueAt = c.DueAt.UTC()
	}
	return compact(s.receipts, c)
}

// SignRelease gives the signature of a release as a compact JWS, or [ErrIncomplete].
func (s *Signer) SignRelease(c ReleaseClaims) (string, error) {
	if err := c.check(); err != nil {
		return "", err
	}
	c.ReleasedAt = c.ReleasedAt.UTC()
	return compact(s.releases, c)
}

func compact(signer jose.Signer, claims any) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("encode claims: %w", err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("sign claims: %w", err)
	}
	token, err := signed.CompactSerialize()
	if err != nil {
		return "", fmt.Errorf("serialise claims: %w", err)
	}
	return token, nil
}
