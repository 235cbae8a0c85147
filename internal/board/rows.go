package board

import (
	"time"

	"verigate/internal/notice"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// Rows are everything that people see of one request in lists, and what the sweep waits for.
type Rows struct {
	Request     Row             `json:"request"`
	Partner     PartnerRow      `json:"partner"`
	Tasks       []QueueItem     `json:"tasks,omitempty"`
	Notices     []notice.Notice `json:"notices,omitempty"`
	Milestones  []Milestone     `json:"milestones,omitempty"`
	Due         time.Time       `json:"due,omitzero"` // when the sweep should ask about the request; zero: never
	Audience    Audience        `json:"audience"`
	Identifiers []string        `json:"identifiers,omitempty"` // as IdentifierName gives them; a store only keeps keyed hashes of them
}

// Due is an instant at which the record should be asked about a request.
type Due struct {
	Request verification.RequestID
	At      time.Time
}

// Apply folds one decision; prev are the rows before it, zero before the first. The same decisions give the same rows,
// whoever folds them and when.
func Apply(prev Rows, d notice.Decided) Rows {
	after, clocks, at := d.Request, d.After, d.Decision.At.UTC()
	notices := notice.Next(prev.Notices, d)
	return Rows{
		Request:     newRow(after, clocks, at).escalated(notices),
		Partner:     NextPartnerRow(prev.Partner, after, clocks, at),
		Tasks:       newQueue(prev.Tasks, after, clocks, at),
		Notices:     notices,
		Milestones:  nextMilestones(prev.Milestones, after, at),
		Due:         nextStep(clocks, at),
		Audience:    audience(after),
		Identifiers: identifiers(after),
	}
}

// Fold folds a whole history, oldest first. Its error is that of sla.Rules.Apply.
func Fold(rules *sla.Rules, history ...verification.Decision) (r verification.Request, clocks sla.Clocks, rows Rows, err error) {
	for _, d := range history {
		before, was := r, clocks
		r = r.Apply(d)
		if clocks, err = rules.Apply(was, before, r, d); err != nil {
			return r, nil, rows, err
		}
		rows = Apply(rows, notice.Decided{Rules: rules, Request: r, Before: was, After: clocks, Decision: d})
	}
	return r, clocks, rows, nil
}

func audience(r verification.Request) Audience {
	var units []verification.UnitCode
	for _, t := range r.Tasks {
		units = append(units, t.Unit)
	}
	return Audience{Level: r.Level, Compartment: r.Compartment, Partner: r.Partner, Units: sortedSet(units)}
}

// IdentifierName is under which an identifier is looked for: its kind and its normalised form.
func IdentifierName(i verification.Identifier) string { return i.Kind + ":" + i.Normalised }

func identifiers(r verification.Request) []string {
	var out []string
	for _, i := range r.Identifiers {
		if i.Strong() {
			out = append(out, IdentifierName(i))
		}
	}
	return sortedSet(out)
}

// Digest is the same for the same rows, and another for others.
func (r Rows) Digest() string { return digest(r) }
