package board

import (
	"time"

	"verigate/api/client"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// tiles are the numbers above the board. They are of the whole board, whatever is chosen.
type tiles struct {
	Tiles []tile
	Trend trend
	AsOf  site.Due
	Stale site.Due // since when the board does not follow; empty: it does
}

type tile struct{ Name, Value, Path, Sort string }

// tilesOf makes them of a first page. Who reads no numbers of all, and who looks at a further page, has none.
func (p pages) tilesOf(v *site.Visit, list client.BoardPage) (tiles, error) {
	t := tiles{AsOf: v.Due(list.AsOf)}
	if list.Stale {
		t.Stale = v.Due(list.StaleSince)
	}
	if list.Counters.ByState == nil {
		return t, nil
	}
	soon, err := p.soon(v)
	if err != nil {
		return t, err
	}
	c, count := list.Counters, v.Language.Count
	t.Tiles = []tile{
		{"overdue", count(c.Overdue), "/board?due=overdue", "late"},
		{"soon", soon, "/board?due=soon", "soon"},
		{"unrouted", count(c.Unrouted), "/board?flag=unrouted", ""},
		{"open", count(c.Open), "/board", ""},
	}
	months, err := trendOf(v)
	if err != nil {
		return t, err
	}
	t.Trend = months
	if last := months.last(); last != "" {
		t.Tiles = append(t.Tiles, tile{"on_time", last, "#board-trend", ""})
	}
	return t, nil
}

// soon counts what is due within the hour, as far as one answer of the contract goes.
func (p pages) soon(v *site.Visit) (string, error) {
	const most = 200
	list, err := site.Read[client.BoardPage](v.API.GetBoard(v.Context(), &client.GetBoardParams{
		Limit: site.Optional(most), Due: site.Optional(client.DueSoon),
	}))
	if err != nil {
		return "", err
	}
	n := v.Language.Count(len(list.Items))
	if list.NextCursor != "" {
		n += "+"
	}
	return n, nil
}

// trend is the last months: what came, and of what was promised for then how much was in time.
type trend struct {
	Months []month
	Width  int
}

type month struct {
	Name         string
	Received     int
	OnTime       string // per cent; empty: nothing to judge
	X, Y, Height int    // of the bar
	Middle, Dot  int
}

// The drawing, in its own units.
const (
	months     = 6
	barWidth   = 28
	barStep    = 44
	barsHeight = 48
)

func trendOf(v *site.Visit) (trend, error) {
	out := trend{Width: months * barStep}
	here := v.Now.In(text.Hanoi())
	first := time.Date(here.Year(), here.Month(), 1, 0, 0, 0, 0, text.Hanoi())
	most := 1
	for i := range months {
		at := first.AddDate(0, i-months+1, 0)
		name := at.Format("2006-01")
		s, err := site.Read[client.Statistics](v.API.GetStatistics(v.Context(), &client.GetStatisticsParams{From: &name, To: &name}))
		if err != nil {
			return trend{}, err
		}
		m := month{Name: at.Format("01/2006"), Received: s.Tiles.Received}
		if share := s.Tiles.OnTimePercent; share != nil {
			m.OnTime = v.Language.Percent(*share)
		}
		most = max(most, m.Received)
		out.Months = append(out.Months, m)
	}
	for i := range out.Months {
		m := &out.Months[i]
		m.Height = m.Received * barsHeight / most
		m.X, m.Y = i*barStep+(barStep-barWidth)/2, barsHeight-m.Height
		m.Middle = i*barStep + barStep/2
	}
	return out, nil
}

// last is the share in time of the present month.
func (t trend) last() string {
	if len(t.Months) == 0 {
		return ""
	}
	return t.Months[len(t.Months)-1].OnTime
}
