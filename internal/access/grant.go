package access

import (
	"slices"
	"strings"
	"time"

	"verigate/internal/verification"
)

// GrantID names a grant within its principal.
type GrantID string

// Grant is one role, or one membership, that one person proposed and another confirmed. Before it is confirmed and from
// Until on it opens nothing.
type Grant struct {
	ID          GrantID
	Role        verification.Role // exactly one of Role and Membership is set
	Membership  Membership
	Until       time.Time
	Reason      string
	ProposedBy  verification.PersonID
	ConfirmedBy verification.PersonID // empty: it waits for a second person
	ConfirmedAt time.Time
	EndedAt     time.Time // zero: nobody ended it
}

// Open says whether the grant opens what it names at a time.
func (g Grant) Open(at time.Time) bool { return g.ConfirmedBy != "" && g.alive(at) }

// alive: neither ended nor run out; it may still wait for its second person.
func (g Grant) alive(at time.Time) bool { return g.EndedAt.IsZero() && at.Before(g.Until) }

// Grant finds a grant of the principal, ended ones too.
func (p Principal) Grant(id GrantID) (Grant, bool) {
	at := slices.IndexFunc(p.Grants, func(g Grant) bool { return g.ID == id })
	if at < 0 {
		return Grant{}, false
	}
	return p.Grants[at], true
}

// At is the principal as of a time: with the roles and memberships of the grants that are open then. Whatever asks what
// somebody may do asks it of this value.
func (p Principal) At(at time.Time) Principal {
	for _, g := range p.Grants {
		switch {
		case !g.Open(at):
		case g.Role != "":
			if !p.Has(g.Role) {
				p.Roles = append(slices.Clone(p.Roles), g.Role)
			}
		default:
			p.Compartments = with(p.Compartments, g.Membership)
		}
	}
	// A membership outlives the grant of the role that it leaned on; alone it opens nothing.
	if !p.Has(verification.RoleKeeper) && slices.ContainsFunc(p.Compartments, func(m Membership) bool { return m.Keeper }) {
		p.Compartments = slices.Clone(p.Compartments)
		for i := range p.Compartments {
			p.Compartments[i].Keeper = false
		}
	}
	return p
}

// Rights tells one state of somebody's rights and credentials from any other: what was opened under an earlier one, such
// as a session, ends. It says nothing of the rights themselves.
type Rights struct {
	Changes uint64 `json:"changes"` // decisions that changed them
	Open    int    `json:"open"`    // grants that have not run out
}

// RightsAt gives the state of a time. Grants begin by a decision and may end by the clock alone.
func (p Principal) RightsAt(at time.Time) Rights {
	r := Rights{Changes: p.Changes}
	for _, g := range p.Grants {
		if g.Open(at) {
			r.Open++
		}
	}
	return r
}

// opensContent says whether the role lets its holder read content, or evidence of it.
func opensContent(r verification.Role) bool {
	switch handOf(r) {
	case unitsHand, desksHand, auditorsHand:
		return true
	case noHand, partnersHand, operatorsHand:
		return false
	}
	return false
}

// maxGrant is how far ahead a grant may end: whoever still needs it after a year is asked about again.
const maxGrant = 366 * 24 * time.Hour

func (p Principal) proposeGrant(s verification.Stamp, c ProposeGrant) ([]Event, error) {
	proposed := GrantProposed(c)
	proposed.Until = c.Until.UTC()
	known, found := p.Grant(c.Grant)
	switch {
	case p.Disabled:
		return nil, refuse(PrincipalEnded, "the principal was disabled")
	case found && known.ProposedBy == s.By.Person && known.sameAs(proposed):
		return nil, nil
	case found || !token(string(c.Grant), 64):
		return nil, refuse(IDInvalid, "a grant needs an id of its own, of at most 64 letters, digits, - and _")
	case (c.Role == "") == (c.Compartment == ""):
		return nil, refuse(GrantInvalid, "a grant is of one role or of one compartment")
	case !c.Until.After(s.At) || c.Until.Sub(s.At) > maxGrant:
		return nil, refuse(GrantInvalid, "a grant ends in the future, after a year at the latest")
	case strings.TrimSpace(c.Reason) == "" || len(c.Reason) > 500:
		return nil, refuse(verification.ReasonMissing, "say in at most 500 bytes why the person needs it")
	}
	if c.Role != "" {
		return p.proposeRole(s, proposed)
	}
	return p.proposeMembership(s, proposed)
}

// sameAs compares with what was proposed.
func (g Grant) sameAs(e GrantProposed) bool {
	return g.Role == e.Role && g.Membership == e.Membership && g.Until.Equal(e.Until) && g.Reason == e.Reason
}

// proposeRole holds a role against those that the person has or may get: what waits counts, for its second person looks
// at that one grant alone.
func (p Principal) proposeRole(s verification.Stamp, e GrantProposed) ([]Event, error) {
	if e.Role == verification.RolePartner || p.Partner != "" {
		return nil, refuse(GrantInvalid, "who belongs to a partner has its role from the beginning, and no other")
	}
	roles := p.Roles
	for _, g := range p.Grants {
		if g.Role != "" && g.alive(s.At) && !slices.Contains(roles, g.Role) {
			roles = append(slices.Clone(roles), g.Role)
		}
	}
	if slices.Contains(roles, e.Role) {
		return nil, refuse(verification.AlreadyExists, "the person has the role, or it waits for a second person: end that grant first")
	}
	roles = append(slices.Clone(roles), e.Role)
	if err := checkRoles(roles); err != nil {
		return nil, err
	}
	if err := checkBinding(CreatePrincipal{Roles: roles, Partner: p.Partner, Unit: p.Unit}); err != nil {
		return nil, err
	}
	return []Event{e}, nil
}

func (p Principal) proposeMembership(s verification.Stamp, e GrantProposed) ([]Event, error) {
	if _, err := p.At(s.At).grant(GrantMembership{Membership: e.Membership}); err != nil {
		return nil, err
	}
	return []Event{e}, nil
}

func (p Principal) confirmGrant(s verification.Stamp, c ConfirmGrant) ([]Event, error) {
	g, found := p.Grant(c.Grant)
	switch {
	case p.Disabled:
		return nil, refuse(PrincipalEnded, "the principal was disabled")
	case !found:
		return nil, refuse(UnknownGrant, "the person has no such grant")
	case !g.alive(s.At):
		return nil, refuse(GrantEndedAlready, "the grant has ended: propose another")
	case g.ConfirmedBy != "":
		return nil, nil
	case g.ProposedBy == s.By.Person:
		return nil, refuse(verification.SamePerson, "another person confirms what this one proposed")
	}
	return []Event{GrantConfirmed(c)}, nil
}

// endGrant takes away, or sends back what was proposed: one person is enough for that.
func (p Principal) endGrant(c EndGrant) ([]Event, error) {
	g, found := p.Grant(c.Grant)
	switch {
	case !found:
		return nil, refuse(UnknownGrant, "the person has no such grant")
	case !g.EndedAt.IsZero():
		return nil, nil
	}
	return []Event{GrantEnded(c)}, nil
}

// with is the memberships with one more, or with one changed.
func with(all []Membership, m Membership) []Membership {
	all = slices.DeleteFunc(slices.Clone(all), func(known Membership) bool { return known.Compartment == m.Compartment })
	return append(all, m)
}
