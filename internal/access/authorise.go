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
		if asks.may(string(op), house()) {
			return Allowed
		}
		return Forbidden
	case OnUnit, OnConsent:
		if rule.Object == o.sort() && asks.may(string(op), o.entity()) {
			return Allowed
		}
	case OnRequest, OnTask:
		if rule.Object == o.sort() {
			return asks.mayOn(rule, o.entity())
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
// whoever sees a row may not do more by it than May says. What it returns is for one goroutine and remembers: of a page of
// rows only those are decided that differ in what a policy can see.
func Visible(c Caller) func(Object) bool {
	asks := askerOf(c)
	known := map[face]bool{}
	return func(o Object) bool {
		f, whole := o.face()
		if !whole {
			return asks.sees(o)
		}
		seen, ok := known[f]
		if !ok {
			seen = asks.sees(o)
			known[f] = seen
		}
		return seen
	}
}

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
	asks, what := askerOf(c), o.entity()
	for _, v := range views() {
		if asks.may(viewAction(v.view), what) {
			return v.view
		}
	}
	return NoView
}

// asker is a caller with the policies to ask.
type asker struct {
	who principal
	set *policySet // nil when the policies are broken: then nobody may do anything
}

func askerOf(c Caller) asker {
	set, err := ready()
	if err != nil {
		return asker{}
	}
	return asker{who: c.principal(), set: set}
}

func (a asker) may(what string, about cedar.Entity) bool {
	return a.set != nil && a.set.allows(a.who, action(what), about)
}

// mayOn tells who lacks the operation from who must not learn that there is anything.
func (a asker) mayOn(rule Rule, about cedar.Entity) Verdict {
	knowing := askReach
	if rule.reads() {
		knowing = askKnow
	}
	switch {
	case a.may(string(rule.Operation), about):
		return Allowed
	case a.may(knowing, about):
		return Forbidden
	}
	return Hidden
}

func (a asker) sees(o Object) bool { return o.isCase() && a.may(askKnow, o.entity()) }
