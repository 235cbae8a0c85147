package gateway

import (
	"context"
	"fmt"
	"time"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// SealInto is row 23: from now on only members of the compartment know of the request. It is refused when they are fewer
// than three persons of the desk's side, who could neither release nor refuse anything. It is answered when no list, board,
// search or stream of any gateway can still show the request to others: this gateway has heard of it, and one that has not
// served nothing within two seconds of the append, for it had no confirmation of the record's end.
func (g *Gateway) SealInto(ctx context.Context, c Call, id verification.RequestID, into verification.Compartment, reason string) (View, error) {
	a, err := g.act(ctx, c, id, func(_ View, s verification.Stamp) (verification.Command, error) {
		if access.RosterOf(g.Everybody(), s.At).TooSmall(into) {
			return nil, &verification.Refusal{
				Code:   verification.CompartmentTooSmall,
				Reason: "fewer than three persons of the desk's side are members: name another compartment, or have its members granted first",
			}
		}
		return verification.Seal{Compartment: into, Reason: reason}, nil
	})
	if err != nil {
		return View{}, err
	}
	return g.view(c, a), g.unseen(ctx, id, into)
}

// unseen waits until who is not of the compartment is shown nothing of the request anywhere.
func (g *Gateway) unseen(ctx context.Context, id verification.RequestID, in verification.Compartment) error {
	elsewhere := time.After(fresh)
	for !g.Watch.lies(id, in) {
		select {
		case <-time.After(fresh / 100):
		case <-ctx.Done():
			return fmt.Errorf("follow a sealing: %w", ErrUnavailable)
		}
	}
	select {
	case <-elsewhere:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for other gateways to hear of a sealing: %w", ErrUnavailable)
	}
}
