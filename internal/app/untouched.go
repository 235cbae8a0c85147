package app

import (
	"context"

	"verigate/internal/seal"
)

// streams are made where they are missing, or looked at only.
func (p *Parts) streams(ctx context.Context) error {
	if p.untouched {
		return p.Conn.FindStreams(ctx, p.Replicas)
	}
	return p.Conn.EnsureStreams(ctx, p.Replicas)
}

// fill writes keys ahead, unless nothing is to be written.
func (p *Parts) fill(ctx context.Context, v *seal.Vault) error {
	if p.untouched {
		return nil
	}
	return v.Fill(ctx)
}
