package seal_test

import (
	"context"
	"errors"
	"testing"

	"verigate/internal/record"
	"verigate/internal/seal"
	"verigate/internal/seal/sealtest"
)

// between is a store in which something happens behind a read, before the reader has what it read: once for each id.
type between struct {
	seal.KeyStore
	happens map[string]func()
	left    map[string]seal.Wrapped // copies of keys that are found whatever was erased, as in a backup
}

func (b *between) Get(ctx context.Context, kid string) (seal.Wrapped, error) {
	w, err := b.KeyStore.Get(ctx, kid)
	b.behind(kid)
	if copied, is := b.left[kid]; is {
		return copied, nil
	}
	return w, err
}

func (b *between) Groups(ctx context.Context) ([]seal.Wrapped, error) {
	all, err := b.KeyStore.Groups(ctx)
	b.behind("groups")
	return all, err
}

func (b *between) behind(what string) {
	if happens, is := b.happens[what]; is {
		delete(b.happens, what)
		happens()
	}
}

func TestAKeyThatIsErasedWhileItIsOpenedIsNotKept(t *testing.T) {
	t.Parallel()
	store := sealtest.NewStore()
	for what, erase := range map[string]func(v *seal.Vault, kid string) error{
		"by this gateway": func(v *seal.Vault, kid string) error { return v.Erase(t.Context(), kid) },
		"by another": func(v *seal.Vault, kid string) error {
			defer v.Forget(kid)
			return store.Erase(t.Context(), kid)
		},
	} {
		for kid, sealed := range sealedIn(t, vault(t, store), 1) {
			b := &between{KeyStore: store}
			v := vault(t, b)
			b.happens = map[string]func(){kid: func() {
				if err := erase(v, kid); err != nil {
					t.Errorf("%s: %v", what, err)
				}
			}}
			_, _ = v.Open(t.Context(), kid, []byte(kid), sealed) // which was under way
			if _, err := v.Open(t.Context(), kid, []byte(kid), sealed); !errors.Is(err, record.ErrErased) {
				t.Errorf("erased %s it opens still: %v", what, err)
			}
		}
	}
}

// Whoever has a copy of a wrapped key opens nothing with it once its month is ended, also at a gateway that was just
// opening the month's key.
func TestTheKeyOfAMonthThatIsEndedWhileItIsOpenedIsNotKept(t *testing.T) {
	t.Parallel()
	for _, read := range []string{month, "groups"} {
		store := sealtest.NewStore()
		for kid, sealed := range sealedIn(t, vault(t, store), 1) {
			copied, err := store.Get(t.Context(), kid)
			if err != nil {
				t.Fatal(err)
			}
			b := &between{KeyStore: store, left: map[string]seal.Wrapped{kid: copied}}
			v := vault(t, b)
			b.happens = map[string]func(){read: func() {
				if err := v.EndMonth(t.Context(), month); err != nil {
					t.Error(err)
				}
			}}
			if read == "groups" {
				err = v.OpenGroups(t.Context())
			} else {
				_, err = v.Open(t.Context(), kid, []byte(kid), sealed)
			}
			if err != nil {
				t.Errorf("what was under way, at the reading of %s: %v", read, err)
			}
			if _, err := v.Open(t.Context(), kid, []byte(kid), sealed); !errors.Is(err, record.ErrErased) {
				t.Errorf("the month's key is kept by the reading of %s: %v", read, err)
			}
		}
	}
}

// Who has read a key reads it again when its group is gone: it came under another meanwhile.
func TestAKeyThatComesUnderAnotherGroupWhileItIsOpenedOpens(t *testing.T) {
	t.Parallel()
	store := sealtest.NewStore()
	for name, move := range map[string]func(kid string) error{
		"replaced": func(string) error {
			_, _, err := vault(t, store).ReplaceGroup(t.Context(), month)
			return err
		},
		"refiled": func(kid string) error {
			_, err := lastingOver(t, store).Refile(t.Context(), kid)
			return errors.Join(err, vault(t, store).EndMonth(t.Context(), month))
		},
	} {
		store = sealtest.NewStore()
		for kid, sealed := range sealedIn(t, vault(t, store), 1) {
			b := &between{KeyStore: store}
			b.happens = map[string]func(){kid: func() {
				if err := move(kid); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}}
			mustOpenAll(t, vault(t, b), map[string][]byte{kid: sealed})
		}
	}
}

// away is a root key that does not answer any more.
type away struct {
	seal.RootKey
	is bool
}

func (a *away) Unwrap(ctx context.Context, version string, wrapped, aad []byte) ([]byte, error) {
	if a.is {
		return nil, record.ErrUnavailable
	}
	return a.RootKey.Unwrap(ctx, version, wrapped, aad)
}

func TestAllGroupsAreOpenedAndADamagedOneKeepsNoOtherClosed(t *testing.T) {
	t.Parallel()
	store, _ := began(t)
	take(t, seal.New(seal.Settings{Store: store, Root: sealtest.Root(t), Now: september, Group: "evidence", Slots: 2}))
	first, second := sealedIn(t, vault(t, store), 1), sealedIn(t, lastingOver(t, store), 1)
	store.Swap("evidence.2021-09", "names")
	root := &away{RootKey: sealtest.File(t, 7)}
	v := under(store, sealtest.Roots(t, root))
	if err := v.OpenGroups(t.Context()); err != nil {
		t.Fatal(err)
	}
	root.is = true
	mustOpenAll(t, v, first)
	mustOpenAll(t, v, second)
}

func TestAMonthThatIsEndedWhileAllAreOpenedKeepsNoOtherFromBeingOpen(t *testing.T) {
	t.Parallel()
	store := sealtest.NewStore()
	sealedIn(t, vault(t, store), 1)
	stays := sealedIn(t, lastingOver(t, store), 2)
	root := &away{RootKey: sealtest.File(t, 7)}
	b := &between{KeyStore: store}
	v := under(b, sealtest.Roots(t, root))
	b.happens = map[string]func(){"groups": func() {
		if err := v.EndMonth(t.Context(), month); err != nil {
			t.Error(err)
		}
	}}
	if err := v.OpenGroups(t.Context()); err != nil {
		t.Fatal(err)
	}
	root.is = true
	mustOpenAll(t, v, stays)
}
