package app

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"verigate/internal/follow"
)

// Health says what the last verify found and that it is long ago, also after a restart.
func TestHealthSaysWhatTheLastVerifyFound(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	opened := func(do func(*Parts)) {
		t.Helper()
		o := options(v.data)
		o.Now = func() time.Time { return v.now }
		p, err := Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = p.Close() }()
		do(p)
	}
	says := func(code string, since time.Time) {
		t.Helper()
		opened(func(p *Parts) {
			all := newHealth(p).verified()
			want := map[bool]string{true: "ok", false: "degraded"}[code == ""]
			if len(all) != 1 || all[0].Status != want || all[0].Code != code || !all[0].Since.Equal(since) {
				t.Errorf("%+v, want %q since %s", all, code, since)
			}
		})
	}
	saysNothing := func() {
		t.Helper()
		opened(func(p *Parts) {
			if all := newHealth(p).verified(); all != nil {
				t.Errorf("%+v", all)
			}
		})
	}
	saysNothing()
	var began time.Time
	opened(func(p *Parts) { began = p.Genesis.CreatedAt })
	v.now = began.Add(8 * 24 * time.Hour)
	saysNothing() // the timer may not have run yet
	v.now = v.now.Add(time.Second)
	says("never_verified", began)
	found := v.now
	opened(func(p *Parts) { p.judged(follow.Report{Differences: []follow.Difference{{}}}) })
	v.now = v.now.Add(time.Hour)
	says("differences", found)
	clean := v.now
	opened(func(p *Parts) { p.judged(follow.Report{}) })
	v.now = v.now.Add(8 * 24 * time.Hour)
	says("", time.Time{})
	v.now = v.now.Add(time.Second)
	says("old_verify", clean)
	for _, damaged := range []string{"", "{", "{}", `{"at":"yesterday"}`} {
		if err := os.WriteFile(filepath.Join(v.data.Data, verdictFile), []byte(damaged), 0o600); err != nil {
			t.Fatal(err)
		}
		says("never_verified", began)
	}
	opened(func(p *Parts) { p.judged(follow.Report{}) })
	says("", time.Time{})
}
