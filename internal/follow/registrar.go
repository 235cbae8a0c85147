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

// CatchUp folds what the record holds of that up to its present end, and returns that end. A gateway does it before it
// opens its door, and reads all partitions though only the first holds any: nothing starts over a message that says not
// even what it is about.
func (r Registrar) CatchUp(ctx context.Context) (record.Position, error) {
	end, err := r.Log.Last(ctx)
	if err != nil {
		return end, err
	}
	if err := r.Log.ReplayUntil(ctx, record.Position{}, end, r.Registry.Apply); err != nil {
		return end, fmt.Errorf("read principals and keys: %w", err)
	}
	return end, nil
}

// Run follows from behind a position until ctx ends. It passes over what cannot be read and is a request's: else a message
// that lets nobody in and shuts nobody out would keep from this gateway every key that is revoked behind it.
func (r Registrar) Run(ctx context.Context, after record.Position) error {
	return again(ctx, r.Retry, func(ctx context.Context) error {
		return r.Log.ReplayOwn(ctx, after, func(e record.Entry[access.Decision]) error {
			if err := r.Registry.Apply(e); err != nil {
				return record.At(e.Place, err)
			}
			after = after.With(e.Place)
			return nil
		})
	})
}
