package gateway

import (
	"context"
	"time"

	"verigate/internal/access"
	"verigate/internal/board"
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

// MostConflicts is from how many requests a reader may be excluded whose numbers are counted. Each is looked up again for
// every few dozen cells, so that it is left out as it is counted at that moment; exclusions are rare.
const MostConflicts = 256

// conflicts are the requests that no number of the caller's may count. ErrTooManyConflicts when they are too many to be
// left out.
func (g *Gateway) conflicts(c access.Caller) ([]board.RequestID, error) {
	ids := g.Watch.Conflicts(c)
	if len(ids) > MostConflicts {
		return nil, ErrTooManyConflicts
	}
	return ids, nil
}

// Statistics answers from the counters of the board, whose sealed matters are in none, without the requests from which
// the caller is excluded. The level may be left open, and by a unit its own code.
func (g *Gateway) Statistics(ctx context.Context, c Call, q statistics.Query) (Statistics, error) {
	if err := g.serves(c, access.Absent()); err != nil {
		return Statistics{}, err
	}
	q, err := sliced(access.CountedFor(c.By), q)
	if err != nil {
		return Statistics{}, err
	}
	hidden, err := g.conflicts(c.By)
	if err != nil {
		return Statistics{}, err
	}
	ctx, stop := context.WithTimeout(ctx, boardWithin)
	defer stop()
	counted, err := g.Board.Counted(ctx, q.Sheets(), hidden...)
	if err != nil {
		return Statistics{}, boardError(err)
	}
	out := Statistics{Query: q}
	if out.AsOf, out.StaleSince, err = g.pictured(counted.AsOf); err != nil {
		return Statistics{}, err
	}
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
