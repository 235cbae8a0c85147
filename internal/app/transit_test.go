package app

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"verigate/internal/config"
)

func TestATransitEndpointIsDescribedStrictly(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	token, open := filepath.Join(dir, "token"), filepath.Join(dir, "open")
	for path, mode := range map[string]os.FileMode{token: 0o600, open: 0o644} {
		if err := os.WriteFile(path, []byte("hvs.fictional\n"), mode); err != nil {
			t.Fatal(err)
		}
	}
	for says, text := range map[string]string{
		"":                      `{"address":"https://vault.example:8200","mount":"transit","key":"verigate","token_file":"` + token + `"}`,
		"no description":        `{"address":"https://vault.example:8200","mount":"transit","key":"verigate","token":"hvs.fictional"}`,
		"https://name:port":     `{"address":"http://vault.example:8200","mount":"transit","key":"verigate","token_file":"` + token + `"}`,
		"without a path":        `{"address":"https://vault.example/v1","mount":"transit","key":"verigate","token_file":"` + token + `"}`,
		"token_file is missing": `{"address":"https://vault.example:8200","mount":"transit","key":"verigate"}`,
		"names of letters":      `{"address":"https://vault.example:8200","mount":"../sys","key":"verigate","token_file":"` + token + `"}`,
		"no network":            `{"address":"https://vault.example:8200","mount":"transit","key":"verigate","token_file":"` + token + `","networks":["ten"]}`,
		"chmod 600":             `{"address":"https://vault.example:8200","mount":"transit","key":"verigate","token_file":"` + open + `"}`,
		"no certificate":        `{"address":"https://vault.example:8200","mount":"transit","key":"verigate","token_file":"` + token + `","ca_file":"` + token + `"}`,
	} {
		path := filepath.Join(t.TempDir(), "transit.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		err := checkTransit(path)
		if (err == nil) != (says == "") || err != nil && (!strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "hvs.")) {
			t.Errorf("want %q: %v", says, err)
		}
	}
}

// A record that begins with its root in transit has no root file; without the endpoint nothing is begun or opened.
func TestARecordWithItsRootInTransitDoesNotBeginWithoutTheEndpoint(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	t.Cleanup(s.Close)
	dir := t.TempDir()
	token, file := filepath.Join(dir, "token"), filepath.Join(dir, "transit.json")
	text := fmt.Sprintf(`{"address":%q,"mount":"transit","key":"verigate","token_file":%q,"networks":["127.0.0.0/8","::1/128"]}`,
		strings.Replace(s.URL, "127.0.0.1", "localhost", 1), token)
	for path, content := range map[string]string{token: "hvs.fictional", file: text} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	stores := config.Stores{Data: filepath.Join(dir, "data"), Transit: file}
	for range 2 { // the second finds no record that the first has begun
		parts, err := Open(t.Context(), options(stores))
		if err == nil {
			_ = parts.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "refuses the token") || strings.Contains(err.Error(), "hvs.") {
			t.Fatalf("opened: %v", err)
		}
	}
	if exists(filepath.Join(stores.Data, rootKeyFile)) {
		t.Error("a root file was made up")
	}
	if !apart(stores) {
		t.Error("a root in transit is not apart")
	}
}
