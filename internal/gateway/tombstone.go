package gateway

import (
	"context"
	"errors"

	"verigate/internal/record"
	"verigate/internal/verification"
)

// tombstone makes of an entry that erases one that outlives what it erases: under a key of its own, with all that was
// decided before it, without content. The key of the content is destroyed by whoever follows the record (follow.Eraser):
// first the record says so, then it happens, so that a crash between the two leaves nothing that is erased unsaid.
func (g *Gateway) tombstone(ctx context.Context, e record.Entry[verification.Decision]) (record.Entry[verification.Decision], error) {
	entries, err := g.Requests.Read(ctx, e.Subject)
	if err != nil {
		return e, unavailable("read what is to be erased", err)
	}
	if uint64(len(entries)) != e.Version {
		return e, record.ErrConflict
	}
	history := make([]verification.Decision, len(entries))
	for i, h := range entries {
		if h.Content == record.Erased {
			return e, errors.New("erase a request: its key was destroyed and the record does not say so")
		}
		history[i] = h.Decision
	}
	e.Decision.Kept = verification.Bare(history...)
	if e.KID, err = g.Lasting.Take(ctx); err != nil {
		return e, unavailable("take a data key", err)
	}
	return e, nil
}
