package seal_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"verigate/internal/record"
	"verigate/internal/seal"
	"verigate/internal/seal/sealtest"
)

const month = "group.2021-09"

// sealedIn seals something under a key of its own.
func sealedIn(t *testing.T, v *seal.Vault, n int) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for range n {
		kid := take(t, v)
		sealed, err := v.Seal(t.Context(), kid, []byte(kid), []byte("content of "+kid))
		if err != nil {
			t.Fatal(err)
		}
		all[kid] = sealed
	}
	return all
}

func mustOpenAll(t *testing.T, v *seal.Vault, all map[string][]byte) {
	t.Helper()
	for kid, sealed := range all {
		if plain, err := v.Open(t.Context(), kid, []byte(kid), sealed); err != nil || string(plain) != "content of "+kid {
			t.Errorf("%s: %q, %v", kid, plain, err)
		}
	}
}

func TestAReplacedGroupsKeysOpenAndItsOwnKeyIsGone(t *testing.T) {
	t.Parallel()
	store := sealtest.NewStore()
	v := vault(t, store)
	all := sealedIn(t, v, 40)
	other := vault(t, store) // has the group open, and slots under it
	more := sealedIn(t, other, 3)
	for n := 2; n < 5; n++ {
		moved, group, err := v.ReplaceGroup(t.Context(), month)
		if err != nil || group != fmt.Sprintf("%s-%d", month, n) || moved < 43 {
			t.Fatalf("%d keys under %s, %v", moved, group, err)
		}
		if _, err := store.Get(t.Context(), month); !errors.Is(err, record.ErrErased) {
			t.Fatalf("the former key: %v", err)
		}
		for _, reader := range []*seal.Vault{v, other, vault(t, store)} {
			mustOpenAll(t, reader, all)
			mustOpenAll(t, reader, more)
		}
		for kid, sealed := range sealedIn(t, other, 20) { // more than its slots
			more[kid] = sealed
		}
		if err := store.Each(t.Context(), month, func(k seal.Wrapped) error { return fmt.Errorf("%s is under the former", k.KID) }); err != nil {
			t.Error(err)
		}
	}
}

// Whoever takes keys, and whoever erases them, goes on while the group is replaced: no key is lost, and none comes back.
func TestAGroupIsReplacedWhileKeysAreTakenAndErased(t *testing.T) {
	t.Parallel()
	store := sealtest.NewStore()
	v := vault(t, store)
	gone := sealedIn(t, v, 60)
	var mu sync.Mutex
	taken := map[string][]byte{}
	var enough atomic.Bool
	var wg sync.WaitGroup
	for range 3 {
		taker := vault(t, store)
		wg.Go(func() {
			for !enough.Load() {
				kid, err := taker.Take(t.Context())
				if err != nil {
					t.Errorf("take: %v", err)
					return
				}
				sealed, err := taker.Seal(t.Context(), kid, []byte(kid), []byte("content of "+kid))
				if err != nil {
					t.Errorf("seal: %v", err)
					return
				}
				mu.Lock()
				taken[kid] = sealed
				mu.Unlock()
			}
		})
	}
	eraser := vault(t, store)
	var erasing sync.WaitGroup
	erasing.Go(func() {
		for kid := range gone {
			if err := eraser.Erase(t.Context(), kid); err != nil {
				t.Errorf("erase: %v", err)
			}
		}
	})
	count := func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(taken)
	}
	for n := 0; (n < 3 || count() < 50) && !t.Failed(); n++ {
		if _, _, err := v.ReplaceGroup(t.Context(), month); err != nil {
			t.Errorf("replace: %v", err)
		}
	}
	erasing.Wait()
	enough.Store(true)
	wg.Wait()
	fresh := vault(t, store)
	mustOpenAll(t, fresh, taken)
	for kid, sealed := range gone {
		if _, err := fresh.Open(t.Context(), kid, []byte(kid), sealed); !errors.Is(err, record.ErrErased) {
			t.Errorf("an erased key: %v", err)
		}
	}
}

func TestAReplacementThatIsCutOffGoesOn(t *testing.T) {
	t.Parallel()
	for cut := range 20 { // the group is closed, then 16 keys
		store := sealtest.NewStore()
		all := sealedIn(t, vault(t, store), 10)
		dead := seal.New(seal.Settings{Store: &dying{KeyStore: store, after: cut}, Root: sealtest.Root(t), Now: september, Slots: 16})
		_, _, err := dead.ReplaceGroup(t.Context(), month)
		if cut < 17 && !errors.Is(err, errDied) || cut >= 17 && err != nil {
			t.Fatalf("cut off after %d: %v", cut, err)
		}
		mustOpenAll(t, vault(t, store), all)
		for kid, sealed := range sealedIn(t, vault(t, store), 3) {
			all[kid] = sealed
		}
		if cut >= 17 {
			continue
		}
		if _, group, err := vault(t, store).ReplaceGroup(t.Context(), month); err != nil || group != month+"-2" {
			t.Fatalf("gone on after %d: %s, %v", cut, group, err)
		}
		mustOpenAll(t, vault(t, store), all)
	}
}

func TestADamagedKeyStopsAReplacementBeforeAnythingIsDestroyed(t *testing.T) {
	t.Parallel()
	store := sealtest.NewStore()
	v := vault(t, store)
	all := sealedIn(t, v, 4)
	a, b := take(t, v), take(t, v)
	store.Swap(a, b)
	if _, _, err := v.ReplaceGroup(t.Context(), month); !errors.Is(err, record.ErrTampered) {
		t.Fatalf("got %v", err)
	}
	if _, err := store.Get(t.Context(), month); err != nil {
		t.Errorf("the group's key: %v", err)
	}
	mustOpenAll(t, vault(t, store), all)
}

// A rotation of the root in the middle of a replacement leaves the group closed.
func TestARootIsRotatedOverAReplacementThatWasCutOff(t *testing.T) {
	t.Parallel()
	store, open := began(t)
	dead := seal.New(seal.Settings{Store: &dying{KeyStore: store, after: 1}, Root: sealtest.Root(t), Now: september, Slots: 16})
	if _, _, err := dead.ReplaceGroup(t.Context(), month); !errors.Is(err, errDied) {
		t.Fatal(err)
	}
	both := sealtest.Roots(t, sealtest.File(t, 7), sealtest.File(t, 8))
	if err := both.Rotate(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	if w, err := store.Get(t.Context(), month); err != nil || !w.Replaced {
		t.Fatalf("open again: %+v, %v", w, err)
	}
	if _, group, err := under(store, both).ReplaceGroup(t.Context(), month); err != nil || group != month+"-2" {
		t.Fatalf("%s, %v", group, err)
	}
	open(t, under(store, sealtest.Roots(t, sealtest.File(t, 8))))
}

func TestAMonthWithoutKeysHasNoGroupToReplace(t *testing.T) {
	t.Parallel()
	if _, _, err := vault(t, sealtest.NewStore()).ReplaceGroup(t.Context(), month); !errors.Is(err, record.ErrKeyMissing) {
		t.Errorf("got %v", err)
	}
}
