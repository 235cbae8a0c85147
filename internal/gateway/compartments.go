package gateway

import (
	"verigate/internal/access"
	"verigate/internal/verification"
)

// Compartment is one as who sees to it is told.
type Compartment struct {
	Name    verification.Compartment
	Members []access.Member
}

// Compartments are those that the caller sees to. Of others nobody is told that there are any.
func (g *Gateway) Compartments(c Call) ([]Compartment, error) {
	if access.May(c.By, c.Operation, access.Absent()) != access.Allowed {
		return nil, ErrForbidden
	}
	var out []Compartment
	everybody, now := g.Everybody(), g.Now()
	for _, name := range access.Tended(c.By) {
		out = append(out, Compartment{Name: name, Members: access.Members(everybody, name, now)})
	}
	return out, nil
}
