package e2e

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"verigate/internal/config"
	"verigate/internal/follow"
)

// The whole store is put back to before an erasure, record and keys: this gateway has nothing left that knows of it. The
// witness has, and the key is destroyed before a door opens.
func TestARestoredRecordLearnsOfItsErasuresFromTheWitness(t *testing.T) {
	t.Parallel()
	dir, witness := filepath.Join(t.TempDir(), "data"), t.TempDir()
	g := serve(t, dir, "--witness", witness)
	w := &world{t: t, url: g.url, keys: credentials(t, dir)}
	sent := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "put-back"), "Idempotency-Key", "put-back")
	other := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "stays"), "Idempotency-Key", "stays")
	g.kill()
	stores, backup := filepath.Join(dir, "nats"), filepath.Join(t.TempDir(), "nats")
	mustCopy(t, backup, stores)
	key := keyOf(t, dir, sent.text("id"))

	g = serve(t, dir, "--witness", witness)
	w.url = g.url
	w.must(200, w.keys.Lead, http.MethodPost, sent.Header.Get("Location")+"/above-ceiling", []byte(`{"code":"state_secret_content"}`))
	eventually(t, 20*time.Second, func() error {
		list, err := filepath.Glob(filepath.Join(witness, "verigate", "*", "erased", "*", "0*"))
		if err == nil && len(list) != 1 {
			err = errors.New("the witness has not been told of the erasure")
		}
		return err
	})
	g.kill()
	if err := os.RemoveAll(stores); err != nil {
		t.Fatal(err)
	}
	mustCopy(t, stores, backup)
	if !onDisk(t, dir, key.Bytes) {
		t.Fatal("the backup does not bring the key back")
	}

	g = serve(t, dir, "--witness", witness)
	w.url = g.url
	if onDisk(t, dir, key.Bytes) {
		t.Error("the wrapped key is on the disk while the door is open")
	}
	eventually(t, 20*time.Second, func() error { // its log comes by another pipe than its greeting
		if said := g.log.String(); !strings.Contains(said, "the witness knows of an erasure") || !strings.Contains(said, "request="+sent.text("id")) {
			return errors.New("the start does not name the request\n" + said)
		}
		return nil
	})
	if c := w.do(w.keys.Partners["NG"], http.MethodGet, sent.Header.Get("Location"), nil); c.Status == 200 {
		t.Errorf("it is shown: %s", c.Raw)
	}
	w.must(410, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "put-back"), "Idempotency-Key", "put-back")
	w.must(200, w.keys.Partners["NG"], http.MethodGet, other.Header.Get("Location"), nil)
	code, said := command(t, "verify", "--data", dir)
	if code != 1 || !strings.Contains(said, "request "+sent.text("id")+" (1 messages): its key was destroyed, and the record has no event that erases it") {
		t.Errorf("verify: exit %d, it does not name the request\n%s", code, said)
	}
}

// A gateway that finds a stream broken by its ledger, as after a restore, does not follow that log any more. That is no reason
// for verify not to wait for the board and the queues.
func TestABoardIsWaitedForThoughALogHasEnded(t *testing.T) {
	t.Parallel()
	redis := redisServer(t)
	w := begin(t, config.Stores{Redis: redis.addr}, time.Now)
	w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "k"), "Idempotency-Key", "k")
	data := w.parts.Data
	w.stop()
	hashes, err := os.OpenFile(filepath.Join(data, "ledger", "RECORD_0.hashes"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = hashes.Write(make([]byte, 1000*tlog.HashSize)); errors.Join(err, hashes.Close()) != nil { // more than the stream has
		t.Fatal(err)
	}
	w = begin(t, config.Stores{Data: data, Redis: redis.addr}, time.Now)
	eventually(t, 20*time.Second, func() error {
		if got := w.do("", http.MethodGet, "/health/ready", nil).healthOf("ledger"); got != "unavailable broken" {
			return errors.New("the ledger is " + got)
		}
		return w.onBoard(1)
	})
	redis.goes()
	verified := make(chan follow.Report, 1)
	go func() {
		report, err := w.parts.Verify(t.Context())
		if err != nil {
			t.Error(err)
		}
		verified <- report
	}()
	select {
	case <-verified:
		t.Fatal("it does not wait for a board that is away")
	case <-time.After(time.Second):
	}
	redis.comes() // empty
	report := <-verified
	for _, d := range report.Differences {
		if d.Where != "ledger" {
			t.Errorf("%s: %s", d.Where, d.What)
		}
	}
	if report.Requests != 1 || len(report.Differences) == 0 {
		t.Errorf("verify: %+v", report)
	}
}
