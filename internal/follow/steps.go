package follow

import (
	"sync"

	"verigate/internal/record"
)

// Steps shares what decisions did among the followers of one gateway: each folds every decision, and a fold is a
// function of the record alone, so the first to come folds for all. It keeps the newest, as far as one follower may be
// behind another. It is safe for concurrent use; nil shares nothing.
type Steps struct{ slots [sharedSteps]sharedStep }

const sharedSteps = 2048

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
	if err == nil && (have == nil || have.Entry.Sequence < e.Sequence) {
		slot.step = step
	}
	return step, err
}

// slotOf gives each partition, which grow side by side, its own part of the slots.
func slotOf(at record.Place) uint64 {
	const apart = sharedSteps / record.Partitions
	return at.Sequence%apart + uint64(at.Partition)*apart //nolint:gosec // partitions are few
}
