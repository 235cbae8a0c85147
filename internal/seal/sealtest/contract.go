package sealtest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/record"
	"verigate/internal/seal"
)

// Run is what every key store promises; open gives a fresh one per test.
func Run(t *testing.T, open func(t *testing.T) seal.KeyStore) {
	t.Helper()
	tests := map[string]func(*testing.T, seal.KeyStore){
		"a batch of 256 is read back key by key": batchReadsBack,
		"one taken id refuses the whole batch":   takenRefusesAll,
		"one of 16 creators of a key wins":       oneCreatorWins,
		"an absent key is missing":               absentIsMissing,
		"an erased key is erased for good":       erasedForGood,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

func keys(n int) []seal.Wrapped {
	out := make([]seal.Wrapped, n)
	for i := range out {
		out[i] = seal.Wrapped{
			KID: fmt.Sprintf("a%d", i), Group: "group.2021-09", Bytes: fmt.Appendf(nil, "wrapped %d", i),
		}
	}
	return out
}

func batchReadsBack(t *testing.T, s seal.KeyStore) {
	batch := keys(256)
	if err := s.Put(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	for _, want := range batch {
		got, err := s.Get(t.Context(), want.KID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	}
}

func takenRefusesAll(t *testing.T, s seal.KeyStore) {
	if err := s.Put(t.Context(), keys(2)[1:]); err != nil {
		t.Fatal(err)
	}
	other := keys(3)
	other[1].Bytes = []byte("another")
	if err := s.Put(t.Context(), other); !errors.Is(err, seal.ErrExists) {
		t.Fatalf("got %v, want taken", err)
	}
	if _, err := s.Get(t.Context(), "a0"); !errors.Is(err, record.ErrKeyMissing) {
		t.Fatalf("a member of the refused batch: %v", err)
	}
}

func oneCreatorWins(t *testing.T, s seal.KeyStore) {
	var won atomic.Int32
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			k := seal.Wrapped{KID: "group.2021-09", Group: "root", Bytes: fmt.Appendf(nil, "of %d", i)}
			switch err := s.Put(t.Context(), []seal.Wrapped{k}); {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, seal.ErrExists):
				t.Errorf("creator %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Fatalf("%d won", won.Load())
	}
}

func absentIsMissing(t *testing.T, s seal.KeyStore) {
	if _, err := s.Get(t.Context(), "nobody"); !errors.Is(err, record.ErrKeyMissing) {
		t.Fatalf("get: %v", err)
	}
	if err := s.Erase(t.Context(), "nobody"); !errors.Is(err, record.ErrKeyMissing) {
		t.Fatalf("erase: %v", err)
	}
}

func erasedForGood(t *testing.T, s seal.KeyStore) {
	batch := keys(2)
	if err := s.Put(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Erase(t.Context(), "a0"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Get(t.Context(), "a0"); !errors.Is(err, record.ErrErased) {
			t.Fatalf("got %v, want erased", err)
		}
	}
	if err := s.Put(t.Context(), batch[:1]); !errors.Is(err, seal.ErrExists) {
		t.Fatalf("an erased id was given again: %v", err)
	}
	if _, err := s.Get(t.Context(), "a1"); err != nil {
		t.Fatalf("its neighbour: %v", err)
	}
}
