package retention

import "time"

// Day is a civil day in Viet Nam, `2006-01-02`; empty is none. Days compare as strings.
type Day string

// desk is where days are counted: UTC+7 without summer time, as Viet Nam has had it on every day that a record may hold.
func desk() *time.Location { return time.FixedZone("", 7*60*60) }

// DayOf is the day of an instant at the desk.
func DayOf(t time.Time) Day { return Day(t.In(desk()).Format(time.DateOnly)) }

// Begin is the day's first instant; zero of none.
func (d Day) Begin() time.Time {
	t, err := time.ParseInLocation(time.DateOnly, string(d), desk())
	if err != nil {
		return time.Time{}
	}
	return t
}

// next is the day behind.
func (d Day) next() Day { return DayOf(d.Begin().AddDate(0, 0, 1)) }

// months is the day of the same number so many months on, or the last day of that month when it has none.
func (d Day) months(n int) Day {
	t := d.Begin()
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, desk())
	return DayOf(first.AddDate(0, 0, min(t.Day(), lastOf(first))-1))
}

// before is the last day of which months(n) is not behind d.
func (d Day) before(n int) Day {
	t := d.Begin()
	first := time.Date(t.Year(), t.Month()-time.Month(n), 1, 0, 0, 0, 0, desk())
	day := min(t.Day(), lastOf(first))
	if t.Day() == lastOf(t) { // into which all later days of that month are counted
		day = lastOf(first)
	}
	return DayOf(first.AddDate(0, 0, day-1))
}

// lastOf is the number of days of t's month.
func lastOf(t time.Time) int {
	return time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, t.Location()).Day()
}
