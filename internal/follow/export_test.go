package follow

import "context"

// WriteLot writes what decisions did as a follower that is behind does: as one lot.
func (q Queuer) WriteLot(ctx context.Context, steps ...Step) error {
	lot := make([]passed, len(steps))
	for i := range steps {
		lot[i] = passed{sequence: steps[i].Entry.Sequence, step: &steps[i]}
	}
	return q.write(ctx, lot)
}
