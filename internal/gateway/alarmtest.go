package gateway

import (
	"context"
	"slices"
	"time"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// TestAlarm tries, at once and on all rungs, whom a sealed matter of a compartment would alarm: the keeper on duty, the deputy
// and every lead of the desk. On their screens it says that it is a test, and of which compartment it does not say.
func (g *Gateway) TestAlarm(ctx context.Context, c Call, room verification.Compartment) ([]Compartment, error) {
	switch {
	case access.May(c.By, c.Operation, access.Absent()) != access.Allowed:
		return nil, ErrForbidden
	case !access.Tends(c.By, room):
		return nil, ErrHidden
	}
	if err := g.Roster.TestAlarm(ctx, c.By.Actor, access.TestAlarm{Compartment: room, Told: g.posts().reached(room)}); err != nil {
		return nil, err
	}
	c.Operation = access.OpListCompartments
	return g.Compartments(c)
}

// reached are whom the alarm of a compartment can reach now, each on the first rung that does.
func (p posts) reached(room verification.Compartment) []access.Told {
	out := []access.Told{}
	add := func(rung Rung, person verification.PersonID) {
		if person != "" && !slices.ContainsFunc(out, func(t access.Told) bool { return t.Person == person }) {
			out = append(out, access.Told{Person: person, Rung: access.AlarmRung(rung)})
		}
	}
	keeper, deputy := p.duty.At(room, p.everybody, p.now)
	add(RungKeeper, keeper)
	add(RungDeputy, deputy)
	for _, lead := range p.leads() {
		add(RungLead, lead)
	}
	return out
}

// TestSounds is since when a test alarms the caller; zero: none does.
func (g *Gateway) TestSounds(by access.Caller) time.Time {
	if by.System || by.Person == "" {
		return time.Time{}
	}
	return g.Roster.AlarmTests().Sounding(by.Person, g.Now())
}

// ConfirmAlarmTests ends on the caller's screens every test that sounds there; nothing sounding is no error.
func (g *Gateway) ConfirmAlarmTests(ctx context.Context, c Call) ([]Alarm, error) {
	if err := g.serves(c, access.Absent()); err != nil {
		return nil, err // what is answered is a list
	}
	if err := g.Roster.ConfirmAlarmTests(ctx, c.By.Actor); err != nil {
		return nil, err
	}
	return g.Alarms(c)
}
