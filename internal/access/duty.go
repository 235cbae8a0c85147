package access

import (
	"slices"
	"time"

	"verigate/internal/verification"
)

// DutyEntry is the aggregate id of who is on duty as keeper, of all compartments: one aggregate, so that the name of none
// stands in a subject of the record, and of two who set one night at once the record takes one first.
const DutyEntry = "keepers-on-duty"

// DutySet is a turn of a compartment's keeper and deputy. In its time it stands in place of all that were set before.
type DutySet struct {
	Compartment verification.Compartment `json:"compartment"`
	Turn
}

// EventKind implements Event.
func (DutySet) EventKind() string { return "keepers_on_duty_set.v1" }

func (DutySet) happened() {}

// SetDuty sets a turn of a compartment.
type SetDuty struct {
	Compartment verification.Compartment
	Turn
}

func (SetDuty) change() {}

// setDuty: who keeps a compartment says who of them is on duty, or a lead who is its member. Which compartments a lead is in
// no actor tells, so Tends is asked before.
func (n Entry) setDuty(s verification.Stamp, c SetDuty) ([]Event, error) {
	turn := Turn{Person: c.Person, Deputy: c.Deputy, From: c.From.UTC(), Until: c.Until.UTC()}
	set := n.Duty[c.Compartment]
	switch {
	case !slices.Contains(s.By.Keeps, c.Compartment) && !s.By.Has(verification.RoleLead) && !s.By.Has(verification.RoleSystem):
		return nil, refuse(verification.NotPermitted, "who is on duty a keeper of the compartment says, or a lead in it")
	case !turn.valid(s.At):
		return nil, refuse(TurnInvalid, "a turn ends after it begins, later than now, and lasts 31 days at most")
	case turn.Deputy != "" && (turn.Person == "" || turn.Deputy == turn.Person):
		return nil, refuse(DeputyInvalid, "the deputy is another keeper than the one on duty")
	case len(set) > 0 && set[len(set)-1] == turn:
		return nil, nil
	}
	return []Event{DutySet{Compartment: c.Compartment, Turn: turn}}, nil
}

// DeputyInvalid refuses a deputy who is the keeper on duty, or deputy of nobody.
const DeputyInvalid verification.Code = "deputy_invalid"

// Duty is who is on duty as keeper, by compartment.
type Duty map[verification.Compartment]OnCall

func (d Duty) with(e DutySet) Duty {
	out := Duty{e.Compartment: append(slices.Clone(d[e.Compartment]), e.Turn)}
	for room, turns := range d {
		if room != e.Compartment {
			out[room] = turns
		}
	}
	return out
}

func (d Duty) without(at time.Time) Duty {
	out := Duty{}
	for room, turns := range d {
		out[room] = turns.without(at)
	}
	return out
}

// Watched is how far ahead somebody must be on duty, and a deputy.
const Watched = 24 * time.Hour

// Uncovered is the first moment within the next 24 hours at which a compartment has nobody on duty, or no deputy, who keeps
// it then; false: there is none.
func (d Duty) Uncovered(room verification.Compartment, principals []Principal, now time.Time) (time.Time, bool) {
	until := now.Add(Watched)
	moments := []time.Time{now}
	for _, t := range d[room] {
		moments = append(moments, t.From, t.Until)
	}
	for _, p := range principals {
		for _, g := range p.Grants { // who is on duty may cease to keep
			moments = append(moments, g.Until)
		}
	}
	moments = slices.DeleteFunc(moments, func(m time.Time) bool { return m.Before(now) || !m.Before(until) })
	slices.SortFunc(moments, time.Time.Compare)
	for _, m := range slices.CompactFunc(moments, time.Time.Equal) {
		if keeper, deputy := d.At(room, principals, m); keeper == "" || deputy == "" {
			return m, true
		}
	}
	return time.Time{}, false
}

// At is who is on duty in a compartment at a time, and who is their deputy; empty: nobody. Who keeps it no more is nobody.
func (d Duty) At(room verification.Compartment, principals []Principal, at time.Time) (keeper, deputy verification.PersonID) {
	turn, on := d[room].At(at)
	if !on {
		return "", ""
	}
	keepers := RosterOf(principals, at).Keepers(room)
	if slices.Contains(keepers, turn.Person) {
		keeper = turn.Person
	}
	if slices.Contains(keepers, turn.Deputy) {
		deputy = turn.Deputy
	}
	return keeper, deputy
}

// Uncovers counts the compartments, of the default ones and of those that have members, that Uncovered finds. It is a number
// because that there is a compartment may itself be nobody's to know.
func (d Duty) Uncovers(principals []Principal, now time.Time) int {
	n := 0
	for _, room := range RosterOf(principals, now).everyone() {
		if _, uncovered := d.Uncovered(room, principals, now); uncovered {
			n++
		}
	}
	return n
}
