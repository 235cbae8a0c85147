package app

import (
	"context"
	"errors"
	"fmt"

	"verigate/internal/access"
	"verigate/internal/admin"
	"verigate/internal/signin"
	"verigate/internal/verification"
)

// errNotProved is the one answer to a credential that is none.
var errNotProved = errors.New("the credential does not prove who acts: nothing was done")

// actor says who acts.
func (p *Parts) actor(ctx context.Context, c admin.Credential) (verification.Actor, error) {
	if c == (admin.Credential{}) {
		return verification.System(), nil
	}
	if err := p.Registry.Trusted(); err != nil {
		return verification.Actor{}, fmt.Errorf("nobody is known to act: %w: see `registry` in /health/ready; the console may act", err)
	}
	if c.Key != "" {
		by, err := p.Registry.Keyring().Identify(access.Proof{Key: c.Key, At: p.Now()})
		if err != nil {
			return verification.Actor{}, errNotProved
		}
		if len(by.Scopes) > 0 {
			return verification.Actor{}, errors.New("the key is limited to some operations: administration needs one without scopes")
		}
		return by.Actor, nil
	}
	person, err := p.People.Prove(ctx, signin.Attempt{Name: c.Name, Password: c.Password, Code: c.Code, Source: "console"})
	switch {
	case errors.Is(err, signin.ErrRefused):
		return verification.Actor{}, errNotProved
	case err != nil:
		return verification.Actor{}, err
	case len(signin.NeedsOf(person)) > 0:
		return verification.Actor{}, errors.New("the account is not finished: sign in, choose a password and enrol a second factor first")
	}
	return person.At(p.Now()).Caller("").Actor, nil
}
