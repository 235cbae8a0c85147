package gateway

import (
	"context"
	"time"

	"verigate/internal/access"
	"verigate/internal/statistics"
)

// Statistics is the answer to a query: a row for each place and division, and all rows together.
type Statistics struct {
	Query      statistics.Query // as answered
	Rows       []statistics.Row
	All        statistics.Counts
	AsOf       time.Time
	StaleSince time.Time // when the numbers do not follow the record; zero while they do
}

// Statistics answers from the counters of the board, whose sealed matters are in none. The level
// may be left open, and by a unit its own code.
func (g *Gateway) Statistics(ctx context.Context, c Call, q statistics.Query) (Statistics, error) {
	if err := g.serves(c, access.Absent()); err != nil {
		return Statistics{}, err
	}
	q, err := sliced(access.CountedFor(c.By), q)
	if err != nil {
		return Statistics{}, err
	}
	ctx, stop := context.WithTimeout(ctx, boardWithin)
	defer stop()
	counted, err := g.Board.Counted(ctx, q.Sheets())
	if err != nil {
		return Statistics{}, boardError(err)
	}
	out := Statistics{Query: q, AsOf: g.asOf(counted.AsOf), StaleSince: g.staleSince(counted.AsOf)}
	out.Rows, out.All = statistics.Sum(q, counted.Cells)
	return out, nil
}

// sliced keeps a reader within its slice. Another unit's numbers are refused whether there is such a unit or not.
func sliced(mine access.Counted, q statistics.Query) (statistics.Query, error) {
	if q.Level == "" {
		q.Level = statistics.Headquarters
		if !mine.All || q.Unit != "" {
			q.Level = statistics.Department
		}
	}
	if mine.All {
		return q, nil
	}
	if q.Unit == "" {
		q.Unit = mine.Unit
	}
	if mine.Unit == "" || q.Unit != mine.Unit || q.Level == statistics.Headquarters {
		return q, ErrForbidden
	}
	return q, nil
}
