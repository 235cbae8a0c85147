package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"strings"

	"verigate/internal/config"
	"verigate/internal/outbound"
	"verigate/internal/transit"
)

// transitFile says where the root key is kept, if another machine keeps it. Its form is strict, as that of a provider.
type transitFile struct {
	Address   string   `json:"address"` // https://vault.example:8200
	Mount     string   `json:"mount"`
	Key       string   `json:"key"`
	TokenFile string   `json:"token_file"` // mode 0600; read for each call, so that one that is renewed counts at once
	CAFile    string   `json:"ca_file,omitempty"`
	Networks  []string `json:"networks,omitempty"`  // private ones where it may be
	Namespace string   `json:"namespace,omitempty"` // of Vault Enterprise and OpenBao
}

// readTransit reads the file and checks what can be checked without asking the endpoint.
func readTransit(path string) (*transit.Key, error) {
	f, err := parseTransit(path)
	if err != nil {
		return nil, err
	}
	o := outbound.Options{Hosts: []string{f.host()}, Timeout: transit.Within, Largest: transit.Largest}
	for _, network := range f.Networks {
		prefix, err := netip.ParsePrefix(network)
		if err != nil {
			return nil, fmt.Errorf("%s: networks: one is no network such as 10.0.0.0/8", path)
		}
		o.Networks = append(o.Networks, prefix)
	}
	if f.CAFile != "" {
		if o.Roots, err = certificates(f.CAFile); err != nil {
			return nil, fmt.Errorf("authorities of the transit endpoint: %w", err)
		}
	}
	client, err := outbound.New(o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	key, err := transit.New(transit.Settings{
		Address: f.Address, Mount: f.Mount, Key: f.Key, Namespace: f.Namespace, Token: f.token, HTTP: client,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}

func parseTransit(path string) (f transitFile, err error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return f, fmt.Errorf("read the transit endpoint: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(content))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return f, fmt.Errorf("%s is no description of a transit endpoint: %w", path, err)
	}
	u, err := url.Parse(f.Address)
	if err != nil || u.Host == "" || u.Path != "" || u.User != nil || u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())) {
		return f, fmt.Errorf("%s: address must be https://name:port, or http on loopback, without a path", path)
	}
	if f.TokenFile == "" {
		return f, fmt.Errorf("%s: token_file is missing", path)
	}
	return f, nil
}

func (f transitFile) host() string {
	u, err := url.Parse(f.Address)
	if err != nil {
		return ""
	}
	return u.Host
}

// checkTransit looks at what can be seen without asking the endpoint.
func checkTransit(path string) error {
	if _, err := readTransit(path); err != nil {
		return err
	}
	f, err := parseTransit(path)
	if err == nil {
		_, err = f.token()
	}
	return err
}

// tokenFile is the file of the token for transit; empty without one.
func tokenFile(s config.Stores) string {
	if s.Transit == "" {
		return ""
	}
	f, err := parseTransit(s.Transit)
	if err != nil {
		return s.Transit // which the start refuses, by name
	}
	return f.TokenFile
}

// token reads the token. One that others may read is refused.
func (f transitFile) token() (string, error) {
	if err := Private(f.TokenFile); err != nil {
		return "", err
	}
	content, err := os.ReadFile(f.TokenFile)
	if err != nil {
		return "", err
	}
	token := strings.TrimSpace(string(content))
	if token == "" || strings.ContainsAny(token, "\r\n") {
		return "", errors.New(f.TokenFile + " holds no token on one line")
	}
	return token, nil
}
