package app

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"verigate/internal/config"
)

func TestAFirstStartThatWasCutOffIsTakenBack(t *testing.T) {
	t.Parallel()
	log := slog.New(slog.DiscardHandler)
	begin := func(dir string, embedded bool) {
		t.Helper()
		if err := beginFirst(dir, embedded, log); err != nil {
			t.Fatal(err)
		}
	}
	makes := func(dir string, names ...string) {
		t.Helper()
		for _, name := range names {
			if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
				t.Fatal(err)
			}
		}
	}
	has := func(dir, name string, want bool) {
		t.Helper()
		if exists(filepath.Join(dir, name)) != want {
			t.Errorf("%s is there: %v", name, !want)
		}
	}
	cut := filepath.Join(t.TempDir(), "data")
	begin(cut, true)
	has(cut, firstFile, true)
	makes(cut, natsDir, ledgerDir, idKeyFile, "something of somebody")
	begin(cut, true)
	has(cut, natsDir, false)
	has(cut, ledgerDir, false)
	has(cut, idKeyFile, true)
	has(cut, "something of somebody", true)
	has(cut, firstFile, true)

	makes(cut, natsDir)
	begin(cut, false) // what is on servers is not here
	has(cut, natsDir, true)

	makes(cut, CredentialFile) // and killed before it was told whole
	begin(cut, true)
	has(cut, natsDir, true)
	has(cut, firstFile, false)
	if err := os.Remove(filepath.Join(cut, CredentialFile)); err != nil {
		t.Fatal(err)
	}
	begin(cut, true)
	has(cut, natsDir, true)
	has(cut, firstFile, false)
}

func TestAFirstStartIsLeftAloneByWhoeverComesMeanwhile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	unlock, err := lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{firstFile, natsDir} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := beginFirst(dir, true, slog.New(slog.DiscardHandler)); !errors.Is(err, ErrLocked) {
		t.Error(err)
	}
	if !exists(filepath.Join(dir, natsDir)) {
		t.Error("the store of another process is gone")
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
}

// A real record that is begun, or brought, where a demonstration was cut off is never taken for what that left.
func TestARealRecordIsNotTakenBackForADemonstration(t *testing.T) {
	t.Parallel()
	log := slog.New(slog.DiscardHandler)
	dir := filepath.Join(t.TempDir(), "data")
	if err := beginFirst(dir, true, log); err != nil || !exists(filepath.Join(dir, firstFile)) {
		t.Fatal(err)
	}
	p, err := Open(t.Context(), options(config.Stores{Data: dir}))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if err := beginFirst(dir, true, log); err != nil {
		t.Fatal(err)
	}
	if !exists(filepath.Join(dir, natsDir)) || exists(filepath.Join(dir, firstFile)) {
		t.Error("the record of real cases was taken back")
	}
}

// Nobody has the keys of those whom a first start has made on servers.
func TestAFirstStartThatCannotBeTakenBackIsRefused(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	p := demonstration(t, dir, time.Now())
	if err := p.PrepareDemo(t.Context(), "http://127.0.0.1:1"); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, CredentialFile), filepath.Join(dir, firstFile)); err != nil {
		t.Fatal(err)
	}
	people := len(p.Registry.Keyring().Principals())
	if err := p.PrepareDemo(t.Context(), "http://127.0.0.1:1"); !errors.Is(err, errCutOff) {
		t.Error(err)
	}
	if now := len(p.Registry.Keyring().Principals()); now != people {
		t.Errorf("%d people, there were %d", now, people)
	}
}
