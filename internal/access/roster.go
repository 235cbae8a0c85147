package access

import (
	"slices"
	"time"

	"verigate/internal/marking"
	"verigate/internal/verification"
)

// Roster is who is in which compartment, of persons that are not disabled.
type Roster struct {
	rooms map[verification.Compartment]room
}

type room struct {
	keepers, desk, leads []verification.PersonID // one person may be in several
}

// deskSide is the fewest persons of the desk's side that a compartment can work with: an editor, a reviewer, a lead.
const deskSide = 3

// RosterOf reads the memberships of principals, as of a time.
func RosterOf(principals []Principal, at time.Time) Roster {
	r := Roster{rooms: map[verification.Compartment]room{}}
	for _, p := range principals {
		if p.Disabled || p.System {
			continue
		}
		p = p.At(at)
		for _, m := range p.Compartments {
			r.rooms[m.Compartment] = r.rooms[m.Compartment].with(p, m)
		}
	}
	return r
}

func (m room) with(p Principal, as Membership) room {
	if as.Keeper {
		m.keepers = append(m.keepers, p.ID)
	}
	if p.Has(verification.RoleDesk) {
		m.desk = append(m.desk, p.ID)
	}
	if p.Has(verification.RoleLead) {
		m.leads = append(m.leads, p.ID)
	}
	return m
}

// Compartments lists those that have any member, by name.
func (r Roster) Compartments() []verification.Compartment {
	var names []verification.Compartment
	for name := range r.rooms {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// everyone lists the default compartments and those that have any member, by name.
func (r Roster) everyone() []verification.Compartment {
	names := r.Compartments()
	for _, c := range marking.Defaults() {
		names = append(names, verification.Compartment(c))
	}
	return sorted(names)
}

// Keepers lists the keepers of a compartment, by id.
func (r Roster) Keepers(c verification.Compartment) []verification.PersonID {
	return sorted(r.rooms[c].keepers)
}

// Desk lists its duty officers, by id: among them are its reviewers.
func (r Roster) Desk(c verification.Compartment) []verification.PersonID {
	return sorted(r.rooms[c].desk)
}

// Leads lists its leads, by id.
func (r Roster) Leads(c verification.Compartment) []verification.PersonID {
	return sorted(r.rooms[c].leads)
}

// Inside lists everybody of the desk's side in it, by id: who holds a matter there may work on it.
func (r Roster) Inside(c verification.Compartment) []verification.PersonID {
	m := r.rooms[c]
	return sorted(slices.Concat(m.keepers, m.desk, m.leads))
}

// TooSmall says whether the compartment has fewer than three persons of the desk's side: nothing is sealed into it
// (compartment_too_small).
func (r Roster) TooSmall(c verification.Compartment) bool {
	return len(r.Inside(c)) < deskSide
}

// Gap is something that a compartment lacks.
type Gap string

// The gaps.
const (
	NoKeeper   Gap = "no_keeper"
	NoDeputy   Gap = "no_deputy"   // a second keeper
	NoReviewer Gap = "no_reviewer" // a desk person beside some keeper
	NoLead     Gap = "no_lead"
	TooFew     Gap = "too_few" // TooSmall
)

// Gaps lists what the compartment lacks, for `verigate check`. None means that it can work at any hour.
func (r Roster) Gaps(c verification.Compartment) []Gap {
	var gaps []Gap
	lacks := func(missing bool, g Gap) {
		if missing {
			gaps = append(gaps, g)
		}
	}
	keepers, desk := r.Keepers(c), r.Desk(c)
	beside := slices.ContainsFunc(desk, func(p verification.PersonID) bool {
		return slices.ContainsFunc(keepers, func(k verification.PersonID) bool { return k != p })
	})
	lacks(len(keepers) == 0, NoKeeper)
	lacks(len(keepers) < 2, NoDeputy)
	lacks(!beside, NoReviewer)
	lacks(len(r.Leads(c)) == 0, NoLead)
	lacks(r.TooSmall(c), TooFew)
	return gaps
}
