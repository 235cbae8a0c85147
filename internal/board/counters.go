package board

import (
	"verigate/internal/verification"
)

// Counters are the tiles of the board.
type Counters struct {
	Open     int                         // on the board: open, or owed a corrected answer
	Unrouted int                         // received or in triage
	Overdue  int                         // on the board, with a clock that has run out
	ByDegree map[verification.Degree]int // degrees without any are left out
	ByState  map[verification.State]int
	AsOf     Position
}

// CountedSets are the sets whose sizes the counters are made of: shared ones only.
func CountedSets() []Set {
	sets := []Set{setBoard()}
	for _, d := range degrees() {
		sets = append(sets, SetDegree(d))
	}
	for _, s := range boardStates() {
		sets = append(sets, SetState(s))
	}
	return sets
}

// Count makes the counters; size gives a set's entries and how many of them are due.
func Count(asOf Position, size func(Set) (all, due int)) Counters {
	c := Counters{ByDegree: map[verification.Degree]int{}, ByState: map[verification.State]int{}, AsOf: asOf}
	c.Open, c.Overdue = size(setBoard())
	for _, d := range degrees() {
		if n, _ := size(SetDegree(d)); n > 0 {
			c.ByDegree[d] = n
		}
	}
	for _, s := range boardStates() {
		n, _ := size(SetState(s))
		if n > 0 {
			c.ByState[s] = n
		}
		if unrouted(s) {
			c.Unrouted += n
		}
	}
	return c
}

func degrees() []verification.Degree {
	return []verification.Degree{
		verification.Flash, verification.Urgent, verification.Priority,
		verification.Routine, verification.LookBack, verification.Complex,
	}
}

// boardStates are those of rows on the board: open, those from which a recalled answer is corrected, and the other ends, where
// the notice of a recall waits to be read.
func boardStates() []verification.State {
	return []verification.State{
		verification.Received, verification.Triage, verification.WithUnits,
		verification.Clarifying, verification.InReview, verification.ConsentPending,
		verification.Answered, verification.Confirmed, verification.Closed,
		verification.Refused, verification.NotCompetent, verification.Withdrawn, verification.Expired, verification.Duplicate,
	}
}
