package access

import (
	"github.com/cedar-policy/cedar-go"

	"verigate/internal/verification"
)

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

// May is the one place to ask. The object is what the rule of the operation is about: Absent for Public, OnNothing,
// OnSession and OnRows, ObjectOf for OnRequest, Object.OfTask for OnTask, OfUnit for OnUnit, OfConsent for OnConsent. An object that
// does not exist, or is of another sort, is Hidden from everybody; so is one that the caller may not know of.
func May(c Caller, op Operation, o Object) Verdict {
	rule, ok := RuleOf(op)
	if !ok {
		return Hidden
	}
	if Barred(c, rule) != NotBarred {
		return Forbidden
	}
	asks := askerOf(c)
	switch rule.Object {
	case Public, OnNothing, OnRows, OnSession: // there is nothing to hide
		if asks.mayAtAll(string(op)) {
			return Allowed
		}
		return Forbidden
	case OnUnit, OnConsent:
		if rule.Object == o.sort() && asks.mayOn(string(op), o) {
			return Allowed
		}
	case OnRequest, OnTask:
		if rule.Object == o.sort() {
			return asks.verdict(rule, o)
		}
	case NoRule:
	}
	return Hidden
}

// Ever says whether the caller may call the operation at all, on whatever object: whether it is not barred and any policy
// permits it in the caller's roles. It is for answering before a body is read; May is asked about the object.
func Ever(c Caller, op Operation) bool {
	rule, ok := RuleOf(op)
	set, err := ready()
	return ok && err == nil && Barred(c, rule) == NotBarred && set.permits(action(string(op)), rule.Object.of(), c.parents())
}

// Visible says of each row, and of each thing before it is counted, whether the caller may know of it. It is a read:
// whoever sees a row may not do more by it than May says.
func Visible(c Caller) func(Object) bool { return askerOf(c).sees }

// Queued says whether a task may lie in the queue of a unit, which the unit's program reads under the subject
// queue.<unit>.<task>: as far as such a program may know of it.
func Queued(unit verification.UnitCode, task Object) bool {
	program := Caller{Actor: verification.Actor{Roles: []verification.Role{verification.RoleUnit}, Unit: unit}, System: true}
	return task.sort() == OnTask && askerOf(program).sees(task)
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
	if !o.isCase() {
		return NoView
	}
	asks := askerOf(c)
	for _, v := range views() {
		if asks.mayOn(viewAction(v.view), o) {
			return v.view
		}
	}
	return NoView
}

// asker is a caller with the policies to ask.
type asker struct {
	by   Caller
	seen string
	set  *policySet // nil when the policies are broken: then nobody may do anything
}

func askerOf(c Caller) asker {
	set, err := ready()
	if err != nil {
		return asker{}
	}
	return asker{by: c, seen: c.seen(), set: set}
}

func (a asker) may(what string, about cedar.Entity) bool {
	return a.set != nil && a.set.allows(a.by.principal(), action(what), about)
}

// mayAtAll is may where there is no object.
func (a asker) mayAtAll(what string) bool {
	return a.set != nil && a.set.decided.once(question{who: a.seen, action: action(what), house: true}, func() bool {
		return a.may(what, house())
	})
}

// mayOn is may about a request, a task, a unit's queue or an ask. What was decided of one that the policies cannot tell
// from it is decided.
func (a asker) mayOn(what string, o Object) bool {
	f, whole := o.face()
	if !whole || a.set == nil {
		return a.may(what, o.entity())
	}
	return a.set.decided.once(question{who: a.seen, action: action(what), about: f}, func() bool { return a.may(what, o.entity()) })
}

// verdict tells who lacks the operation from who must not learn that there is anything.
func (a asker) verdict(rule Rule, o Object) Verdict {
	knowing := askReach
	if rule.reads() {
		knowing = askKnow
	}
	switch {
	case a.mayOn(string(rule.Operation), o):
		return Allowed
	case a.mayOn(knowing, o):
		return Forbidden
	}
	return Hidden
}

func (a asker) sees(o Object) bool { return o.isCase() && a.mayOn(askKnow, o) }
