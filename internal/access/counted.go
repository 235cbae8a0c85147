package access

import (
	"slices"

	"verigate/internal/verification"
)

// Counted says whose numbers a caller may read: of all places, or of one unit. The zero value is nobody's.
type Counted struct {
	All  bool
	Unit verification.UnitCode
}

// CountedFor is the slice of supervision: headquarters sees all three levels, a unit its own part of the lower two. Who
// may ask at all is the table's to say. What is sealed is counted for nobody, and nobody is counted what Sealed.Conflicts
// lists.
func CountedFor(c Caller) Counted {
	all := []verification.Role{
		verification.RoleDesk, verification.RoleLead, verification.RoleSupervisor, verification.RoleAuditor,
	}
	switch {
	case slices.ContainsFunc(all, c.Has):
		return Counted{All: true}
	case c.Has(verification.RoleUnit) || c.Has(verification.RoleUnitLead):
		return Counted{Unit: c.Unit}
	}
	return Counted{}
}
