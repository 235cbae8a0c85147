package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"verigate/internal/access"
	"verigate/internal/config"
	"verigate/internal/verification"
)

func (p *Parts) issue(ctx context.Context, by verification.Actor, person verification.PersonID, terms access.Terms) (KeyResult, error) {
	secret, err := p.Registry.IssueKey(ctx, by, person, terms, rand.Reader)
	return shown(person, secret, err)
}

func (p *Parts) rotate(ctx context.Context, by verification.Actor, r KeyRequest) (KeyResult, error) {
	c := access.RotateKey{Old: r.Key, Overlap: r.Overlap, ExpiresAt: r.ExpiresAt}
	secret, err := p.Registry.RotateKey(ctx, by, r.Person, c, rand.Reader)
	return shown(r.Person, secret, err)
}

func (p *Parts) addSigner(ctx context.Context, by verification.Actor, r KeyRequest) (KeyResult, error) {
	public, err := access.ParsePublicKey(r.File)
	if err != nil {
		return KeyResult{}, err
	}
	id, err := p.Registry.AddSigner(ctx, by, r.Person, access.AddSigner{Public: public, Terms: r.terms()}, rand.Reader)
	return issued(r.Person, id, err)
}

func (p *Parts) bindCertificate(ctx context.Context, by verification.Actor, r KeyRequest) (KeyResult, error) {
	certificate, err := access.ParseCertificate(r.File)
	if err != nil {
		return KeyResult{}, err
	}
	c := access.BindCertificate{ClientCertificate: certificate, Terms: r.terms()}
	id, err := p.Registry.BindCertificate(ctx, by, r.Person, c, rand.Reader)
	return issued(r.Person, id, err)
}

func (r KeyRequest) terms() access.Terms {
	return access.Terms{ExpiresAt: r.ExpiresAt, Scopes: r.Scopes}
}

func issued(person verification.PersonID, id verification.KeyID, err error) (KeyResult, error) {
	if err != nil {
		return KeyResult{}, err
	}
	return KeyResult{Person: person, Key: id}, nil
}

func shown(person verification.PersonID, secret access.Secret, err error) (KeyResult, error) {
	if err != nil {
		return KeyResult{}, err
	}
	return KeyResult{Person: person, Secret: secret.Reveal()}, nil
}

// list is everybody, and when this gateway saw their credentials last. Parts that no door was opened over saw none.
func (p *Parts) list() KeyResult {
	out := KeyResult{Principals: p.Registry.Keyring().Principals(), At: p.Now()}
	if since := p.served.Load(); since != nil {
		out.Used = &LastUse{Since: *since, Keys: p.Registry.Keyring().Used()}
	}
	return out
}

// printKeys prints principals with their credentials.
func printKeys(out io.Writer, r KeyResult) {
	for _, p := range r.Principals {
		use := ""
		if p.CertificateUse != access.CertificatesIgnored {
			use = "  certificates " + string(p.CertificateUse)
		}
		fmt.Fprintf(out, "%s  %s  %s%s  %s%s\n", p.ID, roles(p.Roles), p.Partner, p.Unit, p.Label, use)
		for _, k := range p.Keys {
			fmt.Fprintf(out, "    %s\n", strings.Join(describe(p, k, r.Used, r.At), "  "))
		}
	}
	if r.Used == nil && len(r.Principals) > 0 {
		fmt.Fprintf(out, "When keys were used last is known to a running gateway only.\n")
	}
}

func describe(p access.Principal, k access.Key, used *LastUse, now time.Time) []string {
	words := []string{string(k.Kind) + " " + string(k.ID), "good", "made " + moment(k.CreatedAt)}
	if p.Disabled || !k.Good(now) {
		words[1] = "ended"
	}
	if end := k.End(); k.RevokedAt.IsZero() && !end.IsZero() {
		words = append(words, "ends "+moment(end))
	}
	if len(k.Scopes) > 0 {
		words = append(words, "scope "+joinScopes(k.Scopes))
	}
	if k.Kind == access.Certificate {
		words = append(words, "sha256 "+hex.EncodeToString(k.Hash[:]))
	}
	if used == nil {
		return words
	}
	if last, ok := used.Keys[k.ID]; ok {
		return append(words, "last used "+moment(last))
	}
	return append(words, "not used since "+moment(used.Since))
}

func moment(at time.Time) string { return at.UTC().Format(time.RFC3339) }

func joinScopes(scopes []access.Scope) string {
	names := make([]string, len(scopes))
	for i, s := range scopes {
		names[i] = string(s)
	}
	return strings.Join(names, ",")
}

func scopesOf(names []string) []access.Scope {
	var out []access.Scope
	for _, n := range names {
		out = append(out, access.Scope(n))
	}
	return out
}

// useOf reads the use of certificates as the command line names it.
func useOf(name string) access.CertificateUse {
	if name == "ignored" {
		return access.CertificatesIgnored
	}
	return access.CertificateUse(name)
}

// boundAtMost is how long a file of something public may be, in bytes: with what it grows by on its way a command says less than
// saysAtMost.
const boundAtMost = 32 << 10

// bind hands over a file of something public.
func bind(ctx context.Context, e Env, s config.Stores, file string, r KeyRequest) error {
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("read what is to be bound: %w", err)
	}
	content, err := io.ReadAll(io.LimitReader(f, boundAtMost+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("read what is to be bound: %w", err)
	}
	if len(content) > boundAtMost {
		return fmt.Errorf("%s is no public key and no certificate to be bound: one has %d bytes at most: name the file that has it alone", file, boundAtMost)
	}
	r.File = content
	return Key(ctx, e, s, r)
}
