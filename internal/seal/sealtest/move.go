package sealtest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/record"
	"verigate/internal/seal"
)

// another stores the key of one more group and reads it.
func another(t *testing.T, s seal.KeyStore) seal.Wrapped {
	t.Helper()
	k := seal.Wrapped{KID: "lasting.2026-11", Group: "root", Root: "file.1", Bytes: []byte("wrapped lasting")}
	if err := s.Put(t.Context(), []seal.Wrapped{k}); err != nil {
		t.Fatal(err)
	}
	return read(t, s, k.KID)
}

func movedUnderGroup(t *testing.T, s seal.KeyStore) {
	if err := s.Put(t.Context(), keys(3)); err != nil {
		t.Fatal(err)
	}
	to, was := another(t, s), read(t, s, "a0")
	next := was
	next.Group, next.Bytes = to.KID, []byte("wrapped under another")
	if err := s.Move(t.Context(), to, next); err != nil {
		t.Fatal(err)
	}
	got := read(t, s, "a0")
	got.Place = next.Place
	if diff := cmp.Diff(next, got); diff != "" {
		t.Error(diff)
	}
	if err := s.Move(t.Context(), to, was); !errors.Is(err, seal.ErrMoved) {
		t.Errorf("a key that was moved already: %v", err)
	}
	closed := to
	closed.Replaced = true
	if err := s.Replace(t.Context(), closed); err != nil {
		t.Fatal(err)
	}
	late := read(t, s, "a1")
	late.Group, late.Bytes = to.KID, []byte("late")
	if err := s.Move(t.Context(), to, late); !errors.Is(err, seal.ErrMoved) {
		t.Errorf("under a group that was changed: %v", err)
	}
	if err := s.Erase(t.Context(), to.KID); err != nil {
		t.Fatal(err)
	}
	if err := s.Move(t.Context(), to, late); !errors.Is(err, seal.ErrMoved) {
		t.Errorf("under an erased group: %v", err)
	}
	if still := read(t, s, "a1"); still.Group != "group.2021-09" || still.Place != late.Place {
		t.Errorf("what was refused: %+v", still)
	}
	if err := s.Erase(t.Context(), "a2"); err != nil {
		t.Fatal(err)
	}
	if err := s.Move(t.Context(), to, seal.Wrapped{KID: "a2", Group: to.KID, Bytes: []byte("x")}); !errors.Is(err, record.ErrErased) {
		t.Errorf("an erased key: %v", err)
	}
}

func moveOrErase(t *testing.T, s seal.KeyStore) {
	if err := s.Put(t.Context(), keys(1)); err != nil {
		t.Fatal(err)
	}
	to, was := another(t, s), read(t, s, "a0")
	oneOrErase(t, s, func(i int) error {
		next := was
		next.Group, next.Bytes = to.KID, fmt.Appendf(nil, "wrapped by %d", i)
		return s.Move(t.Context(), to, next)
	})
}
