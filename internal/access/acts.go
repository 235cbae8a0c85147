package access

import (
	"slices"

	"verigate/internal/verification"
)

// acts says whether the caller acts in the role with regard to the object. It is the whole object rule: a caller who
// acts in no role there must not learn that the object exists.
func (c Caller) acts(role verification.Role, o Object, reading bool) bool {
	if o.ID == "" || role != verification.RolePartner && c.conflicted(o) {
		return false
	}
	switch role {
	case verification.RolePartner:
		// A partner's own request has no tasks, as far as the partner may know.
		return c.Has(role) && c.Partner != "" && c.Partner == o.Partner && o.task == ""
	case verification.RoleDesk:
		return c.Has(role) && (!o.Sealed() || c.memberOf(o.Compartment) || c.keepsStub(o))
	case verification.RoleLead:
		// A stub holds nothing but its register, and rows 25, 26 and the keeper's appointment are the lead's.
		return c.Has(role) && (!o.Sealed() || c.memberOf(o.Compartment) || o.Stub && !c.System)
	case verification.RoleKeeper:
		return !c.System && (c.KeepsCompartment(o.Compartment) || c.keepsStub(o))
	case verification.RoleSupervisor:
		return c.Has(role) && !o.Sealed()
	case verification.RoleAuditor:
		return c.Has(role) && (!o.Sealed() || c.memberOf(o.Compartment))
	case verification.RoleUnit:
		return c.actsForUnit(role, o, reading) || c.actsForDeskUnit(o)
	case verification.RoleUnitLead:
		return c.actsForUnit(role, o, reading)
	case verification.RoleSystem:
		return c.Has(role)
	case verification.RoleOperator:
		return false
	}
	return false
}

// conflicted says that the routing named the caller, or the caller's unit, as having a conflict of interest. Exclusion
// is an internal step: it changes nothing that a partner sees. A desk person sits in a unit without acting for it.
func (c Caller) conflicted(o Object) bool {
	forUnit := c.Has(verification.RoleUnit) || c.Has(verification.RoleUnitLead)
	return c.Person != "" && slices.Contains(o.Excluded.Persons, c.Person) ||
		forUnit && slices.Contains(o.Excluded.Units, c.Unit)
}

// keepsStub: a person who was named keeper of the stub, and has the role still.
func (c Caller) keepsStub(o Object) bool {
	named := o.Stub && o.Keeper != "" && o.Keeper == c.Person
	return named && !c.System && (c.Has(verification.RoleKeeper) || c.Has(verification.RoleDesk))
}

// actsForUnit: an officer of a unit that has the task in question, or any of the request's. Of a sealed matter only the
// officers named in the task, and the unit's leads when nobody is named. What has ended is read no more, but a stop
// that waits for its acknowledgement; commands still reach it, to be refused by its state or found to be repeats.
func (c Caller) actsForUnit(role verification.Role, o Object, reading bool) bool {
	if !c.Has(role) || c.Unit == "" {
		return false
	}
	return slices.ContainsFunc(o.parts(), func(p Part) bool {
		switch {
		case p.Unit != c.Unit || reading && o.State.Ended() && !p.Stopped:
			return false
		case !o.Sealed():
			return true
		case c.System || c.Person == "":
			return false
		case len(p.Officers) == 0:
			return c.Has(verification.RoleUnitLead)
		}
		return slices.Contains(p.Officers, c.Person)
	})
}

// actsForDeskUnit: asking an outside agency is a task of the desk's own unit (row 4c), and the desk works on it.
func (c Caller) actsForDeskUnit(o Object) bool {
	p, ok := o.part(o.task)
	return ok && p.Unit == verification.DeskUnit &&
		(c.acts(verification.RoleDesk, o, false) || c.acts(verification.RoleKeeper, o, false))
}
