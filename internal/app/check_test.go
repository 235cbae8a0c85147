package app

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"verigate/internal/backup"
	"verigate/internal/jet"
)

// What a start refuses a check of the same settings refuses, and names.
func TestACheckRefusesWhatAStartRefuses(t *testing.T) {
	v := newVault(t)
	spoilt := func(name, content string) string {
		t.Helper()
		dir := v.elsewhere().Data
		for _, file := range houseKeys() {
			v.copy(filepath.Join(dir, file), filepath.Join(v.data.Data, file))
		}
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
		"limits of the form":  {[]string{"--limits", secret(t, "{}", 0o600)}, 1, "limits"},
		"proxies":             {[]string{"--proxy-cidr", "garbage"}, 1, "is no network such as"},
		"origin":              {[]string{"--origin", "nonsense"}, 1, "--origin: an origin is"},
		"certificates":        {[]string{"--tls-cert", "/nonexistent", "--tls-key", "/nope"}, 1, "/nonexistent"},
		"a provider":          {[]string{"--oidc", secret(t, "{}", 0o600)}, 1, "issuer must be an https address"},
		"no directory":        {[]string{"--data", absent}, 0, "note: there is no data directory " + absent},
		"half a restore":      {[]string{"--data", spoilt(restoreFile, "x\n")}, 1, ErrRestoring.Error()},
		"a short id.key":      {[]string{"--data", spoilt(idKeyFile, "x")}, 1, "has 1 bytes and must have 32"},
		"a short ledger.key":  {[]string{"--data", spoilt(ledgerKeyFile, "x")}, 1, ledgerKeyFile + ": "},
		"a short receipt.key": {[]string{"--data", spoilt("receipt.key", "x")}, 1, "receipt.key"},
		"a short root.key":    {[]string{"--data", spoilt(rootKeyFile, "x")}, 1, "root.key"},
		"all as it should be": {[]string{"--data", v.data.Data}, 0, "ok  secret id.key"},
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

// Who asks whether a gateway is fit for real cases has not begun one, and has written no key.
func TestACheckForRealCasesWritesNothing(t *testing.T) {
	v := newVault(t)
	held := func() map[string]backup.Extent {
		t.Helper()
		p, err := jet.Embedded(t.Context(), jet.Options{Dir: filepath.Join(v.data.Data, natsDir)})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		conn, err := p.Connect()
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		all := map[string]backup.Extent{}
		for _, stream := range []string{"RECORD_0", "RECORD_1", "KEYS", "EVIDENCE", "LEDGER"} {
			e, there, err := conn.Extent(t.Context(), stream)
			if err != nil || !there {
				t.Fatal(stream, there, err)
			}
			all[stream] = backup.Extent(e)
		}
		return all
	}
	before := held()
	var out, errs bytes.Buffer
	if code := Main(t.Context(), []string{"check", "--production", "--data", v.data.Data}, &out, &errs); code != 1 || !strings.Contains(errs.String(), "not fit for real cases") {
		t.Errorf("code %d: %s", code, &errs)
	}
	if after := held(); !maps.Equal(before, after) {
		t.Errorf("it has written: %v before, %v after", before, after)
	}
}

// Nor does it make the streams of a record that nobody has begun.
func TestACheckMakesNoStreams(t *testing.T) {
	t.Parallel()
	url := storeServer(t)
	var out, errs bytes.Buffer
	if code := Main(t.Context(), []string{"check", "--production", "--nats", url, "--data", filepath.Join(t.TempDir(), "data")}, &out, &errs); code != 1 {
		t.Errorf("code %d", code)
	}
	conn, err := jet.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, stream := range []string{"RECORD_0", "RECORD_1", "KEYS"} {
		if _, there, err := conn.Extent(t.Context(), stream); there || err != nil {
			t.Errorf("%s: made %t, %v; it said %s", stream, there, err, &errs)
		}
	}
}
