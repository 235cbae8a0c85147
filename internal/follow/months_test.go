package follow_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"verigate/internal/follow"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/month"
	"verigate/internal/seal"
	"verigate/internal/seal/sealtest"
	"verigate/internal/verification"
)

func monthsOf(w *gatewaytest.World) []month.Month {
	w.Helper()
	all, err := follow.Months(w.Context(), w.Journal, held(w), w.Clock.Now())
	if err != nil {
		w.Fatal(err)
	}
	return all
}

// refile moves some of what outlives its month, as verigate key group refile does with all.
func refile(w *gatewaytest.World, chosen func(kid string) bool) {
	w.Helper()
	lasting := seal.New(seal.Settings{Store: w.Keys, Root: sealtest.Root(w.TB), Now: w.Clock.Now, Group: "lasting", Slots: 4})
	kids, err := follow.Lasting(w.Context(), w.Journal)
	if err != nil {
		w.Fatal(err)
	}
	kids = slices.DeleteFunc(kids, func(kid string) bool { return !chosen(kid) })
	if moved, err := lasting.RefileAll(w.Context(), kids); err != nil || moved != len(kids) {
		w.Errorf("refile %d: %v, %v", len(kids), moved, err)
	}
}

func all(string) bool { return true }

// What is to be done until a month may be ended, one thing after the other. Tombstones are under the month's key here, as a
// release wrote them that knew no other.
func TestAMonthIsDueWhenAllOfItIsErasedAndWhatLastsIsRefiled(t *testing.T) {
	t.Parallel()
	w := world(t)
	ng := gatewaytest.Partner("NG")
	first, second := w.Submit(ng, "first", w.Example("S01", nil)).ID, w.Submit(ng, "second", w.Example("S01", nil)).ID
	stands := func(want month.Standing, requests, lasting, erased int) {
		t.Helper()
		got := monthsOf(w)
		if len(got) != 1 || got[0].Month != "2021-09" || got[0].Standing != want || got[0].Requests != requests || got[0].Lasting != lasting || got[0].Erased != erased {
			t.Errorf("%+v, want %s with %d, %d, %d", got, want, requests, lasting, erased)
		}
	}
	stands(month.Running, 2, 0, 0)
	w.Clock.Set(time.Date(2021, 11, 1, 0, 0, 0, 0, time.UTC))
	stands(month.Kept, 2, 0, 0)
	w.ColdVault() // without the keys that were written ahead in that month
	w.Clock.Set(time.Date(2021, 9, 30, 23, 0, 0, 0, time.UTC))
	w.Append(first, gatewaytest.Lead(), verification.FindAboveCeiling{Code: "mat"})
	w.Append(second, gatewaytest.Lead(), verification.FindAboveCeiling{Code: "mat"})
	w.Append(second, gatewaytest.Lead(), verification.AddNote{Text: "on it goes"}) // under the key of its tombstone
	w.Clock.Set(time.Date(2021, 11, 1, 0, 0, 0, 0, time.UTC))
	stands(month.Refile, 0, 2, 2)
	refile(w, all)
	if lasting := monthsOf(w); len(lasting) != 1 {
		t.Errorf("%+v", lasting)
	}
	stands(month.Erasing, 0, 0, 2)
	if _, err := eraser(w, &carried{}).CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	stands(month.Due, 0, 0, 0)
}

// Whatever was played, erased and refiled in some months: the key of one that is due is needed for nothing.
func TestNoMonthIsDueWhileAnythingIsReadUnderItsKey(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: 24 histories, 3 s")
	}
	t.Parallel()
	seen := map[month.Standing]int{}
	for seed := range uint64(24) {
		w := world(t)
		random := rand.New(rand.NewPCG(seed, 1))
		var b *busy
		for n := range 4 {
			w.Clock.Set(time.Date(2021, time.Month(2+2*n), 1+random.IntN(28), 3, 0, 0, 0, time.UTC))
			b = &busy{World: w, random: random}
			for i := range 2 {
				b.ids = append(b.ids, w.Submit(gatewaytest.Partner("NG"), fmt.Sprint(n, " ", i), w.Example("S01", nil)).ID)
			}
			b.play(8)
			for _, id := range b.ids {
				if random.IntN(4) > 0 {
					w.Append(id, gatewaytest.Lead(), verification.FindAboveCeiling{Code: "mat"})
				}
			}
		}
		refile(w, func(string) bool { return random.IntN(8) > 0 })
		if random.IntN(3) > 0 {
			if _, err := eraser(w, &carried{}).CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		w.Clock.Set(time.Date(2021, 10, 1+random.IntN(60), 0, 0, 0, 0, time.UTC))
		before := w.Latest()
		for _, m := range monthsOf(w) {
			seen[m.Standing]++
			if m.Standing != month.Due {
				continue
			}
			for _, group := range m.Groups {
				if err := w.Keys.Erase(t.Context(), group); err != nil {
					t.Fatal(err)
				}
			}
		}
		w.ColdVault()
		after := w.Latest()
		for id, was := range before {
			if diff := cmp.Diff(was.Request, after[id].Request, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("seed %d: %s is not read as before:\n%s", seed, id, diff)
			}
		}
	}
	for _, s := range []month.Standing{month.Kept, month.Refile, month.Erasing, month.Due} {
		if seen[s] == 0 {
			t.Errorf("no month was %s: %v", s, seen)
		}
	}
}

func TestWhatOutlivesItsMonthIsNamedByItsKeys(t *testing.T) {
	t.Parallel()
	w := world(t)
	ng := gatewaytest.Partner("NG")
	gone, stays := w.Submit(ng, "gone", w.Example("S01", nil)).ID, w.Submit(ng, "stays", w.Example("S01", nil)).ID
	w.Append(gone, gatewaytest.Lead(), verification.FindAboveCeiling{Code: "mat"})
	kids, err := follow.Lasting(t.Context(), w.Journal)
	if err != nil {
		t.Fatal(err)
	}
	if of := sealedUnder(w, gone); !slices.Equal(kids, of[1:]) || slices.Contains(kids, sealedUnder(w, stays)[0]) {
		t.Errorf("%v, want the key of the tombstone of %v", kids, of)
	}
}
