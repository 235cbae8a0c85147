package access

import (
	"cmp"
	"slices"
	"time"

	"github.com/cedar-policy/cedar-go"

	"verigate/internal/verification"
)

// Tends says whether the caller sees to a compartment (policies/keeper.cedar, lead.cedar): is told who is in it and why, and
// sets who is on duty. Whether there is a compartment at all nobody else is told.
func Tends(c Caller, room verification.Compartment) bool {
	return room != "" && askerOf(c).may(askTend, cedar.Entity{UID: uid(typeCompartment, room)})
}

// Tended lists the compartments that the caller sees to, by name.
func Tended(c Caller) []verification.Compartment {
	return slices.DeleteFunc(sorted(slices.Concat(c.Members, c.Keeps)), func(room verification.Compartment) bool { return !Tends(c, room) })
}

// Member is a person in a compartment, with how they came to be: by a grant that two persons gave, until a time, or, in a
// demonstration and in records from before grants, by one person and without an end.
type Member struct {
	Person      verification.PersonID
	Keeper      bool
	Since       time.Time
	Until       time.Time // zero: no end was set
	Reason      string    // empty: none was asked for
	ProposedBy  verification.PersonID
	ConfirmedBy verification.PersonID // empty: one person put them there
}

// Members lists who is in a compartment as of a time, keepers first, then by id.
func Members(principals []Principal, room verification.Compartment, at time.Time) []Member {
	var out []Member
	for _, p := range principals {
		if m, in := p.member(room, at); in {
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(a, b Member) int {
		if a.Keeper != b.Keeper {
			if a.Keeper {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.Person, b.Person)
	})
	return out
}

// member says what RosterOf counts, and where it comes from: of several grants of one compartment the last one says.
func (p Principal) member(room verification.Compartment, at time.Time) (Member, bool) {
	in := slices.IndexFunc(p.At(at).Compartments, func(m Membership) bool { return m.Compartment == room })
	if in < 0 || p.Disabled || p.System {
		return Member{}, false
	}
	m := Member{Person: p.ID, Keeper: p.At(at).Compartments[in].Keeper, Since: p.Joined[room].At, ProposedBy: p.Joined[room].By}
	for _, g := range p.Grants {
		if g.Membership.Compartment == room && g.Open(at) {
			m.Since, m.Until, m.Reason, m.ProposedBy, m.ConfirmedBy = g.ConfirmedAt, g.Until, g.Reason, g.ProposedBy, g.ConfirmedBy
		}
	}
	return m, true
}

// Joining is when one person put another into a compartment, and who.
type Joining struct {
	At time.Time
	By verification.PersonID // empty: the gateway itself
}

func (p Principal) joined(s verification.Stamp, m Membership) Principal {
	p.Compartments = with(p.Compartments, m)
	joined := map[verification.Compartment]Joining{m.Compartment: {At: s.At, By: s.By.Person}}
	for room, j := range p.Joined {
		if room != m.Compartment {
			joined[room] = j
		}
	}
	p.Joined = joined
	return p
}
