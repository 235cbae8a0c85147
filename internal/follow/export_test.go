package follow

import (
	"context"
	"maps"
)

// WriteLot writes what decisions did as a follower that is behind does: as one lot.
func (q Queuer) WriteLot(ctx context.Context, steps ...Step) error {
	lot := make([]passed, len(steps))
	for i := range steps {
		lot[i] = passed{place: steps[i].Entry.Place, step: &steps[i]}
	}
	return q.write(ctx, lot)
}

// Shared are the steps that are kept for all followers.
func (s *Steps) Shared() (all []*Step) {
	for i := range s.slots {
		s.slots[i].mu.Lock()
		if step := s.slots[i].step; step != nil {
			all = append(all, step)
		}
		s.slots[i].mu.Unlock()
	}
	return all
}

// Fold folds entries as one follower does, and returns the states that it remembers and its steps.
func Fold(ctx context.Context, with Folding, entries ...Entry) (remembers []*State, steps []*Step, err error) {
	f := newFolder(with)
	for _, e := range entries {
		step, changed, err := f.step(ctx, e)
		if err != nil {
			return nil, nil, err
		}
		if changed {
			steps = append(steps, step)
		}
	}
	for at := range maps.Values(f.byID) {
		remembers = append(remembers, at.Value.(*remembered).state)
	}
	return remembers, steps, nil
}
