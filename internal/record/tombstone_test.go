package record_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/record"
	"verigate/internal/record/recordtest"
	"verigate/internal/seal"
	"verigate/internal/seal/sealtest"
	"verigate/internal/verification"
)

// bury appends a tombstone that keeps what was before it, under a key of its own.
func (b bench) bury(t *testing.T, id string, before []record.Entry[verification.Decision]) {
	t.Helper()
	tombstone := entry(id, "", uint64(len(before)))
	tombstone.Decision.Events = []verification.Event{verification.Erased{Code: "retention"}}
	for _, e := range before {
		tombstone.Decision.Kept = append(tombstone.Decision.Kept, verification.Bare(e.Decision)...)
	}
	var err error
	if tombstone.KID, err = b.log.Take(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.log.Append(t.Context(), tombstone, before[len(before)-1].Sequence); err != nil {
		t.Fatal(err)
	}
}

func TestBehindATombstoneNoContentIsTold(t *testing.T) {
	t.Parallel()
	for name, destroyed := range map[string]bool{"before the key is destroyed": false, "and after": true} {
		b := newBench(t)
		kid, entries := b.history(t, "r1", 2)
		b.bury(t, "r1", entries)
		if destroyed {
			if err := b.vault.Erase(t.Context(), kid); err != nil {
				t.Fatal(err)
			}
		}
		got, err := b.log.Read(t.Context(), record.Request("r1"))
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range got[:2] {
			want := entries[i]
			want.Content, want.Decision, want.Place = record.Kept, verification.Bare(want.Decision)[0], e.Place
			if diff := cmp.Diff(want, e); diff != "" {
				t.Errorf("%s, message %d:\n%s", name, i, diff)
			}
		}
		if got[2].Content != record.Whole {
			t.Errorf("%s: the tombstone is %v", name, got[2].Content)
		}
	}
}

func TestAMissingKeyIsErasedWithATombstoneAndLostWithout(t *testing.T) {
	t.Parallel()
	store := sealtest.NewStore()
	vault := func() *seal.Vault {
		return seal.New(seal.Settings{Store: store, Root: sealtest.Root(t), Now: clock, Slots: 16})
	}
	b := bench{journal: recordtest.NewFake(clock), vault: vault()}
	b.log = record.NewLog(b.journal, b.vault, record.Requests{})
	kid, erased := b.history(t, "erased", 1)
	b.bury(t, "erased", erased)
	other, _ := b.history(t, "lost", 1)
	store.Lose(kid)
	store.Lose(other)
	log := record.NewLog(b.journal, vault(), record.Requests{})
	if got, err := log.Read(t.Context(), record.Request("erased")); err != nil || got[0].Content != record.Kept {
		t.Errorf("with a tombstone: %v", err)
	}
	if _, err := log.Read(t.Context(), record.Request("lost")); !errors.Is(err, record.ErrKeyMissing) {
		t.Errorf("without one: %v", err)
	}
}

func TestAWindowForgetsWhatItReadOfAnErasedRequest(t *testing.T) {
	t.Parallel()
	b, window, _, _ := windowed(t)
	kid, all := b.history(t, "r1", 1)
	entries(t, b.log, 1)
	if err := b.vault.Erase(t.Context(), kid); err != nil {
		t.Fatal(err)
	}
	window.Forget(record.Request("r1"), all[0].Sequence)
	if got := entries(t, b.log, 1)[0].Content; got != record.Erased {
		t.Errorf("it tells %v", got)
	}
}

// TestATombstonesFormIsForGood reads the file of the first one that kept something.
func TestATombstonesFormIsForGood(t *testing.T) {
	t.Parallel()
	path := filepath.Join(plainDir, verification.Erased{}.EventKind()+".1.json")
	d := decision(verification.Erased{Code: "retention"})
	d.Kept = verification.Bare(decision(verification.Submitted{ID: "r1"}, verification.Claimed{Person: "p_1", How: "claim", Reason: "gone"}))
	plain, err := record.Requests{}.Encode(d)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); os.IsNotExist(err) && *add {
		write(t, path, plain)
	}
	want, err := os.ReadFile(path)
	if err != nil || string(want) != string(plain) {
		t.Fatalf("%v: it is written as\n%s", err, plain)
	}
	back, err := record.Requests{}.Decode(want)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d.Kept[0].Events[1], back.Kept[0].Events[1]); diff != "" || len(back.Kept) != 1 || back.Kept[0].Command != d.Command {
		t.Errorf("%+v\n%s", back, diff)
	}
}
