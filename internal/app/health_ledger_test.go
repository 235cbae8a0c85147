package app

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"verigate/internal/config"
	"verigate/internal/follow"
	"verigate/internal/notary"
	"verigate/internal/verification"
)

// A witness whose last notes were taken away is named in the health, and by verify.
func TestAWitnessThatLacksWhatItWasGivenIsInTheHealth(t *testing.T) {
	t.Parallel()
	witness := t.TempDir()
	o := options(config.Stores{Data: filepath.Join(t.TempDir(), "data"), Witness: witness})
	o.Demo = true
	p, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	for _, l := range p.Notary.Logs() {
		running.Go(func() {
			if err := l.Run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(func() { stop(); running.Wait(); _ = p.Close() })
	sign := func() {
		t.Helper()
		for _, l := range p.Notary.Logs() {
			if _, err := l.Checkpoint(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	health := func(status, code string) {
		t.Helper()
		if got := newHealth(p).ledger(); got.Status != status || got.Code != code {
			t.Errorf("health: %+v, want %s %q", got, status, code)
		}
	}
	for _, partner := range demoPartners()[:3] {
		if err := p.Registry.AddPartner(t.Context(), verification.System(), partner); err != nil {
			t.Fatal(err)
		}
	}
	sign()
	health("ok", "")
	err = filepath.WalkDir(witness, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return os.Remove(path)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Registry.AddPartner(t.Context(), verification.System(), demoPartners()[4]); err != nil {
		t.Fatal(err)
	}
	sign()
	health("degraded", "witness_lacks")
	var report follow.Report
	if err := p.compareLedger(t.Context(), &report); err != nil || len(report.Differences) == 0 {
		t.Errorf("verify: %+v, %v", report.Differences, err)
	}
}

// The worst of a log is what health says of it.
func TestHealthSaysTheWorstOfALog(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 3, 2, 0, 0, 0, time.UTC)
	h := &health{parts: &Parts{Options: Options{Now: func() time.Time { return now }}}}
	long, lately := now.Add(-time.Hour), now.Add(-time.Second)
	for _, test := range []struct {
		state notary.State
		code  string
		since time.Time
	}{
		{notary.State{Witness: true}, "", time.Time{}},
		{notary.State{Witness: true, UnwitnessedSince: lately, FailingSince: lately}, "", time.Time{}},
		{notary.State{Witness: true, UnwitnessedSince: long}, "not_witnessed", long},
		{notary.State{UnwitnessedSince: long}, "no_witness", time.Time{}},
		{notary.State{FailingSince: lately}, "no_witness", time.Time{}},
		{notary.State{FailingSince: long}, "not_taken", long},
		{notary.State{Witness: true, UnwitnessedSince: long, FailingSince: now.Add(-2 * time.Minute)}, "not_taken", now.Add(-2 * time.Minute)},
		{notary.State{Witness: true, FailingSince: long, Lacks: 3}, "witness_lacks", time.Time{}},
		{notary.State{Lacks: 3, Broken: &notary.BrokenError{}}, "broken", time.Time{}},
	} {
		code, since := h.ledgerCode(test.state)
		if code != test.code || !since.Equal(test.since) {
			t.Errorf("of %+v it says %q since %s, want %q since %s", test.state, code, since, test.code, test.since)
		}
		if !slices.Contains(ledgerCodes, code) {
			t.Errorf("%q has no place among the codes", code)
		}
	}
}
