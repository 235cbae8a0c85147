package gateway

import (
	"context"
	"fmt"
	"io"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// IssueKey makes a key for a principal. It is shown once: only its hash is kept.
func (r *Registry) IssueKey(
	ctx context.Context, by verification.Actor, id verification.PersonID, terms access.Terms, random io.Reader,
) (access.Secret, error) {
	return r.newKey(ctx, by, id, random, func(s access.Secret) access.Command {
		return access.IssueKey{Key: s.ID(), Hash: s.Hash(), Terms: terms}
	})
}

// RotateKey makes a key that takes the place of another one, which is good for an overlap still. The command's Key and
// Hash are those of the key that is made here.
func (r *Registry) RotateKey(
	ctx context.Context, by verification.Actor, id verification.PersonID, c access.RotateKey, random io.Reader,
) (access.Secret, error) {
	return r.newKey(ctx, by, id, random, func(s access.Secret) access.Command {
		c.Key, c.Hash = s.ID(), s.Hash()
		return c
	})
}

func (r *Registry) newKey(
	ctx context.Context, by verification.Actor, id verification.PersonID, random io.Reader, keep func(access.Secret) access.Command,
) (access.Secret, error) {
	secret, err := access.NewKey(random)
	if err != nil {
		return secret, fmt.Errorf("make a key: %w", err)
	}
	if err := r.Principal(ctx, by, id, keep(secret)); err != nil {
		return access.Secret{}, err
	}
	return secret, nil
}

// AddSigner lets a principal sign its calls with a key, and returns the id that the signatures name.
func (r *Registry) AddSigner(
	ctx context.Context, by verification.Actor, id verification.PersonID, c access.AddSigner, random io.Reader,
) (verification.KeyID, error) {
	var err error
	if c.Key, err = access.NewKeyID(random); err != nil {
		return "", fmt.Errorf("name a signer: %w", err)
	}
	return c.Key, r.Principal(ctx, by, id, c)
}

// BindCertificate binds a certificate to a principal, and returns its id as a credential. One that another principal has
// bound is refused: it would count for neither.
func (r *Registry) BindCertificate(
	ctx context.Context, by verification.Actor, id verification.PersonID, c access.BindCertificate, random io.Reader,
) (verification.KeyID, error) {
	if holder, bound := r.keyring.Bound(c.Thumbprint, r.now()); bound && holder != id {
		return "", &verification.Refusal{Code: access.AlreadyBound, Reason: "the certificate is bound to another principal"}
	}
	var err error
	if c.Key, err = access.NewKeyID(random); err != nil {
		return "", fmt.Errorf("name a certificate: %w", err)
	}
	return c.Key, r.Principal(ctx, by, id, c)
}
