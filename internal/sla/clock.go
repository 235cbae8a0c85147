package sla

import (
	"slices"
	"time"

	"verigate/internal/verification"
)

// Name names a clock, as steps and views do.
type Name string

// The clocks of lifecycle.md.
const (
	Total        Name = "total"
	Acknowledge  Name = "acknowledge"
	Route        Name = "route"
	Accept       Name = "accept"
	Answer       Name = "answer"
	Interim      Name = "interim"
	Review       Name = "review"
	Action       Name = "action"
	Clarify      Name = "clarify"
	Confirm      Name = "confirm"
	Consent      Name = "consent"
	RecallNotice Name = "recall_notice"
	RedCause     Name = "red_cause"
)

// outside says whether the clock waits for somebody who is no part of us. When it runs out a row of lifecycle.md
// follows (8, 14, 18), not a breach.
func (n Name) outside() bool { return n == Clarify || n == Confirm || n == Consent }

// State is whether a clock counts.
type State string

// A late clock runs, is paused or has stopped like any other: see Rules.Late.
const (
	Running State = "running"
	Paused  State = "paused"
	Stopped State = "stopped"
)

// Who is waited for. A unit is `unit:03`, an outside agency `agency:<code>`, a hold's own party its code.
const (
	ChargedAll        = "all"
	ChargedDesk       = "desk"
	ChargedPartner    = "partner"
	ChargedOriginator = "originator"
)

// Clock is one clock of one request. It is a value that nothing changes: Apply makes another.
type Clock struct {
	Name      Name                `json:"name"`
	Task      verification.TaskID `json:"task,omitempty"`
	Round     int                 `json:"round"`
	Promise   int                 `json:"promise"`        // 1 at first, one more for each new promise or new clock of the name on the task in the round
	Item      int                 `json:"item,omitempty"` // which consent, which recall notice (its version), which breach
	ChargedTo string              `json:"charged_to"`
	State     State               `json:"state"`
	Calendar  string              `json:"calendar"` // the full name; a promise in another one counts the whole life in that

	StartedAt  time.Time `json:"started_at"`
	PromisedAt time.Time `json:"promised_at"` // when this promise was made; its steps are per cent from here to the due
	DueAt      time.Time `json:"due_at"`      // at this instant it is late; of a paused clock: the due if it went on at once
	StoppedAt  time.Time `json:"stopped_at,omitzero"`

	From   time.Time     `json:"from"`   // the budget is counted from here: the start, or where a new promise began
	Budget time.Duration `json:"budget"` // counted time from From to the due
	Limit  time.Duration `json:"limit"`  // counted time from the start to the due
	Full   time.Duration `json:"full"`   // what the policy gives; Limit is less when squeezed

	// Until is the due that somebody was told where the budget alone would end before it: a night or a day off lies
	// between. A pause that moves the due moves it away from there. Zero for most.
	Until time.Time `json:"until,omitzero"`

	// Told is the due that the partner is told until the pause ends in which the promise was moved to another version; zero for
	// most. It is DueAt that moved meanwhile: a promise made anew in a pause counts from there.
	Told time.Time `json:"told,omitzero"`

	Pauses  []Pause `json:"pauses,omitempty"` // sorted by From; they may overlap
	Waits   []Wait  `json:"waits,omitempty"`  // of total: who was waited for, since when
	Steps   []Mark  `json:"steps,omitempty"`
	Reached int     `json:"reached,omitempty"` // the highest step of this promise on record, per cent

	Squeezed             bool `json:"squeezed,omitempty"`               // the promise left less than the limit
	PromiseAlreadyBroken bool `json:"promise_already_broken,omitempty"` // no time was left when it began
	Unconfirmed          bool `json:"unconfirmed,omitempty"`            // a hold counts on which nobody has decided
}

// Pause is an interval in which the clock did not count.
type Pause struct {
	From      time.Time           `json:"from"`
	To        time.Time           `json:"to,omitzero"` // zero while it lasts
	Cause     string              `json:"cause"`       // clarifying, consent_pending, hold:<code>
	ChargedTo string              `json:"charged_to"`
	Hold      verification.TaskID `json:"hold,omitempty"` // the task whose hold it is
}

// Wait is who was waited for from an instant on, until the next.
type Wait struct {
	From time.Time `json:"from"`
	For  []Waited  `json:"for"`
}

// Waited is one of those waited for, and why.
type Waited struct {
	Task      verification.TaskID `json:"task,omitempty"`
	Cause     string              `json:"cause"`
	ChargedTo string              `json:"charged_to"`
}

// Mark is a step of the promise and when it is due.
type Mark struct {
	Percent int       `json:"percent"`
	At      time.Time `json:"at"`
}

// Step names a step of the clock's promise as events do.
func (c Clock) Step(m Mark) verification.Step {
	return verification.Step{
		Clock: string(c.Name), Task: c.Task, Round: c.Round, Promise: c.Promise, Percent: m.Percent, DueAt: m.At,
	}
}

func (c *Clock) is(s verification.Step) bool {
	return string(c.Name) == s.Clock && c.Task == s.Task && c.Round == s.Round && c.Promise == s.Promise
}

// Late says whether the limit was used up at that instant, or before the clock stopped or was paused.
func (c Clock) Late(at time.Time) bool {
	if !c.StoppedAt.IsZero() && at.After(c.StoppedAt) {
		at = c.StoppedAt
	}
	for _, p := range c.Pauses {
		if p.To.IsZero() && at.After(p.From) {
			at = p.From
		}
	}
	return !at.Before(c.DueAt)
}

// ToldAt is the due that the partner is told: that of a paused promise stands until it goes on.
func (c Clock) ToldAt() time.Time {
	if c.State == Paused && !c.Told.IsZero() {
		return c.Told
	}
	return c.DueAt
}

// left returns how much counted time the promise still has, less than zero when it is over.
func (c Clock) left(cal Calendar, at time.Time) time.Duration {
	return c.Budget - cal.counted(c.From, at, c.Pauses)
}

// dueFrom returns when the clock is due if it goes on at that instant.
func (c Clock) dueFrom(cal Calendar, at time.Time) time.Time {
	if left := c.left(cal, at); c.State == Paused && left > 0 {
		return later(c.DueAt, cal.Add(at, left))
	}
	return c.DueAt
}

// next returns the step to record next: the latest that is past at that instant, else the first to come. A breach is
// never skipped for what comes after it.
func (c *Clock) next(at time.Time) (Mark, bool) {
	var past Mark
	for _, m := range c.Steps {
		switch {
		case m.Percent <= c.Reached:
		case m.At.After(at):
			if past.Percent > 0 {
				return past, true
			}
			return m, true
		case past.Percent == 100:
			return past, true
		default:
			past = m
		}
	}
	return past, past.Percent > 0
}

// Clocks are the clocks of one request, oldest first. It is a folded value: what Apply once returned is never changed,
// neither the list nor a clock in it. What a decision leaves as it was is shared by the Clocks before and after it, so
// whoever holds them only reads. A clock keeps its place for ever.
type Clocks []*Clock

// Open returns the clocks that have not stopped, in the order in which they began.
func (c Clocks) Open() []Clock {
	var open []Clock
	for _, k := range c {
		if k.State != Stopped {
			open = append(open, *k)
		}
	}
	return open
}

// Next returns the step that is due first among the running clocks, and when in its DueAt; false when none is to come.
// Of steps that are past at that instant it names for each clock only the latest, but a breach always. A step of
// clarify, confirm or consent is not recorded as a step: at 100 per cent of clarify the partner is reminded, at 200 it
// ends (row 8); at 100 of consent the ask expires (row 14), of confirm the request is closed (row 18).
func (c Clocks) Next(at time.Time) (verification.Step, bool) {
	var first verification.Step
	found := false
	for _, k := range c {
		if k.State != Running {
			continue
		}
		m, ok := k.next(at)
		if ok && (!found || m.At.Before(first.DueAt)) {
			first, found = k.Step(m), true
		}
	}
	return first, found
}

// Find returns the latest clock of that name on the task, or of the request when the task is empty.
func (c Clocks) Find(name Name, task verification.TaskID) (Clock, bool) {
	for _, k := range slices.Backward(c) {
		if k.Name == name && k.Task == task {
			return *k, true
		}
	}
	return Clock{}, false
}

// Place returns the place of the clock that makes the promise of the step now, -1 when none does: it was replaced.
func (c Clocks) Place(s verification.Step) int {
	return slices.IndexFunc(c, func(k *Clock) bool { return k.is(s) })
}

// Consent returns the clock of an ask of an originator by its number.
func (c Clocks) Consent(n int) (Clock, bool) {
	i := slices.IndexFunc(c, func(k *Clock) bool { return k.Name == Consent && k.Item == n })
	if i < 0 {
		return Clock{}, false
	}
	return *c[i], true
}

// open returns the place of the clock that has not stopped, -1 when there is none.
func (c Clocks) open(name Name, task verification.TaskID, item int) int {
	for i, k := range c {
		if k.Name == name && k.State != Stopped && k.Task == task && k.Item == item {
			return i
		}
	}
	return -1
}

// promises returns the number of the latest promise of that name on the task in the round.
func (c Clocks) promises(name Name, task verification.TaskID, round int) int {
	n := 0
	for _, k := range c {
		if k.Name == name && k.Task == task && k.Round == round {
			n = max(n, k.Promise)
		}
	}
	return n
}
