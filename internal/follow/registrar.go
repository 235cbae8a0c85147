package follow

import (
	"context"
	"fmt"

	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/record"
)

// Registrar feeds a gateway's registry with what any gateway decided about principals, the directory and the calendars.
type Registrar struct {
	Log      *record.Log[access.Decision]
	Registry *gateway.Registry
	Retry    Retry
}

// CatchUp folds the record up to its present end, and returns that end. A gateway does it before it opens its door.
func (r Registrar) CatchUp(ctx context.Context) (uint64, error) {
	end, err := r.Log.Last(ctx)
	if err != nil || end == 0 {
		return end, err
	}
	if err := r.Log.ReplayUntil(ctx, 1, end, r.Registry.Apply); err != nil {
		return 0, fmt.Errorf("read principals and keys: %w", err)
	}
	return end, nil
}

// Run follows from behind a sequence until ctx ends.
func (r Registrar) Run(ctx context.Context, after uint64) error {
	return again(ctx, r.Retry, func(ctx context.Context) error {
		return r.Log.Replay(ctx, after+1, func(e record.Entry[access.Decision]) error {
			if err := r.Registry.Apply(e); err != nil {
				return record.At(e.Sequence, err)
			}
			after = e.Sequence
			return nil
		})
	})
}
