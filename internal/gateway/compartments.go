package gateway

import (
	"context"
	"errors"
	"slices"
	"time"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// Compartment is one as who sees to it is told.
type Compartment struct {
	Name      verification.Compartment
	Members   []access.Member
	Turns     []access.Turn    // of now and after it
	Test      access.AlarmTest // the last one of its alarm; the zero value: none
	Uncovered time.Time        // when, within 24 hours, nobody is on duty or no deputy; zero: at no time
}

// Compartments are those that the caller sees to. Of others nobody is told that there are any.
func (g *Gateway) Compartments(c Call) ([]Compartment, error) {
	if access.May(c.By, c.Operation, access.Absent()) != access.Allowed {
		return nil, ErrForbidden
	}
	var out []Compartment
	everybody, now, duty, tests := g.Everybody(), g.Now(), g.Roster.Duty(), g.Roster.AlarmTests()
	for _, name := range access.Tended(c.By) {
		one := Compartment{Name: name, Members: access.Members(everybody, name, now), Test: tests[name]}
		if len(duty[name]) > 0 {
			one.Turns = duty[name].Ahead(now)
		}
		one.Uncovered, _ = duty.Uncovered(name, everybody, now)
		out = append(out, one)
	}
	return out, nil
}

// SetDuty says who is on duty in a compartment that the caller sees to, and who is the deputy: two of its keepers.
func (g *Gateway) SetDuty(ctx context.Context, c Call, room verification.Compartment, t access.Turn) ([]Compartment, error) {
	switch {
	case access.May(c.By, c.Operation, access.Absent()) != access.Allowed:
		return nil, ErrForbidden
	case !access.Tends(c.By, room):
		return nil, ErrHidden
	}
	keepers := access.RosterOf(g.Everybody(), g.Now()).Keepers(room)
	for pointer, person := range map[string]verification.PersonID{"/person": t.Person, "/deputy": t.Deputy} {
		if person != "" && !slices.Contains(keepers, person) {
			return nil, invalid(pointer, "unknown_value")
		}
	}
	err := g.Roster.SetDuty(ctx, c.By.Actor, access.SetDuty{Compartment: room, Turn: t})
	refusal, _ := errors.AsType[*verification.Refusal](err)
	switch {
	case refusal != nil && refusal.Code == access.TurnInvalid:
		return nil, invalid("/until", "out_of_range")
	case refusal != nil && refusal.Code == access.DeputyInvalid:
		return nil, invalid("/deputy", "not_unique")
	case err != nil:
		return nil, err
	}
	c.Operation = access.OpListCompartments
	return g.Compartments(c)
}
