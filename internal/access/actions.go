package access

import (
	"github.com/cedar-policy/cedar-go"
	schema "github.com/cedar-policy/cedar-go/x/exp/schema/ast"

	"verigate/internal/verification"
)

// The types of what policies speak of, as policies/schema.cedarschema declares them.
const (
	typeAction      cedar.EntityType = "Action"
	typePerson      cedar.EntityType = "Person"
	typeRole        cedar.EntityType = "Role"
	typePartner     cedar.EntityType = "Partner"
	typeUnit        cedar.EntityType = "Unit"
	typeCompartment cedar.EntityType = "Compartment"
	typeHouse       cedar.EntityType = "House"
	typeCase        cedar.EntityType = "Case"
	typeQueue       cedar.EntityType = "Queue"
	typeConsent     cedar.EntityType = "Consent"
	typeNotice      cedar.EntityType = "Notice"
	typeNumbers     cedar.EntityType = "Numbers"
)

// Groups of actions beside those of the roles, which have the roles' names.
const (
	groupEveryone = "everyone" // operations that are public
	groupReads    = "reads"    // what changes nothing
	groupSession  = "session"  // operations on the caller's own session and account
)

// Questions are actions that are no operation.
const (
	askKnow  = "know"  // may the caller learn, by reading, that the case exists: in every role's group, and a read
	askReach = "reach" // the same by a command
	askHear  = "hear"  // of a notice
	askCount = "count" // read numbers
	askTend  = "tend"  // see to a compartment: who is in it, and who is on duty

	askInclude = "include" // a case in the numbers that the caller reads
)

// viewed is a view of a case and the roles that read it so. A caller of several roles has the first.
type viewed struct {
	view  View
	roles []verification.Role
}

func views() []viewed {
	return []viewed{
		{PartnerView, []verification.Role{verification.RolePartner}},
		{StaffView, []verification.Role{verification.RoleDesk, verification.RoleLead, verification.RoleKeeper, verification.RoleSupervisor}},
		{TaskView, []verification.Role{verification.RoleUnit, verification.RoleUnitLead}},
		{EvidenceView, []verification.Role{verification.RoleAuditor}},
	}
}

// holdable are the roles that a principal may have.
func holdable() []verification.Role {
	return []verification.Role{
		verification.RolePartner, verification.RoleDesk, verification.RoleLead, verification.RoleKeeper,
		verification.RoleUnit, verification.RoleUnitLead, verification.RoleSupervisor, verification.RoleAuditor, verification.RoleOperator,
		verification.RoleScreen,
	}
}

func action(name string) cedar.EntityUID { return cedar.NewEntityUID(typeAction, cedar.String(name)) }

func viewAction(v View) string { return "view " + string(v) }

// actionsOf makes the actions of the schema out of the table: an operation is in the group of each role that its row
// names, about what its object rule says.
func actionsOf(table []Rule) schema.Actions {
	actions := schema.Actions{
		groupEveryone: {}, groupReads: {}, groupSession: {},
		askKnow:  about(typeCase, append(names(holdable()), groupReads)...),
		askReach: about(typeCase, names(holdable())...),
		askHear:  about(typeNotice),
		askCount: about(typeNumbers), askTend: about(typeCompartment), askInclude: about(typeCase),
	}
	for _, role := range holdable() {
		actions[cedar.String(role)] = schema.Action{}
	}
	for _, v := range views() {
		actions[cedar.String(viewAction(v.view))] = about(typeCase, append(names(v.roles), groupReads)...)
	}
	for _, rule := range table {
		groups := names(rule.Roles)
		if rule.reads() {
			groups = append(groups, groupReads)
		}
		if rule.Object == Public {
			groups = append(groups, groupEveryone)
		}
		if rule.Object == OnSession {
			groups = append(groups, groupSession)
		}
		actions[cedar.String(rule.Operation)] = about(rule.Object.of(), groups...)
	}
	return actions
}

func about(what cedar.EntityType, groups ...string) schema.Action {
	a := schema.Action{AppliesTo: &schema.AppliesTo{
		Principals: []schema.EntityTypeRef{schema.EntityType(typePerson)}, Resources: []schema.EntityTypeRef{schema.EntityType(what)},
	}}
	for _, group := range groups {
		a.Parents = append(a.Parents, schema.ParentRefFromID(cedar.String(group)))
	}
	return a
}

func names(roles []verification.Role) []string {
	out := make([]string, 0, len(roles))
	for _, role := range roles {
		out = append(out, string(role))
	}
	return out
}

// of is the type of the object that the rule is about.
func (r ObjectRule) of() cedar.EntityType {
	switch r {
	case OnRequest, OnTask:
		return typeCase
	case OnUnit:
		return typeQueue
	case OnConsent:
		return typeConsent
	case Public, OnNothing, OnRows, OnSession, NoRule:
	}
	return typeHouse
}
