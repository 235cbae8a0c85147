package draft_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/draft"
	"verigate/internal/draft/drafttest"
	"verigate/internal/record"
	"verigate/internal/seal"
	"verigate/internal/seal/sealtest"
	"verigate/internal/verification"
)

const task verification.TaskID = "00000000000000000000000000-01"

func night() time.Time { return time.Date(2021, 9, 3, 3, 12, 5, 0, time.UTC) }

type desk struct {
	*draft.Book
	store *drafttest.Store
	vault *seal.Vault
	kid   string
}

func newDesk(t *testing.T) desk {
	t.Helper()
	v := seal.New(seal.Settings{Store: sealtest.NewStore(), Root: sealtest.Root(t), Now: night, Slots: 4})
	kid, err := v.Take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	store := drafttest.NewStore()
	return desk{&draft.Book{Store: store, Sealer: v}, store, v, kid}
}

func (d desk) save(t *testing.T, who verification.PersonID, text string, at time.Time) draft.Drafts {
	t.Helper()
	got, err := d.Save(t.Context(), draft.Key{Task: task, Person: who}, d.kid, draft.Fields{"q1.text": {text}}, at)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestTheStoreInMemoryKeepsTheContract(t *testing.T) {
	t.Parallel()
	s := drafttest.NewStore()
	drafttest.Run(t, func() draft.Store { return s })
}

func TestTwoOfficersAreWarnedOfEachOtherAndReadNothingOfEachOther(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.save(t, "p_a", "seal broken", night())
	d.save(t, "p_a", "seal replaced", night().Add(time.Minute))
	got := d.save(t, "p_b", "nothing held", night().Add(2*time.Minute))
	want := draft.Drafts{
		Own: draft.Draft{
			Mark:   draft.Mark{Person: "p_b", Began: night().Add(2 * time.Minute), Saved: night().Add(2 * time.Minute)},
			Fields: draft.Fields{"q1.text": {"nothing held"}},
		},
		Others: []draft.Mark{{Person: "p_a", Began: night(), Saved: night().Add(time.Minute)}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	read, err := d.Of(t.Context(), draft.Key{Task: task, Person: "p_b"})
	if diff := cmp.Diff(want, read); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestADraftLiesSealedInItsPlace(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.save(t, "p_a", "seal broken", night())
	all, err := d.store.Of(t.Context(), task)
	if err != nil || len(all) != 1 || bytes.Contains(all[0].Data, []byte("seal")) {
		t.Fatalf("%d drafts, %v", len(all), err)
	}
	moved := all[0]
	moved.Person = "p_b"
	if err := d.store.Put(t.Context(), moved, time.Hour, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Of(t.Context(), draft.Key{Task: task, Person: "p_b"}); !errors.Is(err, record.ErrTampered) {
		t.Errorf("another's draft opens in one's own place: %v", err)
	}
}

func TestWithTheKeyOfItsRequestADraftIsGone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.save(t, "p_a", "seal broken", night())
	if err := d.vault.Erase(t.Context(), d.kid); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Of(t.Context(), draft.Key{Task: task, Person: "p_a"}); !errors.Is(err, record.ErrErased) {
		t.Errorf("got %v", err)
	}
}

func TestADroppedDraftIsNoneAndBeginsAnew(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	mine := draft.Key{Task: task, Person: "p_a"}
	d.save(t, "p_a", "seal broken", night())
	for range 2 { // that there is none is fine
		if err := d.Drop(t.Context(), mine); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := d.Of(t.Context(), mine); err != nil || got.Has() {
		t.Errorf("%+v, %v", got, err)
	}
	if got := d.save(t, "p_a", "again", night().Add(time.Hour)); !got.Own.Began.Equal(night().Add(time.Hour)) {
		t.Errorf("it began %s", got.Own.Began)
	}
}
