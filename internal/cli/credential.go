package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"verigate/internal/admin"
	"verigate/internal/app"
)

const credentialLimit = 4 << 10

// readCredential reads a file, or the terminal's input for "-": arguments are seen by everybody on the machine.
func readCredential(path string, stdin io.Reader) (admin.Credential, error) {
	var content []byte
	var err error
	switch path {
	case "":
		return admin.Credential{}, nil
	case "-":
		content, err = io.ReadAll(io.LimitReader(stdin, credentialLimit))
	default:
		if err := app.Private(path); err != nil {
			return admin.Credential{}, err
		}
		content, err = os.ReadFile(path)
	}
	if err != nil {
		return admin.Credential{}, fmt.Errorf("read who acts: %w", err)
	}
	return parseCredential(string(content))
}

func parseCredential(content string) (admin.Credential, error) {
	lines := strings.Split(strings.TrimRight(content, "\r\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\r")
	}
	switch {
	case len(lines) == 1 && lines[0] != "":
		return admin.Credential{Key: lines[0]}, nil
	case len(lines) == 3:
		return admin.Credential{Name: lines[0], Password: lines[1], Code: strings.TrimSpace(lines[2])}, nil
	}
	return admin.Credential{}, errors.New("who acts is told by an API key on one line, or by name, password and code on three")
}
