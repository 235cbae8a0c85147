package notary_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/ledger"
	"verigate/internal/notary"
)

// listed opens a notary without logs, whose witness is a directory and whose keys may be changed.
func listed(t *testing.T, dir string, keys *ledger.KeySet) *notary.Notary {
	t.Helper()
	n, err := notary.Open(notary.Parts{
		Record: recordName, Keys: func() ledger.KeySet { return *keys }, Dir: t.TempDir(), Now: time.Now, Witness: &notary.Witness{Dir: dir},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	return n
}

func keySet(seed byte) *ledger.KeySet {
	keys := ledger.NewKeySet(append([]byte{seed}, make([]byte, 31)...), time.Date(2021, 9, 1, 0, 0, 0, 0, time.UTC))
	return &keys
}

func TestGatewaysAddToOneListOfErasures(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var adding sync.WaitGroup
	for g := range 4 {
		n := listed(t, dir, keySet(1))
		adding.Go(func() {
			for i := range 10 {
				if err := n.GiveErasure(ledger.Erasure{Tombstone: fmt.Sprintf("t%d-%d", g, i), Keys: []string{"a", "b"}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	adding.Wait()
	n := listed(t, dir, keySet(1))
	all, last, err := n.Erasures(0, func(err error) { t.Error(err) })
	if err != nil || last != 40 || len(all) != 40 {
		t.Fatalf("%d erasures up to %d, %v", len(all), last, err)
	}
	seen := map[string]bool{}
	for _, e := range all {
		seen[e.Tombstone] = true
	}
	if len(seen) != 40 {
		t.Errorf("%d different ones", len(seen))
	}
	behind, _, err := n.Erasures(38, func(err error) { t.Error(err) })
	if diff := cmp.Diff(all[38:], behind); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

// noteAt is where the witness has an erasure.
func noteAt(dir string, number int) string {
	return filepath.Join(dir, filepath.FromSlash(ledger.Origin(recordName, "erased")), strings.Repeat("0", 16), fmt.Sprintf("%016d", number))
}

// Whoever can write to the directory destroys nothing by it: what the gateway has not signed is passed over and told. What
// can be no erasure of this record, whoever signed it, needs no other look. Of what another key has signed that is not known:
// that key may come yet, so the list is done up to before it only.
func TestAnErasureThatNobodyVouchesForIsNone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(path string, signed []byte) error
		last  uint64
	}{
		"signed by another": {func(path string, _ []byte) error {
			other, err := keySet(9).Current().SignErasure(recordName, ledger.Erasure{Tombstone: "t", Keys: []string{"k"}})
			return errors.Join(err, replace(path, other))
		}, 1},
		"of another record": {func(path string, _ []byte) error {
			other, err := keySet(1).Current().SignErasure(strings.Repeat("f", 32), ledger.Erasure{Tombstone: "t", Keys: []string{"k"}})
			return errors.Join(err, replace(path, other))
		}, 2},
		"of another record, by another": {func(path string, _ []byte) error {
			other, err := keySet(9).Current().SignErasure(strings.Repeat("f", 32), ledger.Erasure{Tombstone: "t", Keys: []string{"k"}})
			return errors.Join(err, replace(path, other))
		}, 2},
		"with another key in it": {func(path string, signed []byte) error {
			return replace(path, []byte(strings.Replace(string(signed), "\nk2\n", "\nk3\n", 1)))
		}, 2},
		"cut off": {func(path string, signed []byte) error { return replace(path, signed[:len(signed)/2]) }, 2},
		"empty":   {func(path string, _ []byte) error { return replace(path, nil) }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, keys := t.TempDir(), keySet(1)
			n := listed(t, dir, keys)
			for _, kid := range []string{"k1", "k2"} {
				if err := n.GiveErasure(ledger.Erasure{Tombstone: "t-" + kid, Keys: []string{kid}}); err != nil {
					t.Fatal(err)
				}
			}
			*keys = keys.Rotated(append([]byte{2}, make([]byte, 31)...), time.Now()) // what a retired key signed stays true
			path := noteAt(dir, 2)
			signed, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.spoil(path, signed); err != nil {
				t.Fatal(err)
			}
			var refused []error
			all, last, err := n.Erasures(0, func(err error) { refused = append(refused, err) })
			if err != nil || last != c.last || len(all) != 1 || all[0].Keys[0] != "k1" {
				t.Errorf("%v up to %d, %v", all, last, err)
			}
			if len(refused) != 1 || !strings.Contains(refused[0].Error(), path) {
				t.Errorf("told: %v", refused)
			}
		})
	}
}

// A gateway that was not given the rotated ledger.key yet passes nothing over for good: what it knows behind is given, and
// once the key is there what it did not know.
func TestAnErasureThatALaterKeySignedIsGivenOnceThatKeyIsThere(t *testing.T) {
	t.Parallel()
	dir, former, rotated := t.TempDir(), keySet(1), keySet(1).Rotated(append([]byte{2}, make([]byte, 31)...), time.Now())
	for i, keys := range []*ledger.KeySet{former, &rotated, former, &rotated, former} {
		if err := listed(t, dir, keys).GiveErasure(ledger.Erasure{Tombstone: fmt.Sprint("t", i+1), Keys: []string{"k"}}); err != nil {
			t.Fatal(err)
		}
	}
	keys := *former
	n := listed(t, dir, &keys)
	given := func(after, upto uint64, want ...string) {
		t.Helper()
		var got, refused []string
		all, last, err := n.Erasures(after, func(err error) {
			if !errors.Is(err, ledger.ErrUnknownSigner) {
				t.Error(err)
			}
			refused = append(refused, err.Error())
		})
		for _, e := range all {
			got = append(got, e.Tombstone)
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" || last != upto {
			t.Errorf("behind %d: up to %d, want %d, %v; %s", after, last, upto, err, diff)
		}
		if len(got)+len(refused) != 5-int(after) {
			t.Error("told:", refused)
		}
	}
	given(0, 1, "t1", "t3", "t5")
	given(1, 1, "t3", "t5") // again, as long as it is so
	given(2, 3, "t3", "t5")
	keys = rotated
	given(1, 5, "t2", "t3", "t4", "t5")
}

// Whoever can take a note away must not take all others with it: those that are there are given, what is missing is named, and
// the list is done up to before it only, for it may be brought back.
func TestAnErasureThatIsMissingIsNamedAndTakesNoOtherWithIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	n := listed(t, dir, keySet(1))
	for i := range 9 {
		if err := n.GiveErasure(ledger.Erasure{Tombstone: fmt.Sprint("t", i+1), Keys: []string{"k"}}); err != nil {
			t.Fatal(err)
		}
	}
	kept := map[int][]byte{}
	for _, number := range []int{1, 4, 5, 7} {
		note, err := os.ReadFile(noteAt(dir, number))
		if err = errors.Join(err, os.Remove(noteAt(dir, number))); err != nil {
			t.Fatal(err)
		}
		kept[number] = note
	}
	given := func(after, upto uint64, lacks string, want ...string) {
		t.Helper()
		var got, told []string
		all, last, err := n.Erasures(after, func(err error) {
			if !errors.Is(err, notary.ErrMissing) {
				t.Error(err)
			}
			told = append(told, err.Error())
		})
		for _, e := range all {
			got = append(got, e.Tombstone)
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" || last != upto {
			t.Errorf("behind %d: up to %d, want %d, %v; %s", after, last, upto, err, diff)
		}
		if lacks == "" && len(told) > 0 || lacks != "" && (len(told) != 1 || !strings.HasSuffix(told[0], ": "+lacks) || !strings.Contains(told[0], "erased")) {
			t.Errorf("behind %d it is told: %q, want %q", after, told, lacks)
		}
	}
	given(0, 0, "1, 4-5, 7", "t2", "t3", "t6", "t8", "t9")
	given(2, 3, "1, 4-5, 7", "t3", "t6", "t8", "t9")
	given(7, 9, "1, 4-5, 7", "t8", "t9") // the list is not whole, and nothing behind the place is missing
	for number, note := range kept {
		if err := os.WriteFile(noteAt(dir, number), note, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	given(3, 9, "", "t4", "t5", "t6", "t7", "t8", "t9")
}

// A note of a number that is far off, or on a shelf that is not its own, makes nobody look for all that would lie before it.
func TestANumberThatIsFarOffIsNotCountedUpTo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	n := listed(t, dir, keySet(1))
	if err := n.GiveErasure(ledger.Erasure{Tombstone: "t", Keys: []string{"k"}}); err != nil {
		t.Fatal(err)
	}
	far := filepath.Join(filepath.Dir(filepath.Dir(noteAt(dir, 1))), "0000999999999999", "9999999999999998")
	stray := filepath.Join(filepath.Dir(noteAt(dir, 1)), "0000000000070000")
	if err := errors.Join(os.MkdirAll(filepath.Dir(far), 0o700), os.WriteFile(far, nil, 0o600), os.WriteFile(stray, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	var told []string
	all, last, err := n.Erasures(0, func(err error) { told = append(told, err.Error()) })
	if err != nil || last != 1 || len(all) != 1 {
		t.Errorf("%v up to %d, %v", all, last, err)
	}
	if len(told) != 2 || !strings.HasSuffix(told[1], ": 2-9999999999999997") {
		t.Errorf("told: %q", told)
	}
	for _, want := range []bool{true, false} { // the last number, and none behind it
		if err := n.GiveErasure(ledger.Erasure{Tombstone: "t", Keys: []string{"k"}}); (err == nil) != want {
			t.Errorf("it is given: %v", err)
		}
	}
}

func replace(path string, content []byte) error {
	return errors.Join(os.Remove(path), os.WriteFile(path, content, 0o600))
}

func TestAWitnessThatIsAwayIsNoEmptyList(t *testing.T) {
	t.Parallel()
	n := listed(t, filepath.Join(t.TempDir(), "not mounted"), keySet(1))
	if _, _, err := n.Erasures(0, func(error) {}); err == nil {
		t.Error("a directory that is away is read as an empty list")
	}
	if err := n.GiveErasure(ledger.Erasure{Tombstone: "t", Keys: []string{"k"}}); err == nil {
		t.Error("a directory that is away was made")
	}
}
