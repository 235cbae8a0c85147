package board

import (
	"slices"
	"time"

	"verigate/internal/sla"
	"verigate/internal/verification"
)

// Filter chooses rows of the board. Empty fields choose all.
type Filter struct {
	Degree   verification.Degree
	State    verification.State
	Unit     verification.UnitCode
	Partner  verification.PartnerCode
	Campaign string
	// Escalated is how high the open notices have climbed, exactly.
	Escalated sla.Rung
	Number    string
	Flag      Flag
	Due       Nearness
	Now       time.Time `json:"-"` // at which Due is judged; it is none of what is chosen
}

// Nearness is how near the end of a row's clock is.
type Nearness string

// What has run out, and what will within Soon.
const (
	Overdue Nearness = "overdue"
	DueSoon Nearness = "soon"
)

// Soon is how long before its due a row should be looked at.
const Soon = time.Hour

func (n Nearness) match(r Row, now time.Time) bool {
	switch n {
	case Overdue:
		return r.Overdue(now)
	case DueSoon:
		return !r.Overdue(now) && r.Overdue(now.Add(Soon))
	}
	return true
}

// Between are the due times within which all lies that the filter chooses, so that a store, whose rows lie by their due,
// need not look before or behind them; zero: there is no such bound. The one row of a number does not lie by its due.
func (f Filter) Between() (from, until time.Time) {
	switch {
	case f.Number != "":
	case f.Due == Overdue:
		return time.Time{}, f.Now
	case f.Due == DueSoon:
		return f.Now, f.Now.Add(Soon)
	}
	return time.Time{}, time.Time{}
}

// Sets are the sets whose intersection the filter describes, never empty. A store walks the smallest and drops by Match
// what the others do not hold.
func (f Filter) Sets() []Set {
	var sets []Set
	for _, s := range []struct {
		wanted bool
		set    Set
	}{
		{f.Number != "", SetNumber(f.Number)},
		{f.Escalated != "", SetEscalated(f.Escalated)},
		{f.Flag != "", SetFlag(f.Flag)},
		{f.Unit != "", SetUnit(f.Unit)},
		{f.Campaign != "", SetCampaign(f.Campaign)},
		{f.Partner != "", SetFrom(f.Partner)},
		{f.State != "", SetState(f.State)},
		{f.Degree != "", SetDegree(f.Degree)},
	} {
		if s.wanted {
			sets = append(sets, s.set)
		}
	}
	if len(sets) == 0 {
		return []Set{setBoard()}
	}
	return sets
}

// Match says whether the filter chooses the row, of those that are on the board.
func (f Filter) Match(r Row) bool {
	return r.OnBoard() &&
		(f.Degree == "" || f.Degree == r.Degree) &&
		(f.State == "" || f.State == r.State) &&
		(f.Unit == "" || slices.Contains(r.Units, f.Unit)) &&
		(f.Partner == "" || f.Partner == r.Partner) &&
		(f.Campaign == "" || f.Campaign == r.Campaign) &&
		(f.Escalated == "" || f.Escalated == r.EscalatedTo) &&
		(f.Number == "" || SetNumber(f.Number) == SetNumber(r.Number)) &&
		(f.Flag == "" || slices.Contains(r.Flags, f.Flag)) &&
		f.Due.match(r, f.Now)
}

// PartnerFilter chooses requests of one partner's list. With UpdatedSince the list begins with the oldest visible
// change at or after that time, so that what changes meanwhile is met again further on; without it, with the newest.
type PartnerFilter struct {
	UpdatedSince time.Time
	Status       verification.Status
	Number       string
}

// Match says whether the filter chooses the row.
func (f PartnerFilter) Match(r PartnerRow) bool {
	return (f.Status == "" || f.Status == r.Status) &&
		(f.Number == "" || SetNumber(f.Number) == SetNumber(r.Number)) &&
		(f.UpdatedSince.IsZero() || !r.UpdatedAt.Before(f.UpdatedSince))
}
