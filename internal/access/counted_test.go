package access_test

import (
	"testing"

	"verigate/internal/access"
)

func TestHeadquartersIsCountedAllAndAUnitItsOwn(t *testing.T) {
	t.Parallel()
	all, own := access.Counted{All: true}, access.Counted{Unit: "03"}
	want := map[string]access.Counted{
		"DESK": all, "LEAD": all, "SUPERVISOR": all, "AUDITOR": all, "UNIT": own, "UNIT_LEAD": own, // and nobody else anything
	}
	for name, c := range actors() {
		if got := access.CountedFor(c); got != want[name] {
			t.Errorf("%s: %+v", name, got)
		}
		c.Unit = ""
		if got := access.CountedFor(c); got != want[name] && got != (access.Counted{}) {
			t.Errorf("%s of no unit: %+v", name, got)
		}
	}
}
