package access_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"verigate/internal/access"
	"verigate/internal/verification"
)

func TestWhoIsExcludedIsCountedNothingOfIt(t *testing.T) {
	t.Parallel()
	held := access.NewSealed()
	put := func(id verification.RequestID, state verification.State, x verification.Exclusion) {
		r := request("NG", "03")
		r.ID, r.State, r.Excluded = id, state, x
		held.Put(access.ObjectOf(r))
	}
	put("open", verification.WithUnits, verification.Exclusion{Persons: []verification.PersonID{me}})
	put("over", verification.Closed, verification.Exclusion{Persons: []verification.PersonID{another, me}})
	put("unit", verification.WithUnits, verification.Exclusion{Units: []verification.UnitCode{"03"}})
	put("both", verification.WithUnits, verification.Exclusion{Units: []verification.UnitCode{"03"}, Persons: []verification.PersonID{me}})
	put("desk", verification.WithUnits, verification.Exclusion{Units: []verification.UnitCode{verification.DeskUnit}})
	put("others", verification.Closed, verification.Exclusion{Persons: []verification.PersonID{another}, Units: []verification.UnitCode{"45"}})
	put("nobody", verification.WithUnits, verification.Exclusion{})
	want := map[string][]verification.RequestID{
		"UNIT": {"both", "open", "over", "unit"}, "UNIT_LEAD": {"both", "open", "over", "unit"},
		"DESK": {"both", "open", "over"}, "LEAD": {"both", "open", "over"}, "KEEPER": {"both", "open", "over"},
		"SUPERVISOR": {"both", "open", "over"}, "AUDITOR": {"both", "open", "over"},
	}
	for name, ids := range want {
		if got := held.Conflicts(actors()[name]); !slices.Equal(got, ids) {
			t.Errorf("%s: %q, not %q", name, got, ids)
		}
	}
	if got := held.Conflicts(access.Caller{}); len(got) != 0 {
		t.Errorf("nobody is excluded from %q", got)
	}
}

// Of what the role reads, and of no more, numbers leave out what lists drop.
func TestOfWhatIsOpenAndSharedTheSameIsCountedAndListed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, r := anyCaller(t), anyRequest(t)
		o, free := access.ObjectOf(r), r
		free.Excluded = verification.Exclusion{}
		held := access.NewSealed()
		held.Put(o)
		if o.Sealed() || c.Has(verification.RolePartner) || !access.Visible(c)(access.ObjectOf(free)) {
			return
		}
		if got := len(held.Conflicts(c)) == 1; got != held.Hides(c, r.ID) {
			t.Fatalf("left out of numbers: %v; dropped from lists: %v", got, !got)
		}
	})
}
