package access

import (
	"slices"

	"verigate/internal/verification"
)

// conflicts finds the requests whose routing excludes a person or a unit. An exclusion only grows, so nothing is taken
// out.
type conflicts struct {
	persons map[verification.PersonID]map[verification.RequestID]struct{}
	units   map[verification.UnitCode]map[verification.RequestID]struct{}
}

func newConflicts() conflicts {
	return conflicts{
		persons: map[verification.PersonID]map[verification.RequestID]struct{}{},
		units:   map[verification.UnitCode]map[verification.RequestID]struct{}{},
	}
}

func (c conflicts) put(o Object) {
	for _, p := range o.Excluded.Persons {
		enter(c.persons, p, o.ID)
	}
	for _, u := range o.Excluded.Units {
		enter(c.units, u, o.ID)
	}
}

func enter[K comparable](into map[K]map[verification.RequestID]struct{}, who K, id verification.RequestID) {
	if into[who] == nil {
		into[who] = map[verification.RequestID]struct{}{}
	}
	into[who][id] = struct{}{}
}

// Conflicts lists the requests from which the caller is excluded, by person or as a member of a unit, in order and each
// once: those that no number may count which the caller reads. A request that has ended is listed too, and one that is
// merely hidden from the caller is not: whom nobody excluded is counted what the role reads numbers of
// (policies/numbers.cedar).
func (s *Sealed) Conflicts(c Caller) []verification.RequestID {
	asks := askerOf(c)
	s.mu.RLock()
	defer s.mu.RUnlock()
	var ids []verification.RequestID
	for _, in := range []map[verification.RequestID]struct{}{s.conflicts.persons[c.Person], s.conflicts.units[c.Unit]} {
		for id := range in {
			if !asks.mayOn(askInclude, s.cases[id]) {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
