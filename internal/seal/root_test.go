package seal_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verigate/internal/record"
	"verigate/internal/seal"
	"verigate/internal/seal/sealtest"
)

func TestRootKeyFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "root.key")
	if _, err := seal.OpenFileRoot(path); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("absent: %v", err)
	}
	made, err := seal.CreateFileRoot(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := seal.CreateFileRoot(path); !errors.Is(err, fs.ErrExist) {
		t.Fatalf("created twice: %v", err)
	}
	read, err := seal.OpenFileRoot(path)
	if err != nil || made.Version() != read.Version() {
		t.Fatalf("not the same root, %v", err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.OpenFileRoot(path); !errors.Is(err, seal.ErrExposed) {
		t.Fatalf("exposed: %v", err)
	}
}

func TestARootFileThatIsCutShortIsNamed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "root.key")
	for _, n := range []int{0, 31, 33} {
		if err := os.WriteFile(path, make([]byte, n), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := seal.OpenFileRoot(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("of %d bytes: %v", n, err)
		}
	}
}

// began is a store with names, a group and content in it, under root 7.
func began(t *testing.T) (store *sealtest.Store, open func(*testing.T, *seal.Vault)) {
	t.Helper()
	store = sealtest.NewStore()
	if _, err := sealtest.Root(t).Names(t.Context(), store, false); err != nil {
		t.Fatal(err)
	}
	v := vault(t, store)
	kid := take(t, v)
	sealed, err := v.Seal(t.Context(), kid, nil, []byte("content"))
	if err != nil {
		t.Fatal(err)
	}
	return store, func(t *testing.T, v *seal.Vault) {
		t.Helper()
		if plain, err := v.Open(t.Context(), kid, nil, sealed); err != nil || string(plain) != "content" {
			t.Errorf("opened %q, %v", plain, err)
		}
	}
}

func under(store seal.KeyStore, root *seal.Root) *seal.Vault {
	return seal.New(seal.Settings{Store: store, Root: root, Now: september, Slots: 16, Open: 8})
}

func TestAnotherRootOpensNothing(t *testing.T) {
	t.Parallel()
	store, _ := began(t)
	stranger := sealtest.Roots(t, sealtest.File(t, 8))
	err := under(store, stranger).OpenGroups(t.Context())
	for _, named := range []string{sealtest.File(t, 7).Version(), sealtest.File(t, 8).Version(), "group.2021-09"} {
		if !errors.Is(err, seal.ErrUnknownRoot) || !strings.Contains(err.Error(), named) {
			t.Errorf("without %s: %v", named, err)
		}
	}
	if _, err := stranger.Names(t.Context(), store, true); !errors.Is(err, seal.ErrUnknownRoot) {
		t.Errorf("names: %v", err)
	}
	s, err := stranger.Status(t.Context(), store)
	if err != nil || len(s.Under) != 1 || s.Under[0].Here || s.InUse != sealtest.File(t, 7).Version() || s.Newest != sealtest.File(t, 8).Version() || s.Rotated() {
		t.Errorf("status: %+v, %v", s, err)
	}
	if err := stranger.Rotate(t.Context(), store); !errors.Is(err, seal.ErrUnknownRoot) {
		t.Errorf("rotated: %v", err)
	}
	if err := under(store, sealtest.Root(t)).OpenGroups(t.Context()); err != nil {
		t.Errorf("what was refused did harm: %v", err)
	}
}

// Before versions had names nothing told another root from damage.
func TestKeysWithoutAVersionOpenUnderTheirFileOnly(t *testing.T) {
	t.Parallel()
	store, open := began(t)
	store.Unname()
	open(t, under(store, sealtest.Root(t)))
	open(t, under(store, sealtest.Roots(t, sealtest.File(t, 8), sealtest.File(t, 7))))
	stranger := under(store, sealtest.Roots(t, sealtest.File(t, 8)))
	if err := stranger.Fill(t.Context()); !errors.Is(err, record.ErrTampered) {
		t.Errorf("another file: %v", err)
	}
}

func TestARotatedRootOpensAllThatWasSealedBefore(t *testing.T) {
	t.Parallel()
	store, open := began(t)
	before, err := sealtest.Root(t).Names(t.Context(), store, true)
	if err != nil {
		t.Fatal(err)
	}
	cursor, err := before.SealCursor("NG", []byte("17"))
	if err != nil {
		t.Fatal(err)
	}
	both := sealtest.Roots(t, sealtest.File(t, 7), sealtest.File(t, 8))
	serving := under(store, both)
	if err := serving.OpenGroups(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s, err := both.Status(t.Context(), store); err != nil || s.Rotated() || len(s.Under) != 1 || !s.Under[0].Here || len(s.Under[0].Keys) != 2 {
		t.Errorf("before: %+v, %v", s, err)
	}
	if err := both.Rotate(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	if err := both.Rotate(t.Context(), store); !errors.Is(err, seal.ErrNoNewerRoot) {
		t.Errorf("again: %v", err)
	}
	s, err := both.Status(t.Context(), store)
	if err != nil || !s.Rotated() || s.InUse != sealtest.File(t, 8).Version() {
		t.Fatalf("status %+v, %v", s, err)
	}
	open(t, serving)
	alone := sealtest.Roots(t, sealtest.File(t, 8))
	open(t, under(store, alone))
	after, err := alone.Names(t.Context(), store, true)
	if err != nil || after.Blind("twin", "MSKU") != before.Blind("twin", "MSKU") {
		t.Fatalf("other names, %v", err)
	}
	if plain, err := after.OpenCursor("NG", cursor); err != nil || string(plain) != "17" {
		t.Errorf("cursor: %q, %v", plain, err)
	}
}

// Whoever dies between two keys leaves a store that every root of the rotation opens, and that goes on.
func TestARotationThatIsCutOffGoesOn(t *testing.T) {
	t.Parallel()
	for cut := range 4 {
		store, open := began(t)
		evidence := seal.New(seal.Settings{Store: store, Root: sealtest.Root(t), Now: september, Group: "evidence", Slots: 2})
		take(t, evidence)
		both := sealtest.Roots(t, sealtest.File(t, 7), sealtest.File(t, 8))
		err := both.Rotate(t.Context(), &dying{KeyStore: store, after: cut})
		if cut < 3 && !errors.Is(err, errDied) {
			t.Fatalf("cut off after %d keys: %v", cut, err)
		}
		open(t, under(store, both))
		if s, err := both.Status(t.Context(), store); err != nil || s.Rotated() != (cut == 3) {
			t.Errorf("cut off after %d keys: %+v, %v", cut, s, err)
		}
		if cut > 0 { // names go first: a new month goes under the new root
			next := under(store, both)
			if err := next.Fill(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := both.Rotate(t.Context(), store); err != nil && !errors.Is(err, seal.ErrNoNewerRoot) {
			t.Fatalf("gone on after %d keys: %v", cut, err)
		}
		open(t, under(store, sealtest.Roots(t, sealtest.File(t, 8))))
	}
}

var errDied = errors.New("died")

// dying is a store whose process ends after so many keys were replaced.
type dying struct {
	seal.KeyStore
	after int
}

func (d *dying) Replace(ctx context.Context, k seal.Wrapped) error {
	if d.after == 0 {
		return errDied
	}
	d.after--
	return d.KeyStore.Replace(ctx, k)
}

func TestAGatewayWithoutTheNewRootGoesOnAndMakesNoMonth(t *testing.T) {
	t.Parallel()
	store, open := began(t)
	now := september()
	old := seal.New(seal.Settings{Store: store, Root: sealtest.Root(t), Now: func() time.Time { return now }, Slots: 4})
	if err := old.OpenGroups(t.Context()); err != nil {
		t.Fatal(err)
	}
	both := sealtest.Roots(t, sealtest.File(t, 7), sealtest.File(t, 8))
	if err := both.Rotate(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	open(t, old)
	take(t, old) // of this month, whose group it holds
	now = now.AddDate(0, 1, 0)
	_, err := old.Take(t.Context())
	if !errors.Is(err, seal.ErrUnknownRoot) || !errors.Is(err, record.ErrUnavailable) || !strings.Contains(err.Error(), sealtest.File(t, 8).Version()) {
		t.Fatalf("next month: %v", err)
	}
	if _, err := store.Get(t.Context(), "group.2021-10"); !errors.Is(err, record.ErrKeyMissing) {
		t.Errorf("it made the month's key: %v", err)
	}
}

// A root that is brought to a running gateway is found without a restart.
func TestARootThatIsBroughtIsFound(t *testing.T) {
	t.Parallel()
	store, open := began(t)
	if err := sealtest.Roots(t, sealtest.File(t, 7), sealtest.File(t, 8)).Rotate(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	have := []seal.RootKey{sealtest.File(t, 7)}
	root, err := seal.NewRoot(func() ([]seal.RootKey, error) { return have, nil })
	if err != nil {
		t.Fatal(err)
	}
	v := under(store, root)
	if err := v.OpenGroups(t.Context()); !errors.Is(err, seal.ErrUnknownRoot) {
		t.Fatalf("without it: %v", err)
	}
	have = append(have, sealtest.File(t, 8))
	open(t, v)
}

func TestSwappedKeysOfGroupsDoNotOpen(t *testing.T) {
	t.Parallel()
	store, _ := began(t)
	take(t, seal.New(seal.Settings{Store: store, Root: sealtest.Root(t), Now: september, Group: "evidence", Slots: 2}))
	for _, other := range []string{"evidence.2021-09", "names"} {
		store.Swap("group.2021-09", other)
		if err := vault(t, store).Fill(t.Context()); !errors.Is(err, record.ErrTampered) {
			t.Errorf("swapped with %s: %v", other, err)
		}
		err := sealtest.Roots(t, sealtest.File(t, 7), sealtest.File(t, 8)).Rotate(t.Context(), store)
		if !errors.Is(err, record.ErrTampered) {
			t.Errorf("rotated while swapped with %s: %v", other, err)
		}
		store.Swap("group.2021-09", other)
	}
}
