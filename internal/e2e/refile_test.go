package e2e

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"verigate/internal/app"
	"verigate/internal/config"
	"verigate/internal/follow"
	"verigate/internal/seal"
)

// asBefore puts what outlives its month under the key of the month, where a release left it that knew no other, and returns
// how it is stored there. No gateway runs.
func (e *erasing) asBefore() (wrapped []seal.Wrapped) {
	e.t.Helper()
	p, err := app.Open(e.t.Context(), app.Options{
		Stores: config.Stores{Data: e.dir, Replicas: 1, NATS: "nats://" + e.nats.addr, Redis: e.boards.addr},
		Demo:   true, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		e.t.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	kids, err := follow.Lasting(e.t.Context(), p.Journal)
	if err != nil {
		e.t.Fatal(err)
	}
	for _, kid := range kids {
		if moved, err := p.Vault.Refile(e.t.Context(), kid); err != nil || !moved {
			e.t.Fatalf("%s: %v, %v", kid, moved, err)
		}
		w, err := p.Conn.Keys().Get(e.t.Context(), kid)
		if err != nil || !strings.HasPrefix(w.Group, "group.") {
			e.t.Fatalf("%+v, %v", w, err)
		}
		wrapped = append(wrapped, w)
	}
	return wrapped
}

// What an older release sealed under the key of a month though it outlives the month is moved while another gateway takes
// requests. The gateway that is asked is killed before each of the two writes that a key takes, and asked again.
func TestWhatOutlivesItsMonthIsMovedThoughTheGatewayIsKilled(t *testing.T) {
	t.Parallel()
	e := newErasing(t)
	gone := e.sends("Qzxwvk88Hqjz")
	if answered, err := e.erase(gone); err != nil || answered.Status != 200 {
		t.Fatalf("%d %s %v", answered.Status, answered.Raw, err)
	}
	e.mustBeErased(gone)
	e.gateway.kill()
	before := e.asBefore()
	e.starts()
	mustSay(t, keyOver(t, e.dir, 0, "group", "list"), fmt.Sprintf(`^\d{4}-\d\d: running, .* %d that outlive the month`, len(before)))

	other := sister(t, e.dir)
	beside := serve(t, other, e.stores()...)
	var mu sync.Mutex
	sent := map[string]call{}
	stop := make(chan struct{})
	var load sync.WaitGroup
	load.Go(func() {
		keepSending(t, beside.url, e.keys.Partners["NG"], "refiled-", stop, func(name string, c call) {
			mu.Lock()
			defer mu.Unlock()
			sent[name] = c
		})
	})
	for n, write := range []string{"HPUB key." + before[len(before)/2].KID + " ", "PUB $JS.API.STREAM.MSG.DELETE.KEYS "} {
		e.nats.arm(write, func() { e.gateway.signal(syscall.SIGKILL) })
		asked := launch(t, built(t, verigate), "key", "group", "refile", "--data", e.dir)
		select {
		case <-e.gateway.exited:
		case <-time.After(20 * time.Second):
			t.Fatalf("write %d: the kill waits for it in vain\n%s", n, e.gateway.log.String())
		}
		if asked.ended() != 1 {
			t.Errorf("write %d: %s", n, asked.out.String())
		}
		e.starts()
	}
	mustSay(t, keyOver(t, e.dir, 0, "group", "refile"), fmt.Sprintf(`^\d+ keys were moved, and all %d of what outlives its month`, len(before)))
	mustSay(t, keyOver(t, e.dir, 0, "group", "refile"), `^0 keys were moved`)
	mustSay(t, keyOver(t, e.dir, 0, "group", "list"), `^\d{4}-\d\d: running, .* 0 that outlive the month`)
	close(stop)
	load.Wait()
	beside.kill()
	if n := mustVerify(t, e.dir); n != len(sent)+1 || len(sent) == 0 {
		t.Errorf("%d requests, sent %d", n, len(sent))
	}
	e.gateway.kill()
	for _, w := range before {
		if onDisk(t, filepath.Join(e.files[0], "store"), w.Bytes) {
			t.Errorf("what %s was wrapped to under %s is on the disk", w.KID, w.Group)
		}
	}
}
