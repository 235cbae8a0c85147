package board

import (
	"fmt"
	"slices"
	"time"

	"verigate/internal/marking"
	"verigate/internal/verification"
)

// MilestoneKind is what a briefing counts.
type MilestoneKind string

// The milestones of schemas/milestone.json.
const (
	MilestoneReceived MilestoneKind = "received" // a round came
	MilestoneAnswered MilestoneKind = "answered" // a round was answered whole
	MilestoneBreached MilestoneKind = "breached" // a clock ran out; one whose breach was annulled is none
)

// Milestone is something that happened to a request and that a briefing counts, at the time of its recording: what was
// written down late is in the briefing after that, and not missed by both.
type Milestone struct {
	Kind MilestoneKind `json:"kind"`
	N    int           `json:"n"` // of its kind: the round, the version of the answer, the breach
	At   time.Time     `json:"at"`

	PromisedAt time.Time             `json:"promised_at,omitzero"` // of an answer: until when it was promised; zero without a promise
	Clock      string                `json:"clock,omitempty"`      // of a breach, and what follows
	DueAt      time.Time             `json:"due_at,omitzero"`
	Unit       verification.UnitCode `json:"unit,omitempty"`  // of the clock's task
	Cause      string                `json:"cause,omitempty"` // coded; empty while nobody has given one
}

// InTime says whether an answer kept its promise, as its partner is told: at the due time it is late, without a promise never.
func (m Milestone) InTime() bool {
	return m.Kind == MilestoneAnswered && (m.PromisedAt.IsZero() || m.At.Before(m.PromisedAt))
}

// member names the milestone of a request in its set, for good.
func (m Milestone) member(r verification.RequestID) string {
	return fmt.Sprintf("%s-%s-%d", r, m.Kind, m.N)
}

// SetMilestones holds the milestones of a kind, by their time. It has a twin for sealed matters.
func SetMilestones(k MilestoneKind) Set { return Set("milestones/" + string(k)) }

// nextMilestones are those after a decision at a time: when a round came its first decision tells, the rest the request.
func nextMilestones(prev []Milestone, r verification.Request, at time.Time) []Milestone {
	out := slices.DeleteFunc(slices.Clone(prev), func(m Milestone) bool { return m.Kind != MilestoneReceived })
	if len(out) == 0 || out[len(out)-1].N < r.Round {
		out = append(out, Milestone{Kind: MilestoneReceived, N: r.Round, At: at})
	}
	for _, rel := range r.Releases {
		if rel.Whole {
			out = append(out, Milestone{Kind: MilestoneAnswered, N: rel.Version, At: rel.At.UTC(), PromisedAt: rel.PromiseAt.UTC()})
		}
	}
	for _, b := range r.Breaches {
		if b.Annulled {
			continue
		}
		m := Milestone{
			Kind: MilestoneBreached, N: b.N, At: b.DetectedAt.UTC(), Clock: b.Step.Clock, DueAt: b.Step.DueAt.UTC(), Cause: b.CauseCode,
		}
		if t, ok := r.Task(b.Step.Task); ok {
			m.Unit = t.Unit
		}
		out = append(out, m)
	}
	return out
}

// MilestoneRow is a milestone in a list: with what names its request, and what decides who may know of that.
type MilestoneRow struct {
	Milestone
	Request verification.RequestID
	Number  string
	State   verification.State // of the request, now
	Degree  verification.Degree
	Partner verification.PartnerCode
	Level   marking.Level
}

// MilestoneFilter chooses those of a kind, or of all, in a time; Until is not included any more.
type MilestoneFilter struct {
	Kind        MilestoneKind
	From, Until time.Time
}

// lookBack is how long before its end a time begins that was given none.
const lookBack = 24 * time.Hour

// Within fills in what was left out: until now, from a day before that.
func (f MilestoneFilter) Within(now time.Time) MilestoneFilter {
	if f.Until.IsZero() {
		f.Until = now
	}
	if f.From.IsZero() {
		f.From = f.Until.Add(-lookBack)
	}
	return f
}

// Sets are the sets that the filter lists together, the twins of some compartments among them.
func (f MilestoneFilter) Sets(in []verification.Compartment) []Set {
	var out []Set
	for _, k := range []MilestoneKind{MilestoneReceived, MilestoneAnswered, MilestoneBreached} {
		if f.Kind == "" || f.Kind == k {
			out = append(out, SetMilestones(k).With(in)...)
		}
	}
	return out
}

// Match says whether the filter chooses the milestone.
func (f MilestoneFilter) Match(m Milestone) bool {
	return (f.Kind == "" || m.Kind == f.Kind) && !m.At.Before(f.From) && m.At.Before(f.Until)
}

// MilestoneRow finds a milestone of the request by the name that it has in its set.
func (r Rows) MilestoneRow(member string) (MilestoneRow, bool) {
	row := r.Request
	i := slices.IndexFunc(r.Milestones, func(m Milestone) bool { return m.member(row.ID) == member })
	if i < 0 {
		return MilestoneRow{}, false
	}
	return MilestoneRow{
		Milestone: r.Milestones[i], Request: row.ID, Number: row.Number, State: row.State, Degree: row.Degree, Partner: row.Partner, Level: row.Level,
	}, true
}
