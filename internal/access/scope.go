package access

import (
	"slices"

	"verigate/internal/verification"
)

// Scope narrows a key to a part of what its principal may do: one operation by its name in the contract, or a group of
// them. It takes away and never gives: what the principal's roles do not allow stays denied (May).
type Scope string

// The groups. They follow from Table, so they grow with the contract; an operation that is named does not.
const (
	ScopeReads   Scope = "reads"   // whatever changes nothing
	ScopePartner Scope = "partner" // what a partner may call
	ScopeUnit    Scope = "unit"    // what an officer or the lead of a unit may
	ScopeDesk    Scope = "desk"    // what the desk, its head or a keeper may
)

// known says whether the scope is a group or an operation of the contract.
func (s Scope) known() bool {
	switch s {
	case ScopeReads, ScopePartner, ScopeUnit, ScopeDesk:
		return true
	}
	_, ok := RuleOf(Operation(s))
	return ok
}

// covers says whether the row is in the scope.
func (s Scope) covers(rule Rule) bool {
	listed := func(roles ...verification.Role) bool {
		return slices.ContainsFunc(roles, func(r verification.Role) bool { return slices.Contains(rule.Roles, r) })
	}
	switch s {
	case ScopeReads:
		return rule.reads()
	case ScopePartner:
		return listed(verification.RolePartner)
	case ScopeUnit:
		return listed(verification.RoleUnit, verification.RoleUnitLead)
	case ScopeDesk:
		return listed(verification.RoleDesk, verification.RoleLead, verification.RoleKeeper)
	}
	return Operation(s) == rule.Operation
}

// inScope says whether one of the scopes covers the row. A key without any is not narrowed.
func inScope(scopes []Scope, rule Rule) bool {
	return len(scopes) == 0 || slices.ContainsFunc(scopes, func(s Scope) bool { return s.covers(rule) })
}

// checkScopes refuses what would silently narrow a key to nothing.
func checkScopes(scopes []Scope) error {
	for i, s := range scopes {
		if !s.known() || slices.Contains(scopes[:i], s) {
			return refuse(ScopeInvalid, "a scope is reads, partner, unit, desk or an operation of the contract such as submitRequest, each once")
		}
	}
	return nil
}
