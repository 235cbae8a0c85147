package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"verigate/internal/access"
	"verigate/internal/signin"
	"verigate/internal/verification"
)

// Credential proves who gives an act of administration. Whoever may open the socket is the machine's owner, and the
// socket cannot tell one such person from another: what makes a second person of two acts is that each is proved by a
// credential that only that person has. The zero value is the console, which is nobody.
type Credential struct {
	Key      string `json:"key,omitempty"`
	Name     string `json:"name,omitempty"` // of a local account
	Password string `json:"password,omitempty"`
	Code     string `json:"code,omitempty"`
}

const credentialLimit = 4 << 10

// readCredential reads a file, or the terminal's input for "-": arguments are seen by everybody on the machine.
func readCredential(path string, stdin io.Reader) (Credential, error) {
	var content []byte
	var err error
	switch path {
	case "":
		return Credential{}, nil
	case "-":
		content, err = io.ReadAll(io.LimitReader(stdin, credentialLimit))
	default:
		if err := private(path); err != nil {
			return Credential{}, err
		}
		content, err = os.ReadFile(path)
	}
	if err != nil {
		return Credential{}, fmt.Errorf("read who acts: %w", err)
	}
	return parseCredential(string(content))
}

func parseCredential(content string) (Credential, error) {
	lines := strings.Split(strings.TrimRight(content, "\r\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\r")
	}
	switch {
	case len(lines) == 1 && lines[0] != "":
		return Credential{Key: lines[0]}, nil
	case len(lines) == 3:
		return Credential{Name: lines[0], Password: lines[1], Code: strings.TrimSpace(lines[2])}, nil
	}
	return Credential{}, errors.New("who acts is told by an API key on one line, or by name, password and code on three")
}

// errNotProved is the one answer to a credential that is none.
var errNotProved = errors.New("the credential does not prove who acts: nothing was done")

// actor says who acts.
func (p *Parts) actor(ctx context.Context, c Credential) (verification.Actor, error) {
	if c == (Credential{}) {
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
