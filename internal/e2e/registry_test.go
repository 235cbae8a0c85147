package e2e

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"verigate/internal/record"
)

// garbled writes a message that nothing of ours wrote.
func garbled(t *testing.T, store *shared, of record.Subject) record.Place {
	t.Helper()
	nc, err := nats.Connect("nats://" + store.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := nc.JetStream()
	if err != nil {
		t.Fatal(err)
	}
	at := record.Place{Partition: of.In(record.Partitions)}
	ack, err := js.Publish(of.Name(at.Partition), []byte("hello"))
	if err != nil {
		t.Fatal(err)
	}
	at.Sequence = ack.Sequence
	return at
}

// A gateway goes on to hear whose keys are revoked elsewhere, whatever cannot be read of requests. When it cannot read what was
// decided on a principal it lets nobody in, for it may be somebody who was shut out.
func TestAKeyThatWasRevokedElsewhereOpensNothingWhateverCannotBeRead(t *testing.T) {
	t.Parallel()
	store, dir := natsWithJetStream(t), filepath.Join(t.TempDir(), "data")
	g := serve(t, dir, "--nats", "nats://"+store.addr)
	other := sister(t, dir)
	second := serve(t, other, "--nats", "nats://"+store.addr)
	person, key, keyID := shownKey(t, keyOver(t, dir, 0, "create", "--label", "Registry", "--role", "PARTNER", "--partner", "NG", "--system"))
	w := &world{t: t, url: second.url, keys: credentials(t, dir)}
	answers := func(url, key, reference string, status int, code string) {
		t.Helper()
		eventually(t, 10*time.Second, func() error {
			c, err := try(t.Context(), url, key, http.MethodPost, requests, named(t, reference), "Idempotency-Key", reference)
			if err != nil {
				return err
			}
			return c.expect(status, code)
		})
	}
	answers(w.url, key, "before", http.StatusCreated, "") // it has heard of the key

	for n := range 4 { // in both partitions
		garbled(t, store, record.Request(fmt.Sprintf("%026d", n)))
	}
	eventually(t, 10*time.Second, func() error {
		if !strings.Contains(second.log.String(), "follower=watch") {
			return errors.New("no follower has stopped")
		}
		return nil
	})
	answers(w.url, key, "goes-on", http.StatusCreated, "")
	keyOver(t, dir, 0, "revoke", person, keyID)
	answers(w.url, key, "no-more", http.StatusUnauthorized, "unauthenticated")
	answers(w.url, w.keys.Partners["NG"], "another", http.StatusCreated, "")

	at := garbled(t, store, record.Subject{Kind: record.KindPrincipal, ID: "p_nobody"})
	for _, url := range []string{g.url, second.url} {
		w.url = url
		answers(url, w.keys.Partners["NG"], "shut", http.StatusServiceUnavailable, "revocations_unknown")
		if got := w.must(200, "", http.MethodGet, "/health/ready", nil).healthOf("registry"); !strings.HasPrefix(got, "unavailable stopped") {
			t.Errorf("health says %q of the registry", got)
		}
	}
	if !strings.Contains(second.log.String(), fmt.Sprintf("record %v:", at)) {
		t.Errorf("it does not name %v", at)
	}
}
