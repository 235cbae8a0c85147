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

// NoteSearch says so. That every node was searched for every key is asked before.
type NoteSearch struct {
	Nodes    []string
	At       time.Time
	Erasures []SearchedErasure
}

func (NoteSearch) change() {}

// SearchInvalid refuses a search of no node, for nothing, or from before what it has not found was destroyed.
const SearchInvalid verification.Code = "search_invalid"

func noteSearch(c NoteSearch) ([]Event, error) {
	early := func(e SearchedErasure) bool {
		return e.Request == "" || e.Destroyed.IsZero() || c.At.Before(e.Destroyed)
	}
	if len(c.Nodes) == 0 || slices.Contains(c.Nodes, "") || len(c.Erasures) == 0 || slices.ContainsFunc(c.Erasures, early) {
		return nil, refuse(SearchInvalid, "a search names nodes and erasures, and comes after the keys were destroyed")
	}
	e := ErasuresSearched{Nodes: slices.Sorted(slices.Values(c.Nodes)), At: c.At.UTC(), Erasures: slices.Clone(c.Erasures)}
	for i := range e.Erasures {
		e.Erasures[i].Destroyed = e.Erasures[i].Destroyed.UTC()
	}
	return []Event{e}, nil
}

// Searched is what is known of one erasure: that it is erased here.
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
	})
}
