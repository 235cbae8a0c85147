package directory

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Strength grades a candidate by its best reason.
type Strength string

// Strong is evidence proper; Fair is a hint that names one unit only; Guess is a
// name that several units share.
const (
	Strong Strength = "strong"
	Fair   Strength = "fair"
	Guess  Strength = "guess"
)

func (s Strength) rank() int {
	switch s {
	case Strong:
		return 2
	case Fair:
		return 1
	default:
		return 0
	}
}

// Reason says why a unit is a candidate. Kind is stable: locode, office,
// office_prefix, subdivision, airport, place_name, place_field, address,
// declaration_with_office, via, seat, text. Note is the matching name in the
// reference data. Pointer is into the body.
type Reason struct {
	Pointer  string   `json:"pointer"`
	Kind     string   `json:"code"`
	Note     string   `json:"note"`
	Strength Strength `json:"strength"`
}

// Candidate is a unit valid that day to which the request, or the questions
// named, may go.
type Candidate struct {
	Unit      string   `json:"unit"`
	Questions []int    `json:"questions"`
	Strength  Strength `json:"strength"`
	Reasons   []Reason `json:"reasons"`
}

// Candidates lists the units that the evidence points to on the day of `on`,
// strongest first, then by the number of reasons, then by code.
func (d *Directory) Candidates(e Evidence, on time.Time) []Candidate {
	return candidates(e, d.readings(e, on))
}

func candidates(e Evidence, read []reading) []Candidate {
	byUnit := map[string]*Candidate{}
	var list []*Candidate
	for _, r := range read {
		for _, m := range r.meanings {
			c := byUnit[m.unit]
			if c == nil {
				c = &Candidate{Unit: m.unit, Questions: []int{}, Strength: Guess}
				byUnit[m.unit] = c
				list = append(list, c)
			}
			c.support(r, m, e.Questions)
		}
	}
	slices.SortFunc(list, compareCandidates)
	sorted := make([]Candidate, len(list))
	for i, c := range list {
		slices.Sort(c.Questions)
		sorted[i] = *c
	}
	return sorted
}

// support adds what one reading says for the unit, once for each pointer and kind.
func (c *Candidate) support(r reading, m entry, asked []Asked) {
	reason := Reason{Pointer: r.clue.Pointer, Kind: r.kind, Note: m.name, Strength: r.strength()}
	if !slices.ContainsFunc(c.Reasons, func(old Reason) bool {
		return old.Pointer == reason.Pointer && old.Kind == reason.Kind
	}) {
		c.Reasons = append(c.Reasons, reason)
	}
	if reason.Strength.rank() > c.Strength.rank() {
		c.Strength = reason.Strength
	}
	for _, q := range asked {
		if r.about(q.N) && !slices.Contains(c.Questions, q.N) {
			c.Questions = append(c.Questions, q.N)
		}
	}
}

func (r reading) strength() Strength {
	if _, ok := r.evidence(); ok {
		return Strong
	}
	if _, ok := r.sole(); ok {
		return Fair
	}
	return Guess
}

func compareCandidates(a, b *Candidate) int {
	return cmp.Or(
		cmp.Compare(b.Strength.rank(), a.Strength.rank()),
		cmp.Compare(len(b.Reasons), len(a.Reasons)),
		strings.Compare(a.Unit, b.Unit),
	)
}
