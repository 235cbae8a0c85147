package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// sister makes the data directory of another gateway over the same servers.
func sister(t *testing.T, dir string) string {
	t.Helper()
	other := filepath.Join(t.TempDir(), "data")
	copyKeys(t, dir, other)
	return other
}

// bring copies a secret.
func bring(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// The drill of deploy/README.md: another root key in the place of one, while two gateways serve.
func TestTheRootKeyIsRotatedWhileTwoGatewaysServe(t *testing.T) {
	t.Parallel()
	store, redis := natsWithJetStream(t), redisServer(t)
	stores := []string{"--nats", "nats://" + store.addr, "--redis", redis.addr}
	dir := filepath.Join(t.TempDir(), "data")
	first := serve(t, dir, stores...)
	keys := credentials(t, dir)
	other := sister(t, dir)
	third := sister(t, dir) // whom nobody brings the new key
	second := serve(t, other, stores...)
	at := func(g server) *world { return &world{t: t, url: g.url, keys: keys} }
	send := func(g server, name string) call {
		return at(g).must(201, keys.Partners["NG"], http.MethodPost, requests, named(t, name), "Idempotency-Key", name)
	}
	before := send(first, "before")
	send(second, "before-2")
	var cursor string
	eventually(t, startsWithin, func() error {
		page := at(second).do(keys.Partners["NG"], http.MethodGet, requests+"?limit=1", nil)
		if cursor = page.text("next_cursor"); cursor == "" {
			return fmt.Errorf("%d without a cursor: %s", page.Status, page.Raw)
		}
		return nil
	})

	root := func(code int, dir string, act string, says ...string) {
		t.Helper()
		mustSay(t, keyOver(t, dir, code, "root", act), says...)
	}
	root(0, dir, "status", `^file\.\w+: 4 keys \(names, group\.\S+, lasting\.\S+, evidence\.\S+\)$`)
	root(1, dir, "rotate", "everything is under the newest")
	root(1, dir, "retire", "nothing to take away")
	root(0, dir, "prepare", `root\.key\.next: copy it`)
	root(1, dir, "prepare", "there already")
	root(1, dir, "retire", "rotate first")
	bring(t, filepath.Join(dir, "root.key.next"), filepath.Join(other, "root.key.next"))

	var sent atomic.Int32
	var load sync.WaitGroup
	stop := make(chan struct{})
	for i, g := range []server{first, second} {
		load.Go(func() {
			keepSending(t, g.url, keys.Partners["NG"], fmt.Sprintf("during-%d-", i), stop, func(string, call) { sent.Add(1) })
		})
	}
	root(0, dir, "rotate", `^everything is under the newest root key$`, `^file\.\w+: 4 keys`)
	root(1, other, "rotate", "everything is under the newest")
	close(stop)
	load.Wait()
	if t.Failed() || sent.Load() < 2 {
		t.Fatalf("%d were taken meanwhile", sent.Load())
	}

	second.kill()
	refusedStart(t, " is under a root key that this gateway does not have; it has file.",
		append([]string{"--demo", "--listen", "127.0.0.1:0", "--data", third}, stores...)...)
	root(0, dir, "retire", "root key in use now is file")
	second = serve(t, other, stores...) // with both
	root(0, other, "retire", "root key in use now is file")
	first.kill()
	first = serve(t, dir, stores...) // with the new one alone
	for _, g := range []server{first, second} {
		again := send(g, "before")
		if again.text("receipt") != before.text("receipt") || again.text("id") != before.text("id") || before.text("receipt") == "" {
			t.Errorf("another receipt:\n%s\n%s", before.Raw, again.Raw)
		}
		at(g).must(200, keys.Partners["NG"], http.MethodGet, before.Header.Get("Location"), nil)
		eventually(t, startsWithin, func() error {
			page := at(g).do(keys.Partners["NG"], http.MethodGet, requests+"?limit=1&cursor="+url.QueryEscape(cursor), nil)
			if page.Status != http.StatusOK || !bytes.Contains(page.Raw, []byte(`"items":[{`)) {
				return fmt.Errorf("the cursor of before: %d %s", page.Status, page.Raw)
			}
			return nil
		})
	}
	if n := mustVerify(t, dir); n != int(sent.Load())+2 {
		t.Errorf("%d requests, sent %d", n, sent.Load()+2)
	}
}

// Another gateway that is brought the rotated receipt.key signs with it within seconds, without a restart: what it signed with
// the former key for long would be taken for a forgery.
func TestARotatedReceiptKeyIsTakenWhileAnotherGatewayServes(t *testing.T) {
	t.Parallel()
	store, redis := natsWithJetStream(t), redisServer(t)
	stores := []string{"--nats", "nats://" + store.addr, "--redis", redis.addr}
	dir := filepath.Join(t.TempDir(), "data")
	first := serve(t, dir, stores...)
	keys := credentials(t, dir)
	other := sister(t, dir)
	second := serve(t, other, stores...)
	set := func(g server) string {
		return string((&world{t: t, url: g.url, keys: keys}).must(200, "", http.MethodGet, "/.well-known/jwks.json", nil).Raw)
	}
	before := set(second)
	mustSay(t, keyOver(t, dir, 0, "receipt", "rotate"), "^receipts are signed with another key .* within five minutes")
	rotated := set(first)
	if before == rotated || set(second) != before {
		t.Fatal("the second gateway knows of it already, or the first does not")
	}
	bring(t, filepath.Join(dir, "receipt.key"), filepath.Join(other, "receipt.key"))
	eventually(t, 20*time.Second, func() error {
		if set(second) != rotated {
			return errors.New("the second gateway has the former key")
		}
		return nil
	})
}

// keepSending posts requests one after the other, under names that begin alike, until it is stopped, and tells of each.
func keepSending(t *testing.T, url, partner, names string, stop <-chan struct{}, sent func(name string, c call)) {
	t.Helper()
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		default:
		}
		name := fmt.Sprint(names, n)
		c, err := try(t.Context(), url, partner, http.MethodPost, requests, named(t, name), "Idempotency-Key", name)
		if err != nil || c.Status != http.StatusCreated {
			t.Errorf("%s: %d %s, %v", name, c.Status, c.Raw, err)
			return
		}
		sent(name, c)
	}
}
