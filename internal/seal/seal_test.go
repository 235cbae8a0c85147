package seal_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
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

func TestThePoolFillsItselfBeforeItIsEmpty(t *testing.T) {
	t.Parallel()
	store := sealtest.NewStore()
	v := vault(t, store)
	if err := v.Fill(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 12 {
		take(t, v)
	}
	if n := store.Puts(); n != 2 { // the group key and one batch
		t.Fatalf("%d writes for 12 keys", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { _ = v.Run(ctx) })
	take(t, v)
	for store.Puts() < 3 && t.Context().Err() == nil {
		time.Sleep(time.Millisecond)
	}
	cancel()
	wg.Wait()
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
	first := take(t, v)
	now = now.AddDate(0, 1, 0)
	second := take(t, v)
	for kid, want := range map[string]string{first: "group.2021-09", second: "group.2021-10"} {
		if w, err := store.Get(t.Context(), kid); err != nil || w.Group != want {
			t.Errorf("key %s is in %s, want %s, %v", kid, w.Group, want, err)
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
