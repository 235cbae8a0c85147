package follow

import (
	"context"

	"verigate/internal/record"
)

// Reader reads the record for all followers of this gateway that have come near its end. Without it each reads for
// itself.
type Reader struct {
	Window *record.Window
	Retry  Retry
}

// Run follows until ctx ends, or until a sequence cannot be read: each follower then comes to that by itself.
func (r Reader) Run(ctx context.Context) error { return again(ctx, r.Retry, r.Window.Follow) }
