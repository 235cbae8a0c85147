package cli

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"verigate/internal/access"
	"verigate/internal/admin"
	"verigate/internal/app"
	"verigate/internal/config"
	"verigate/internal/verification"
)

// Key administers principals and prints what came of it. A new key is printed alone on its line, once.
func Key(ctx context.Context, e app.Env, s config.Stores, r admin.KeyRequest) error {
	r.By = e.By
	return app.Administer(ctx, e, s, func(a admin.Service) error {
		result, err := a.Key(ctx, r)
		if err != nil {
			return err
		}
		printKeys(e.Out, result)
		if result.Key != "" {
			fmt.Fprintf(e.Out, "%s\n%s\n", result.Person, result.Key)
		}
		if result.Secret != "" {
			fmt.Fprintf(e.Out, "%s\n%s\nThe key is shown this once: keep it as a secret.\n", result.Person, result.Secret)
		}
		return nil
	})
}

func roles(all []verification.Role) string {
	names := make([]string, len(all))
	for i, r := range all {
		names[i] = string(r)
	}
	return strings.Join(names, ",")
}

// printKeys prints principals with their credentials.
func printKeys(out io.Writer, r admin.KeyResult) {
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

func describe(p access.Principal, k access.Key, used *admin.LastUse, now time.Time) []string {
	words := []string{string(k.Kind) + " " + string(k.ID), "good", "made " + admin.Moment(k.CreatedAt)}
	if p.Disabled || !k.Good(now) {
		words[1] = "ended"
	}
	if end := k.End(); k.RevokedAt.IsZero() && !end.IsZero() {
		words = append(words, "ends "+admin.Moment(end))
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
		return append(words, "last used "+admin.Moment(last))
	}
	return append(words, "not used since "+admin.Moment(used.Since))
}

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
func bind(ctx context.Context, e app.Env, s config.Stores, file string, r admin.KeyRequest) error {
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
