package gateway

import (
	"cmp"
	"context"
	"slices"
	"time"

	"verigate/internal/access"
	"verigate/internal/evidence"
	"verigate/internal/marking"
	"verigate/internal/verification"
)

// Alarm is a sealed matter that alarms the caller: its number and its clock, and no more of it.
type Alarm struct {
	ID      verification.RequestID
	Number  string
	Rung    Rung
	Since   time.Time
	DueAt   time.Time               // of acknowledge; zero: it does not run
	Keepers []verification.PersonID // whom a lead may appoint; nil: the caller is alarmed as keeper or deputy
}

// Alarms are the sealed matters that alarm the caller, the oldest first. They come from this gateway's own memory of the
// record: neither the board nor what falls due is asked.
func (g *Gateway) Alarms(c Call) ([]Alarm, error) {
	if err := g.serves(c, access.Absent()); err != nil {
		return nil, err
	}
	out := g.alarms(c.By)
	for _, a := range out {
		c.Sheet.Saw(evidence.Sight{Request: a.ID, Level: marking.L3})
	}
	return out, nil
}

func (g *Gateway) alarms(by access.Caller) []Alarm {
	if by.System || by.Person == "" {
		return nil
	}
	p := g.posts()
	var out []Alarm
	for _, a := range g.Watch.arrivals() {
		for _, told := range p.alarms(a) {
			if told.Person != by.Person {
				continue
			}
			one := Alarm{ID: a.id, Number: a.number, Rung: told.Rung, Since: told.Since, DueAt: a.due}
			if told.Rung == RungLead {
				one.Keepers = p.keepers(a)
			}
			out = append(out, one)
		}
	}
	slices.SortFunc(out, func(a, b Alarm) int { return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.ID, b.ID)) })
	return out
}

// posts are of now.
func (g *Gateway) posts() posts {
	everybody, now := g.Everybody(), g.Now()
	return posts{everybody: everybody, roster: access.RosterOf(everybody, now), duty: g.Roster.Duty(), now: now}
}

// AppointAlarmed lets a lead whom a sealed matter alarms say which of its keepers sees to it. It opens nothing to either: the
// person keeps the compartment already, and the lead is answered with what alarms them.
func (g *Gateway) AppointAlarmed(ctx context.Context, c Call, id verification.RequestID, person verification.PersonID) ([]Alarm, error) {
	if err := g.Watch.Current(g.Now()); err != nil {
		return nil, err
	}
	p := g.posts()
	c.object = func(r verification.Request) access.Object {
		o := access.ObjectOf(r)
		for _, told := range p.alarms(g.Watch.arrival(r.ID)) {
			if told.Rung == RungLead {
				o.Alarmed = append(o.Alarmed, told.Person)
			}
		}
		return o
	}
	_, err := g.act(ctx, c, id, func(v View, _ verification.Stamp) (verification.Command, error) {
		return verification.AppointKeeper{Person: person}, g.named(person, "/person", g.mayKeep(v.Request))
	})
	if err != nil {
		return nil, err
	}
	return g.alarms(c.By), nil
}
