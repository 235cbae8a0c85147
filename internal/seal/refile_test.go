package seal_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"verigate/internal/record"
	"verigate/internal/seal"
	"verigate/internal/seal/sealtest"
)

// lastingOver is the vault of what outlives its month.
func lastingOver(t *testing.T, s seal.KeyStore) *seal.Vault {
	t.Helper()
	return seal.New(seal.Settings{Store: s, Root: sealtest.Root(t), Now: september, Group: "lasting", Slots: 4})
}

func groupsOf(t *testing.T, s seal.KeyStore, kids map[string][]byte) map[string]int {
	t.Helper()
	all := map[string]int{}
	for kid := range kids {
		w, err := s.Get(t.Context(), kid)
		if err != nil {
			t.Fatal(err)
		}
		all[w.Group]++
	}
	return all
}

// What was sealed in a month outlives the month's key when its own was refiled, and nothing else does.
func TestARefiledKeyOutlivesItsMonth(t *testing.T) {
	t.Parallel()
	store := sealtest.NewStore()
	v, lasting := vault(t, store), lastingOver(t, store)
	stays, goes := sealedIn(t, v, 5), sealedIn(t, v, 5)
	for _, want := range []bool{true, false} {
		for kid := range stays {
			if moved, err := lasting.Refile(t.Context(), kid); moved != want || err != nil {
				t.Errorf("moved %v, %v", moved, err)
			}
		}
	}
	if got := groupsOf(t, store, stays); got["lasting.2021-09"] != len(stays) {
		t.Errorf("under %v", got)
	}
	for _, reader := range []*seal.Vault{v, lasting, vault(t, store)} {
		mustOpenAll(t, reader, stays)
		mustOpenAll(t, reader, goes)
	}
	if err := store.Erase(t.Context(), month); err != nil {
		t.Fatal(err)
	}
	fresh := vault(t, store)
	mustOpenAll(t, fresh, stays)
	for kid := range goes {
		if _, err := fresh.Open(t.Context(), kid, []byte(kid), goes[kid]); !errors.Is(err, record.ErrErased) {
			t.Errorf("of the month: %v", err)
		}
	}
}

func TestAnErasedKeyIsNotRefiledAndALostOneIsNamed(t *testing.T) {
	t.Parallel()
	store := sealtest.NewStore()
	v, lasting := vault(t, store), lastingOver(t, store)
	gone, lost := take(t, v), take(t, v)
	if err := v.Erase(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	store.Lose(lost)
	if moved, err := lasting.Refile(t.Context(), gone); moved || err != nil {
		t.Errorf("erased: %v, %v", moved, err)
	}
	if _, err := lasting.Refile(t.Context(), lost); !errors.Is(err, record.ErrKeyMissing) || !strings.Contains(err.Error(), lost) {
		t.Errorf("lost: %v", err)
	}
}

// stopping is a store whose process ends before, or right behind, the n-th write of a Move.
type stopping struct {
	seal.KeyStore
	before, behind int
	mu             sync.Mutex
	died           bool
}

func (s *stopping) Move(ctx context.Context, under, k seal.Wrapped) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.before--; s.before == -1 || s.died {
		s.died = true
		return errDied
	}
	if err := s.KeyStore.Move(ctx, under, k); err != nil {
		return err
	}
	if s.behind--; s.behind == -1 {
		s.died = true
		return errDied
	}
	return nil
}

func TestARefilingThatIsCutOffIsBegunAgain(t *testing.T) {
	t.Parallel()
	for cut := range 2 * 5 {
		store := sealtest.NewStore()
		all := sealedIn(t, vault(t, store), 5)
		dies := &stopping{KeyStore: store, before: cut / 2, behind: 99}
		if cut%2 == 1 {
			dies.before, dies.behind = 99, cut/2
		}
		kids := slices.Collect(maps.Keys(all))
		if moved, err := lastingOver(t, dies).RefileAll(t.Context(), kids); !errors.Is(err, errDied) || moved != cut/2 {
			t.Fatalf("cut %d: %d moved, %v", cut, moved, err)
		}
		mustOpenAll(t, vault(t, store), all)
		if moved, err := lastingOver(t, store).RefileAll(t.Context(), kids); err != nil || moved != 5-(cut+1)/2 {
			t.Errorf("cut %d: %d moved, %v", cut, moved, err)
		}
		mustOpenAll(t, vault(t, store), all)
		if got := groupsOf(t, store, all); got["lasting.2021-09"] != 5 {
			t.Errorf("cut %d: under %v", cut, got)
		}
	}
}

// slowly is a store in which a Move takes a second, as over a slow line.
type slowly struct {
	counting
}

func (s *slowly) Move(ctx context.Context, under, k seal.Wrapped) error {
	s.count(1)
	defer s.count(-1)
	time.Sleep(time.Second)
	return s.KeyStore.Move(ctx, under, k)
}

// What is refiled waits for the disk together, a few at a time; behind the first that fails no further one is begun.
func TestKeysAreRefiledThirtyTwoAtATimeUntilOneFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := sealtest.NewStore()
		all := sealedIn(t, vault(t, store), 240)
		slow := &slowly{counting{KeyStore: store}}
		began := time.Now()
		moved, err := lastingOver(t, slow).RefileAll(t.Context(), slices.Collect(maps.Keys(all)))
		if took := time.Since(began); moved != 240 || err != nil || slow.most != 32 || took > 9*time.Second {
			t.Errorf("%d moved, %v, %d at a time, in %s", moved, err, slow.most, took)
		}

		all = sealedIn(t, vault(t, store), 240)
		kids := slices.Sorted(maps.Keys(all))
		store.Lose(kids[80])
		moved, err = lastingOver(t, &slowly{counting{KeyStore: store}}).RefileAll(t.Context(), kids)
		// 49 have ended when the 81st is begun, and 31 are under way beside it.
		if !errors.Is(err, record.ErrKeyMissing) || !strings.Contains(err.Error(), kids[80]) || moved < 49 || moved > 111 {
			t.Errorf("with one lost: %d moved, %v", moved, err)
		}
	})
}

// meanwhile is a store in which something happens before a key comes under another group.
type meanwhile struct {
	seal.KeyStore
	do func()
}

func (m *meanwhile) once() {
	do := m.do
	m.do = func() {}
	do()
}

func (m *meanwhile) Move(ctx context.Context, under, k seal.Wrapped) error {
	m.once()
	return m.KeyStore.Move(ctx, under, k)
}

func (m *meanwhile) Replace(ctx context.Context, k seal.Wrapped) error {
	m.once()
	return m.KeyStore.Replace(ctx, k)
}

// The group that a key comes from, or under, is replaced, and the key is refiled by somebody else, between two steps: it is not
// left under a group that is destroyed.
func TestAKeyIsRefiledWhileItsGroupsAreReplaced(t *testing.T) {
	t.Parallel()
	for name, happens := range map[string]func(t *testing.T, s seal.KeyStore, kid string){
		"its former group": func(t *testing.T, s seal.KeyStore, _ string) { replace(t, s, month) },
		"its next group":   func(t *testing.T, s seal.KeyStore, _ string) { replace(t, s, "lasting.2021-09") },
		"by another": func(t *testing.T, s seal.KeyStore, kid string) {
			if moved, err := lastingOver(t, s).Refile(t.Context(), kid); !moved || err != nil {
				t.Errorf("refiled by another: %v, %v", moved, err)
			}
			replace(t, s, month)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := sealtest.NewStore()
			all := sealedIn(t, vault(t, store), 1)
			take(t, lastingOver(t, store)) // so that the group is there to be replaced
			for kid := range all {
				between := &meanwhile{KeyStore: store, do: func() { happens(t, store, kid) }}
				if _, err := lastingOver(t, between).Refile(t.Context(), kid); err != nil {
					t.Fatal(err)
				}
			}
			mustOpenAll(t, vault(t, store), all)
			for group := range groupsOf(t, store, all) {
				if !strings.HasPrefix(group, "lasting.") {
					t.Errorf("it is under %s", group)
				}
			}
		})
	}
}

func replace(t *testing.T, s seal.KeyStore, group string) {
	t.Helper()
	if _, _, err := vault(t, s).ReplaceGroup(t.Context(), group); err != nil {
		t.Errorf("replace %s: %v", group, err)
	}
}
