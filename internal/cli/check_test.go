package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"verigate/internal/app"
	"verigate/internal/tooltest"
)

// What a start refuses a check of the same settings refuses, and names.
func TestACheckRefusesWhatAStartRefuses(t *testing.T) {
	g := newGateway(t)
	spoilt := func(name, content string) string {
		t.Helper()
		dir := g.with("root.key", "id.key", "receipt.key", "ledger.key")
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	absent := filepath.Join(t.TempDir(), "absent")
	for name, test := range map[string]struct {
		args []string
		code int
		says string
	}{
		"limits":              {[]string{"--limits", "/nonexistent"}, 1, "/nonexistent"},
		"limits of the form":  {[]string{"--limits", tooltest.File(t, "{}", 0o600)}, 1, "limits"},
		"proxies":             {[]string{"--proxy-cidr", "garbage"}, 1, "is no network such as"},
		"origin":              {[]string{"--origin", "nonsense"}, 1, "--origin: an origin is"},
		"certificates":        {[]string{"--tls-cert", "/nonexistent", "--tls-key", "/nope"}, 1, "/nonexistent"},
		"a provider":          {[]string{"--oidc", tooltest.File(t, "{}", 0o600)}, 1, "issuer must be an https address"},
		"no directory":        {[]string{"--data", absent}, 0, "note: there is no data directory " + absent},
		"half a restore":      {[]string{"--data", spoilt("restore.unfinished", "x\n")}, 1, app.ErrRestoring.Error()},
		"a short id.key":      {[]string{"--data", spoilt("id.key", "x")}, 1, "has 1 bytes and must have 32"},
		"a short ledger.key":  {[]string{"--data", spoilt("ledger.key", "x")}, 1, "ledger.key: "},
		"a short receipt.key": {[]string{"--data", spoilt("receipt.key", "x")}, 1, "receipt.key"},
		"a short root.key":    {[]string{"--data", spoilt("root.key", "x")}, 1, "root.key"},
		"all as it should be": {[]string{"--data", g.data.Data}, 0, "ok  secret id.key"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			if code := Main(t.Context(), append([]string{"check"}, test.args...), &out, &errs); code != test.code {
				t.Errorf("code %d, want %d", code, test.code)
			}
			if all := out.String() + errs.String(); !strings.Contains(all, test.says) {
				t.Errorf("says %s, want %q in it", all, test.says)
			}
		})
	}
}
