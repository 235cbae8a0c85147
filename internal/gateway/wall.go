package gateway

import (
	"cmp"
	"context"
	"slices"
	"time"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/statistics"
	"verigate/internal/verification"
)

// Wall is what a screen on a wall shows: times, degrees and sums. Whoever passes by reads it, so that it has no id, no
// number, no person, no partner and no text, and what is sealed is in nothing of it.
type Wall struct {
	Unit     verification.UnitCode // whose it is: a department; empty: headquarters, which sees all
	Open     int                   // requests; of a department its tasks
	Overdue  int
	Soon     int  // due within board.Soon
	Unrouted int  // of headquarters
	More     bool // of a department: there are more tasks than were counted
	Timers   []Timer
	Bars     []Bar
	Months   []Month

	AsOf       time.Time
	StaleSince time.Time // when the picture does not follow the record; zero while it does
}

// Timer is a clock that runs out.
type Timer struct {
	Degree verification.Degree
	Clock  string
	DueAt  time.Time
}

// Bar is what is open of a unit or, in a department, of a degree.
type Bar struct {
	Unit          verification.UnitCode
	Degree        verification.Degree
	Open, Overdue int
}

// Month is what came in a month and, of what was promised for then, how much was in time.
type Month struct {
	Month          statistics.Month
	Received       int
	OnTime, Judged int64
}

// What a wall holds at most: it is read from five metres.
const (
	wallTimers = 6
	wallBars   = 8
	wallTasks  = 200 // of a department, that are counted
	wallMonths = 6   // of the trend
	barMonths  = 36  // of receipt, whose open requests the bars add up
)

// Wall is what the caller's unit has to do. ErrForbidden for who is no screen.
func (g *Gateway) Wall(ctx context.Context, c Call) (Wall, error) {
	if err := g.serves(c, access.Absent()); err != nil {
		return Wall{}, err
	}
	ctx, stop := context.WithTimeout(ctx, boardWithin)
	defer stop()
	w, err := g.wall(ctx, c)
	if err != nil {
		return Wall{}, err
	}
	if w.Bars, err = g.bars(ctx, w.Unit); err != nil {
		return Wall{}, err
	}
	w.Months, err = g.months(ctx, w.Unit)
	return w, err
}

// wall is all but the numbers of supervision.
func (g *Gateway) wall(ctx context.Context, c Call) (Wall, error) {
	if c.By.Unit.OfHeadquarters() {
		return g.wallOfAll(ctx, c)
	}
	return g.wallOf(ctx, c)
}

// unsealed is a reader who may know of what is shared and of nothing else.
func unsealed() board.Visible {
	return board.Visible{May: func(a board.Audience) bool { return !a.Sealed() }}
}

func (g *Gateway) wallOfAll(ctx context.Context, c Call) (Wall, error) {
	hidden := func(r board.Row) bool { return g.Watch.holds(r.ID) || r.Level.Sealed() }
	rows := func(f board.Filter, limit int) (List[board.Row], error) {
		f.Now = g.Now()
		read := func(at board.Page, only func(board.Row) bool) (board.List[board.Row], error) {
			return g.Board.Board(ctx, f, at, unsealed(), only)
		}
		return pages(g, c, turnOf(c, f), Page{Limit: limit}, listing[board.Row]{read, hidden, rowSight})
	}
	first, err := rows(board.Filter{}, wallTimers)
	if err != nil {
		return Wall{}, err
	}
	counters, err := g.Board.Counters(ctx, g.Now())
	if err != nil {
		return Wall{}, boardError(err)
	}
	soon, err := rows(board.Filter{Due: board.DueSoon}, wallTasks)
	w := Wall{
		Open: counters.Open, Overdue: counters.Overdue, Unrouted: counters.Unrouted, Soon: len(soon.Items), More: soon.Next != "",
		AsOf: first.AsOf, StaleSince: first.StaleSince,
	}
	for _, r := range first.Items {
		w.timer(Timer{Degree: r.Degree, Clock: r.Clock, DueAt: r.DueAt})
	}
	return w, err
}

func (g *Gateway) wallOf(ctx context.Context, c Call) (Wall, error) {
	q := board.Queue{Unit: c.By.Unit}
	read := func(at board.Page, only func(board.QueueItem) bool) (board.List[board.QueueItem], error) {
		return g.Board.Queue(ctx, q, at, unsealed(), only)
	}
	hidden := func(i board.QueueItem) bool { return g.Watch.holds(i.Request) }
	list, err := pages(g, c, turnOf(c, q), Page{Limit: wallTasks}, listing[board.QueueItem]{read, hidden, itemSight})
	w := Wall{Unit: c.By.Unit, More: list.Next != "", AsOf: list.AsOf, StaleSince: list.StaleSince}
	now := g.Now()
	for _, i := range list.Items {
		clock, due := i.First()
		if i.State == verification.TaskStopped { // what was stopped has no clock
			continue
		}
		w.Open++
		switch {
		case due.IsZero():
		case !now.Before(due):
			w.Overdue++
		case !now.Add(board.Soon).Before(due):
			w.Soon++
		}
		w.timer(Timer{Degree: i.Degree, Clock: clock, DueAt: due})
	}
	return w, err
}

// timer takes what runs out next, as long as there is room.
func (w *Wall) timer(t Timer) {
	if !t.DueAt.IsZero() && len(w.Timers) < wallTimers {
		w.Timers = append(w.Timers, t)
	}
}

// bars are the units with the most that is late, or the degrees of one.
func (g *Gateway) bars(ctx context.Context, unit verification.UnitCode) ([]Bar, error) {
	q := lastMonths(g.Now(), barMonths)
	q.Level = statistics.Department
	if unit != "" {
		q.Unit, q.By = unit, statistics.ByDegree
	}
	counted, err := g.Board.Counted(ctx, q.Sheets())
	if err != nil {
		return nil, boardError(err)
	}
	rows, _ := statistics.Sum(q, counted.Cells)
	var all []Bar
	for _, r := range rows {
		bar := Bar{Degree: verification.Degree(r.Value)}
		if unit == "" {
			bar = Bar{Unit: r.Unit}
		}
		f := r.Counts.Figures()
		if bar.Open, bar.Overdue = int(f.Open), int(f.Overdue); bar.Open > 0 {
			all = append(all, bar)
		}
	}
	if unit == "" {
		slices.SortStableFunc(all, func(a, b Bar) int {
			return cmp.Or(cmp.Compare(b.Overdue, a.Overdue), cmp.Compare(b.Open, a.Open))
		})
	}
	return all[:min(len(all), wallBars)], nil
}

func (g *Gateway) months(ctx context.Context, unit verification.UnitCode) ([]Month, error) {
	q := lastMonths(g.Now(), wallMonths)
	q.Level = statistics.Headquarters
	if unit != "" {
		q.Level, q.Unit = statistics.Department, unit
	}
	counted, err := g.Board.Counted(ctx, q.Sheets())
	if err != nil {
		return nil, boardError(err)
	}
	var all []Month
	for _, m := range statistics.Months(q.From, q.To) {
		one := q
		one.From, one.To = m, m
		_, sum := statistics.Sum(one, counted.Cells)
		f := sum.Figures()
		promise := f.Promise(q.Level)
		all = append(all, Month{Month: m, Received: int(f.Received), OnTime: promise.OnTime, Judged: promise.Judged()})
	}
	return all, nil
}

// lastMonths are the months up to the present one, undivided.
func lastMonths(now time.Time, n int) statistics.Query {
	to := statistics.MonthOf(now)
	first, _ := time.Parse(time.DateOnly, string(to)+"-01") // MonthOf wrote it
	return statistics.Query{By: statistics.ByNone, From: statistics.Month(first.AddDate(0, 1-n, 0).Format("2006-01")), To: to}
}
