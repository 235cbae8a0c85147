package access_test

import (
	"testing"

	"verigate/internal/access"
	"verigate/internal/verification"
)

func TestEachRungHearsOfItselfAndOfThoseBelow(t *testing.T) {
	t.Parallel()
	rungs := []verification.Role{
		verification.RoleUnit, verification.RoleUnitLead, verification.RoleDesk, verification.RoleLead, verification.RoleSupervisor,
	}
	for name, want := range map[string][2]int{ // how many rungs, of shared and of sealed matters
		"UNIT": {1, 1}, "UNIT_LEAD": {2, 2}, "DESK": {3, 3}, "KEEPER": {3, 3}, "LEAD": {4, 5}, "SUPERVISOR": {5, 5},
		"PARTNER": {}, "AUDITOR": {}, "OPERATOR": {}, "nobody": {},
	} {
		for i, sealed := range []bool{false, true} {
			for n, told := range rungs {
				if got := access.Hears(actors()[name], told, sealed); got != (n < want[i]) {
					t.Errorf("%s, sealed %v, told %s: %v", name, sealed, told, got)
				}
			}
			if access.Hears(actors()[name], verification.RolePartner, sealed) {
				t.Errorf("%s hears what nobody is told", name)
			}
		}
	}
}
