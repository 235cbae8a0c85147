package e2e

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// The drill of deploy/README.md: another key in the place of a month's that somebody else may have, while two gateways take
// requests, though the one that is asked is killed in the middle.
func TestAMonthsKeyIsReplacedWhileTwoGatewaysServe(t *testing.T) {
	t.Parallel()
	store, redis := natsWithJetStream(t), redisServer(t)
	stores := []string{"--nats", "nats://" + store.addr, "--redis", redis.addr}
	dir := filepath.Join(t.TempDir(), "data")
	first := serve(t, dir, stores...)
	keys := credentials(t, dir)
	other := sister(t, dir)
	second := serve(t, other, stores...)
	month := "group." + time.Now().UTC().Format("2006-01")

	var mu sync.Mutex
	sent := map[string]call{}
	stop := make(chan struct{})
	var load sync.WaitGroup
	for client := range 2 {
		load.Go(func() {
			keepSending(t, second.url, keys.Partners["NG"], fmt.Sprintf("month-%d-", client), stop, func(name string, c call) {
				mu.Lock()
				defer mu.Unlock()
				sent[name] = c
			})
		})
	}
	for _, bad := range []string{"2026-11", "group.2026-13", "names"} {
		mustSay(t, keyOver(t, dir, 1, "group", "replace", bad), "name a month's group")
	}
	mustSay(t, keyOver(t, dir, 1, "group", "replace", "group.2019-01"), "nothing was sealed in that month")

	asked := launch(t, built(t, verigate), "key", "group", "replace", month, "--data", dir)
	time.Sleep(50 * time.Millisecond)
	first.kill()
	if code := asked.ended(); code != 1 {
		t.Logf("it was done before the kill: exit %d", code)
	}
	mustSay(t, keyOver(t, other, 0, "group", "replace", month), `^\d+ keys are under `+month+`-\d now, and the key in whose place it came is destroyed$`)
	mustSay(t, keyOver(t, other, 0, "group", "replace", "evidence."+month[len("group."):]), `under evidence\.\S+-2 now`)
	time.Sleep(200 * time.Millisecond)
	close(stop)
	load.Wait()
	if t.Failed() || len(sent) < 2 {
		t.Fatalf("%d were taken", len(sent))
	}
	second.kill() // and what it had in memory
	first = serve(t, dir, stores...)
	w := &world{t: t, url: first.url, keys: keys}
	mustSay(t, keyOver(t, dir, 0, "receipt", "rotate"), "^receipts are signed with another key")
	if set := w.must(200, "", http.MethodGet, "/.well-known/jwks.json", nil); strings.Count(string(set.Raw), `"kid"`) != 2 {
		t.Errorf("the keys of receipts: %s", set.Raw)
	}
	for name, was := range sent {
		again := w.must(201, keys.Partners["NG"], http.MethodPost, requests, named(t, name), "Idempotency-Key", name)
		if again.text("receipt") != was.text("receipt") || was.text("receipt") == "" {
			t.Fatalf("%s: another receipt\n%s\n%s", name, was.Raw, again.Raw)
		}
	}
	if n := mustVerify(t, dir); n != len(sent) {
		t.Errorf("%d requests, sent %d", n, len(sent))
	}
}
