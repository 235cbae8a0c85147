package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"verigate/internal/app"
	"verigate/internal/config"
	"verigate/internal/space/spacetest"
)

// onADisk is a demonstration whose disk a test fills.
func onADisk(t *testing.T) (w *world, disk *spacetest.Disk, store string) {
	t.Helper()
	disk = spacetest.Roomy()
	dir := filepath.Join(t.TempDir(), "data")
	w = begin(t, config.Stores{Data: dir}, time.Now, func(o *app.Options) { o.Disk = disk.Probe })
	return w, disk, filepath.Join(dir, "nats")
}

// posts sends a request under a key.
func (w *world) posts(key string) call {
	w.t.Helper()
	return w.do(w.keys.Partners["NG"], http.MethodPost, requests, named(w.t, key), "Idempotency-Key", key)
}

// disk is how the health of record and keys must be.
func (w *world) disk(status int, of string) error {
	c, err := try(w.t.Context(), w.url, "", http.MethodGet, "/health/ready", nil)
	if err != nil {
		return err
	}
	if c.Status != status || c.healthOf("record") != of || c.healthOf("keys") != of {
		return fmt.Errorf("health is %d, want %d and %s: %s", c.Status, status, of, c.Raw)
	}
	return nil
}

const roomy = "ok <nil>"

// Promise P8 of trust.md: no false acknowledgement, 503 within 3 s, reads go on, recovery within 30 s of space. The kernel
// answers ENOSPC to all writes of the store. Beside no other test: see spacetest.Fill.
func TestAFullDiskIsToldInThreeSecondsAndRecoveredFromWhenThereIsSpace(t *testing.T) {
	w, disk, store := onADisk(t)
	first := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "first"), "Idempotency-Key", "first")
	w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "other"), "Idempotency-Key", "other")
	eventually(t, 5*time.Second, func() error { return w.onBoard(2) })
	disk.Left(0)
	if spacetest.Fill(t, store) == 0 {
		t.Fatal("the store has no block open")
	}
	for n := range 6 {
		began := time.Now()
		c := w.posts(fmt.Sprint("full-", n))
		if code := c.text("code"); c.Status != 503 || code != "unavailable" && code != "intake_stopped" || c.Header.Get("Retry-After") == "" {
			t.Errorf("a new request: %d %s", c.Status, c.Raw)
		}
		if err := w.accept(first.text("id"), fmt.Sprint("accept-", n)).expect(503, "unavailable"); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took > 2*3*time.Second {
			t.Errorf("both were told after %s", took)
		}
	}
	eventually(t, 5*time.Second, func() error { return w.disk(503, "unavailable disk_full") })
	if again := w.posts("first"); again.Status != 201 || !bytes.Equal(again.Raw, first.Raw) {
		t.Errorf("a repeat of what was acknowledged: %d %s", again.Status, again.Raw)
	}
	if err := w.onBoard(2); err != nil {
		t.Error(err)
	}
	time.Sleep(5 * time.Second) // those who follow the record ask again and again whether there is more
	if err := w.onBoard(2); err != nil {
		t.Error(err)
	}

	disk.Left(200 << 20)
	back := time.Now()
	eventually(t, 30*time.Second, func() error { return w.posts("full-0").expect(201, "") })
	t.Logf("requests were taken %s after there was space", time.Since(back).Round(time.Millisecond))
	eventually(t, 30*time.Second-time.Since(back), func() error { return w.accept(first.text("id"), "accept-0").expect(200, "") })
	eventually(t, 15*time.Second, func() error { return w.onBoard(3) })
	eventually(t, 15*time.Second, func() error { return w.disk(200, roomy) })
	eventually(t, 15*time.Second, func() error {
		if c := w.must(200, "", http.MethodGet, "/health/ready", nil); bytes.Contains(c.Raw, []byte(`"unavailable"`)) {
			return fmt.Errorf("not all works again: %s", c.Raw)
		}
		return nil
	})
	w.mustBeClean(3)
}

// Near the end of the disk new requests are refused, and what is under way goes on.
func TestIntakeStopsBeforeTheDiskIsFullAndAllElseGoesOn(t *testing.T) {
	t.Parallel()
	w, disk, _ := onADisk(t)
	first := w.posts("first")
	disk.Left(20 << 20)
	eventually(t, 5*time.Second, func() error { return w.disk(200, "degraded disk_nearly_full") })
	refused := w.posts("refused")
	if err := refused.expect(503, "intake_stopped"); err != nil || refused.Header.Get("Retry-After") != "10" {
		t.Errorf("%v, Retry-After %q", err, refused.Header.Get("Retry-After"))
	}
	if again := w.posts("first"); again.Status != 201 || !bytes.Equal(again.Raw, first.Raw) {
		t.Errorf("a repeat of what was acknowledged: %d %s", again.Status, again.Raw)
	}
	if err := w.accept(first.text("id"), "accept").expect(200, ""); err != nil {
		t.Error(err)
	}
	w.must(200, w.keys.Partners["NG"], http.MethodPost, first.Header.Get("Location")+"/withdrawal", map[string]any{})
	disk.Left(200 << 20)
	eventually(t, 5*time.Second, func() error { return w.posts("refused").expect(201, "") })
	eventually(t, 5*time.Second, func() error { return w.disk(200, roomy) })
	eventually(t, 5*time.Second, func() error { return w.onBoard(1) }) // the first is withdrawn
	w.mustBeClean(2)
}
