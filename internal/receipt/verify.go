package receipt

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
)

var (
	// ErrNotGenuine says that a token is not what it claims to be: altered, of another kind or algorithm, or dated after
	// its key was retired.
	ErrNotGenuine = errors.New("not genuine")
	// ErrUnknownKey says that none of the given keys is the one named in the token: it may be genuine under newer keys.
	ErrUnknownKey = errors.New("signed by an unknown key")
)

// retirementAllowance is how far the clocks of two gateways that share a key may be apart when it is retired, and within what
// time the file has to be brought from the one that has retired it to the other, which signs with it until then.
const retirementAllowance = 5 * time.Minute

// Verify reads a receipt and proves it with a JWK set such as [Keys.JWKS] gives. Where that set came from is the caller's
// concern: keys that travelled with the receipt prove nothing.
//
// The error is [ErrNotGenuine], [ErrUnknownKey] or [ErrIncomplete], or says that jwks is no JWK set.
func Verify(jwks []byte, token string) (Claims, error) {
	var claims Claims
	key, err := open(jwks, token, receiptType, &claims)
	if err != nil {
		return Claims{}, fmt.Errorf("verify receipt: %w", err)
	}
	if err := key.mayDate(claims.ReceivedAt); err != nil {
		return Claims{}, fmt.Errorf("verify receipt: %w", err)
	}
	if err := claims.check(); err != nil {
		return Claims{}, fmt.Errorf("verify %w", err)
	}
	return claims, nil
}

// VerifyOf is Verify of a receipt that must be of one request.
func VerifyOf(jwks []byte, token, id string) (Claims, error) {
	claims, err := Verify(jwks, token)
	if err != nil {
		return claims, fmt.Errorf("the receipt, by the keys of this record: %w", err)
	}
	if claims.ID != id {
		return claims, fmt.Errorf("the receipt is of request %s, the bundle of %s", claims.ID, id)
	}
	return claims, nil
}

// VerifyRelease is [Verify] for the signature of a release.
func VerifyRelease(jwks []byte, token string) (ReleaseClaims, error) {
	var claims ReleaseClaims
	key, err := open(jwks, token, releaseType, &claims)
	if err != nil {
		return ReleaseClaims{}, fmt.Errorf("verify release: %w", err)
	}
	if err := key.mayDate(claims.ReleasedAt); err != nil {
		return ReleaseClaims{}, fmt.Errorf("verify release: %w", err)
	}
	if err := claims.check(); err != nil {
		return ReleaseClaims{}, fmt.Errorf("verify %w", err)
	}
	return claims, nil
}

// open proves token and decodes its payload into claims. Members that it does not know are left alone: later versions
// may promise more.
func open(jwks []byte, token, typ string, claims any) (PublicKey, error) {
	keys, err := parseJWKS(jwks)
	if err != nil {
		return PublicKey{}, err
	}
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil {
		return PublicKey{}, fmt.Errorf("%w: %w", ErrNotGenuine, err)
	}
	header := signed.Signatures[0].Protected
	if header.ExtraHeaders[jose.HeaderType] != typ {
		return PublicKey{}, fmt.Errorf("%w: not of type %s", ErrNotGenuine, typ)
	}
	key, found := keys[header.KeyID]
	if !found {
		return PublicKey{}, ErrUnknownKey
	}
	payload, err := signed.Verify(key.X)
	if err != nil {
		return PublicKey{}, fmt.Errorf("%w: %w", ErrNotGenuine, err)
	}
	if err := json.Unmarshal(payload, claims); err != nil {
		return PublicKey{}, fmt.Errorf("%w: %w", ErrNotGenuine, err)
	}
	return key, nil
}
