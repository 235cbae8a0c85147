package oidc

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"verigate/internal/signin"
	"verigate/internal/verification"
)

// Settings say which provider, and which of its claims count here.
type Settings struct {
	Issuer   string // exactly as it names itself
	ClientID string
	Secret   string // of the client
	Redirect string // where browsers come back: https://…/sign-in/provider/callback
	Claim    string // whose values are mapped to roles; empty: the record's grants alone say what is open
	Roles    map[string][]verification.Role
	HTTP     *http.Client
	Now      func() time.Time
}

// Provider is signin.Provider. It is safe for concurrent use.
type Provider struct {
	Settings
	mu    sync.Mutex
	found *found
}

var _ signin.Provider = (*Provider)(nil)

// found is what discovery says.
type found struct {
	verifier *oidc.IDTokenVerifier
	config   oauth2.Config
}

// New makes one that has asked nothing yet.
func New(s Settings) *Provider { return &Provider{Settings: s} }

// algorithms are those that only the provider's private key can make.
func algorithms() []string {
	return []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}
}

// discover asks the provider what it is, once it answers.
func (p *Provider) discover(ctx context.Context) (*found, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	provider, err := oidc.NewProvider(p.through(ctx), p.Issuer)
	if err != nil {
		return nil, fmt.Errorf("ask the provider what it is: %w: %w", signin.ErrProviderAway, err)
	}
	p.found = &found{
		// The keys are fetched again long after this call is over.
		verifier: provider.VerifierContext(p.through(context.WithoutCancel(ctx)), &oidc.Config{
			ClientID: p.ClientID, SupportedSigningAlgs: algorithms(), Now: p.Now,
		}),
		config: oauth2.Config{
			ClientID: p.ClientID, ClientSecret: p.Secret, RedirectURL: p.Redirect, Endpoint: provider.Endpoint(),
			Scopes: []string{oidc.ScopeOpenID, oidc.ScopeOfflineAccess},
		},
	}
	return p.found, nil
}

func (p *Provider) through(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, p.HTTP)
}

// Authorise implements signin.Provider.
func (p *Provider) Authorise(ctx context.Context, fresh bool) (string, signin.Wait, error) {
	f, err := p.discover(ctx)
	if err != nil {
		return "", signin.Wait{}, err
	}
	w := signin.Wait{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
	options := []oauth2.AuthCodeOption{oidc.Nonce(w.Nonce), oauth2.S256ChallengeOption(w.Verifier)}
	if fresh {
		options = append(options, oauth2.SetAuthURLParam("max_age", "0"), oauth2.SetAuthURLParam("prompt", "login"))
	}
	return f.config.AuthCodeURL(w.State, options...), w, nil
}

// Redeem implements signin.Provider.
func (p *Provider) Redeem(ctx context.Context, w signin.Wait, code string) (signin.Subject, error) {
	f, err := p.discover(ctx)
	if err != nil {
		return signin.Subject{}, err
	}
	tokens, err := f.config.Exchange(p.through(ctx), code, oauth2.VerifierOption(w.Verifier))
	if err != nil {
		return signin.Subject{}, answered("redeem a code", err)
	}
	return p.subject(ctx, f, tokens, w.Nonce)
}

// Refresh implements signin.Provider.
func (p *Provider) Refresh(ctx context.Context, token string) (signin.Subject, error) {
	f, err := p.discover(ctx)
	if err != nil {
		return signin.Subject{}, err
	}
	tokens, err := f.config.TokenSource(p.through(ctx), &oauth2.Token{RefreshToken: token}).Token()
	if err != nil {
		return signin.Subject{}, answered("refresh", err)
	}
	return p.subject(ctx, f, tokens, "")
}

// answered tells a provider that said no from one that did not answer.
func answered(what string, err error) error {
	var said *oauth2.RetrieveError
	if errors.As(err, &said) && said.Response.StatusCode < http.StatusInternalServerError {
		return fmt.Errorf("%s: the provider says %q: %w", what, said.ErrorCode, signin.ErrRefused)
	}
	return fmt.Errorf("%s: %w: %w", what, signin.ErrProviderAway, err)
}

// ahead is how far a provider's clock may be before ours.
const ahead = time.Minute

// subject believes an ID token, or says why not. Nonce is that of the browser; of a refresh there is none.
func (p *Provider) subject(ctx context.Context, f *found, tokens *oauth2.Token, nonce string) (signin.Subject, error) {
	refused := func(why string) (signin.Subject, error) {
		return signin.Subject{}, fmt.Errorf("%s: %w", why, signin.ErrRefused)
	}
	raw, ok := tokens.Extra("id_token").(string)
	if !ok {
		return refused("the provider sent no ID token")
	}
	id, err := f.verifier.Verify(p.through(ctx), raw)
	if err != nil {
		return refused("the ID token is not valid: " + err.Error())
	}
	var claims struct {
		Party  string `json:"azp"`
		SID    string `json:"sid"`
		Proved int64  `json:"auth_time"`
	}
	all := map[string]any{}
	if err := errors.Join(id.Claims(&claims), id.Claims(&all)); err != nil {
		return refused("the ID token's claims cannot be read")
	}
	switch {
	case nonce != "" && id.Nonce != nonce:
		return refused("the ID token is of another browser's sign-in")
	case len(id.Audience) > 1 && claims.Party != p.ClientID || claims.Party != "" && claims.Party != p.ClientID:
		return refused("the ID token was issued to another client")
	case id.IssuedAt.After(p.Now().Add(ahead)):
		return refused("the ID token was issued in the future")
	case id.AccessTokenHash != "" && id.VerifyAccessToken(tokens.AccessToken) != nil:
		return refused("the ID token belongs to another access token")
	case id.Subject == "":
		return refused("the ID token has no subject")
	}
	s := signin.Subject{Issuer: id.Issuer, Subject: id.Subject, SID: claims.SID, Refresh: tokens.RefreshToken}
	if claims.Proved != 0 {
		s.ProvedAt = time.Unix(claims.Proved, 0)
	}
	s.Roles, s.Mapped = p.mapped(all)
	return s, nil
}

// mapped is what the provider's claim opens at most, sorted so that two answers compare.
func (p *Provider) mapped(claims map[string]any) ([]verification.Role, bool) {
	if p.Claim == "" {
		return nil, false
	}
	var values []string
	switch claim := claims[p.Claim].(type) {
	case string:
		values = []string{claim}
	case []any:
		for _, v := range claim {
			if text, ok := v.(string); ok {
				values = append(values, text)
			}
		}
	}
	var roles []verification.Role
	for _, v := range values {
		roles = append(roles, p.Roles[v]...)
	}
	slices.Sort(roles)
	return slices.Compact(roles), true
}

// Logout implements signin.Provider (OpenID Connect Back-Channel Logout 1.0, 2.6).
func (p *Provider) Logout(ctx context.Context, token string) (signin.Ended, error) {
	f, err := p.discover(ctx)
	if err != nil {
		return signin.Ended{}, err
	}
	said, err := f.verifier.VerifyLogout(p.through(ctx), token)
	if err != nil {
		return signin.Ended{}, fmt.Errorf("the logout token is not valid: %w: %w", signin.ErrRefused, err)
	}
	if said.Subject == "" && said.SessionID == "" || said.IssuedAt.After(p.Now().Add(ahead)) {
		return signin.Ended{}, fmt.Errorf("the logout token names nobody, or is of the future: %w", signin.ErrRefused)
	}
	return signin.Ended{Issuer: said.Issuer, Subject: said.Subject, SID: said.SessionID}, nil
}
