package board

import (
	"cmp"
	"slices"

	"verigate/api/client"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// wallView is the screen on the wall: times, degrees and sums. It has no number of a request, no partner and no person, for
// who passes by reads it too.
type wallView struct {
	site.Frame
	tiles
	Next  []timer
	Units []bar
	Old   bool  // the board does not follow
	At    int64 // of the picture, Unix milliseconds
}

type timer struct {
	Degree, State, Clock string
	Due                  site.Due
}

// bar is what a unit has open, and how much of it is late, in hundredths of the longest bar.
type bar struct {
	Name          string
	Open, Overdue int
	Most          int
}

const (
	timersShown = 6
	unitsShown  = 12
	wallMonths  = 3 // of receipt, that the bars add up
)

// wall is for whoever may read the board, and lasts as long as their session, which its own calls keep alive.
func (p pages) wall(v *site.Visit) error {
	view := wallView{Frame: v.Frame("board.wall")}
	view.Bare, view.Theme = true, "wall"
	view.Scripts = []string{"wall.js"}
	list, err := site.Read[client.BoardPage](v.API.GetBoard(v.Context(), &client.GetBoardParams{Limit: site.Optional(timersShown)}))
	if err != nil {
		return err
	}
	view.At, view.Old = list.AsOf.UnixMilli(), list.Stale
	if view.tiles, err = p.tilesOf(v, list); err != nil {
		return err
	}
	for _, r := range list.Items {
		if !r.DueAt.IsZero() {
			view.Next = append(view.Next, timer{string(r.Degree), r.State, r.Clock, v.Due(r.DueAt)})
		}
	}
	if view.Units, err = bars(v); err != nil {
		return err
	}
	return v.Show("board/wall", view)
}

func bars(v *site.Visit) ([]bar, error) {
	const layout = "2006-01"
	here := v.Now.In(text.Hanoi())
	from, to := here.AddDate(0, 1-wallMonths, 1-here.Day()).Format(layout), here.Format(layout)
	s, err := site.Read[client.Statistics](v.API.GetStatistics(v.Context(), &client.GetStatisticsParams{
		Level: site.Optional(client.GetStatisticsParamsLevel(client.StatisticsLevelDepartment)), From: &from, To: &to,
	}))
	if err != nil {
		return nil, err
	}
	var all []bar
	most := 0
	for _, r := range s.Rows {
		if r.Figures.Open > 0 {
			all = append(all, bar{Name: v.Unit(r.Unit, v.Now), Open: r.Figures.Open, Overdue: r.Figures.Overdue})
			most = max(most, r.Figures.Open)
		}
	}
	slices.SortStableFunc(all, func(a, b bar) int {
		return cmp.Or(cmp.Compare(b.Overdue, a.Overdue), cmp.Compare(b.Open, a.Open))
	})
	for i := range all {
		all[i].Most = most
	}
	return all[:min(len(all), unitsShown)], nil
}
