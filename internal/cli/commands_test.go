package cli

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheCommandLineSaysWhatIsWrong(t *testing.T) {
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	another := taken.Addr().String()
	wrong, nobodys := retentionFile(t, "five,,,five years,,,x"), retentionFile(t, "five,goldn-strike,,60,,,x")
	tests := map[string]struct {
		args []string
		code int
		says string
	}{
		"help":                       {[]string{"--help"}, 0, "Run the gateway"},
		"unknown command":            {[]string{"fly"}, 2, "fly"},
		"unknown flag":               {[]string{"serve", "--fly"}, 2, "--fly"},
		"a door of no address":       {[]string{"serve", "--data", t.TempDir() + "/d", "--listen", "nowhere"}, 1, "host:port"},
		"another's door":             {[]string{"serve", "--data", t.TempDir() + "/d", "--listen", another}, 1, "--listen " + another + ": another program listens there"},
		"another's metrics":          {[]string{"serve", "--data", t.TempDir() + "/d", "--listen", "127.0.0.1:0", "--metrics", another}, 1, "choose another address"},
		"demonstration in public":    {[]string{"serve", "--demo", "--data", t.TempDir() + "/d", "--listen", "0.0.0.0:0"}, 1, "loopback"},
		"a demonstration for real":   {[]string{"serve", "--demo", "--production"}, 2, "can't be used together"},
		"an origin with a path":      {[]string{"serve", "--data", t.TempDir() + "/d", "--origin", "https://gateway.example/v1"}, 1, "--origin: an origin is"},
		"verify without a record":    {[]string{"verify", "--data", t.TempDir()}, 1, "holds no record"},
		"calendar without a record":  {[]string{"calendar", "list", "--data", t.TempDir()}, 1, "holds no record"},
		"a decree of nothing":        {[]string{"calendar", "decree"}, 2, "--date"},
		"a calendar of no kind":      {[]string{"calendar", "abolish"}, 2, "abolish"},
		"demo without credentials":   {[]string{"demo", "--data", t.TempDir()}, 1, "make run"},
		"retention of no rule":       {[]string{"serve", "--data", t.TempDir() + "/d", "--listen", "127.0.0.1:0", "--retention", wrong}, 1, "retention.csv:2: months \"five years\""},
		"retention of nobody's":      {[]string{"serve", "--data", t.TempDir() + "/d", "--listen", "127.0.0.1:0", "--retention", nobodys}, 1, "names campaign \"goldn-strike\""},
		"backups of less than never": {[]string{"serve", "--data", t.TempDir() + "/d", "--keys-backups=-5h"}, 2, "--keys-backups is how long"},
		"a stop before it":           {[]string{"serve", "--data", t.TempDir() + "/d", "--drain=-3s"}, 2, "--drain is how long"},
		"keys beside the backup":     {[]string{"backup", "take", "--data", t.TempDir(), "--out", "/nowhere/out", "--keyring", "/nowhere/out/ring", "--keep", "2h"}, 1, "--keyring lies in --out"},
		"servers without a scheme":   {[]string{"serve", "--data", t.TempDir() + "/d", "--nats", "127.0.0.1:4222"}, 2, "nats://host:port"},
		"a Redis of two parts":       {[]string{"serve", "--data", t.TempDir() + "/d", "--redis", "127.0.0.1"}, 2, "--redis is host:port"},
		"check of retention":         {[]string{"check", "--retention", nobodys}, 1, "names campaign \"goldn-strike\""},
		"check of what is built in":  {[]string{"check"}, 0, "ok  form of the policies"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { // one after another: the command line sets up the process
			var out, errs bytes.Buffer
			if code := Main(t.Context(), test.args, &out, &errs); code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			if all := out.String() + errs.String(); !strings.Contains(all, test.says) {
				t.Errorf("says %q, want %q in it", all, test.says)
			}
		})
	}
}

// retentionFile is a table of one rule.
func retentionFile(t *testing.T, rule string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "retention.csv")
	table := "rule,campaign,kind,months,valid_from,valid_to,source\n" + rule + "\n"
	if err := os.WriteFile(path, []byte(table), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
