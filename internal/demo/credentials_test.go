package demo

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"verigate/deploy"
)

// write puts the credentials of examples.json, with a second unit's key, into a file of that mode.
func write(t *testing.T, mode fs.FileMode) string {
	t.Helper()
	raw, err := fs.ReadFile(deploy.Data, "examples.json")
	if err != nil {
		t.Fatal(err)
	}
	var examples struct {
		Credentials json.RawMessage `json:"demo_credentials"`
	}
	if err := json.Unmarshal(raw, &examples); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "demo-credentials.json")
	if err := os.WriteFile(name, examples.Credentials, mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(name, mode); err != nil { // whatever the umask
		t.Fatal(err)
	}
	return name
}

func TestKeysThatOthersMayReadAreRefused(t *testing.T) {
	t.Parallel()
	for _, mode := range []fs.FileMode{0o640, 0o604, 0o660, 0o644, 0o620} {
		if _, err := ReadCredentials(write(t, mode)); !errors.Is(err, ErrReadableByOthers) {
			t.Errorf("mode %04o: %v", mode, err)
		}
	}
}

func TestTheCredentialsOfTheContractAreRead(t *testing.T) {
	t.Parallel()
	c, err := ReadCredentials(write(t, 0o600))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []Actor{partner("NG"), unit("03"), leadOf("03"), desk(1), desk(2), lead(), keeper(), supervisor(), auditor()} {
		if c.key(a) == "" {
			t.Errorf("no key for %s", a)
		}
	}
	if c.key(desk(1)) == c.key(desk(2)) || c.BaseURL != "http://127.0.0.1:8080" {
		t.Errorf("read %+v", c)
	}
	if c.key(partner("XX")) != "" || c.key(desk(3)) != "" {
		t.Error("a key for somebody unknown")
	}
}

func TestIncompleteCredentialsAreRefused(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "keys.json")
	for _, content := range []string{"", "{}", `{"base_url":"http://127.0.0.1:1","desk":["one"]}`} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if c, err := ReadCredentials(name); err == nil {
			t.Errorf("%q: read %+v", content, c)
		}
	}
	if _, err := ReadCredentials(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
