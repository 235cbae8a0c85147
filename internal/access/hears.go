package access

import (
	"slices"

	"verigate/internal/verification"
)

// Hears says whether a notice that is told a role is the caller's to read: on the ladder of unit officer, unit lead, desk,
// lead and headquarters (SUPERVISOR) each hears of its own rung and of those below. A keeper stands with the desk. No
// supervisor may know of a sealed matter: what climbs there ends with the lead. Whether the caller may know of the
// matter at all is asked beside this (Visible), and a unit is told of its own tasks alone.
func Hears(c Caller, told verification.Role, sealed bool) bool {
	rung := slices.Index(ladder(), told)
	return rung >= 0 && slices.ContainsFunc(c.Roles, func(role verification.Role) bool { return stands(role, sealed) >= rung })
}

func ladder() []verification.Role {
	return []verification.Role{
		verification.RoleUnit, verification.RoleUnitLead, verification.RoleDesk, verification.RoleLead, verification.RoleSupervisor,
	}
}

// stands is the rung of a role, less than zero when it has none.
func stands(role verification.Role, sealed bool) int {
	switch {
	case role == verification.RoleKeeper:
		role = verification.RoleDesk
	case role == verification.RoleLead && sealed:
		role = verification.RoleSupervisor
	}
	return slices.Index(ladder(), role)
}
