package e2e

import (
	"bytes"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verigate/internal/app"
	"verigate/internal/config"
	"verigate/internal/record"
	"verigate/internal/seal"
)

// What was found above the ceiling loses its key on the disk, though the gateway is killed at once behind the answer; and
// again, before a door opens, when KEYS comes back from a backup of before.
func TestWhatIsErasedLosesItsKeyOnTheDisk(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	g := serve(t, dir)
	w := &world{t: t, url: g.url, keys: credentials(t, dir)}
	sent := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "quoc-gia"), "Idempotency-Key", "erased")
	at := sent.Header.Get("Location")
	stores, copied := filepath.Join(dir, "nats"), copyOf(t, dir)
	backup := filepath.Join(t.TempDir(), "KEYS")
	keys := filepath.Join("jetstream", "$G", "streams", "KEYS")
	mustCopy(t, backup, filepath.Join(stores, keys))
	key := keyOf(t, copied, strings.TrimPrefix(at, requests+"/"))
	if !onDisk(t, dir, key.Bytes) {
		t.Fatal("the search does not find a key that is there")
	}

	w.must(200, w.keys.Lead, http.MethodPost, at+"/above-ceiling", []byte(`{"code":"state_secret_content"}`))
	g.kill()
	mustBeErased := func(when string) {
		t.Helper()
		g := serve(t, dir)
		w.url = g.url
		if onDisk(t, dir, key.Bytes) {
			t.Errorf("%s: the wrapped key is on the disk while the door is open", when)
		}
		w.must(410, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "quoc-gia"), "Idempotency-Key", "erased")
		if stub := w.must(200, w.keys.Lead, http.MethodGet, at, nil); bytes.Contains(stub.Raw, []byte("quoc-gia")) || stub.text("number") == "" {
			t.Errorf("%s: %s", when, stub.Raw)
		}
		w.mustStillProve(dir, sent)
		g.kill()
	}
	mustBeErased("after kill -9")
	if n := mustVerify(t, dir); n != 1 {
		t.Errorf("%d requests", n)
	}
	if _, said := command(t, "erasure", "list", "--data", dir, "--keys-backups", "720h"); !strings.Contains(said, ": key destroyed ") || !strings.Contains(said, "that has it runs out ") {
		t.Errorf("the dates of the erasure: %s", said)
	}
	mustLast(t, dir, strings.TrimPrefix(at, requests+"/"))
	if _, said := command(t, "verify", "--data", dir); !strings.Contains(said, "erased: 1 requests; none of their keys is in a file of the store") {
		t.Errorf("verify does not tell what is erased: %s", said)
	}
	mustNotBeginAnew(t, dir, strings.TrimPrefix(at, requests+"/"))

	if err := os.RemoveAll(filepath.Join(stores, keys)); err != nil {
		t.Fatal(err)
	}
	mustCopy(t, filepath.Join(stores, keys), backup)
	if !onDisk(t, dir, key.Bytes) {
		t.Fatal("the backup does not bring the key back")
	}
	mustBeErased("after KEYS was restored") // what was sealed since, evidence among it, is lost with such a KEYS: no verify
}

// mustNotBeginAnew appends a first message to the subject of a request that is erased.
func mustNotBeginAnew(t *testing.T, dir, id string) {
	t.Helper()
	p, err := app.Open(t.Context(), app.Options{
		Stores: config.Stores{Data: dir, Replicas: 1}, Demo: true, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	first := record.Sealed{Subject: record.Request(id), Header: record.Header{KID: "k", Command: "c", Kinds: []string{"submitted.v1"}, Wire: 1}, Data: []byte("x")}
	if _, err := p.Journal.Append(t.Context(), first, 0); !errors.Is(err, record.ErrConflict) {
		t.Errorf("an erased request was begun anew: %v", err)
	}
}

// mustLast holds a tombstone, and whoever may knock, to be under keys of a group that outlives the months of content.
func mustLast(t *testing.T, dir, id string) {
	t.Helper()
	p, err := app.Open(t.Context(), app.Options{
		Stores: config.Stores{Data: dir, Replicas: 1}, Demo: true, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	for _, s := range []record.Subject{record.Request(id), {Kind: record.KindPrincipal, ID: string(p.Registry.Keyring().Principals()[0].ID)}} {
		all, err := p.Journal.Read(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		key, err := p.Conn.Keys().Get(t.Context(), all[len(all)-1].KID)
		if err != nil || !strings.HasPrefix(key.Group, "lasting.") {
			t.Errorf("%s %s is under %s, %v", s.Kind, s.ID, key.Group, err)
		}
	}
}

func mustCopy(t *testing.T, to, from string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// keyOf is the wrapped key of a request, in the data directory of a gateway that does not run.
func keyOf(t *testing.T, dir, id string) seal.Wrapped {
	t.Helper()
	p, err := app.Open(t.Context(), app.Options{
		Stores: config.Stores{Data: dir, Replicas: 1}, Demo: true, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	all, err := p.Journal.Read(t.Context(), record.Request(id))
	if err != nil {
		t.Fatal(err)
	}
	key, err := p.Conn.Keys().Get(t.Context(), all[0].KID)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// copyOf is a directory with what the gateway of another has stored, and its secrets. It has nothing to write at the moment.
func copyOf(t *testing.T, dir string) string {
	t.Helper()
	copied := filepath.Join(t.TempDir(), "data")
	mustCopy(t, filepath.Join(copied, "nats"), filepath.Join(dir, "nats"))
	for _, secret := range []string{"id.key", "root.key", "receipt.key"} {
		content, err := os.ReadFile(filepath.Join(dir, secret))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(copied, secret), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return copied
}

// onDisk says whether bytes are in any file below a directory.
func onDisk(t *testing.T, dir string, what []byte) (found bool) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // a file of the running server that came and went
		}
		if content, err := os.ReadFile(path); err == nil {
			found = found || bytes.Contains(content, what)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
