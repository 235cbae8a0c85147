package access

import "verigate/internal/verification"

// Verdict is what the authoriser says. The zero value hides.
type Verdict int

// Hidden is answered exactly as what does not exist (404), Forbidden as 403.
const (
	Hidden    Verdict = iota // the caller must not learn whether the object exists
	Forbidden                // the caller knows the object, or there is none, and may not do this
	Allowed
)

// String names the verdict.
func (v Verdict) String() string {
	switch v {
	case Hidden:
		return "hidden"
	case Forbidden:
		return "forbidden"
	case Allowed:
		return "allowed"
	}
	return "hidden"
}

// May is the one place to ask. The object is what the rule of the operation is about: Absent for Public, OnNothing and
// OnRows, ObjectOf for OnRequest, Object.OfTask for OnTask, OfUnit for OnUnit, OfConsent for OnConsent. An object that
// does not exist is Hidden from everybody; so is one that the caller may not know of.
func May(c Caller, op Operation, o Object) Verdict {
	rule, ok := RuleOf(op)
	if !ok {
		return Hidden
	}
	switch rule.Object {
	case Public:
		return Allowed
	case OnNothing, OnRows:
		return c.mayByRole(rule)
	case OnUnit:
		return c.mayOnUnit(rule, o)
	case OnConsent:
		return c.mayOnConsent(o)
	case OnTask:
		if o.task == "" {
			return Hidden
		}
		return c.mayOn(rule, o)
	case OnRequest:
		if o.task != "" {
			return Hidden
		}
		return c.mayOn(rule, o)
	case NoRule:
		return Hidden
	}
	return Hidden
}

// Visible says of each row, and of each thing before it is counted, whether the caller may know of it. It is a read:
// whoever sees a row may not do more by it than May says.
func Visible(c Caller) func(Object) bool {
	return func(o Object) bool { return c.sees(o, true) }
}

func (c Caller) sees(o Object, reading bool) bool {
	for _, role := range grantable() {
		if c.acts(role, o, reading) {
			return true
		}
	}
	return c.acts(verification.RoleSystem, o, reading)
}

func grantable() []verification.Role {
	return []verification.Role{
		verification.RolePartner, verification.RoleDesk, verification.RoleLead, verification.RoleKeeper,
		verification.RoleUnit, verification.RoleUnitLead, verification.RoleSupervisor, verification.RoleAuditor,
	}
}

func (c Caller) mayOn(rule Rule, o Object) Verdict {
	for _, role := range rule.Roles {
		if c.acts(role, o, rule.reads()) {
			return Allowed
		}
	}
	if c.sees(o, rule.reads()) {
		return Forbidden
	}
	return Hidden
}

// mayByRole is for what has no object: there is nothing to hide.
func (c Caller) mayByRole(rule Rule) Verdict {
	for _, role := range rule.Roles {
		switch {
		case !c.Has(role):
		case role == verification.RolePartner && c.Partner == "":
		default:
			return Allowed
		}
	}
	return Forbidden
}

// mayOnUnit: a queue is its own unit's, and another's is answered as no unit's. The desk works on the queue of the
// desk's own unit.
func (c Caller) mayOnUnit(rule Rule, o Object) Verdict {
	if o.unit == "" || c.Unit != o.unit {
		return Hidden
	}
	if c.mayByRole(rule) == Allowed {
		return Allowed
	}
	if o.unit == verification.DeskUnit && (c.Has(verification.RoleDesk) || c.Has(verification.RoleKeeper)) {
		return Allowed
	}
	return Hidden
}

// mayOnConsent: an ask is its originator's, who learns neither of the request nor of who asked.
func (c Caller) mayOnConsent(o Object) Verdict {
	if c.Has(verification.RolePartner) && c.Partner != "" && c.Partner == o.originator {
		return Allowed
	}
	return Hidden
}

// View is how much of a request its reader is shown.
type View string

// The views. What a view holds is the use cases' business; that there is one at all is decided here.
const (
	NoView       View = ""
	PartnerView  View = "partner"  // of a stub: its status only
	StaffView    View = "staff"    // of a stub: its register and clocks
	TaskView     View = "task"     // the unit's own task and what it needs of the request
	EvidenceView View = "evidence" // who did what and when, by opaque ids; no content
)

// ViewOf says which view of the object the caller reads; NoView when it is hidden.
func ViewOf(c Caller, o Object) View {
	for _, v := range []struct {
		role verification.Role
		view View
	}{
		{verification.RolePartner, PartnerView},
		{verification.RoleDesk, StaffView},
		{verification.RoleLead, StaffView},
		{verification.RoleKeeper, StaffView},
		{verification.RoleSupervisor, StaffView},
		{verification.RoleUnit, TaskView},
		{verification.RoleUnitLead, TaskView},
		{verification.RoleAuditor, EvidenceView},
	} {
		if c.acts(v.role, o, true) {
			return v.view
		}
	}
	return NoView
}
