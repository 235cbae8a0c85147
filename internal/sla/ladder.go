package sla

import (
	"slices"
	"strings"

	"verigate/internal/verification"
)

// Rung is who is told at a step.
type Rung string

// The rungs of the ladder, the lowest first.
const (
	RungUnitOfficer  Rung = "unit_officer"
	RungUnitLead     Rung = "unit_lead"
	RungDesk         Rung = "desk"
	RungLead         Rung = "lead"
	RungHeadquarters Rung = "headquarters"
)

// Ladder is all rungs, the lowest first.
func Ladder() []Rung {
	return []Rung{RungUnitOfficer, RungUnitLead, RungDesk, RungLead, RungHeadquarters}
}

// Compare is negative when the rung is lower than the other, zero when they are the same. What is no rung is lower than
// all.
func (r Rung) Compare(other Rung) int {
	return slices.Index(Ladder(), r) - slices.Index(Ladder(), other)
}

// above is the next rung; above the highest there is none, and it stays.
func (r Rung) above() Rung {
	all := Ladder()
	return all[min(slices.Index(all, r)+1, len(all)-1)]
}

// The sides of the ladder: whose clock it is.
const (
	sideUnit = "unit"
	sideDesk = "desk"
)

// sideOf is the side of the ladder that a charge stands on: an outside agency and the promise are the desk's; a partner
// and an originator are told by letters.
func sideOf(chargedTo string) string {
	switch {
	case strings.HasPrefix(chargedTo, "unit:"):
		return sideUnit
	case chargedTo == ChargedPartner || chargedTo == ChargedOriginator:
		return ""
	}
	return sideDesk
}

// Told returns who is told when that per cent of a promise is used up, the lowest rung of the ladder first. Nobody is
// when the clock waits for a partner or an originator. A cause that is still missing when its limit is used up climbs:
// who is told stands one rung above who was told of the breach that it should explain.
func (x *Rules) Told(policy string, degree verification.Degree, c Clock, percent int) []Rung {
	p, known := x.policies[policy]
	if !known {
		return nil
	}
	return x.ToldAfter(policy, degree, c, p.before(degree, percent), percent)
}

// ToldAfter is Told where the steps between one that is on record, 0 for none, and this one were not recorded: whom they
// would have told is told now.
func (x *Rules) ToldAfter(policy string, degree verification.Degree, c Clock, recorded, percent int) []Rung {
	p, known := x.policies[policy]
	side := sideOf(c.ChargedTo)
	if !known || side == "" {
		return nil
	}
	told := p.told(side, min(recorded, p.before(degree, percent)), percent)
	if c.Name == RedCause && percent >= 100 {
		told = climbed(told)
	}
	return told
}

// Asked returns the lowest rung of whoever is asked for the cause of a breach of the clock; false when nobody is.
func (c Clock) Asked() (Rung, bool) {
	switch side := sideOf(c.ChargedTo); {
	case c.Name == RedCause || side == "":
		return "", false
	case side == sideUnit:
		return RungUnitOfficer, true
	}
	return RungDesk, true
}

func climbed(told []Rung) []Rung {
	var out []Rung
	for _, r := range told {
		if up := r.above(); !slices.Contains(out, up) {
			out = append(out, up)
		}
	}
	return out
}

// before is the step of a degree before another, 0 for none. Whom a step would have told that the degree leaves out is
// told at the next one.
func (p *Policy) before(d verification.Degree, percent int) int {
	before := 0
	for _, step := range p.of(d).Steps {
		if step < percent {
			before = step
		}
	}
	return before
}

// told returns who is told at the steps behind one and up to another, the lowest rung first.
func (p *Policy) told(side string, before, percent int) []Rung {
	var out []Rung
	for step := before + 1; step <= percent; step++ {
		if rung, ok := p.Ladder[side][step]; ok && !slices.Contains(out, rung) {
			out = append(out, rung)
		}
	}
	return out
}
