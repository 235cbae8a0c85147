package board

import (
	"cmp"
	"slices"
	"time"

	"verigate/internal/marking"
	"verigate/internal/notice"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// Audience is what decides who may know of a row.
type Audience struct {
	Level       marking.Level            `json:"level"`
	Compartment verification.Compartment `json:"compartment,omitempty"`
	Partner     verification.PartnerCode `json:"partner,omitempty"`
	Units       []verification.UnitCode  `json:"units,omitempty"` // every unit that has or had a task
}

// Sealed says whether only named members may know of the matter: it is in no shared set and in no counter.
func (a Audience) Sealed() bool { return a.Level.Sealed() || a.Compartment != "" }

// Flag marks something on a row that a person should look at.
type Flag string

// The flags of schemas/board-row.json.
const (
	FlagSqueezed       Flag = "squeezed"
	FlagPromiseBroken  Flag = "promise_already_broken"
	FlagUnconfirmed    Flag = "unconfirmed"     // a hold that nobody confirmed or rejected
	FlagSecondReviewer Flag = "second_reviewer" // a package waits for another person than its editor, or for one more
	FlagDelayed        Flag = "delayed"
	FlagRecalled       Flag = "recalled" // an answer, of which the partner is owed another or, when none can follow, has still to read the notice
	FlagCorrection     Flag = "correction"
	FlagStub           Flag = "stub"
	FlagUnrouted       Flag = "unrouted"
	FlagReturned       Flag = "returned"

	FlagRefusalProposed       Flag = "refusal_proposed"       // a refusal waits for the lead
	FlagClarificationProposed Flag = "clarification_proposed" // what a unit would have the partner asked waits for the desk
)

// Row is a request on the board, with the clock that runs out first. Times are UTC. It holds no content: no subject,
// no text, no identifier.
type Row struct {
	ID         verification.RequestID   `json:"id"`
	Number     string                   `json:"number"`
	Kind       verification.RequestKind `json:"kind,omitempty"`
	State      verification.State       `json:"state"`
	Status     verification.Status      `json:"status,omitempty"`
	Partner    verification.PartnerCode `json:"partner,omitempty"`
	Units      []verification.UnitCode  `json:"units,omitempty"` // of live tasks, sorted
	Campaign   string                   `json:"campaign,omitempty"`
	Degree     verification.Degree      `json:"degree"`
	Suggested  verification.Degree      `json:"suggested_degree,omitempty"`
	Level      marking.Level            `json:"level"`
	Clock      string                   `json:"clock,omitempty"`       // the running clock that is due first
	DueAt      time.Time                `json:"due_at,omitzero"`       // of Clock; zero when no clock runs
	TotalDueAt time.Time                `json:"total_due_at,omitzero"` // the promise
	WaitingOn  string                   `json:"waiting_on,omitempty"`  // who Clock is charged to
	Holder     verification.PersonID    `json:"holder,omitempty"`
	Excluded   verification.Exclusion   `json:"excluded,omitzero"` // who must not know of it, and is shown no row
	ReceivedAt time.Time                `json:"received_at"`
	Round      int                      `json:"round"`
	Questions  []int                    `json:"questions,omitempty"` // of the round
	Flags      []Flag                   `json:"flags,omitempty"`
	WaitsSince time.Time                `json:"waits_since,omitzero"` // for its second reviewer; zero without FlagSecondReviewer
	CallAt     time.Time                `json:"call_at,omitzero"`     // when somebody was promised a call; zero: nobody waits for one
	Breaches   int                      `json:"breaches,omitempty"`   // those annulled are not counted

	// The open notice that has climbed highest: to which rung, of which clock, at how many per cent; zero without one.
	EscalatedTo    sla.Rung `json:"escalated_to,omitempty"`
	EscalatedClock string   `json:"escalated_clock,omitempty"`
	StepReached    int      `json:"step_reached,omitempty"`

	Keeping *Keeping `json:"keeping,omitempty"` // nil of what is open and not held, and of what is erased

	UpdatedAt time.Time `json:"updated_at"` // of the last decision, whatever it was
}

// OnBoard says whether the row is on the board: work on it goes on, or its answer was recalled and must be followed by another
// (Request.OwesAnswer), for which nobody may have begun to work, or at least by the notice's being read (Request.OwesRecall).
func (r Row) OnBoard() bool { return r.State.Open() || slices.Contains(r.Flags, FlagRecalled) }

// Overdue says whether the row's clock has run out: at its due time it is late.
func (r Row) Overdue(now time.Time) bool { return !r.DueAt.IsZero() && !now.Before(r.DueAt) }

func newRow(r verification.Request, clocks sla.Clocks, at time.Time) Row {
	r = r.AsOf(r.At)
	row := Row{
		ID: r.ID, Number: r.Number, Kind: r.Kind, State: r.State, Status: r.Status(), Partner: r.Partner,
		Units: liveUnits(r), Campaign: r.Campaign, Degree: r.Degree, Suggested: r.Suggested, Level: r.Level,
		TotalDueAt: PartnerDue(r, clocks), Holder: r.Holder, ReceivedAt: r.ReceivedAt.UTC(), Round: r.Round,
		Excluded: r.Excluded, Flags: flags(r, clocks), Keeping: keeping(r), UpdatedAt: at,
	}
	if r.State.Open() {
		row.WaitsSince, row.CallAt = r.WaitsSince().UTC(), r.PromisedCall().UTC()
	}
	for _, q := range r.RoundQuestions() {
		row.Questions = append(row.Questions, q.N)
	}
	for _, b := range r.Breaches {
		if !b.Annulled {
			row.Breaches++
		}
	}
	if c, ok := first(clocks, every); ok {
		row.Clock, row.DueAt, row.WaitingOn = string(c.Name), c.DueAt.UTC(), c.ChargedTo
	}
	return row
}

func (r Row) escalated(notices []notice.Notice) Row {
	if top, ok := notice.Top(notices); ok {
		r.EscalatedTo, r.EscalatedClock, r.StepReached = top.Highest(), top.Step.Clock, top.Step.Percent
	}
	return r
}

func liveUnits(r verification.Request) []verification.UnitCode {
	var units []verification.UnitCode
	for _, t := range r.Tasks {
		if t.State.Live() {
			units = append(units, t.Unit)
		}
	}
	return sortedSet(units)
}

func sortedSet[T cmp.Ordered](all []T) []T {
	slices.Sort(all)
	return slices.Compact(all)
}

func flags(r verification.Request, clocks sla.Clocks) []Flag {
	open := r.State.Open()
	var out []Flag
	for _, f := range []struct {
		flag Flag
		on   bool
	}{
		{FlagSqueezed, anyOpen(clocks, func(c *sla.Clock) bool { return c.Squeezed })},
		{FlagPromiseBroken, anyOpen(clocks, func(c *sla.Clock) bool { return c.PromiseAlreadyBroken })},
		{FlagUnconfirmed, decidable(r) && slices.ContainsFunc(r.Tasks, unconfirmed)},
		{FlagSecondReviewer, open && len(r.MissingApprovals()) > 0},
		{FlagDelayed, open && r.Extended},
		{FlagRecalled, r.OwesAnswer() || r.OwesRecall()},
		{FlagCorrection, r.Correction != nil},
		{FlagStub, r.Stub},
		{FlagUnrouted, unrouted(r.State)},
		{FlagRefusalProposed, r.RefusalWaits()},
		{FlagClarificationProposed, r.ClarificationWaits()},
		{FlagReturned, slices.ContainsFunc(r.Tasks, sentBack)},
	} {
		if f.on {
			out = append(out, f.flag)
		}
	}
	return out
}

func unrouted(s verification.State) bool {
	return s == verification.Received || s == verification.Triage
}

// decidable says whether holds of the request can be confirmed or rejected at all: none of what was erased.
func decidable(r verification.Request) bool { return r.State.Open() && !r.Erased }

// unconfirmed says whether a hold of the task waits for its lead, also one that is over: it may still be rejected.
func unconfirmed(t verification.Task) bool {
	return slices.ContainsFunc(t.Holds, verification.Hold.Undecided)
}

// sentBack says whether a unit has yet to begin on what was returned to it, be it the same task or, of an answer of which a part
// had gone out, the one that asks the rest.
func sentBack(t verification.Task) bool {
	return t.State == verification.TaskReturned || t.State == verification.Queued && t.Returns > 0
}
