package sla

import (
	"math"
	"slices"
	"sort"
	"time"
)

const (
	secondsOfDay = 24 * 60 * 60
	daysOfWeek   = 7
)

// hours numbers the counted seconds of a place, the past ones below zero: how many there are before an instant, and
// when the n-th begins. A week repeats for ever, so only the days that are not as their week says are kept in a list, with
// what was counted before each: both questions are a binary search in that list and a division by the week, however far
// away the instant is.
//
// It counts on the clock on the wall, whose seconds a change of the zone skips or repeats; a period is the time between
// two changes. An instant counts when the wall shows a time of the opening hours, so a repeated hour counts twice.
//
// It is immutable.
type hours struct {
	week    [daysOfWeek]opening // Monday first
	starts  [daysOfWeek]int64   // counted seconds of the week before that weekday
	total   int64               // counted seconds of a week, never zero
	marked  []marked            // sorted by day
	periods []period            // sorted; the first has no beginning, the last no end
	from    day                 // the covered days, half-open
	to      day
}

// opening is what counts of one day, sorted and apart.
type opening struct {
	spans []span
	total int64
}

// span is a part of a day in seconds since midnight, half-open, and what counts of the day before it.
type span struct {
	from, to, before int64
}

// listed is a day of the list as a place's hours need it.
type listed struct {
	Day
	on    day
	hours day // the date whose weekday gives the hours, unless the day is off
}

// marked is a day of the list in the hours of a place.
type marked struct {
	listed
	opening *opening
	before  int64 // counted seconds before the day
	shift   int64 // what a plain count of weeks lacks after the day
	changes bool  // its hours are not those of its weekday
}

// period is a stretch of time in which the zone's offset stays.
type period struct {
	from   int64 // seconds since 1970 UTC
	offset int64 // seconds east
	count  int64 // counted seconds before it
	shift  int64 // what the wall's count lacks in it, from hours that changes skipped or repeated
}

// day counts days since 1970-01-01, on the wall.
type day int64

func dayOf(date time.Time) day { return day(floorDiv(date.Unix(), secondsOfDay)) }

func (d day) String() string { return time.Unix(int64(d)*secondsOfDay, 0).UTC().Format(time.DateOnly) }

// weekday is 0 on Monday; 1970 began on a Thursday.
func (d day) weekday() int64 { return floorMod(int64(d)+3, daysOfWeek) }

// mark puts a day behind those that are marked.
func (h *hours) mark(l listed) {
	m := marked{listed: l, opening: &opening{}}
	if !l.Off {
		m.opening = &h.week[l.hours.weekday()]
	}
	n := len(h.marked)
	m.before = h.startOf(m.on, n)
	if n > 0 {
		m.shift = h.marked[n-1].shift
	}
	plain := &h.week[m.on.weekday()]
	m.shift += m.opening.total - plain.total
	m.changes = !slices.Equal(m.opening.spans, plain.spans)
	h.marked = append(h.marked, m)
}

// The years whose changes of a zone are known; the offsets at their ends hold before and after.
const (
	firstYear = 1900
	lastYear  = 2200
)

// inZone makes the periods, once all days are marked.
func (h *hours) inZone(zone *time.Location) {
	at := time.Date(firstYear, time.January, 1, 0, 0, 0, 0, time.UTC).In(zone)
	end := at.AddDate(lastYear-firstYear, 0, 0)
	h.periods = []period{{from: math.MinInt64, offset: offset(at), count: math.MinInt64}}
	for {
		_, next := at.ZoneBounds()
		if next.IsZero() || next.After(end) {
			return
		}
		if !next.After(at) { // a year that follows a rule ends for ZoneBounds after 365 days: the last of a leap year
			next = at.Add(secondsOfDay * time.Second)
		}
		at = next
		if last := h.periods[len(h.periods)-1]; offset(at) != last.offset {
			p := period{from: at.Unix(), offset: offset(at)}
			p.count = h.onWall(p.from+last.offset) + last.shift
			p.shift = p.count - h.onWall(p.from+p.offset)
			h.periods = append(h.periods, p)
		}
	}
}

func offset(t time.Time) int64 {
	_, seconds := t.Zone()
	return int64(seconds)
}

// count returns the counted seconds before an instant, and the counted part of the second that it is in.
func (h *hours) count(t time.Time) (seconds, nanos int64) {
	unix := t.Unix()
	p := h.period(unix)
	seconds, open := h.of(unix + p.offset)
	if open {
		nanos = int64(t.Nanosecond())
	}
	return seconds + p.shift, nanos
}

func (h *hours) period(unix int64) *period {
	return &h.periods[sort.Search(len(h.periods)-1, func(i int) bool { return h.periods[i+1].from > unix })]
}

// second returns when the n-th counted second begins, in seconds since 1970 UTC.
func (h *hours) second(n int64) int64 {
	p := &h.periods[sort.Search(len(h.periods)-1, func(i int) bool { return h.periods[i+1].count > n })]
	return h.wallOf(n-p.shift) - p.offset
}

// move returns the earliest instant at which d of counted time has gone by since an instant, or with a negative d the
// latest from which that much goes by until it. A counted second has no gaps, so what is not whole needs no choice; a
// whole number is used up when the second before it ends, and is left until the next begins.
func (h *hours) move(t time.Time, d time.Duration) time.Time {
	n, nanos := h.count(t)
	n, nanos = n+int64(d/time.Second), nanos+int64(d%time.Second)
	switch second := int64(time.Second); {
	case nanos < 0:
		n, nanos = n-1, nanos+second
	case nanos >= second:
		n, nanos = n+1, nanos-second
	}
	if d > 0 && nanos == 0 {
		return time.Unix(h.second(n-1)+1, 0).UTC()
	}
	return time.Unix(h.second(n), nanos).UTC()
}

// of returns the counted seconds before a second on the wall, and whether it counts itself.
func (h *hours) of(wall int64) (n int64, open bool) {
	d, second := day(floorDiv(wall, secondsOfDay)), floorMod(wall, secondsOfDay)
	i := h.before(d)
	o := &h.week[d.weekday()]
	if i < len(h.marked) && h.marked[i].on == d {
		o = h.marked[i].opening
	}
	n, open = o.count(second)
	return h.startOf(d, i) + n, open
}

func (h *hours) onWall(wall int64) int64 {
	n, _ := h.of(wall)
	return n
}

// startOf returns the counted seconds before a day that has i marked days before it.
func (h *hours) startOf(d day, i int) int64 {
	n := floorDiv(int64(d)+3, daysOfWeek)*h.total + h.starts[d.weekday()]
	if i > 0 {
		n += h.marked[i-1].shift
	}
	return n
}

// on returns the day if it is marked.
func (h *hours) on(d day) *marked {
	if i := h.before(d); i < len(h.marked) && h.marked[i].on == d {
		return &h.marked[i]
	}
	return nil
}

// before returns how many of the marked days are before a day.
func (h *hours) before(d day) int {
	return sort.Search(len(h.marked), func(i int) bool { return h.marked[i].on >= d })
}

// wallOf returns the second on the wall that is the n-th counted one.
func (h *hours) wallOf(n int64) int64 {
	i := sort.Search(len(h.marked), func(i int) bool { return h.marked[i].before > n })
	if i == 0 {
		return h.inWeek(n)
	}
	m := &h.marked[i-1]
	if n < m.before+m.opening.total {
		return int64(m.on)*secondsOfDay + m.opening.second(n-m.before)
	}
	return h.inWeek(n - m.shift)
}

// inWeek is wallOf where no day is marked.
func (h *hours) inWeek(n int64) int64 {
	week, rest := floorDiv(n, h.total), floorMod(n, h.total)
	weekday := int64(daysOfWeek - 1)
	for h.starts[weekday] > rest {
		weekday--
	}
	return (week*daysOfWeek-3+weekday)*secondsOfDay + h.week[weekday].second(rest-h.starts[weekday])
}

// count returns what counts of the day before a second of it, and whether that second counts.
func (o *opening) count(second int64) (n int64, open bool) {
	for _, s := range o.spans {
		if second < s.from {
			return s.before, false
		}
		if second < s.to {
			return s.before + second - s.from, true
		}
	}
	return o.total, false
}

// second returns the second of the day that is the n-th counted one; there are more than n.
func (o *opening) second(n int64) int64 {
	i := len(o.spans) - 1
	for o.spans[i].before > n {
		i--
	}
	return o.spans[i].from + n - o.spans[i].before
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }
