package app

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"verigate/internal/oidc"
	"verigate/internal/outbound"
	"verigate/internal/signin"
	"verigate/internal/verification"
)

// providerFile says which OpenID provider people sign in at. Its form is strict: a slip of the pen in a name would open
// something else than was meant.
type providerFile struct {
	Issuer     string                         `json:"issuer"`
	ClientID   string                         `json:"client_id"`
	SecretFile string                         `json:"secret_file"` // mode 0600
	Redirect   string                         `json:"redirect"`    // https://…/sign-in/provider/callback
	CAFile     string                         `json:"ca_file,omitempty"`
	Hosts      []string                       `json:"hosts,omitempty"`    // of its other endpoints, beside the issuer's
	Networks   []string                       `json:"networks,omitempty"` // private ones where it may be
	Claim      string                         `json:"claim,omitempty"`    // whose values are mapped; absent: grants alone say what is open
	Roles      map[string][]verification.Role `json:"roles,omitempty"`    // by value of the claim
}

// backAt is the page to which the provider leads browsers back.
const backAt = "/sign-in/provider/callback"

// providerWithin bounds one answer of the provider.
const providerWithin = 10 * time.Second

// readProvider reads the file and checks what can be checked without asking the provider.
func readProvider(path string, now func() time.Time) (*oidc.Provider, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the OpenID provider: %w", err)
	}
	var f providerFile
	d := json.NewDecoder(bytes.NewReader(content))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("%s is no description of an OpenID provider: %w", path, err)
	}
	if err := f.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := Private(f.SecretFile); err != nil {
		return nil, err
	}
	secret, err := os.ReadFile(f.SecretFile)
	if err != nil {
		return nil, fmt.Errorf("read the OpenID client's secret: %w", err)
	}
	client, err := f.client()
	if err != nil {
		return nil, err
	}
	return oidc.New(oidc.Settings{
		Issuer: f.Issuer, ClientID: f.ClientID, Secret: strings.TrimSpace(string(secret)), Redirect: f.Redirect,
		Claim: f.Claim, Roles: f.Roles, HTTP: client, Now: now,
	}), nil
}

func (f providerFile) check() error {
	var all []error
	for name, text := range map[string]string{"issuer": f.Issuer, "redirect": f.Redirect} {
		u, err := url.Parse(text)
		if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())) {
			all = append(all, fmt.Errorf("%s must be an https address, or http on loopback", name))
		}
	}
	if u, err := url.Parse(f.Redirect); err == nil && u.Path != backAt {
		all = append(all, errors.New("redirect must be the page where browsers come back: https://…"+backAt))
	}
	if f.ClientID == "" || f.SecretFile == "" {
		all = append(all, errors.New("client_id and secret_file are missing"))
	}
	if (f.Claim == "") != (len(f.Roles) == 0) {
		all = append(all, errors.New("claim and roles go together"))
	}
	for value, roles := range f.Roles {
		for _, r := range roles {
			if r == verification.RoleSystem || r == verification.RolePartner || !known(r) {
				all = append(all, fmt.Errorf("roles of %q: %q is no role of people", value, r))
			}
		}
	}
	return errors.Join(all...)
}

func known(r verification.Role) bool {
	switch r {
	case verification.RoleDesk, verification.RoleLead, verification.RoleUnit, verification.RoleUnitLead,
		verification.RoleSupervisor, verification.RoleKeeper, verification.RoleAuditor, verification.RoleOperator:
		return true
	case verification.RolePartner, verification.RoleSystem, verification.RoleScreen:
		return false
	}
	return false
}

// client reaches the provider alone, at the addresses where it may be.
func (f providerFile) client() (*http.Client, error) {
	o := outbound.Options{Hosts: f.Hosts, Timeout: providerWithin}
	if u, err := url.Parse(f.Issuer); err == nil {
		o.Hosts = append(o.Hosts, u.Host)
	}
	for _, network := range f.Networks {
		prefix, err := netip.ParsePrefix(network)
		if err != nil {
			return nil, errors.New("networks of the OpenID provider: one is no network such as 10.0.0.0/8")
		}
		o.Networks = append(o.Networks, prefix)
	}
	if f.CAFile != "" {
		pem, err := os.ReadFile(f.CAFile)
		if err != nil {
			return nil, fmt.Errorf("read the authorities of the OpenID provider: %w", err)
		}
		if o.Roots = x509.NewCertPool(); !o.Roots.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s holds no certificate", f.CAFile)
		}
	}
	return outbound.New(o)
}

func isLoopback(host string) bool { return host == "localhost" || host == "127.0.0.1" || host == "::1" }

// openProvider lets people sign in at the provider, if there is one.
func (p *Parts) openProvider() error {
	if p.OIDC == "" {
		return nil
	}
	provider, err := readProvider(p.OIDC, p.Now)
	if err != nil {
		return err
	}
	p.Provided = &signin.Provided{
		Desk: p.People, Provider: provider, Sealer: sessionSeal{p.Names},
		Failed: func(err error) { p.Log.Warn("a sign-in at the OpenID provider", slog.Any("error", err)) },
	}
	return nil
}
