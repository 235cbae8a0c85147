package seal_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"verigate/internal/record"
	"verigate/internal/seal"
	"verigate/internal/seal/sealtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func september() time.Time { return time.Date(2021, 9, 2, 16, 40, 0, 0, time.UTC) }

func vault(t *testing.T, store seal.KeyStore) *seal.Vault {
	t.Helper()
	return seal.New(seal.Settings{Store: store, Root: sealtest.Root(t), Now: september, Slots: 16, Open: 8})
}

func take(t *testing.T, v *seal.Vault) string {
	t.Helper()
	kid, err := v.Take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return kid
}

func TestStoreInMemoryKeepsTheContract(t *testing.T) {
	t.Parallel()
	sealtest.Run(t, func(*testing.T) seal.KeyStore { return sealtest.NewStore() })
}

func TestWhatIsSealedOpensInAnotherProcess(t *testing.T) {
	t.Parallel()
	store := sealtest.NewStore()
	v := vault(t, store)
	kid := take(t, v)
	sealed, err := v.Seal(t.Context(), kid, []byte("bound"), []byte("content"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("content")) {
		t.Fatal("not sealed")
	}
	plain, err := vault(t, store).Open(t.Context(), kid, []byte("bound"), sealed)
	if err != nil || string(plain) != "content" {
		t.Fatalf("got %q, %v", plain, err)
	}
}

func TestWhatDoesNotFitDoesNotOpen(t *testing.T) {
	t.Parallel()
	store := sealtest.NewStore()
	v := vault(t, store)
	mine, other := take(t, v), take(t, v)
	aad := []byte("bound")
	sealed, err := v.Seal(t.Context(), mine, aad, []byte("content"))
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(sealed)
	flipped[len(flipped)/2] ^= 1
	tests := map[string]struct {
		kid    string
		aad    []byte
		sealed []byte
	}{
		"one flipped bit":   {mine, aad, flipped},
		"another binding":   {mine, []byte("bounD"), sealed},
		"another key":       {other, aad, sealed},
		"cut short":         {mine, aad, sealed[:5]},
		"nothing":           {mine, aad, nil},
		"no binding at all": {mine, nil, sealed},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := v.Open(t.Context(), test.kid, test.aad, test.sealed); !errors.Is(err, record.ErrTampered) {
				t.Fatalf("got %v, want tampered", err)
			}
		})
	}
}

func TestSwappedWrappedKeysDoNotOpen(t *testing.T) {
	t.Parallel()
	store := sealtest.NewStore()
	v := vault(t, store)
	a, b := take(t, v), take(t, v)
	sealed, err := v.Seal(t.Context(), a, nil, []byte("content"))
	if err != nil {
		t.Fatal(err)
	}
	store.Swap(a, b)
	if _, err := vault(t, store).Open(t.Context(), a, nil, sealed); !errors.Is(err, record.ErrTampered) {
		t.Fatalf("got %v, want tampered", err)
	}
}

func TestErasedAndMissingKeysDiffer(t *testing.T) {
	t.Parallel()
	store := sealtest.NewStore()
	v := vault(t, store)
	kid := take(t, v)
	sealed, err := v.Seal(t.Context(), kid, nil, []byte("content"))
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Erase(t.Context(), kid); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Open(t.Context(), kid, nil, sealed); !errors.Is(err, record.ErrErased) {
		t.Fatalf("got %v, want erased", err)
	}
	lost := take(t, v)
	store.Lose(lost)
	v.Forget(lost)
	if _, err := v.Open(t.Context(), lost, nil, sealed); !errors.Is(err, record.ErrKeyMissing) {
		t.Fatalf("got %v, want missing", err)
	}
}

func TestAKeyIsTakenOnce(t *testing.T) {
	t.Parallel()
	store := sealtest.NewStore()
	v := vault(t, store)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { _ = v.Run(ctx) })
	var mu sync.Mutex
	seen := map[string]bool{}
	var takers sync.WaitGroup
	for range 8 {
		takers.Go(func() {
			for range 50 {
				kid, err := v.Take(ctx)
				mu.Lock()
				if err != nil || seen[kid] {
					t.Errorf("kid %s again, or %v", kid, err)
				}
				seen[kid] = true
				mu.Unlock()
			}
		})
	}
	takers.Wait()
	cancel()
	wg.Wait()
	if len(seen) != 400 {
		t.Fatalf("%d keys", len(seen))
	}
}

// In the background a batch is written when a quarter is left, and again a second after the store did not take it: no taker
// waits for it.
func TestThePoolFillsItselfBeforeItIsEmpty(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := sealtest.NewStore()
		v := vault(t, store)
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { _ = v.Run(ctx) })
		if err := v.Fill(ctx); err != nil {
			t.Fatal(err)
		}
		took := func(keys, want int) {
			t.Helper()
			for range keys {
				take(t, v)
				synctest.Wait()
			}
			if n := store.Puts(); n != want {
				t.Errorf("%d writes, want %d", n, want)
			}
		}
		took(12, 2) // the group key and one batch
		took(1, 3)
		store.FailNext(record.ErrUnavailable, record.ErrUnavailable)
		took(16, 3)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		took(0, 4)
		cancel()
		wg.Wait()
	})
}

// slow is a store whose writes take a second.
type slow struct{ seal.KeyStore }

func (s slow) Add(ctx context.Context, under seal.Wrapped, keys []seal.Wrapped) error {
	time.Sleep(time.Second)
	return s.KeyStore.Add(ctx, under, keys)
}

func TestWhoeverWaitsForABatchWritesNoneOfTheirOwn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := sealtest.NewStore()
		v := vault(t, slow{store})
		var takers sync.WaitGroup
		for range 8 {
			takers.Go(func() {
				if _, err := v.Take(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		takers.Wait()
		if n := store.Puts(); n != 2 { // the group key and one batch
			t.Errorf("%d writes for 8 who waited together", n)
		}
	})
}

func TestAnEmptyPoolTellsWhyAndRecovers(t *testing.T) {
	t.Parallel()
	store := sealtest.NewStore()
	v := vault(t, store)
	store.FailNext(record.ErrUnavailable)
	if _, err := v.Take(t.Context()); !errors.Is(err, record.ErrUnavailable) {
		t.Fatalf("got %v, want unavailable", err)
	}
	take(t, v)
}

func TestSlotsOfAPastMonthAreDropped(t *testing.T) {
	t.Parallel()
	store := sealtest.NewStore()
	now := september()
	v := seal.New(seal.Settings{Store: store, Root: sealtest.Root(t), Now: func() time.Time { return now }, Slots: 16})
	want := map[string]string{take(t, v): "group.2021-09"}
	now = now.AddDate(0, 1, 0)
	for range 2 * 16 { // more than were left of the batch
		want[take(t, v)] = "group.2021-10"
	}
	for kid, group := range want {
		if w, err := store.Get(t.Context(), kid); err != nil || w.Group != group {
			t.Errorf("key %s is in %s, want %s, %v", kid, w.Group, group, err)
		}
	}
}

func BenchmarkSeal2KiB(b *testing.B) {
	v := sealtest.Vault(b)
	kid, err := v.Take(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	plain := make([]byte, 2048)
	for b.Loop() {
		if _, err := v.Seal(b.Context(), kid, nil, plain); err != nil {
			b.Fatal(err)
		}
	}
}
