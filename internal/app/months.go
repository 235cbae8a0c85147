package app

import (
	"context"
	"fmt"

	"verigate/internal/follow"
	"verigate/internal/month"
)

// months are those of content, as KEYS and the record have them now.
func (p *Parts) months(ctx context.Context) ([]month.Month, error) {
	return follow.Months(ctx, p.Journal, p.Conn.Keys().Held, p.Now())
}

// refile moves what outlives its month from under the keys of months. Where it ends it is begun again.
func (p *Parts) refile(ctx context.Context) (string, error) {
	kids, err := follow.Lasting(ctx, p.Journal)
	if err != nil {
		return "", err
	}
	moved, err := p.lasting.RefileAll(ctx, kids)
	if err != nil {
		return "", fmt.Errorf("after %d keys: %w: nothing is lost, call it again to go on", moved, err)
	}
	return fmt.Sprintf("%d keys were moved, and all %d of what outlives its month are under keys that last", moved, len(kids)), nil
}
