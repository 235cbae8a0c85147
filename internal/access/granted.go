package access

import (
	"cmp"
	"slices"
	"time"

	"verigate/internal/verification"
)

// Granted is a grant and whom it opens something to.
type Granted struct {
	Person verification.PersonID
	Grant
}

// Changed is when the last thing happened to it that is known: its end, else its confirmation; zero while it waits.
func (g Granted) Changed() time.Time {
	if g.EndedAt.After(g.ConfirmedAt) {
		return g.EndedAt
	}
	return g.ConfirmedAt
}

func (g Granted) compare(other Granted) int {
	if a, b := g.Changed(), other.Changed(); a.IsZero() != b.IsZero() {
		if a.IsZero() {
			return -1
		}
		return 1
	}
	return cmp.Or(other.Changed().Compare(g.Changed()), cmp.Compare(g.ID, other.ID), cmp.Compare(g.Person, other.Person))
}

// State says how a grant stands at a time: waiting for its second person, open, ended by somebody, or run_out.
func (g Grant) State(at time.Time) string {
	switch {
	case !g.EndedAt.IsZero():
		return "ended"
	case !at.Before(g.Until):
		return "run_out"
	case g.ConfirmedBy == "":
		return "waiting"
	default:
		return "open"
	}
}

// Grants lists all grants that were ever proposed, ended ones too, in their order. Which compartment a membership is of is
// told to who is in it or sees to it: others learn that there is a membership.
func Grants(c Caller, principals []Principal) []Granted {
	var all []Granted
	for _, p := range principals {
		for _, g := range p.Grants {
			if room := g.Membership.Compartment; room != "" && !slices.Contains(c.Members, room) && !slices.Contains(c.Keeps, room) {
				g.Membership.Compartment = ""
			}
			all = append(all, Granted{Person: p.ID, Grant: g})
		}
	}
	slices.SortFunc(all, Granted.compare)
	return all
}
