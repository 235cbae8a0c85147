package sla

import (
	"math"
	"time"
)

// workingDay is what a day of a limit is worth on business hours, however long a place is open.
const workingDay = 8 * time.Hour

// Calendar says how much of an interval counts, and when a length of counted time is used up: around the clock, where
// every instant counts and a day is 24 hours, or on the office hours of a place, where a day is 8 of them. It is small,
// immutable and safe for concurrent use. Two calendars of one version are the same.
//
// Lengths beyond 292 years of counted time end there.
type Calendar struct {
	Version string // the full name under which clocks keep it: 24x7-1, vn-1/north

	hours *hours // nil around the clock
}

// AroundTheClock is the calendar 24x7-1.
func AroundTheClock() Calendar { return Calendar{Version: AroundTheClockVersion} }

// Length is what a limit is worth in counted time.
func (c Calendar) Length(l Limit) time.Duration {
	days := time.Duration(l.Days) * 24 * time.Hour
	if c.hours != nil {
		days = time.Duration(l.Days) * workingDay
	}
	return days + min(l.Time, math.MaxInt64-days)
}

// Add returns the earliest instant at which that much counted time has gone by since from, which is from itself for
// none: what is used up at the end of a day is due then, not the next morning. A negative length goes back as Sub does.
func (c Calendar) Add(from time.Time, d time.Duration) time.Time {
	if c.hours == nil {
		return from.Add(d)
	}
	if d == 0 {
		return from
	}
	return c.hours.move(from, d)
}

// Sub returns the latest instant from which that much counted time goes by until to, which is to itself for none.
func (c Calendar) Sub(to time.Time, d time.Duration) time.Time {
	return c.Add(to, -max(d, -math.MaxInt64))
}

// Between returns the counted time of an interval, negative when it ends before it begins.
func (c Calendar) Between(from, to time.Time) time.Duration {
	if c.hours == nil {
		return to.Sub(from)
	}
	s0, n0 := c.hours.count(from)
	s1, n1 := c.hours.count(to)
	return length(s1-s0, n1-n0)
}

// length is a duration in seconds and nanoseconds, cut where a Duration ends.
func length(seconds, nanos int64) time.Duration {
	const most = math.MaxInt64/int64(time.Second) - 1
	switch {
	case seconds > most:
		return math.MaxInt64
	case seconds < -most:
		return math.MinInt64
	}
	return time.Duration(seconds)*time.Second + time.Duration(nanos)
}

// due returns when a budget of counted time that began at from is used up. The pauses are sorted by their start and
// may overlap; a pause that lasts is taken to end at once, so that a paused clock keeps its due until it goes on. A
// budget that is used up at the very start of a pause is used up there.
func (c Calendar) due(from time.Time, budget time.Duration, pauses []Pause) time.Time {
	for _, p := range pauses {
		if p.To.IsZero() {
			break
		}
		if !p.To.After(from) {
			continue
		}
		before := c.Between(from, later(from, p.From))
		if before >= budget {
			break
		}
		budget, from = budget-before, p.To
	}
	return c.Add(from, budget)
}

// counted returns the counted time from one instant to another without the pauses; one that lasts pauses to the end.
func (c Calendar) counted(from, to time.Time, pauses []Pause) time.Duration {
	var sum time.Duration
	for _, p := range pauses {
		if !p.From.Before(to) {
			break
		}
		end := p.To
		if end.IsZero() || end.After(to) {
			end = to
		}
		if !end.After(from) {
			continue
		}
		sum += c.Between(from, later(from, p.From))
		from = end
	}
	if to.After(from) {
		sum += c.Between(from, to)
	}
	return sum
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
