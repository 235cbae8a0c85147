package gateway

import (
	"context"
	"time"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// Ticked is what a tick recorded; the zero value: nothing.
type Ticked struct {
	Steps int           // of clocks, and rows 8, 14 and 18
	Late  time.Duration // how long the one that was due first had to wait
}

// Tick records, in one decision, everything that is due on a request at max(now, its last decision). The gateway does
// it by itself, as SYSTEM, through the loop of every command: of two gateways that tick at once one records, and the
// other finds nothing due any more. Who asks too early, twice, or after the clocks moved is told of nothing recorded.
//
// That nothing is due is believed of the record only: no append would find out that the cached state is older than what
// the due set was made of.
func (g *Gateway) Tick(ctx context.Context, id verification.RequestID) (Ticked, error) {
	ticked, err := g.tick(ctx, id)
	if err == nil && ticked.Steps == 0 {
		g.states.drop(id)
		ticked, err = g.tick(ctx, id)
	}
	return ticked, err
}

func (g *Gateway) tick(ctx context.Context, id verification.RequestID) (Ticked, error) {
	var found Ticked
	var before uint64
	a, err := g.act(ctx, Call{By: access.Gateway(), Path: "sweep", own: true}, id,
		func(v View, s verification.Stamp) (verification.Command, error) {
			sweep, due := verification.Sweep{}, v.Clocks.Due(s.At)
			for _, d := range due {
				sweep.Due = append(sweep.Due, d.Command())
			}
			if found, before = (Ticked{Steps: len(due)}), v.Request.Version; len(due) > 0 {
				found.Late = s.At.Sub(due[0].Step.DueAt)
			}
			return sweep, nil
		})
	if err != nil || a.request.Version == before {
		return Ticked{}, err
	}
	return found, nil
}
