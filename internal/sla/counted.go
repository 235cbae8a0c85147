package sla

import (
	"sort"
	"time"
)

// Counted is what counts of one day of an interval, and why.
type Counted struct {
	Date  string        // in the calendar's zone, in UTC around the clock
	Until string        // the last date of the row: Date, later only where Why says several
	Time  time.Duration // what counts
	Why   Why
	Name  DayName // of a day of the list
}

// Why says why something counts, or why nothing does.
type Why string

const (
	WhyHours    Why = "hours"     // the usual hours
	WhyClosed   Why = "closed"    // the interval touches none of the day's hours
	WhyWeekend  Why = "weekend"   // the place is closed on that weekday
	WhyDayOff   Why = "day_off"   // Name says which
	WhySwapWork Why = "swap_work" // a working Saturday
	WhyAround   Why = "around"    // every instant counts; only where an explanation tells a clock
	WhySeveral  Why = "several"   // the rest of an interval that is too long to be told day by day
)

// rowsOfDays is how many rows are told: the longest limit, 30 working days, is three months with every holiday.
const rowsOfDays = 400

// Days tells an interval day by day. There are at most 400 rows, the last of them for all the days that are left; their
// sum is exactly what Between says. There are none when the interval does not end after it begins.
func (c Calendar) Days(from, to time.Time) []Counted {
	var rows []Counted
	for d := c.hours.date(from); from.Before(to); d++ {
		end := c.hours.midnight(d + 1)
		if end.After(to) || len(rows) == rowsOfDays-1 {
			end = to
		}
		if !end.After(from) {
			continue // a date that the zone skipped
		}
		rows = append(rows, c.row(d, from, end))
		from = end
	}
	return rows
}

func (c Calendar) row(d day, from, end time.Time) Counted {
	row := Counted{Date: d.String(), Until: c.hours.date(end.Add(-1)).String(), Time: c.Between(from, end), Why: WhyHours}
	if row.Until > row.Date {
		row.Why = WhySeveral
		return row
	}
	row.Until = row.Date
	if c.hours == nil {
		return row
	}
	m := c.hours.on(d)
	if m != nil {
		row.Name = m.Name
	}
	switch {
	case m != nil && m.Off:
		row.Why = WhyDayOff
	case m != nil && m.Kind == SwapWork:
		row.Why = WhySwapWork
	case c.hours.week[d.weekday()].total == 0:
		row.Why = WhyWeekend
	case row.Time == 0:
		row.Why = WhyClosed
	}
	return row
}

// Provisional returns the days from one instant's date to another's that change what counts and are not sure yet.
func (c Calendar) Provisional(from, to time.Time) []Day {
	if c.hours == nil {
		return nil
	}
	var days []Day
	last := c.hours.date(to)
	for _, m := range c.hours.marked[c.hours.before(c.hours.date(from)):] {
		if m.on > last {
			break
		}
		if m.changes && m.Confidence != High {
			days = append(days, m.Day)
		}
	}
	return days
}

// Covers says whether an instant is in the years whose days the calendar knows. Beyond them a due time may still move
// with the yearly notice.
func (c Calendar) Covers(at time.Time) bool {
	if c.hours == nil {
		return true
	}
	d := c.hours.date(at)
	return d >= c.hours.from && d < c.hours.to
}

// date is what the calendar on the wall shows, that of UTC around the clock.
func (h *hours) date(t time.Time) day {
	unix := t.Unix()
	if h != nil {
		unix += h.period(unix).offset
	}
	return day(floorDiv(unix, secondsOfDay))
}

// midnight returns the first instant of a day or, where the zone skipped its beginning or all of it, of what follows.
func (h *hours) midnight(d day) time.Time {
	wall := int64(d) * secondsOfDay
	if h == nil {
		return time.Unix(wall, 0).UTC()
	}
	last := len(h.periods) - 1
	i := sort.Search(last, func(i int) bool { return h.periods[i+1].from+h.periods[i].offset > wall })
	return time.Unix(max(h.periods[i].from, wall-h.periods[i].offset), 0).UTC()
}
