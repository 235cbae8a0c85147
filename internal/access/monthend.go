package access

import (
	"strings"
	"time"

	"verigate/internal/verification"
)

// monthEntry is what the aggregate ids of months' ends begin with.
const monthEntry = "month-"

// MonthEntry is the aggregate id of the end of a month's key, such as of 2026-11.
func MonthEntry(month string) string { return monthEntry + month }

// MonthOf is the month of such an aggregate.
func MonthOf(id string) (month string, is bool) { return strings.CutPrefix(id, monthEntry) }

// MonthEnd is the end of the key under which the content of a month was sealed, as far as it was decided. Two persons decide
// it, as they do the erasure of a request.
type MonthEnd struct {
	Month    string
	Proposal *MonthProposal // it waits for another person
	Reason   string         // of the end
	Proposed verification.PersonID
	EndedBy  verification.PersonID
	EndedAt  time.Time // zero: it is not ended
}

// MonthProposal waits for another person.
type MonthProposal struct {
	Reason string
	By     verification.PersonID
	At     time.Time
}

// The events of a month's end.
type (
	// MonthEndProposed waits for another person.
	MonthEndProposed struct {
		Month  string `json:"month"`
		Reason string `json:"reason"`
	}

	// MonthEndDropped is a proposal that was withdrawn, or turned down.
	MonthEndDropped struct {
		Month  string `json:"month"`
		Reason string `json:"reason"`
	}

	// MonthEnded condemns the key of a month: it stands in the record for ever, and then the key is destroyed.
	MonthEnded struct {
		Month      string                `json:"month"`
		Groups     []string              `json:"groups"` // whose keys were stored then, such as group.2026-11
		Reason     string                `json:"reason"`
		ProposedBy verification.PersonID `json:"proposed_by"`
	}
)

// EventKind implements Event.
func (MonthEndProposed) EventKind() string { return "month_end_proposed.v1" }

// EventKind implements Event.
func (MonthEndDropped) EventKind() string { return "month_end_dropped.v1" }

// EventKind implements Event.
func (MonthEnded) EventKind() string { return "month_ended.v1" }

func (MonthEndProposed) happened() {}
func (MonthEndDropped) happened()  {}
func (MonthEnded) happened()       {}

// monthChange is a change about the end of a month's key.
type monthChange interface {
	Change
	onMonth()
}

// The changes about the end of a month's key. Whether it is due, whoever gives them has found out (package month).
type (
	// ProposeMonthEnd asks for another person.
	ProposeMonthEnd struct {
		Month, Reason string
		Due           bool
	}

	// ConfirmMonthEnd ends it.
	ConfirmMonthEnd struct {
		Month  string
		Groups []string
		Due    bool
	}

	// DropMonthEnd withdraws what oneself proposed, or turns down what another did.
	DropMonthEnd struct{ Month, Reason string }
)

func (ProposeMonthEnd) change()  {}
func (ConfirmMonthEnd) change()  {}
func (DropMonthEnd) change()     {}
func (ProposeMonthEnd) onMonth() {}
func (ConfirmMonthEnd) onMonth() {}
func (DropMonthEnd) onMonth()    {}

// decide: the head of the desk answers for what is erased.
func (m MonthEnd) decide(s verification.Stamp, c monthChange) ([]Event, error) {
	if !s.By.Has(verification.RoleLead) {
		return nil, refuse(verification.NotPermitted, "the end of a month the head of the desk decides")
	}
	if m.repeats(s.By.Person, c) {
		return nil, nil
	}
	if !m.EndedAt.IsZero() {
		return nil, refuse(verification.ContentErased, "the month is ended already: its key is destroyed")
	}
	switch c := c.(type) {
	case ProposeMonthEnd:
		return m.propose(c)
	case ConfirmMonthEnd:
		return m.confirm(s, c)
	case DropMonthEnd:
		switch {
		case m.Proposal == nil:
			return nil, noProposal()
		case c.Reason == "":
			return nil, refuse(verification.ReasonMissing, "say why the key of the month is kept")
		}
		return []Event{MonthEndDropped(c)}, nil
	}
	return nil, nil
}

// repeats says whether it is what the same person changed last: the answer may have been lost.
func (m MonthEnd) repeats(by verification.PersonID, c monthChange) bool {
	switch c := c.(type) {
	case ProposeMonthEnd:
		return m.Proposal != nil && m.Proposal.By == by && m.Proposal.Reason == c.Reason
	case ConfirmMonthEnd:
		return m.EndedBy == by && by != ""
	}
	return false
}

func (m MonthEnd) propose(c ProposeMonthEnd) ([]Event, error) {
	switch {
	case !c.Due:
		return nil, monthNotDue()
	case m.Proposal != nil:
		return nil, refuse(verification.ErasureWaits, "the end of the month is proposed: another person confirms it or turns it down")
	case c.Reason == "":
		return nil, refuse(verification.ReasonMissing, "say why the key of the month is destroyed")
	}
	return []Event{MonthEndProposed{Month: c.Month, Reason: c.Reason}}, nil
}

func (m MonthEnd) confirm(s verification.Stamp, c ConfirmMonthEnd) ([]Event, error) {
	switch {
	case m.Proposal == nil:
		return nil, noProposal()
	case !c.Due:
		return nil, monthNotDue()
	case m.Proposal.By == s.By.Person:
		return nil, refuse(verification.SamePerson, "the end of a month is confirmed by another person than the one who proposed it")
	}
	return []Event{MonthEnded{Month: c.Month, Groups: c.Groups, Reason: m.Proposal.Reason, ProposedBy: m.Proposal.By}}, nil
}

func noProposal() error {
	return refuse(verification.NoProposal, "no end of this month is proposed, or what was proposed was dropped: propose it again")
}

func monthNotDue() error {
	return refuse(verification.NotDue, "something that is to be read is under the key of this month, or it is not over: erase what is due first, and have what lasts refiled")
}

// Allows says which of the changes a person may make now; the month is due.
func (m MonthEnd) Allows(by verification.Actor) (propose, confirm, drop bool) {
	if !by.Has(verification.RoleLead) || !m.EndedAt.IsZero() {
		return false, false, false
	}
	waits := m.Proposal != nil
	return !waits, waits && m.Proposal.By != by.Person, waits
}

func (m MonthEnd) with(s verification.Stamp, e Event) MonthEnd {
	switch e := e.(type) { //nolint:gochecksumtype // of all events these three
	case MonthEndProposed:
		m.Month, m.Proposal = e.Month, &MonthProposal{Reason: e.Reason, By: s.By.Person, At: s.At}
	case MonthEndDropped:
		m.Proposal = nil
	case MonthEnded:
		m = MonthEnd{Month: e.Month, Reason: e.Reason, Proposed: e.ProposedBy, EndedBy: s.By.Person, EndedAt: s.At}
	}
	return m
}
