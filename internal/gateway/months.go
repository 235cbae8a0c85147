package gateway

import (
	"context"
	"slices"

	"verigate/internal/access"
	"verigate/internal/month"
)

// How two persons end a month: the key under which its content was sealed is condemned by a decision in the record, and
// whoever follows the record destroys it (follow.Eraser).

// MonthRow is a month that may be ended, or was.
type MonthRow struct {
	month.Month
	End                    access.MonthEnd
	Propose, Confirm, Drop bool // whether the reader may do it now
}

// MonthEnds are the months that may be ended or were, oldest first. Of the others nothing is told: that a month is not due
// would tell of a sealed matter in it.
func (g *Gateway) MonthEnds(ctx context.Context, c Call) ([]MonthRow, error) {
	if access.May(c.By, c.Operation, access.Absent()) != access.Allowed {
		return nil, ErrForbidden
	}
	all, err := g.Months(ctx)
	if err != nil {
		return nil, unavailable("read the months", err)
	}
	rows, ends := []MonthRow{}, g.Roster.MonthEnds()
	for _, m := range all {
		row := MonthRow{Month: m, End: ends[m.Month]}
		if m.Standing == month.Due && !row.End.EndedAt.IsZero() { // decided since the months were read
			row.Standing = month.Ending
		}
		switch row.Standing {
		case month.Due:
			row.Propose, row.Confirm, row.Drop = row.End.Allows(c.By.Actor)
		case month.Ending, month.Ended:
		case month.Running, month.Kept, month.Refile, month.Erasing:
			continue
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// EndMonth gives a change about the end of a month, made when it is known whether the month is due, and returns what
// MonthEnds tells then. That it is due stays true, so nothing guards it.
func (g *Gateway) EndMonth(ctx context.Context, c Call, m string, change func(m month.Month, due bool) access.Change) ([]MonthRow, error) {
	if access.May(c.By, c.Operation, access.Absent()) != access.Allowed {
		return nil, ErrForbidden
	}
	if of, is := month.Of(month.Group(m)); !is || of != m {
		return nil, ErrHidden
	}
	all, err := g.Months(ctx)
	if err != nil {
		return nil, unavailable("read the months", err)
	}
	one := month.Month{Month: m}
	if i := slices.IndexFunc(all, func(of month.Month) bool { return of.Month == m }); i >= 0 {
		one = all[i]
	}
	if err := g.Roster.EndMonth(ctx, c.By.Actor, m, change(one, one.Standing == month.Due)); err != nil {
		return nil, err
	}
	c.Operation = access.OpListMonthEnds
	return g.MonthEnds(ctx, c)
}
