package access

import (
	"maps"
	"slices"
	"time"

	"verigate/internal/verification"
)

// SearchedErasure is one erasure of which no disk has a key any more.
type SearchedErasure struct {
	Request   verification.RequestID `json:"request"`
	Destroyed time.Time              `json:"destroyed_at"` // when the last of its keys was, by the store
}

// ErasuresSearched says that the disks of all nodes which had the keys of some erasures were searched, and that none has
// one: from then on they are erased here. By whom, its stamp says.
type ErasuresSearched struct {
	Nodes    []string          `json:"nodes"` // in order; "embedded" is the store inside a gateway
	At       time.Time         `json:"searched_at"`
	Erasures []SearchedErasure `json:"erasures"`
}

// EventKind implements Event.
func (ErasuresSearched) EventKind() string { return "erasures_searched.v1" }

func (ErasuresSearched) happened() {}

// SearchedMonth is one month that was ended, and of which no disk has a key any more.
type SearchedMonth struct {
	Month     string    `json:"month"`        // 2026-11
	Destroyed time.Time `json:"destroyed_at"` // when the last of its groups' keys was, by the store
}

// MonthsSearched is ErasuresSearched for the keys of months that were ended.
type MonthsSearched struct {
	Nodes  []string        `json:"nodes"` // in order
	At     time.Time       `json:"searched_at"`
	Months []SearchedMonth `json:"months"`
}

// EventKind implements Event.
func (MonthsSearched) EventKind() string { return "months_searched.v1" }

func (MonthsSearched) happened() {}

// NoteSearch says so. That every node was searched for every key is asked before.
type NoteSearch struct {
	Nodes    []string
	At       time.Time
	Erasures []SearchedErasure
	Months   []SearchedMonth
}

func (NoteSearch) change() {}

// SearchInvalid refuses a search of no node, for nothing, or from before what it has not found was destroyed.
const SearchInvalid verification.Code = "search_invalid"

func noteSearch(c NoteSearch) ([]Event, error) {
	early := func(name string, destroyed time.Time) bool {
		return name == "" || destroyed.IsZero() || c.At.Before(destroyed)
	}
	bad := len(c.Nodes) == 0 || slices.Contains(c.Nodes, "") || len(c.Erasures)+len(c.Months) == 0 ||
		slices.ContainsFunc(c.Erasures, func(e SearchedErasure) bool { return early(string(e.Request), e.Destroyed) }) ||
		slices.ContainsFunc(c.Months, func(m SearchedMonth) bool { return early(m.Month, m.Destroyed) })
	if bad {
		return nil, refuse(SearchInvalid, "a search names nodes, and erasures or months, and comes after the keys were destroyed")
	}
	nodes := slices.Sorted(slices.Values(c.Nodes))
	var events []Event
	if len(c.Erasures) > 0 {
		e := ErasuresSearched{Nodes: nodes, At: c.At.UTC(), Erasures: slices.Clone(c.Erasures)}
		for i := range e.Erasures {
			e.Erasures[i].Destroyed = e.Erasures[i].Destroyed.UTC()
		}
		events = append(events, e)
	}
	if len(c.Months) > 0 {
		e := MonthsSearched{Nodes: nodes, At: c.At.UTC(), Months: slices.Clone(c.Months)}
		for i := range e.Months {
			e.Months[i].Destroyed = e.Months[i].Destroyed.UTC()
		}
		events = append(events, e)
	}
	return events, nil
}

// Searched is what is known of one erasure, or of the end of a month: that it is erased here.
type Searched struct {
	Destroyed time.Time
	At        time.Time // of the search
	Nodes     []string
}

// Searched is what is known of the erasure of a request; false: it is under way.
func (c Custody) Searched(id verification.RequestID) (Searched, bool) {
	s, known := c.searched[id]
	return s, known
}

// SearchedMonth is what is known of the end of a month; false: it is under way.
func (c Custody) SearchedMonth(month string) (Searched, bool) {
	s, known := c.months[month]
	return s, known
}

// searchMonths folds an event.
func (c *Custody) searchMonths(e MonthsSearched) {
	c.months = maps.Clone(c.months)
	if c.months == nil {
		c.months = map[string]Searched{}
	}
	for _, one := range e.Months {
		c.months[one.Month] = Searched{Destroyed: one.Destroyed, At: e.At, Nodes: e.Nodes}
	}
}

// search folds an event. A request that was erased twice is searched for twice.
func (c *Custody) search(e ErasuresSearched) {
	c.searched = maps.Clone(c.searched)
	if c.searched == nil {
		c.searched = map[verification.RequestID]Searched{}
	}
	for _, one := range e.Erasures {
		c.searched[one.Request] = Searched{Destroyed: one.Destroyed, At: e.At, Nodes: e.Nodes}
	}
}

// unsearched says whether a search has one of which nothing was known, or which was destroyed again since.
func (c Custody) unsearched(s NoteSearch) bool {
	return slices.ContainsFunc(s.Erasures, func(e SearchedErasure) bool {
		known, ok := c.searched[e.Request]
		return !ok || known.Destroyed.Before(e.Destroyed)
	}) || slices.ContainsFunc(s.Months, func(m SearchedMonth) bool {
		known, ok := c.months[m.Month]
		return !ok || known.Destroyed.Before(m.Destroyed)
	})
}
