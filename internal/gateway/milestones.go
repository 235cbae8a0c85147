package gateway

import (
	"context"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/evidence"
)

// MilestonePage is a page of what happened of a kind in a time, the first first. Whoever counts it counts what the caller
// may see, and nothing else: the number is that of the list.
func (g *Gateway) MilestonePage(ctx context.Context, c Call, f board.MilestoneFilter, p Page) (List[board.MilestoneRow], error) {
	if err := g.serves(c, access.Absent()); err != nil {
		return List[board.MilestoneRow]{}, err
	}
	ctx, stop := context.WithTimeout(ctx, boardWithin)
	defer stop()
	bound := turnOf(c, f) // as asked: an end that was left out moves on from page to page
	f = f.Within(g.Now())
	read := func(at board.Page, only func(board.MilestoneRow) bool) (board.List[board.MilestoneRow], error) {
		return g.Board.Milestones(ctx, f, at, inside(c.By), only)
	}
	hides := g.hides(c.By)
	hidden := func(m board.MilestoneRow) bool {
		return hides(board.Row{ID: m.Request, Partner: m.Partner, State: m.State, Level: m.Level})
	}
	return pages(g, c, bound, p, listing[board.MilestoneRow]{read, hidden, func(m board.MilestoneRow) evidence.Sight {
		return evidence.Sight{Request: m.Request, Level: m.Level}
	}})
}
