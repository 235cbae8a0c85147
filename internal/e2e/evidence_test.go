package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// exits runs a command that must end with a code, and returns what it said.
func exits(t *testing.T, code int, args ...string) string {
	t.Helper()
	got, said := command(t, args...)
	if got != code {
		t.Fatalf("%s: exit %d, want %d\n%s", strings.Join(args, " "), got, code, said)
	}
	return said
}

func TestABundleIsCheckedWithoutAServer(t *testing.T) {
	t.Parallel()
	at := t.TempDir()
	dir, witness := filepath.Join(at, "data"), filepath.Join(at, "witness")
	if err := os.Mkdir(witness, 0o700); err != nil {
		t.Fatal(err)
	}
	file := func(name string) string { return filepath.Join(at, name) }
	g := serve(t, dir, "--witness", witness)
	w := &world{t: t, url: g.url, keys: credentials(t, dir)}
	submitted := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "proven"), "Idempotency-Key", "proven")
	id := path.Base(submitted.Header.Get("Location"))
	write(t, file("receipt"), []byte(submitted.Body["receipt"].(string)))
	write(t, file("trust"), []byte(exits(t, 0, "evidence", "keys", "--data", dir)))

	first := file("first.bundle")
	mustSay(t, exits(t, 0, "evidence", "bundle", id, "--out", first, "--data", dir, "--receipt", file("receipt")), `^verigate/[0-9a-f]{16}/RECORD_[01]: 1 messages`, `^intact, signer unknown`)
	said := exits(t, 0, "evidence", "check", first, "--trust", file("trust"), "--receipt", file("receipt"))
	mustSay(t, said, `^request `+id, `^intact, signed by verigate/[0-9a-f]{16}/bundle$`, `^receipt: of this request`)
	if strings.Contains(said, "not yet witnessed") {
		t.Errorf("all was given to the witness:\n%s", said)
	}

	t.Log("the witness's own file, and a request that went on")
	w.accept(id, "NG")
	w.must(200, w.keys.Partners["NG"], http.MethodPost, submitted.Header.Get("Location")+"/withdrawal", map[string]any{"text": "no longer needed"}, "Idempotency-Key", "w")
	second := file("second.bundle")
	exits(t, 0, "evidence", "bundle", id, "--out", second, "--since", first, "--data", dir)
	mustSay(t, exits(t, 0, "evidence", "check", second, "--trust", file("trust"), "--since", first), `^intact, signed by`)
	mustSay(t, exits(t, 1, "evidence", "check", first, "--trust", file("trust"), "--since", second), `^rolled_back: `)
	content, err := os.ReadFile(second)
	if err != nil {
		t.Fatal(err)
	}
	if body := bytes.ToLower(content); bytes.Contains(body, []byte("no longer needed")) {
		t.Error("a bundle holds content")
	}
	content[len(content)/2] ^= 1
	write(t, file("tampered.bundle"), content)
	mustSay(t, exits(t, 1, "evidence", "check", file("tampered.bundle"), "--trust", file("trust")), `^(tampered|malformed): `)
	content[len(content)/2] ^= 1
	write(t, file("truncated.bundle"), content[:len(content)-40])
	mustSay(t, exits(t, 1, "evidence", "check", file("truncated.bundle"), "--trust", file("trust")), `^(malformed|tampered): `)

	t.Log("a rotation, and the same without a gateway")
	exits(t, 0, "evidence", "keys", "--rotate", "--data", dir)
	stops(t, g)
	third := file("third.bundle")
	exits(t, 0, "evidence", "bundle", id, "--out", third, "--since", second, "--data", dir)
	mustSay(t, exits(t, 1, "evidence", "check", third, "--trust", file("trust")), `^untrusted: `)
	write(t, file("trust"), []byte(exits(t, 0, "evidence", "keys", "--data", dir)))
	mustSay(t, exits(t, 0, "evidence", "check", third, "--trust", file("trust"), "--since", second), `^intact, signed by`, `not yet witnessed: [0-9]+ messages`)
	exits(t, 1, "evidence", "bundle", id, "--out", third, "--data", dir) // which exists
	mustSay(t, exits(t, 1, "evidence", "bundle", "no-such-request", "--out", file("none"), "--data", dir), "no message of request no-such-request")
	mustVerify(t, dir)
}

// stops ends a gateway in order.
func stops(t *testing.T, g server) {
	t.Helper()
	g.signal(syscall.SIGTERM)
	if code := g.ended(); code != 0 {
		t.Fatalf("stop: exit %d\n%s", code, g.log.String())
	}
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// A directory that is put back to what it was is known by the witness alone.
func TestARecordThatWasRolledBackIsLoud(t *testing.T) {
	t.Parallel()
	at := t.TempDir()
	dir, witness, older := filepath.Join(at, "data"), filepath.Join(at, "witness"), filepath.Join(at, "older")
	if err := os.Mkdir(witness, 0o700); err != nil {
		t.Fatal(err)
	}
	g := serve(t, dir, "--witness", witness)
	w := &world{t: t, url: g.url, keys: credentials(t, dir)}
	w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "before"), "Idempotency-Key", "before")
	stops(t, g)
	if said, err := exec.CommandContext(t.Context(), "cp", "-a", dir, older).CombinedOutput(); err != nil {
		t.Fatalf("copy the directory: %v\n%s", err, said)
	}
	g = serve(t, dir, "--witness", witness)
	w.url = g.url
	for _, name := range []string{"after-1", "after-2", "after-3", "after-4"} {
		w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, name), "Idempotency-Key", name)
	}
	stops(t, g)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(older, dir); err != nil {
		t.Fatal(err)
	}
	g = serve(t, dir, "--witness", witness)
	w.url = g.url
	eventually(t, startsWithin, func() error {
		ready := w.must(200, "", http.MethodGet, "/health/ready", nil)
		said := string(ready.Raw) + g.log.String()
		for _, want := range []string{`"code":"broken"`, "a follower has stopped", "rolled back or cut off: the witness knows"} {
			if !strings.Contains(said, want) {
				return fmt.Errorf("%q is not said: %s", want, said)
			}
		}
		return nil
	})
	mustSay(t, exits(t, 1, "verify", "--data", dir), `^ledger: RECORD_[01] sequence`, "rolled back or cut off: the witness knows", "the record, or the evidence, is not what was recorded")
	eventually(t, 10*time.Second, func() error {
		said := w.must(200, w.keys.Auditor, http.MethodGet, "/v1/evidence?outcome=refused&operation=gateway+ledger", nil)
		if !strings.Contains(string(said.Raw), `"code":"ledger_broken"`) {
			return fmt.Errorf("the auditor is not told: %s", said.Raw)
		}
		return nil
	})
}
