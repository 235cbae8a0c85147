package sla

import "time"

// Calendar says how much of an interval counts, and when a length of counted time is used up. This one counts around
// the clock: every instant counts and a day is 24 hours.
type Calendar struct {
	Version string
}

// AroundTheClock is the calendar 24x7-1.
func AroundTheClock() Calendar { return Calendar{Version: CalendarVersion} }

// Length is what a limit is worth in counted time.
func (c Calendar) Length(l Limit) time.Duration {
	return time.Duration(l.Days)*24*time.Hour + l.Time
}

// Add returns the earliest instant at which that much counted time has gone by since from.
func (c Calendar) Add(from time.Time, d time.Duration) time.Time { return from.Add(d) }

// Between returns the counted time of an interval, negative when it ends before it begins.
func (c Calendar) Between(from, to time.Time) time.Duration { return to.Sub(from) }

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
