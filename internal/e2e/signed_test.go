package e2e

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"verigate/internal/app"
	"verigate/internal/config"
	"verigate/internal/signature/signaturetest"
)

const publicOrigin = "https://gateway.example"

func withOrigin(o *app.Options) { o.Origin = publicOrigin }

// partnerSystem creates a system of NG, binds a signer to it by the command line, and returns who it is.
func (w *world) partnerSystem(more ...string) (person string, by signaturetest.Signer) {
	w.t.Helper()
	person, _, _ = shownKey(w.t, w.key(0, "create", "--label", "Registry", "--role", "PARTNER", "--partner", "NG", "--system"))
	return person, w.bindSigner(person, more...)
}

func (w *world) bindSigner(person string, more ...string) signaturetest.Signer {
	w.t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		w.t.Fatal(err)
	}
	file := filepath.Join(w.t.TempDir(), "public.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o600); err != nil {
		w.t.Fatal(err)
	}
	said := w.key(0, append([]string{"signer", person, file}, more...)...)
	m := regexp.MustCompile(`^` + person + `\n([0-9a-z]{16})\n$`).FindStringSubmatch(said)
	if m == nil {
		w.t.Fatalf("no id of the signer is shown\n%s", said)
	}
	return signaturetest.Signer{ID: m[1], Private: private, Origin: publicOrigin}
}

// signedPost is a POST of a new request, signed at a moment.
func signedPost(t *testing.T, by signaturetest.Signer, reference string, now time.Time) func(url string) (int, string) {
	t.Helper()
	body := named(t, reference)
	signed, err := http.NewRequestWithContext(t.Context(), http.MethodPost, requests, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	signed.Header.Set("Content-Type", "application/json")
	signed.Header.Set("Idempotency-Key", reference)
	by.Sign(signed, body, now, "nonce-0123456789-"+reference)
	return func(url string) (int, string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+requests, bytes.NewReader(body))
		if err != nil {
			t.Error(err)
			return 0, ""
		}
		r.Header = signed.Header.Clone()
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Error(err)
			return 0, ""
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Error(err)
		}
		return response.StatusCode, string(text)
	}
}

func TestASignatureIsTakenOnceByTwoGatewaysAndOverARestart(t *testing.T) {
	t.Parallel()
	store, redis := natsWithJetStream(t), redisServer(t)
	one, other := filepath.Join(t.TempDir(), "one"), filepath.Join(t.TempDir(), "other")
	stores := func(dir string) config.Stores {
		return config.Stores{Data: dir, NATS: "nats://" + store.addr, Redis: redis.addr}
	}
	c := &clock{}
	c.To("2021-09-06T10:00:00+07:00")
	first := begin(t, stores(one), c.Now, withOrigin)
	copyKeys(t, one, other)
	second := begin(t, stores(other), c.Now, withOrigin)
	person, by := first.partnerSystem()
	eventually(t, 10*time.Second, func() error { // the other gateway has heard of it
		if said := second.key(0, "list"); !strings.Contains(said, "signer "+by.ID) {
			return fmt.Errorf("unknown\n%s", said)
		}
		return nil
	})

	send := signedPost(t, by, "once", c.Now())
	if status, text := send(first.url); status != 201 {
		t.Fatalf("%d %s", status, text)
	}
	for _, w := range []*world{second, first} {
		if status, text := send(w.url); status != 401 || !strings.Contains(text, `"unauthenticated"`) {
			t.Errorf("taken again: %d %s", status, text)
		}
	}
	for round := range 5 { // both at once, several times
		race := signedPost(t, by, fmt.Sprint("race-", round), c.Now())
		var mu sync.Mutex
		answers := map[int]int{}
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				status, _ := race([]*world{first, second}[i%2].url)
				mu.Lock()
				defer mu.Unlock()
				answers[status]++
			})
		}
		all.Wait()
		if answers[201] != 1 || answers[401] != 7 {
			t.Errorf("round %d: %v", round, answers)
		}
	}

	first.stop()
	second.stop()
	store.goes()
	store.comes()
	first = begin(t, stores(one), c.Now, withOrigin)
	if status, text := send(first.url); status != 401 {
		t.Errorf("a restart forgets: %d %s", status, text)
	}
	if status, text := signedPost(t, by, "after", c.Now())(first.url); status != 201 {
		t.Errorf("%d %s", status, text)
	}
	first.key(0, "revoke", person, by.ID)
	if status, _ := signedPost(t, by, "revoked", c.Now())(first.url); status != 401 {
		t.Errorf("a revoked signer: %d", status)
	}
}

func TestASignatureIsTakenOnceByTheEmbeddedStoreOverARestart(t *testing.T) {
	t.Parallel()
	c := &clock{}
	c.To("2021-09-06T10:00:00+07:00")
	stores := config.Stores{Data: filepath.Join(t.TempDir(), "data")}
	w := begin(t, stores, c.Now, withOrigin)
	_, by := w.partnerSystem("--scope", "submitRequest")
	send := signedPost(t, by, "once", c.Now())
	if status, text := send(w.url); status != 201 {
		t.Fatalf("%d %s", status, text)
	}
	w.stop()
	w = begin(t, stores, c.Now, withOrigin)
	if status, text := send(w.url); status != 401 {
		t.Errorf("a restart forgets: %d %s", status, text)
	}
	list, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+requests, nil)
	if err != nil {
		t.Fatal(err)
	}
	by.Sign(list, nil, c.Now(), "nonce-0123456789-list")
	response, err := http.DefaultClient.Do(list)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if text, err := io.ReadAll(response.Body); response.StatusCode != 403 || !strings.Contains(string(text), "out_of_scope") {
		t.Errorf("%d %s, %v", response.StatusCode, text, err)
	}
	mustSay(t, w.key(1, "signer", "p_nobody", os.DevNull), "not one Ed25519 public key")
}

// With the store of nonces gone, and that alone, nothing that is signed is done; all else goes on.
func TestWithoutTheStoreOfNoncesNothingSignedIsDone(t *testing.T) {
	t.Parallel()
	store, dir := natsWithJetStream(t), filepath.Join(t.TempDir(), "data")
	stores := config.Stores{Data: dir, NATS: "nats://" + store.addr}
	w := begin(t, stores, time.Now, withOrigin)
	_, by := w.partnerSystem()
	nc, err := nats.Connect("nats://" + store.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if err := js.DeleteStream(t.Context(), "NONCES"); err != nil {
		t.Fatal(err)
	}
	status, text := signedPost(t, by, "signed", time.Now())(w.url)
	if status != 503 || !strings.Contains(text, `"unavailable"`) {
		t.Errorf("%d %s", status, text)
	}
	eventually(t, 10*time.Second, func() error { return w.onBoard(0) })
	w.mustBeClean(0)
	w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "plain"), "Idempotency-Key", "plain")
	w.stop()
	w = begin(t, stores, time.Now, withOrigin) // a start makes the stream
	if status, text := signedPost(t, by, "signed", time.Now())(w.url); status != 201 {
		t.Errorf("%d %s", status, text)
	}
}
