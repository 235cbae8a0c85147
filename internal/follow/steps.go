package follow

import (
	"slices"
	"sync"

	"verigate/internal/record"
)

// Steps shares what decisions did among the followers of one gateway: each folds every decision, and a fold is a
// function of the record alone, so the first to come folds for all. It keeps the newest, as far as one follower may be
// behind another. It is safe for concurrent use; nil shares nothing.
type Steps struct {
	slots [sharedSteps]sharedStep

	mu     sync.Mutex // guards erased, next
	erased [keptErasures]forgotten
	next   int // place in erased, modulo keptErasures
}

const sharedSteps = 2048

// keptErasures is how many are remembered for a follower that has read a decision before its key was destroyed, and
// folds it after.
const keptErasures = 64

// forgotten is what was decided on a request up to a sequence.
type forgotten struct {
	of   record.Subject
	upto uint64
}

func (f forgotten) has(e Entry) bool { return f.of == e.Subject && e.Sequence <= f.upto }

// sharedStep is one place; whoever folds holds it, and the others wait for that rather than fold too.
type sharedStep struct {
	mu   sync.Mutex
	step *Step // nil at first
}

// NewSteps returns one that holds nothing.
func NewSteps() *Steps { return &Steps{} }

// of returns the step of the entry: the one that is kept, or what fold makes of it. Every follower gets the same one.
func (s *Steps) of(e Entry, fold func() (*Step, error)) (*Step, error) {
	if s == nil {
		return fold()
	}
	slot := &s.slots[slotOf(e.Place)]
	slot.mu.Lock()
	defer slot.mu.Unlock()
	have := slot.step
	if have != nil && have.Entry.Place == e.Place {
		return have, nil
	}
	step, err := fold()
	if err == nil && (have == nil || have.Entry.Sequence < e.Sequence) && !s.gone(e) {
		slot.step = step
	}
	return step, err
}

// Forget drops what is kept of the decisions on a request up to a sequence, and keeps none of them any more: their keys are
// destroyed. It may be repeated.
func (s *Steps) Forget(of record.Subject, upto uint64) {
	if s == nil {
		return
	}
	gone := forgotten{of: of, upto: upto}
	s.mu.Lock()
	s.erased[s.next%keptErasures] = gone
	s.next++
	s.mu.Unlock()
	for i := range s.slots {
		s.slots[i].drop(gone)
	}
}

func (s *sharedStep) drop(gone forgotten) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.step != nil && gone.has(s.step.Entry) {
		s.step = nil
	}
}

// gone says whether an entry was forgotten.
func (s *Steps) gone(e Entry) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.erased[:], func(f forgotten) bool { return f.has(e) })
}

// slotOf gives each partition, which grow side by side, its own part of the slots.
func slotOf(at record.Place) uint64 {
	const apart = sharedSteps / record.Partitions
	return at.Sequence%apart + uint64(at.Partition)*apart //nolint:gosec // partitions are few
}
