package e2e

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"verigate/internal/config"
)

// key runs `verigate key …` in a process of its own, and returns what it printed.
func (w *world) key(code int, args ...string) string {
	w.t.Helper()
	return keyOver(w.t, w.parts.Data, code, args...)
}

// keyOver is key over a directory.
func keyOver(t *testing.T, dir string, code int, args ...string) string {
	t.Helper()
	got, said := command(t, append(append([]string{"key"}, args...), "--data", dir)...)
	if got != code {
		t.Fatalf("key %s: exit %d, want %d\n%s", args, got, code, said)
	}
	return said
}

// shownKey is the key that a command has shown, its holder, and its id.
func shownKey(t *testing.T, said string) (person, secret, id string) {
	t.Helper()
	m := regexp.MustCompile(`(?m)^(p_[0-9a-z]+)\n(vg_([0-9a-z]{16})_\S{43})$`).FindStringSubmatch(said)
	if m == nil {
		t.Fatalf("no key is shown\n%s", said)
	}
	return m[1], m[2], m[3]
}

// mustSay ends the test unless each of the patterns matches.
func mustSay(t *testing.T, said string, patterns ...string) {
	t.Helper()
	for _, p := range patterns {
		if !regexp.MustCompile(`(?m)` + p).MatchString(said) {
			t.Fatalf("nothing matches %q in\n%s", p, said)
		}
	}
}

func TestAKeyIsLimitedRotatedAndListed(t *testing.T) {
	t.Parallel()
	c := &clock{}
	c.To("2021-09-06T10:00:00+07:00")
	w := begin(t, config.Stores{Data: filepath.Join(t.TempDir(), "data")}, c.Now)
	const until = "2021-12-06T03:00:00Z"
	person, old, oldID := shownKey(t, w.key(0, "create", "--label", "Registry", "--role", "PARTNER", "--partner", "NG", "--system",
		"--scope", "listRequests", "--scope", "getRequest", "--expires", until))
	eventually(t, startsWithin, func() error { // a list is served once the board has caught up
		if got := w.do(old, http.MethodGet, requests, nil); got.Status != http.StatusOK {
			return fmt.Errorf("status %d: %s", got.Status, got.Raw)
		}
		return nil
	})
	refused := w.must(403, old, http.MethodPost, requests, named(t, "k"), "Idempotency-Key", "k")
	if refused.text("code") != "out_of_scope" {
		t.Errorf("%s", refused.Raw)
	}
	_, next, nextID := shownKey(t, w.key(0, "rotate", person, oldID, "--overlap", "2h"))
	mustSay(t, w.key(0, "list"),
		`^    key `+oldID+`  good  made \S+  ends 2021-09-06T05:00:00Z  scope listRequests,getRequest  last used 2021-09-06T03:00:00Z$`,
		`^    key `+nextID+`  good  made \S+  ends `+until+`  scope listRequests,getRequest  not used since 2021-09-06T03:00:00Z$`)
	w.must(200, old, http.MethodGet, requests, nil)
	c.To("2021-09-06T12:00:00+07:00")
	over := w.must(401, old, http.MethodGet, requests, nil)
	unknown := w.must(401, strings.Replace(next, nextID, oldID, 1), http.MethodGet, requests, nil)
	if over.text("detail") != unknown.text("detail") || over.text("code") != unknown.text("code") || over.text("title") != unknown.text("title") {
		t.Errorf("a key that is over is told apart:\n%s\n%s", over.Raw, unknown.Raw)
	}
	eventually(t, 10*time.Second, func() error { return w.do(next, http.MethodGet, requests, nil).expect(200, "") })
	for _, bad := range []struct{ says, args string }{
		{"has ended", "rotate " + person + " " + oldID},
		{"a scope is", "issue " + person + " --scope everything"},
		{"ended already", "issue " + person + " --expires 2021-09-06T03:00:00Z"},
		{"720 hours", "rotate " + person + " " + nextID + " --overlap 721h"},
	} {
		mustSay(t, w.key(1, strings.Fields(bad.args)...), bad.says)
	}
	w.stop()
	// Without a running gateway nobody has seen a key used; what the record holds is known. By this machine's clock the
	// time of both is over.
	said := w.key(0, "list")
	mustSay(t, said, `key `+nextID+`  ended  made \S+  ends `+until, `known to a running gateway only`)
	if strings.Contains(said, "last used") {
		t.Errorf("a last use that nobody can know\n%s", said)
	}
}

func TestWhereACertificateIsRequiredAKeyAloneIsNothing(t *testing.T) {
	t.Parallel()
	w := begin(t, config.Stores{}, time.Now)
	person, key, keyID := shownKey(t, w.key(0, "create", "--label", "Registry", "--role", "PARTNER", "--partner", "NG", "--system"))
	mustSay(t, w.key(1, "tls", person, "required"), "bind one first")
	private := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(nil, c, c, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "cert.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	said := w.key(0, "certificate", person, file)
	id := strings.TrimSpace(strings.TrimPrefix(said, person))
	w.must(200, key, http.MethodGet, requests, nil)
	w.key(0, "tls", person, "required")
	w.must(401, key, http.MethodGet, requests, nil) // this connection has none
	mustSay(t, w.key(0, "list"), `^`+person+`  PARTNER  NG  Registry  certificates required$`,
		`^    certificate `+id+`  good  made \S+  ends \S+  sha256 `+fmt.Sprintf("%x", sha256.Sum256(der))+`  not used since `,
		`^    key `+keyID+`  good `)
	mustSay(t, w.key(1, "certificate", person, file), "bound already")
	other, _, _ := shownKey(t, w.key(0, "create", "--label", "Registry", "--role", "PARTNER", "--partner", "TH", "--system"))
	mustSay(t, w.key(1, "certificate", other, file), "bound to another")
	w.key(0, "revoke", person, id)
	w.key(0, "certificate", other, file)
	w.key(0, "tls", person, "ignored")
	w.must(200, key, http.MethodGet, requests, nil)
}
