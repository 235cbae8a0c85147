package gatewaytest

import (
	"strings"

	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/marking"
	"verigate/internal/verification"
)

func caller(person verification.PersonID, p access.Principal, roles ...verification.Role) access.Caller {
	p.ID, p.Label, p.Roles = person, string(person), roles
	return p.Caller(verification.KeyID("k_" + person))
}

func everywhere(keeper bool) []access.Membership {
	var out []access.Membership
	for _, c := range marking.Defaults() {
		out = append(out, access.Membership{Compartment: verification.Compartment(c), Keeper: keeper})
	}
	return out
}

// Person finds somebody of the cast.
func Person(id verification.PersonID) (access.Principal, bool) {
	kind, unit, _ := strings.Cut(strings.TrimPrefix(string(id), "p_"), "_")
	p := access.Principal{ID: id, Unit: verification.UnitCode(unit)}
	switch kind {
	case "officer", "colleague":
		p.Roles = []verification.Role{verification.RoleUnit}
	case "chief":
		p.Roles = []verification.Role{verification.RoleUnitLead}
	case "editor", "reviewer", "third", "outsider":
		p.Unit, p.Roles = verification.DeskUnit, []verification.Role{verification.RoleDesk}
	case "lead":
		p.Unit, p.Roles = verification.DeskUnit, []verification.Role{verification.RoleLead}
	default:
		return access.Principal{}, false
	}
	return p, true
}

// Members are the cast's principals who are in every default compartment, by id.
func Members() []access.Principal {
	of := func(id verification.PersonID, keeper bool, roles ...verification.Role) access.Principal {
		return access.Principal{ID: id, Unit: verification.DeskUnit, Roles: roles, Compartments: everywhere(keeper)}
	}
	return []access.Principal{
		of("p_editor", true, verification.RoleDesk, verification.RoleKeeper), of("p_lead", false, verification.RoleLead),
		of("p_reviewer", false, verification.RoleDesk), of("p_third", false, verification.RoleDesk),
	}
}

// Partner is a liaison officer.
func Partner(code verification.PartnerCode) access.Caller {
	return caller("p_liaison_"+verification.PersonID(code), access.Principal{Partner: code}, verification.RolePartner)
}

// Officer works at a unit, and Chief signs for it.
func Officer(unit verification.UnitCode) access.Caller {
	return caller("p_officer_"+verification.PersonID(unit), access.Principal{Unit: unit}, verification.RoleUnit)
}

// Chief is the unit's lead.
func Chief(unit verification.UnitCode) access.Caller {
	return caller("p_chief_"+verification.PersonID(unit), access.Principal{Unit: unit}, verification.RoleUnitLead)
}

func headquarters(person verification.PersonID, members []access.Membership, roles ...verification.Role) access.Caller {
	return caller(person, access.Principal{Unit: verification.DeskUnit, Compartments: members}, roles...)
}

// Editor is a duty officer and a keeper of every default compartment.
// Reviewer and Third are duty officers too and members.
func Editor() access.Caller {
	return headquarters("p_editor", everywhere(true), verification.RoleDesk, verification.RoleKeeper)
}

// Reviewer is the second.
func Reviewer() access.Caller {
	return headquarters("p_reviewer", everywhere(false), verification.RoleDesk)
}

// Third is the third.
func Third() access.Caller {
	return headquarters("p_third", everywhere(false), verification.RoleDesk)
}

// Lead heads the desk and is a member everywhere.
func Lead() access.Caller {
	return headquarters("p_lead", everywhere(false), verification.RoleLead)
}

// SecondLead is another person with the lead's role, a member everywhere: who confirms what the first proposes.
func SecondLead() access.Caller {
	return headquarters("p_deputy", everywhere(false), verification.RoleLead)
}

// Outsider is a duty officer who is in no compartment.
func Outsider() access.Caller { return headquarters("p_outsider", nil, verification.RoleDesk) }

// Supervisor reads.
func Supervisor() access.Caller {
	return headquarters("p_supervisor", nil, verification.RoleSupervisor)
}

// Auditor reads evidence.
func Auditor() access.Caller { return headquarters("p_auditor", nil, verification.RoleAuditor) }

// Call is a call without a key.
func Call(by access.Caller, op access.Operation) gateway.Call {
	return gateway.Call{By: by, Operation: op}
}

// Keyed is a call under an idempotency key, with a body.
func Keyed(by access.Caller, op access.Operation, key string, body []byte) gateway.Call {
	return gateway.Call{By: by, Operation: op, Key: key, Body: body}
}
