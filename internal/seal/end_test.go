package seal_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"verigate/internal/record"
	"verigate/internal/seal"
	"verigate/internal/seal/sealtest"
)

// Of an ended month neither a group's key nor any data key is left, whoever had them open; of others all is.
func TestAnEndedMonthLeavesNoKey(t *testing.T) {
	t.Parallel()
	store := sealtest.NewStore()
	v := vault(t, store)
	gone := sealedIn(t, v, 20)
	if _, _, err := v.ReplaceGroup(t.Context(), month); err != nil {
		t.Fatal(err)
	}
	for kid, sealed := range sealedIn(t, vault(t, store), 20) {
		gone[kid] = sealed
	}
	lasting := lastingOver(t, store)
	stays := sealedIn(t, lasting, 3)
	if err := lasting.OpenGroups(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 { // it may be repeated
		if err := v.EndMonth(t.Context(), month); err != nil {
			t.Fatal(err)
		}
	}
	lasting.ForgetMonth(month)
	for _, reader := range []*seal.Vault{v, lasting, vault(t, store)} {
		for kid, sealed := range gone {
			if _, err := reader.Open(t.Context(), kid, []byte(kid), sealed); !errors.Is(err, record.ErrErased) {
				t.Errorf("%s: %v", kid, err)
			}
		}
		mustOpenAll(t, reader, stays)
	}
	for kid, there := range store.Held() {
		if _, stay := stays[kid]; there && !stay {
			if w, err := store.Get(t.Context(), kid); err != nil || w.Group == month || w.Group == month+"-2" || w.KID == month || w.KID == month+"-2" {
				t.Errorf("%+v, %v", w, err)
			}
		}
	}
	if err := v.EndMonth(t.Context(), "group.1999-01"); err != nil {
		t.Errorf("a month that never had a key: %v", err)
	}
}

// ending is a store whose process ends before the n-th erasure, or right behind it: none comes after.
type ending struct {
	seal.KeyStore
	mu             sync.Mutex
	before, behind int
}

func (e *ending) Erase(ctx context.Context, kid string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.before--; e.before < 0 || e.behind < 0 {
		return errDied
	}
	if err := e.KeyStore.Erase(ctx, kid); err != nil {
		return err
	}
	if e.behind--; e.behind < 0 {
		return errDied
	}
	return nil
}

func TestTheEndOfAMonthThatIsCutOffGoesOn(t *testing.T) {
	t.Parallel()
	for cut := range 2 * 17 { // the group's key, then 16
		store := sealtest.NewStore()
		gone := sealedIn(t, vault(t, store), 10)
		dies := &ending{KeyStore: store, before: cut / 2, behind: 99}
		if cut%2 == 1 {
			dies.before, dies.behind = 99, cut/2
		}
		if err := vault(t, dies).EndMonth(t.Context(), month); !errors.Is(err, errDied) {
			t.Fatalf("cut %d: %v", cut, err)
		}
		if cut > 0 { // from the first step on nothing opens
			for kid, sealed := range gone {
				if _, err := vault(t, store).Open(t.Context(), kid, []byte(kid), sealed); !errors.Is(err, record.ErrErased) {
					t.Errorf("cut %d: %v", cut, err)
				}
			}
		}
		if err := vault(t, store).EndMonth(t.Context(), month); err != nil {
			t.Fatal(err)
		}
		for kid, there := range store.Held() {
			if there {
				t.Errorf("cut %d: %s is there", cut, kid)
			}
		}
	}
}

// counting is a store whose erasures take a second, as over a slow line.
type counting struct {
	seal.KeyStore
	mu        sync.Mutex
	now, most int
}

func (c *counting) count(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now += n
	c.most = max(c.most, c.now)
}

func (c *counting) Erase(ctx context.Context, kid string) error {
	c.count(1)
	defer c.count(-1)
	time.Sleep(time.Second)
	return c.KeyStore.Erase(ctx, kid)
}

// The keys of a month wait for the disk together, a few at a time.
func TestTheKeysOfAMonthAreDestroyedThirtyTwoAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := sealtest.NewStore()
		sealedIn(t, vault(t, store), 240)
		slow := &counting{KeyStore: store}
		began := time.Now()
		if err := vault(t, slow).EndMonth(t.Context(), month); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); slow.most != 32 || took > 12*time.Second {
			t.Errorf("%d at a time, in %s", slow.most, took)
		}
		for kid, there := range store.Held() {
			if there {
				t.Errorf("%s is there", kid)
			}
		}
	})
}
