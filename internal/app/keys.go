package app

import (
	"context"
	"crypto/rand"

	"verigate/internal/access"
	"verigate/internal/admin"
	"verigate/internal/verification"
)

func (p *Parts) issue(ctx context.Context, by verification.Actor, person verification.PersonID, terms access.Terms) (admin.KeyResult, error) {
	secret, err := p.Registry.IssueKey(ctx, by, person, terms, rand.Reader)
	return shown(person, secret, err)
}

func (p *Parts) rotate(ctx context.Context, by verification.Actor, r admin.KeyRequest) (admin.KeyResult, error) {
	c := access.RotateKey{Old: r.Key, Overlap: r.Overlap, ExpiresAt: r.ExpiresAt}
	secret, err := p.Registry.RotateKey(ctx, by, r.Person, c, rand.Reader)
	return shown(r.Person, secret, err)
}

func (p *Parts) addSigner(ctx context.Context, by verification.Actor, r admin.KeyRequest) (admin.KeyResult, error) {
	public, err := access.ParsePublicKey(r.File)
	if err != nil {
		return admin.KeyResult{}, err
	}
	id, err := p.Registry.AddSigner(ctx, by, r.Person, access.AddSigner{Public: public, Terms: r.Terms()}, rand.Reader)
	return issued(r.Person, id, err)
}

func (p *Parts) bindCertificate(ctx context.Context, by verification.Actor, r admin.KeyRequest) (admin.KeyResult, error) {
	certificate, err := access.ParseCertificate(r.File)
	if err != nil {
		return admin.KeyResult{}, err
	}
	c := access.BindCertificate{ClientCertificate: certificate, Terms: r.Terms()}
	id, err := p.Registry.BindCertificate(ctx, by, r.Person, c, rand.Reader)
	return issued(r.Person, id, err)
}

func issued(person verification.PersonID, id verification.KeyID, err error) (admin.KeyResult, error) {
	if err != nil {
		return admin.KeyResult{}, err
	}
	return admin.KeyResult{Person: person, Key: id}, nil
}

func shown(person verification.PersonID, secret access.Secret, err error) (admin.KeyResult, error) {
	if err != nil {
		return admin.KeyResult{}, err
	}
	return admin.KeyResult{Person: person, Secret: secret.Reveal()}, nil
}

// list is everybody, and when this gateway saw their credentials last. Parts that no door was opened over saw none.
func (p *Parts) list() admin.KeyResult {
	out := admin.KeyResult{Principals: p.Registry.Keyring().Principals(), At: p.Now()}
	if since := p.served.Load(); since != nil {
		out.Used = &admin.LastUse{Since: *since, Keys: p.Registry.Keyring().Used()}
	}
	return out
}
