package gateway

import (
	"slices"
	"time"

	"verigate/internal/access"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// Rung is how far the alarm of a sealed matter has climbed (lifecycle.md, Roles).
type Rung string

// The rungs.
const (
	RungKeeper Rung = "keeper" // on duty, or appointed for the matter: at its arrival
	RungDeputy Rung = "deputy" // at 50 % of acknowledge
	RungLead   Rung = "lead"   // at 75 %
)

// arrival is a sealed matter that is open, as far as it must be known to say whom it alarms. The watch holds one for each: no
// board and no due set is asked, so it alarms with Redis away and, being made of the record, after a restart.
type arrival struct {
	id        verification.RequestID
	number    string
	room      verification.Compartment // empty: a stub
	stub      bool
	holder    verification.PersonID
	keeper    verification.PersonID // of the stub, or appointed
	since     time.Time             // when it came into the compartment
	appointed time.Time             // when the keeper was named
	excluded  []verification.PersonID

	half, late, due time.Time // 50 %, 75 % and the end of acknowledge; zero: it does not run
}

// arrivalOf is the arrival after a decision; before is what it was until then, the zero value when it was none.
func arrivalOf(before arrival, r verification.Request, clocks sla.Clocks) arrival {
	a := arrival{
		id: r.ID, number: r.Number, room: r.Compartment, stub: r.Stub, holder: r.Holder, keeper: r.Keeper, since: before.since,
		appointed: before.appointed, excluded: r.Excluded.Persons,
	}
	if before.id == "" || before.room != a.room || before.stub != a.stub {
		a.since = r.At
	}
	if before.keeper != a.keeper {
		a.appointed = r.At
	}
	if c, found := clocks.Find(sla.Acknowledge, ""); found && c.State == sla.Running {
		a.half, a.late, a.due = share(c, 50), share(c, 75), c.DueAt
	}
	return a
}

// share is when that part of a promise is used up: the clock's own step, and where its policy has none (flash has no 50), that
// part of the time between.
func share(c sla.Clock, percent int) time.Time {
	for _, m := range c.Steps {
		if m.Percent == percent {
			return m.At
		}
	}
	return c.PromisedAt.Add(c.DueAt.Sub(c.PromisedAt) / 100 * time.Duration(percent))
}

// Alarmed is one person whom a matter alarms, and since when.
type Alarmed struct {
	Person verification.PersonID
	Rung   Rung
	Since  time.Time
}

// posts are who can be alarmed as of a time.
type posts struct {
	everybody []access.Principal
	roster    access.Roster
	duty      access.Duty
	now       time.Time
}

// alarms are whom the matter alarms: the keeper on duty at its arrival, from half of acknowledge on the deputy too, and at
// once where nobody is on duty; from three quarters on every lead, and of a stub that alarms nobody else, such as what was
// found above the ceiling, at once. Once somebody inside holds it, or its keeper a stub, nobody is.
func (p posts) alarms(a arrival) []Alarmed {
	if a.holder != "" && (a.stub && a.holder == a.keeper || slices.Contains(p.roster.Inside(a.room), a.holder)) {
		return nil
	}
	var out []Alarmed
	add := func(rung Rung, person verification.PersonID, since time.Time) {
		if person != "" && !slices.Contains(a.excluded, person) && !slices.ContainsFunc(out, func(o Alarmed) bool { return o.Person == person }) {
			out = append(out, Alarmed{Person: person, Rung: rung, Since: since})
		}
	}
	turn, _ := p.duty[a.room].At(p.now)
	began := later(a.since, turn.From)
	keeper, deputy := p.duty.At(a.room, p.everybody, p.now)
	if a.stub || slices.Contains(p.roster.Keepers(a.room), a.keeper) { // who was appointed may have left since
		add(RungKeeper, a.keeper, later(a.since, a.appointed))
	}
	add(RungKeeper, keeper, began)
	switch {
	case len(out) == 0:
		add(RungDeputy, deputy, began)
	case passed(a.half, p.now):
		add(RungDeputy, deputy, later(began, a.half))
	}
	if late := passed(a.late, p.now); late || a.stub && len(out) == 0 {
		since := a.since
		if late {
			since = later(a.since, a.late)
		}
		for _, lead := range p.leads() {
			add(RungLead, lead, since)
		}
	}
	return out
}

// leads are all heads of the desk: of a matter of which they are no member they are told its number and its clock.
func (p posts) leads() []verification.PersonID {
	var out []verification.PersonID
	for _, one := range p.everybody {
		if one.Has(verification.RoleLead) && !one.Disabled && !one.System {
			out = append(out, one.ID)
		}
	}
	return out
}

// keepers are whom a lead may appoint: of a stub, which lies in no compartment or left its content there, anybody who has
// the role.
func (p posts) keepers(a arrival) []verification.PersonID {
	if !a.stub {
		return p.roster.Keepers(a.room)
	}
	var out []verification.PersonID
	for _, one := range p.everybody {
		if one.Has(verification.RoleKeeper) && !one.Disabled && !one.System && !slices.Contains(a.excluded, one.ID) {
			out = append(out, one.ID)
		}
	}
	return out
}

func passed(at, now time.Time) bool { return !at.IsZero() && !now.Before(at) }
