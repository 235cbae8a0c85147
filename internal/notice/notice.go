package notice

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"slices"
	"time"

	"verigate/internal/sla"
	"verigate/internal/verification"
)

// Notice is one step of a clock that somebody was told of. Times are UTC.
type Notice struct {
	Step      verification.Step     `json:"step"` // with when that share of the promise was used up
	At        time.Time             `json:"at"`   // when it was recorded, which may be later
	Told      []sla.Rung            `json:"told"` // the lowest first, never empty
	Asked     sla.Rung              `json:"asked,omitempty"`
	Unit      verification.UnitCode `json:"unit,omitempty"` // of the step's task
	ChargedTo string                `json:"charged_to"`
	DueAt     time.Time             `json:"due_at"` // of the clock, as it stands while the notice is open
	// Breach is the number of the breach that this is; of a clock that waits for a cause, of the breach to be explained.
	Breach int `json:"breach,omitempty"`
	// CauseDueAt is when the cause of this breach must be given; zero when none is owed.
	CauseDueAt time.Time  `json:"cause_due_at,omitzero"`
	Settled    Settlement `json:"settled,omitzero"` // zero: it is open
}

// Settlement is when and by what a notice was ended.
type Settlement struct {
	At time.Time `json:"at"`
	By Reason    `json:"by"`
}

// Reason is what ended a notice.
type Reason string

// The reasons of schemas/notice.json.
const (
	Stopped    Reason = "stopped"     // its clock stopped
	NewPromise Reason = "new_promise" // its clock has another promise: an extension, a return, a change of degree
	LaterStep  Reason = "later_step"  // a later step of the promise told the same rungs
	Explained  Reason = "explained"   // the cause of the breach was given
	Annulled   Reason = "annulled"    // the breach was wrong
)

// Kind says how far it has come.
type Kind string

// The kinds of schemas/notice.json.
const (
	Warning Kind = "warning" // before the due
	Breach  Kind = "breach"
	Beyond  Kind = "beyond" // long after it
)

// Kind is the notice's.
func (n Notice) Kind() Kind {
	switch {
	case n.Step.Percent < 100:
		return Warning
	case n.Step.Percent == 100:
		return Breach
	}
	return Beyond
}

// Open says that nothing has ended it.
func (n Notice) Open() bool { return n.Settled.By == "" }

// Lowest is the lowest rung that hears of it: of those told, and of who is asked for the cause.
func (n Notice) Lowest() sla.Rung {
	lowest := slices.MinFunc(n.Told, sla.Rung.Compare)
	if n.Asked != "" && n.Asked.Compare(lowest) < 0 {
		return n.Asked
	}
	return lowest
}

// ToUnit says whether the unit of the task hears of it.
func (n Notice) ToUnit() bool { return n.Unit != "" && n.Lowest().Compare(sla.RungUnitLead) <= 0 }

// ID names the notice of a request for good: the request's id, a hyphen, and twelve signs that follow from the step. It
// is the same wherever and whenever the record is folded.
func (n Notice) ID(r verification.RequestID) string {
	s := n.Step
	sum := sha256.Sum256(fmt.Appendf(nil, "notice %s %s %s %d %d %d", r, s.Clock, s.Task, s.Round, s.Promise, s.Percent))
	const signs = 12 // 60 bits among the few notices of one request
	return string(r) + "-" + crockford().EncodeToString(sum[:8])[:signs]
}

func crockford() *base32.Encoding {
	return base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)
}

// Top is the open notice that has climbed highest, of several on that rung the one with the latest step, of several such
// the first; false when none is open.
func Top(all []Notice) (Notice, bool) {
	best := -1
	for i, n := range all {
		if n.Open() && (best < 0 || n.above(all[best])) {
			best = i
		}
	}
	if best < 0 {
		return Notice{}, false
	}
	return all[best], true
}

// Highest is the highest rung that was told.
func (n Notice) Highest() sla.Rung { return slices.MaxFunc(n.Told, sla.Rung.Compare) }

func (n Notice) above(other Notice) bool {
	if by := n.Highest().Compare(other.Highest()); by != 0 {
		return by > 0
	}
	return n.Step.Percent > other.Step.Percent
}
