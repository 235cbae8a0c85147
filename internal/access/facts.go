package access

import (
	"slices"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"

	"verigate/internal/verification"
)

// Here callers and objects are written in the words of the schema. An empty name is left out of every set and of every
// attribute that may be absent, so that it equals no other: what belongs to nobody is nobody's.

// staff is the role of whoever comes for no partner.
const staff = "STAFF"

// asked is the one question: who, what, and about what.
type asked struct {
	who, what cedar.Entity
	actions   map[cedar.EntityUID]cedar.Entity
}

// Get implements cedar.EntityGetter.
func (a *asked) Get(id cedar.EntityUID) (cedar.Entity, bool) {
	switch id.Type {
	case typeAction:
		e, ok := a.actions[id]
		return e, ok
	case a.who.UID.Type:
		return a.who, id == a.who.UID
	case a.what.UID.Type:
		return a.what, id == a.what.UID
	}
	return cedar.Entity{}, false
}

// principal is a caller as Cedar knows it.
type principal struct {
	cedar.Entity
	roles []cedar.EntityUID // its parents
}

func (c Caller) principal() principal {
	attrs := cedar.RecordMap{
		"human":   cedar.Boolean(!c.System && c.Person != ""),
		"session": cedar.Boolean(c.Means == BySession),
		"members": cedar.NewSet(uids(typeCompartment, c.Members)...),
		"keeps":   cedar.NewSet(uids(typeCompartment, c.Keeps)...),
	}
	if c.Partner != "" {
		attrs["partner"] = uid(typePartner, c.Partner)
	}
	if c.Unit != "" {
		attrs["unit"] = uid(typeUnit, c.Unit)
	}
	roles := c.parents()
	return principal{roles: roles, Entity: cedar.Entity{
		UID: uid(typePerson, c.Person), Parents: cedar.NewEntityUIDSet(roles...), Attributes: cedar.NewRecord(attrs),
	}}
}

// parents are the caller's roles, and STAFF for whoever has another than PARTNER.
func (c Caller) parents() []cedar.EntityUID {
	roles := make([]cedar.EntityUID, 0, len(c.Roles)+1)
	for _, role := range c.Roles {
		roles = append(roles, uid(typeRole, role))
	}
	if slices.ContainsFunc(c.Roles, func(r verification.Role) bool { return r != verification.RolePartner }) {
		roles = append(roles, uid(typeRole, verification.Role(staff)))
	}
	return roles
}

// house is the resource where there is no object.
func house() cedar.Entity { return cedar.Entity{UID: uid(typeHouse, "")} }

// entity is the object as resource. Its id is none: policies name no single case.
func (o Object) entity() cedar.Entity {
	switch {
	case o.unit != "":
		return cedar.Entity{UID: uid(typeQueue, ""), Parents: cedar.NewEntityUIDSet(uid(typeUnit, o.unit))}
	case o.originator != "":
		return cedar.Entity{UID: uid(typeConsent, ""), Parents: cedar.NewEntityUIDSet(uid(typePartner, o.originator))}
	}
	attrs := cedar.RecordMap{
		"task": cedar.Boolean(o.task != ""), "sealed": cedar.Boolean(o.Sealed()),
		"ended": cedar.Boolean(o.State.Ended()), "stub": cedar.Boolean(o.Stub),
	}
	if o.Keeper != "" {
		attrs["keeper"] = uid(typePerson, o.Keeper)
	}
	putSet(attrs, "excludedPersons", uids(typePerson, o.Excluded.Persons))
	putSet(attrs, "alarmed", uids(typePerson, o.Alarmed))
	putSet(attrs, "excludedUnits", uids(typeUnit, o.Excluded.Units))
	within := o.shares(attrs)
	if o.Partner != "" {
		within = append(within, uid(typePartner, o.Partner))
	}
	if o.Compartment != "" {
		within = append(within, uid(typeCompartment, o.Compartment))
	}
	return cedar.Entity{
		UID: uid(typeCase, ""), Parents: cedar.NewEntityUIDSet(within...), Attributes: cedar.NewRecord(attrs),
	}
}

// face is all that entity reads of a case that is shown as a row: not sealed or without parts, of one part at most, and
// excluding nobody. Two objects of one face are one to every policy.
type face struct {
	partner     verification.PartnerCode
	compartment verification.Compartment
	keeper      verification.PersonID
	unit        verification.UnitCode // of the part

	exists, task, ended, sealed, stub, stopped bool
}

// face returns the object's face, and whether that is the whole of it.
func (o Object) face() (face, bool) {
	parts := o.parts()
	whole := len(parts) == 0 || len(parts) == 1 && !o.Sealed()
	whole = whole && len(o.Excluded.Persons)+len(o.Excluded.Units)+len(o.Alarmed) == 0 && o.unit == "" && o.originator == ""
	f := face{
		partner: o.Partner, compartment: o.Compartment, keeper: o.Keeper,
		exists: o.isCase(), task: o.task != "", ended: o.State.Ended(), sealed: o.Sealed(), stub: o.Stub,
	}
	if len(parts) == 1 && parts[0].Unit != "" {
		f.unit, f.stopped = parts[0].Unit, parts[0].Stopped
	}
	return f, whole
}

// shares returns the units that have a part in the case. Of those it writes which have yet to acknowledge a stop, and by
// whom a sealed case may be known.
func (o Object) shares(attrs cedar.RecordMap) []cedar.EntityUID {
	var units []cedar.EntityUID
	var stops, named, unnamed []types.Value
	for _, p := range o.parts() {
		if p.Unit == "" {
			continue
		}
		unit, stopped := uid(typeUnit, p.Unit), cedar.Boolean(p.Stopped)
		units = append(units, unit)
		if p.Stopped {
			stops = append(stops, unit)
		}
		if !o.Sealed() {
			continue
		}
		if len(p.Officers) == 0 {
			unnamed = append(unnamed, cedar.NewRecord(cedar.RecordMap{"unit": unit, "stopped": stopped}))
		}
		for _, officer := range uids(typePerson, p.Officers) {
			named = append(named, cedar.NewRecord(cedar.RecordMap{"unit": unit, "person": officer, "stopped": stopped}))
		}
	}
	putSet(attrs, "stops", stops)
	putSet(attrs, "named", named)
	putSet(attrs, "unnamed", unnamed)
	return units
}

// putSet leaves a set of nothing out.
func putSet(attrs cedar.RecordMap, name cedar.String, values []types.Value) {
	if len(values) > 0 {
		attrs[name] = cedar.NewSet(values...)
	}
}

// notice is what a rung of the ladder is told.
func notice(told verification.Role, sealed bool) cedar.Entity {
	return cedar.Entity{UID: uid(typeNotice, ""), Attributes: cedar.NewRecord(cedar.RecordMap{
		"told": cedar.String(told), "sealed": cedar.Boolean(sealed),
	})}
}

// numbers are those of one unit, or of all places when it is empty.
func numbers(unit verification.UnitCode) cedar.Entity {
	e := cedar.Entity{UID: uid(typeNumbers, "")}
	if unit != "" {
		e.Parents = cedar.NewEntityUIDSet(uid(typeUnit, unit))
	}
	return e
}

func uid[S ~string](of cedar.EntityType, id S) cedar.EntityUID {
	return cedar.NewEntityUID(of, cedar.String(id))
}

// uids leaves out empty ids.
func uids[S ~string](of cedar.EntityType, ids []S) []types.Value {
	var out []types.Value
	for _, id := range ids {
		if id != "" {
			out = append(out, uid(of, id))
		}
	}
	return out
}
