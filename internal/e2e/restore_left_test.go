package e2e

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verigate/internal/follow"
	"verigate/internal/jet"
	"verigate/internal/record"
)

// leaveQueue leaves of another record, which had many more messages, its queues and how far they followed it, and nothing else.
func leaveQueue(t *testing.T, url string) {
	t.Helper()
	conn, err := jet.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.EnsureStreams(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	of := follow.Item{Unit: "27", Task: "vr_another-01", Record: 900, Version: 3, Payload: []byte(`{}`)}
	if err := conn.Queue().Put(t.Context(), of); err != nil {
		t.Fatal(err)
	}
	if err := conn.Positions().Save(t.Context(), "queue", record.Position{1000, 1000}); err != nil {
		t.Fatal(err)
	}
	js := jetStream(t, url)
	for name := range js.StreamNames(t.Context()).Name() {
		if name == "QUEUE" {
			continue
		}
		if err := js.DeleteStream(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
}

// Servers that a restore goes into still have the queues of what was there before, and a position beyond all that is
// restored: the tasks of the restored record are queued all the same, and no other.
func TestARestoreMakesTheQueuesOfItsOwnRecord(t *testing.T) {
	t.Parallel()
	dir, kept := filepath.Join(t.TempDir(), "data"), newCopies(t)
	g := serve(t, dir)
	w := &world{t: t, url: g.url, keys: credentials(t, dir)}
	sent := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "waits"), "Idempotency-Key", "waits")
	w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "waits too"), "Idempotency-Key", "waits-too")
	backup := kept.take(t, dir)
	g.kill()
	url := "nats://" + natsIn(t, t.TempDir()).addr
	leaveQueue(t, url)

	restored, said := kept.restore(t, backup, dir, 0, "--nats", url)
	if !strings.Contains(said, ": 2 requests, 2 queued tasks, 0 differences") {
		t.Errorf("verify: %s", said)
	}
	g = serve(t, restored, "--nats", url)
	w.url = g.url
	task := sent.text("id") + "-01"
	eventually(t, 10*time.Second, func() error { // the board of a start is made from the record
		if c := w.comingBack(w.keys.Units["03"], http.MethodGet, "/v1/units/03/queue", nil); c.Status != 200 || !strings.Contains(string(c.Raw), task) {
			return fmt.Errorf("the unit does not see it: %s", c.Raw)
		}
		return nil
	})
	m, err := jetStream(t, url).Stream(t.Context(), "QUEUE")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.GetLastMsgForSubject(t.Context(), "queue.03."+task); err != nil {
		t.Errorf("its machine is not given it: %v", err)
	}
}
