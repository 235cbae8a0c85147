package app

import (
	"testing"
	"time"
)

// Health says that there is no backup, and that the last one is not of last night.
func TestHealthSaysHowOldTheLastBackupIs(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	says := func(code string, others time.Duration) {
		t.Helper()
		o := options(v.data)
		o.Now, o.KeysBackups = func() time.Time { return v.now }, others
		p, err := Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = p.Close() }()
		want := map[bool]string{true: "ok", false: "degraded"}[code == ""]
		if check := newHealth(p).backups(); check.Code != code || check.Status != want || (code == "old_backup") == check.Since.IsZero() {
			t.Errorf("%+v, want %q", check, code)
		}
	}
	says("no_backup", 0)
	says("", 720*time.Hour)
	v.take(48 * time.Hour)
	v.now = v.now.Add(36 * time.Hour)
	says("", 0)
	v.now = v.now.Add(time.Second)
	says("old_backup", 0)
	v.now = v.now.Add(12 * time.Hour) // its key is over: it is none
	says("no_backup", 0)
}
