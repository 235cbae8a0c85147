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
		"a key is replaced where it was read":    replacedInPlace,
		"an erased key is not replaced":          erasedStays,
		"of 8 who replace and erase one wins":    replaceOrErase,
		"a key is moved under a group as read":   movedUnderGroup,
		"of 8 who move and erase one wins":       moveOrErase,
		"groups are listed, without erased ones": groupsListed,
		"keys are added under a group as read":   addedUnderGroup,
		"16 add at once, and each key is listed": allAreListed,
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
		got.Place = 0
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

func read(t *testing.T, s seal.KeyStore, kid string) seal.Wrapped {
	t.Helper()
	k, err := s.Get(t.Context(), kid)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func replacedInPlace(t *testing.T, s seal.KeyStore) {
	if err := s.Put(t.Context(), keys(2)); err != nil {
		t.Fatal(err)
	}
	was := read(t, s, "a0")
	next := was
	next.Group, next.Root, next.Bytes = "root", "file.1", []byte("wrapped anew")
	if err := s.Replace(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	got := read(t, s, "a0")
	if got.Place == was.Place {
		t.Error("it has the place of the former")
	}
	if err := s.Replace(t.Context(), was); !errors.Is(err, seal.ErrMoved) {
		t.Errorf("in the place of before: %v", err)
	}
	got.Place = next.Place
	if diff := cmp.Diff(next, got); diff != "" {
		t.Error(diff)
	}
	for range 20 { // a subject holds few messages
		next = read(t, s, "a0")
		if err := s.Replace(t.Context(), next); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Settle(t.Context(), "a0"); err != nil {
		t.Error(err)
	}
	if neighbour := read(t, s, "a1"); neighbour.Group != "group.2021-09" {
		t.Errorf("its neighbour: %+v", neighbour)
	}
}

func erasedStays(t *testing.T, s seal.KeyStore) {
	if err := s.Put(t.Context(), keys(1)); err != nil {
		t.Fatal(err)
	}
	was := read(t, s, "a0")
	if err := s.Erase(t.Context(), "a0"); err != nil {
		t.Fatal(err)
	}
	if err := s.Replace(t.Context(), was); !errors.Is(err, record.ErrErased) {
		t.Fatalf("got %v, want erased", err)
	}
	if _, err := s.Get(t.Context(), "a0"); !errors.Is(err, record.ErrErased) {
		t.Fatalf("it is back: %v", err)
	}
}

func replaceOrErase(t *testing.T, s seal.KeyStore) {
	if err := s.Put(t.Context(), keys(1)); err != nil {
		t.Fatal(err)
	}
	was := read(t, s, "a0")
	oneOrErase(t, s, func(i int) error {
		next := was
		next.Bytes = fmt.Appendf(nil, "wrapped by %d", i)
		return s.Replace(t.Context(), next)
	})
}

// oneOrErase lets eight write over key a0 while it is erased: at most one does, and in the end it is erased.
func oneOrErase(t *testing.T, s seal.KeyStore, write func(i int) error) {
	t.Helper()
	var won atomic.Int32
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			switch err := write(i); {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, seal.ErrMoved) && !errors.Is(err, record.ErrErased):
				t.Errorf("%d: %v", i, err)
			}
		})
	}
	wg.Go(func() {
		if err := s.Erase(t.Context(), "a0"); err != nil {
			t.Errorf("erase: %v", err)
		}
	})
	wg.Wait()
	if won.Load() > 1 {
		t.Errorf("%d wrote it", won.Load())
	}
	if _, err := s.Get(t.Context(), "a0"); !errors.Is(err, record.ErrErased) {
		t.Errorf("in the end %v, want erased", err)
	}
}

func groupsListed(t *testing.T, s seal.KeyStore) {
	group := func(kid string) seal.Wrapped {
		return seal.Wrapped{KID: kid, Group: "root", Root: "file.1", Bytes: []byte("wrapped " + kid)}
	}
	if err := s.Put(t.Context(), keys(3)); err != nil {
		t.Fatal(err)
	}
	for _, kid := range []string{"names", "group.2021-09", "group.2021-10", "evidence.2021-09"} {
		if err := s.Put(t.Context(), []seal.Wrapped{group(kid)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Erase(t.Context(), "group.2021-10"); err != nil {
		t.Fatal(err)
	}
	again := read(t, s, "group.2021-09")
	again.Root = "file.2"
	if err := s.Replace(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	all, err := s.Groups(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, k := range all {
		got[k.KID] = k.Root
	}
	if diff := cmp.Diff(map[string]string{"group.2021-09": "file.2", "evidence.2021-09": "file.1"}, got); diff != "" {
		t.Error(diff)
	}
}

// aGroup stores the key of a group and reads it.
func aGroup(t *testing.T, s seal.KeyStore) seal.Wrapped {
	t.Helper()
	k := seal.Wrapped{KID: "group.2021-09", Group: "root", Root: "file.1", Bytes: []byte("wrapped group")}
	if err := s.Put(t.Context(), []seal.Wrapped{k}); err != nil {
		t.Fatal(err)
	}
	return read(t, s, k.KID)
}

func addedUnderGroup(t *testing.T, s seal.KeyStore) {
	group := aGroup(t, s)
	if err := s.Add(t.Context(), group, keys(3)); err != nil {
		t.Fatal(err)
	}
	closed := group
	closed.Replaced = true
	if err := s.Replace(t.Context(), closed); err != nil {
		t.Fatal(err)
	}
	late := seal.Wrapped{KID: "late", Group: group.KID, Bytes: []byte("late")}
	if err := s.Add(t.Context(), group, []seal.Wrapped{late}); !errors.Is(err, seal.ErrMoved) {
		t.Errorf("one, under a group that was changed: %v", err)
	}
	if err := s.Add(t.Context(), group, []seal.Wrapped{late, {KID: "later", Group: group.KID, Bytes: []byte("later")}}); !errors.Is(err, seal.ErrMoved) {
		t.Errorf("two: %v", err)
	}
	if _, err := s.Get(t.Context(), "late"); !errors.Is(err, record.ErrKeyMissing) {
		t.Errorf("what was refused: %v", err)
	}
	if again := read(t, s, group.KID); !again.Replaced {
		t.Error("that it is replaced was not kept")
	}
	if err := s.Erase(t.Context(), group.KID); err != nil {
		t.Fatal(err)
	}
	if err := s.Add(t.Context(), read(t, s, "a0"), []seal.Wrapped{late}); err != nil {
		t.Errorf("under another key's place: %v", err)
	}
	if err := s.Add(t.Context(), seal.Wrapped{KID: group.KID, Place: group.Place}, []seal.Wrapped{{KID: "b", Group: group.KID}}); !errors.Is(err, seal.ErrMoved) {
		t.Errorf("under an erased group: %v", err)
	}
}

func allAreListed(t *testing.T, s seal.KeyStore) {
	group := aGroup(t, s)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			batch := make([]seal.Wrapped, 40)
			for j := range batch {
				batch[j] = seal.Wrapped{KID: fmt.Sprintf("k%dx%d", i, j), Group: group.KID, Bytes: fmt.Appendf(nil, "%d %d", i, j)}
			}
			if err := s.Add(t.Context(), group, batch); err != nil {
				t.Errorf("%d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if err := s.Erase(t.Context(), "k3x3"); err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	err := s.Each(t.Context(), group.KID, func(k seal.Wrapped) error {
		if k.Group != group.KID || k.Place == 0 || listed[k.KID] {
			t.Errorf("listed %+v", k)
		}
		listed[k.KID] = true
		return nil
	})
	if err != nil || len(listed) != 16*40-1 || listed["k3x3"] {
		t.Errorf("%d listed, %v", len(listed), err)
	}
	stop := errors.New("enough")
	if err := s.Each(t.Context(), group.KID, func(seal.Wrapped) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("stopped: %v", err)
	}
	if err := s.Each(t.Context(), "group.2021-10", func(seal.Wrapped) error { return stop }); err != nil {
		t.Errorf("of an empty group: %v", err)
	}
}
