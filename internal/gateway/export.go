package gateway

import (
	"context"
	"time"

	"verigate/internal/board"
	"verigate/internal/statistics"
	"verigate/internal/verification"
)

// MostRows is how many rows an export has at most. One that would have more is refused: a file that was cut looks like
// a whole one.
const MostRows = 10_000

// exportPage is how many rows are read at once.
const exportPage = 200

// Export is a list as a whole.
type Export[T any] struct {
	Rows       []T
	AsOf       time.Time // of its oldest part
	StaleSince time.Time // as List's
}

// ExportBoard reads the whole board as BoardPage gives it to the same reader, page by page. A row that moves to the
// front meanwhile may be missing; none is in it twice.
func (g *Gateway) ExportBoard(ctx context.Context, c Call, f board.Filter) (Export[board.Row], error) {
	var out Export[board.Row]
	met := map[verification.RequestID]bool{}
	for at := (Page{Limit: exportPage}); ; {
		list, err := g.BoardPage(ctx, c, f, at)
		if err != nil {
			return Export[board.Row]{}, err
		}
		if out.AsOf.IsZero() {
			out.AsOf = list.AsOf
		}
		if !list.StaleSince.IsZero() {
			out.StaleSince = list.StaleSince
		}
		for _, r := range list.Items {
			if !met[r.ID] {
				met[r.ID] = true
				out.Rows = append(out.Rows, r)
			}
		}
		if len(out.Rows) > MostRows {
			return Export[board.Row]{}, ErrTooManyRows
		}
		if at.Cursor = list.Next; at.Cursor == "" {
			return out, nil
		}
	}
}

// ExportStatistics is Statistics, within the bound of an export.
func (g *Gateway) ExportStatistics(ctx context.Context, c Call, q statistics.Query) (Statistics, error) {
	s, err := g.Statistics(ctx, c, q)
	if err == nil && len(s.Rows) > MostRows {
		return Statistics{}, ErrTooManyRows
	}
	return s, err
}
