package follow

import "context"

// WriteLot writes what decisions did as a follower that is behind does: as one lot.
func (q Queuer) WriteLot(ctx context.Context, steps ...Step) error {
	lot := make([]passed, len(steps))
	for i := range steps {
		lot[i] = passed{place: steps[i].Entry.Place, step: &steps[i]}
	}
	return q.write(ctx, lot)
}
