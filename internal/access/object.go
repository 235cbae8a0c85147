package access

import (
	"slices"

	"verigate/internal/marking"
	"verigate/internal/verification"
)

// Object is what must be known of something to say who may know of it, and nothing more. It is made once, of the
// value that the path's id loaded, and that value is passed on. The zero value is what does not exist.
type Object struct {
	ID          verification.RequestID
	Partner     verification.PartnerCode
	State       verification.State
	Level       marking.Level
	Compartment verification.Compartment
	Stub        bool
	Keeper      verification.PersonID // of the stub
	Parts       []Part
	Excluded    verification.Exclusion
	Alarmed     []verification.PersonID // leads whom a sealed matter alarms; the record alone does not say it

	task       verification.TaskID      // the one in question; empty: the request
	unit       verification.UnitCode    // of OfUnit
	originator verification.PartnerCode // of OfConsent
}

// Part is the share of a unit in a request: one task, live or ever.
type Part struct {
	Task     verification.TaskID
	Unit     verification.UnitCode
	Officers []verification.PersonID
	Stopped  bool // and the unit has still to acknowledge it
}

// Absent is what does not exist.
func Absent() Object { return Object{} }

// ObjectOf is the request as the authoriser sees it; Absent for one that was not submitted.
func ObjectOf(r verification.Request) Object {
	if r.State == verification.Unborn {
		return Absent()
	}
	o := Object{
		ID: r.ID, Partner: r.Partner, State: r.State, Level: r.Level, Compartment: r.Compartment,
		Stub: r.Stub, Keeper: r.Keeper, Excluded: r.Excluded,
	}
	for _, t := range r.Tasks {
		o.Parts = append(o.Parts, Part{
			Task: t.Task, Unit: t.Unit, Officers: t.Officers, Stopped: t.StopWaits(),
		})
	}
	return o
}

// OfTask is one task of the request; Absent when it has no such task. A row of a queue or board that stands for a task
// is this.
func (o Object) OfTask(id verification.TaskID) Object {
	if _, ok := o.part(id); !ok {
		return Absent()
	}
	o.task = id
	return o
}

// OfUnit is a unit, whose queue is asked for.
func OfUnit(code verification.UnitCode) Object { return Object{unit: code} }

// OfConsent is the n-th ask of the request; Absent when there is none. It belongs to the originator who was asked.
func OfConsent(r verification.Request, n int) Object {
	for _, c := range r.Consents {
		if c.N == n && r.State != verification.Unborn {
			return Object{ID: r.ID, originator: c.Originator}
		}
	}
	return Absent()
}

// Sealed says whether only named persons may know that the matter exists: L3, stubs, and what was never marked.
func (o Object) Sealed() bool { return o.Stub || o.Level.Sealed() }

// sort is the object rule whose object this is; NoRule for what does not exist.
func (o Object) sort() ObjectRule {
	switch {
	case o.unit != "":
		return OnUnit
	case o.originator != "":
		return OnConsent
	case o.ID == "":
		return NoRule
	case o.task != "":
		return OnTask
	}
	return OnRequest
}

// isCase says whether this is a request or a task that exists.
func (o Object) isCase() bool { return o.sort() == OnRequest || o.sort() == OnTask }

func (o Object) part(id verification.TaskID) (Part, bool) {
	at := slices.IndexFunc(o.Parts, func(p Part) bool { return p.Task == id && id != "" })
	if at < 0 {
		return Part{}, false
	}
	return o.Parts[at], true
}

// parts are the tasks in question: the one, or all of the request's.
func (o Object) parts() []Part {
	if o.task == "" {
		return o.Parts
	}
	p, _ := o.part(o.task)
	return []Part{p}
}
