package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestBrowsersComeBackFromTheProviderToThePage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte("of a test\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for redirect, want := range map[string]string{
		"https://gateway.example/sign-in/provider/callback":    "",
		"https://gateway.example/v1/session/provider/callback": "/sign-in/provider/callback",
		"https://gateway.example":                              "/sign-in/provider/callback",
		"http://gateway.example/sign-in/provider/callback":     "redirect must be an https address",
	} {
		file := filepath.Join(dir, "oidc.json")
		content := `{"issuer": "https://id.example", "client_id": "verigate", "secret_file": "` + secret + `", "redirect": "` + redirect + `"}`
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := readProvider(file, time.Now)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", redirect, err)
		}
	}
}
