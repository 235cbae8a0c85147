package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"verigate/internal/admin"
)

func TestWhoActsIsReadFromAPrivateFileOrTheTerminal(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		content string
		want    admin.Credential
		fails   bool
	}{
		"a key":               {"vg_0_x\n", admin.Credential{Key: "vg_0_x"}, false},
		"an account":          {"lan\na password \n 123456\n", admin.Credential{Name: "lan", Password: "a password ", Code: "123456"}, false},
		"from Windows":        {"lan\r\nsecret\r\n123456\r\n", admin.Credential{Name: "lan", Password: "secret", Code: "123456"}, false},
		"nothing":             {"\n", admin.Credential{}, true},
		"name without a code": {"lan\nsecret\n", admin.Credential{}, true},
	} {
		got, err := readCredential("-", strings.NewReader(test.content))
		if got != test.want || (err != nil) != test.fails {
			t.Errorf("%s: %v, %v", name, got, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error tells %v", name, err)
		}
	}
	if got, err := readCredential("", strings.NewReader("vg_0_x")); err != nil || got != (admin.Credential{}) {
		t.Errorf("the console: %v, %v", got, err)
	}
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte("vg_0_x"), 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := readCredential(path, nil); err == nil {
		t.Error("a file that others may read is taken")
	}
}
