package app

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verigate/internal/config"
	"verigate/internal/record"
)

func TestTheTwelveAreMadeOnce(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 23, 40, 0, 0, time.UTC) // a Sunday in Viet Nam: no office is open
	p := demonstration(t, filepath.Join(t.TempDir(), "data"), now)
	end := func() record.Position {
		t.Helper()
		if err := p.SeedDemo(t.Context(), "http://127.0.0.1:1"); err != nil {
			t.Fatal(err)
		}
		if !p.Now().Equal(now) {
			t.Errorf("the clock says %s afterwards", p.Now())
		}
		end, err := p.Journal.Last(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return end
	}
	first := end()
	if later := end(); later != first {
		t.Errorf("a later start writes %d messages", first.Lacks(later))
	}
	if _, err := p.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	if report, err := p.Verifier().Verify(t.Context()); err != nil || report.Requests != 12 {
		t.Errorf("%d requests, %v", report.Requests, err)
	}
}

func TestAStartThatIsCutShortWasNone(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	for after := 400 * time.Millisecond; ; after *= 3 {
		p := demonstration(t, dir, time.Now())
		ctx, cancel := context.WithTimeout(t.Context(), after)
		err := p.SeedDemo(ctx, "http://127.0.0.1:1")
		cancel()
		if made := exists(filepath.Join(dir, CredentialFile)); made != (err == nil) {
			t.Fatalf("there are keys: %t, after %v", made, err)
		}
		if err == nil {
			return
		}
		if after > time.Minute {
			t.Fatal(err)
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A first start that was killed has made people, and perhaps requests. The next makes them again, and does not keep silent about it.
func TestADemonstrationWithPeopleOfBeforeSaysSo(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	p := demonstration(t, dir, time.Now())
	var log bytes.Buffer
	p.Log = slog.New(slog.NewTextHandler(&log, nil))
	const says = "empty the directory"
	if err := p.PrepareDemo(t.Context(), "http://127.0.0.1:1"); err != nil || strings.Contains(log.String(), says) {
		t.Errorf("of a fresh one: %v, %s", err, &log)
	}
	if err := os.Remove(filepath.Join(dir, CredentialFile)); err != nil { // which is written last
		t.Fatal(err)
	}
	if err := p.PrepareDemo(t.Context(), "http://127.0.0.1:1"); err != nil || !strings.Contains(log.String(), says) {
		t.Errorf("%v, %s", err, &log)
	}
}

func demonstration(t *testing.T, dir string, now time.Time) *Parts {
	t.Helper()
	o := options(config.Stores{Data: dir})
	o.Demo, o.Now = true, func() time.Time { return now }
	p, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}
