package follow_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/access"
	"verigate/internal/follow"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/record"
	"verigate/internal/seal/sealtest"
	"verigate/internal/verification"
)

// list is a witness's, in memory.
type list struct {
	mu   sync.Mutex
	all  []follow.Erasure
	away int // so many times it does not take what is given

	// unsure is the number of an entry that is not believed for now, or is missing, as why says, and so not given; 0: none.
	unsure uint64
	why    error
}

func (l *list) Erasures(after uint64) ([]follow.Erasure, uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := uint64(len(l.all))
	behind := l.all[min(after, n):]
	if l.unsure > after {
		return slices.Delete(slices.Clone(behind), int(l.unsure-after)-1, int(l.unsure-after)), l.unsure - 1, l.why
	}
	return behind, n, nil
}

func (l *list) GiveErasure(e follow.Erasure) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.away > 0 {
		l.away--
		return errors.New("the witness is away")
	}
	l.all = append(l.all, e)
	return nil
}

// witnessedKeys are the world's.
type witnessedKeys struct {
	store  *sealtest.Store
	number uint64
}

func (k *witnessedKeys) Erase(ctx context.Context, kid string) error { return k.store.Erase(ctx, kid) }

func (k *witnessedKeys) Holds(_ context.Context, kid string) (bool, error) {
	return k.store.Held()[kid], nil
}

func (k *witnessedKeys) Witnessed(context.Context) (uint64, error) { return k.number, nil }

func (k *witnessedKeys) CarriedOutWitnessed(_ context.Context, n uint64) error {
	k.number = n
	return nil
}

func TestAWitnessIsToldOfEachErasureOnce(t *testing.T) {
	t.Parallel()
	w := world(t)
	ids := []verification.RequestID{}
	for _, key := range []string{"a", "b", "c"} {
		ids = append(ids, w.Submit(gatewaytest.Partner("NG"), key, w.Example("S01", nil)).ID)
	}
	l, keys := &list{away: 2}, &witnessedKeys{store: w.Keys}
	teller := follow.Teller{Journal: w.Journal, Log: w.Log, List: l, Keys: keys, Done: keys}
	var want []follow.Erasure
	told := func() {
		t.Helper()
		w.Eventually("the witness is told", func() bool {
			all, _, _ := l.Erasures(0)
			return len(all) >= len(want)
		})
		all, _, _ := l.Erasures(0)
		if diff := cmp.Diff(want, all); diff != "" {
			t.Fatal(diff)
		}
	}
	erase := func(id verification.RequestID) {
		t.Helper()
		w.Do(gatewaytest.Lead(), access.OpDeclareAboveCeiling, id, verification.FindAboveCeiling{Code: "mat"})
		kids := sealedUnder(w, id)
		want = append(want, follow.Erasure{Tombstone: kids[1], Keys: kids[:1]})
	}
	erase(ids[0]) // before it runs, and while the witness is away
	stop := w.Start(teller.Run)
	told()
	erase(ids[1])
	told()
	stop()
	erase(ids[2])
	w.Run(teller.Run) // it begins at the beginning, and tells nothing twice
	told()
}

// Both the record and its keys are those of before an erasure: only the witness knows.
func TestWhatOnlyTheWitnessKnowsToBeErasedIsErasedAgain(t *testing.T) {
	t.Parallel()
	w := world(t)
	gone, stays := w.Submit(gatewaytest.Partner("NG"), "gone", w.Example("S01", nil)).ID, w.Submit(gatewaytest.Partner("NG"), "stays", w.Example("S01", nil)).ID
	kid := sealedUnder(w, gone)[0]
	l, keys := &list{all: []follow.Erasure{{Tombstone: "t", Keys: []string{kid, "unheard of"}}}}, &witnessedKeys{store: w.Keys, number: 40} // 40: of a longer list
	teller := follow.Teller{Journal: w.Journal, Log: w.Log, List: l, Keys: keys, Done: keys}
	unsaid, err := teller.EraseAgain(t.Context())
	if diff := cmp.Diff([]follow.Unsaid{{KID: kid, Of: record.Request(string(gone))}}, unsaid); err != nil || diff != "" {
		t.Fatal(err, diff)
	}
	if unsaid, err = teller.EraseAgain(t.Context()); err != nil || len(unsaid) != 0 || keys.number != 1 {
		t.Errorf("again: %v, %v; at %d", unsaid, err, keys.number)
	}
	w.ColdVault()
	if _, err := w.Keys.Get(t.Context(), kid); !errors.Is(err, record.ErrErased) {
		t.Errorf("its key: %v", err)
	}
	if all, err := w.Log.Read(t.Context(), record.Request(string(stays))); err != nil || all[0].Content != record.Whole {
		t.Errorf("another request went with it: %v", err)
	}
}

// unsure are the reasons not to carry out an entry yet.
func unsure() []error { return []error{follow.ErrUnvouched, follow.ErrMissing} }

// What nobody vouches for yet, or is missing, holds up nothing that is known, and is carried out once it is there.
func TestWhatNobodyVouchesForOrIsMissingIsNotCarriedOutYet(t *testing.T) {
	t.Parallel()
	for _, why := range unsure() {
		w := world(t)
		var all []follow.Erasure
		for _, key := range []string{"a", "b", "c"} {
			id := w.Submit(gatewaytest.Partner("NG"), key, w.Example("S01", nil)).ID
			all = append(all, follow.Erasure{Tombstone: "t" + key, Keys: sealedUnder(w, id)[:1]})
		}
		l, keys := &list{all: all, unsure: 2, why: why}, &witnessedKeys{store: w.Keys}
		teller := follow.Teller{Journal: w.Journal, Log: w.Log, List: l, Keys: keys, Done: keys}
		for again := range 2 { // the second time it stands right before what it does not believe
			unsaid, err := teller.EraseAgain(t.Context())
			if !errors.Is(err, why) || keys.number != 1 || len(unsaid) != 2-2*again {
				t.Errorf("%v, %v; at %d", unsaid, err, keys.number)
			}
		}
		held := w.Keys.Held()
		if held[all[0].Keys[0]] || !held[all[1].Keys[0]] || held[all[2].Keys[0]] {
			t.Errorf("held: %v", held)
		}
		l.unsure = 0
		if unsaid, err := teller.EraseAgain(t.Context()); err != nil || len(unsaid) != 1 || keys.number != 3 || w.Keys.Held()[all[1].Keys[0]] {
			t.Errorf("%v, %v; at %d", unsaid, err, keys.number)
		}
	}
}

// gapped is a list that is not whole, wherever it is read from.
type gapped struct{ *list }

func (l gapped) Erasures(after uint64) ([]follow.Erasure, uint64, error) {
	all, last, err := l.list.Erasures(after)
	return all, last, errors.Join(err, follow.ErrMissing)
}

// A list that is shorter than what was carried out is another one, and is carried out from its beginning though it has a gap.
func TestAnotherListIsCarriedOutThoughItIsNotWhole(t *testing.T) {
	t.Parallel()
	w := world(t)
	kid := sealedUnder(w, w.Submit(gatewaytest.Partner("NG"), "gone", w.Example("S01", nil)).ID)[0]
	keys := &witnessedKeys{store: w.Keys, number: 40}
	l := gapped{&list{all: []follow.Erasure{{Tombstone: "t", Keys: []string{kid}}}}}
	unsaid, err := follow.Teller{Journal: w.Journal, Log: w.Log, List: l, Keys: keys, Done: keys}.EraseAgain(t.Context())
	if !errors.Is(err, follow.ErrMissing) || len(unsaid) != 1 || keys.number != 1 || w.Keys.Held()[kid] {
		t.Errorf("%v, %v; at %d", unsaid, err, keys.number)
	}
}

// Nor does either keep a witness from being told of others.
func TestAWitnessIsToldBesideWhatNobodyVouchesForOrIsMissing(t *testing.T) {
	t.Parallel()
	for _, why := range unsure() {
		w := world(t)
		id := w.Submit(gatewaytest.Partner("NG"), "a", w.Example("S01", nil)).ID
		w.Do(gatewaytest.Lead(), access.OpDeclareAboveCeiling, id, verification.FindAboveCeiling{Code: "mat"})
		l, keys := &list{all: []follow.Erasure{{Tombstone: "of nobody", Keys: []string{"k"}}}, unsure: 1, why: why}, &witnessedKeys{store: w.Keys}
		w.Run(follow.Teller{Journal: w.Journal, Log: w.Log, List: l, Keys: keys, Done: keys}.Run)
		w.Eventually("the witness is told", func() bool {
			told, _, _ := l.Erasures(0)
			return len(told) == 1 && told[0].Tombstone == sealedUnder(w, id)[1]
		})
	}
}

// cutOff are keys whose first erasure ends behind the tombstone: the key is given to nobody any more, and lies on the disk.
type cutOff struct {
	*witnessedKeys
	lies map[string]bool
	cut  bool
}

func (k *cutOff) Erase(ctx context.Context, kid string) error {
	if err := k.witnessedKeys.Erase(ctx, kid); err != nil {
		return err
	}
	if !k.cut {
		k.cut, k.lies[kid] = true, true
		return context.Canceled
	}
	delete(k.lies, kid)
	return nil
}

func TestAnErasureByTheWitnesssListThatIsCutOffIsFinishedByTheNextStart(t *testing.T) {
	t.Parallel()
	w := world(t)
	kid := sealedUnder(w, w.Submit(gatewaytest.Partner("NG"), "gone", w.Example("S01", nil)).ID)[0]
	l := &list{all: []follow.Erasure{{Tombstone: "t", Keys: []string{"unheard of", kid}}}}
	keys := &cutOff{witnessedKeys: &witnessedKeys{store: w.Keys}, lies: map[string]bool{}}
	teller := follow.Teller{Journal: w.Journal, Log: w.Log, List: l, Keys: keys, Done: keys}
	if _, err := teller.EraseAgain(t.Context()); !errors.Is(err, context.Canceled) || keys.number != 0 {
		t.Fatalf("the start that is cut off: %v; at %d", err, keys.number)
	}
	if unsaid, err := teller.EraseAgain(t.Context()); err != nil || len(unsaid) != 0 || keys.number != 1 {
		t.Errorf("the next start: %v, %v; at %d", unsaid, err, keys.number)
	}
	if len(keys.lies) != 0 {
		t.Error("the key is on the disk for good")
	}
}
