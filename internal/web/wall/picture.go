package wall

import (
	"time"

	"verigate/api/client"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// picture is the wall as it is drawn.
type picture struct {
	Place      string // the department; empty: headquarters
	At, Server int64  // of the picture, and of the server as it was drawn, Unix milliseconds
	AsOf       text.Moment
	Clock      string // the time of day of AsOf, to the second
	Old        bool
	Tiles      []tile
	Timers     []timer
	Bars       []bar
	Trend      trend
}

type tile struct{ Name, Value, Sort string }

type timer struct {
	Degree, Clock string
	Due           site.Due
}

// bar is what is open of a unit or a degree, and how much of it is late.
type bar struct {
	Unit, Degree  string
	Open, Overdue int
	Most          int // of all bars
}

func draw(v *site.Visit, w client.Wall) *picture {
	p := &picture{
		At: w.AsOf.UnixMilli(), Server: v.Now.UnixMilli(), AsOf: v.Moment(w.AsOf), Clock: w.AsOf.In(text.Hanoi()).Format(time.TimeOnly),
		Old: v.Now.Sub(w.AsOf) > oldest, Trend: trendOf(v, w.Months),
	}
	if w.Unit != "" {
		p.Place = v.Unit(w.Unit, v.Now)
	}
	count := v.Language.Count
	soon := count(w.Soon)
	if w.More {
		soon += "+"
	}
	p.Tiles = []tile{{"overdue", count(w.Overdue), "late"}, {"soon", soon, "soon"}}
	if w.Unit == "" {
		p.Tiles = append(p.Tiles, tile{"unrouted", count(w.Unrouted), ""})
	}
	p.Tiles = append(p.Tiles, tile{"open", count(w.Open), ""})
	if last := p.Trend.last(); last != "" {
		p.Tiles = append(p.Tiles, tile{"on_time", last, ""})
	}
	for _, t := range w.Timers {
		p.Timers = append(p.Timers, timer{string(t.Degree), string(t.Clock), v.Due(t.DueAt)})
	}
	p.Bars = bars(v, w.Bars)
	return p
}

func bars(v *site.Visit, of []client.WallBar) []bar {
	var all []bar
	most := 0
	for _, b := range of {
		one := bar{Degree: string(b.Degree), Open: b.Open, Overdue: b.Overdue}
		if b.Unit != "" {
			one.Unit = v.Unit(b.Unit, v.Now)
		}
		all = append(all, one)
		most = max(most, b.Open)
	}
	for i := range all {
		all[i].Most = most
	}
	return all
}

// trend is the last months: what came, and of what was promised for then how much was in time.
type trend struct {
	Months        []month
	Width, Height int
}

type month struct {
	Name                     string
	Received                 string
	OnTime                   string // per cent; empty: nothing to judge
	X, Y, Wide, Tall, Middle int    // of the column
}

// The drawing, in its own units.
const (
	step   = 60
	wide   = 36
	tall   = 50
	top    = 16 // the count above a column
	bottom = 34 // month and share below it
)

func trendOf(v *site.Visit, of []client.WallMonth) trend {
	t := trend{Width: len(of) * step, Height: top + tall + bottom}
	most := 1
	for _, m := range of {
		most = max(most, m.Received)
	}
	for i, m := range of {
		one := month{Name: m.Month[len(m.Month)-2:], Received: v.Language.Count(m.Received), Wide: wide, Tall: m.Received * tall / most}
		one.X, one.Y, one.Middle = i*step+(step-wide)/2, top+tall-one.Tall, i*step+step/2
		if m.OnTimePercent != nil {
			one.OnTime = v.Language.Percent(*m.OnTimePercent)
		}
		t.Months = append(t.Months, one)
	}
	return t
}

// last is the share in time of the present month.
func (t trend) last() string {
	if len(t.Months) == 0 {
		return ""
	}
	return t.Months[len(t.Months)-1].OnTime
}
