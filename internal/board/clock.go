package board

import (
	"fmt"
	"time"

	"verigate/internal/verification"
)

// Clock is what a row shows of one clock of a request.
type Clock struct {
	Name          string
	Task          verification.TaskID // empty for a clock of the request itself
	Round         int
	Promise       int
	ChargedTo     string
	DueAt         time.Time
	Running       bool // neither paused nor stopped, so that its due time counts
	Projected     bool // has not started: the due time is foreseen
	Squeezed      bool
	PromiseBroken bool // started after the promise was already broken
}

// Clocks are the clocks of one request after one decision, in any order.
type Clocks []Clock

// first returns the running clock, among those wanted, that is due first; of two at one instant the one that comes
// first by name and task, so that a rebuild finds the same.
func (cs Clocks) first(wanted func(Clock) bool) (Clock, bool) {
	var best Clock
	found := false
	for _, c := range cs {
		if !c.Running || c.DueAt.IsZero() || !wanted(c) {
			continue
		}
		if !found || before(c, best) {
			best, found = c, true
		}
	}
	return best, found
}

func before(a, b Clock) bool {
	if !a.DueAt.Equal(b.DueAt) {
		return a.DueAt.Before(b.DueAt)
	}
	return a.Name+" "+string(a.Task) < b.Name+" "+string(b.Task)
}

func (cs Clocks) any(is func(Clock) bool) bool {
	for _, c := range cs {
		if c.Running && is(c) {
			return true
		}
	}
	return false
}

// task returns the due time of a task's clock of that name while it runs, else zero.
func (cs Clocks) task(id verification.TaskID, name string) time.Time {
	c, _ := cs.first(func(c Clock) bool { return c.Task == id && c.Name == name })
	return c.DueAt.UTC()
}

// dues are the entries of the due set: one for each running clock.
func (cs Clocks) dues(id verification.RequestID) []Due {
	var out []Due
	for _, c := range cs {
		if !c.Running || c.Projected || c.DueAt.IsZero() {
			continue
		}
		out = append(out, Due{Member: dueMember(id, c), At: c.DueAt.UTC()})
	}
	return out
}

// dueMember names a clock's promise in the due set. Beside the time it says nothing but ids and numbers; the sweep
// needs the request's id and asks the record for the rest.
func dueMember(id verification.RequestID, c Clock) string {
	return fmt.Sprintf("%s/%s/%s/%d/%d", id, c.Name, c.Task, c.Round, c.Promise)
}

// PartnerDue is the due time that the partner sees: the promise as it stands, moved by what the partner was asked for
// and by nothing inside. Zero when nothing was promised.
func PartnerDue(r verification.Request, clocks Clocks) time.Time {
	for _, c := range clocks {
		if c.Name == "total" && c.Round == r.Round && !c.DueAt.IsZero() {
			return c.DueAt.UTC()
		}
	}
	return r.DueAt.UTC()
}
