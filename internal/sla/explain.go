package sla

import (
	"time"

	"verigate/internal/verification"
)

// Explanation is the arithmetic of a clock as seen from an instant, with the parts in counted time and exact: the sum
// of Days less what the pauses took is Used, Used is Limit less Left, or Limit and Overdue, and the sum of Ahead is Left.
type Explanation struct {
	Clock    Clock
	At       time.Time
	Promises []Origin // oldest first; the last one holds

	From   time.Time     // the limit counts from here: the start, or where the degree was raised
	Length time.Duration // counted time from From to the due, without pauses
	Limit  time.Duration // the same from the start on

	Zone   string    // of the IANA database, in which Days are dates
	Place  string    // whose hours count; empty around the clock
	Days   []Counted // from the start to now, or to when it stopped; at most 400, as those of Ahead
	Ahead  []Counted // from now to the due of a clock that has not stopped
	Pauses []PauseTold

	Used    time.Duration
	Left    time.Duration // none once it is late
	Overdue time.Duration // may be none for a while after the due when nothing counts then
	Late    bool
	Due     time.Time // of a paused clock: if it goes on now
	Steps   []StepTold

	// Provisional are the days between now and the due of a clock that has not stopped which are not sure yet.
	Provisional []Day
}

// PauseTold is a pause and how much counted time it took out. Where pauses overlap the one that began first took it.
type PauseTold struct {
	Pause
	Took time.Duration
}

// StepTold is a step of the promise, whether it is on record, and who is told when it is reached.
type StepTold struct {
	Mark
	Reached bool
	To      []Rung // the lowest first; nobody when somebody outside is waited for
}

// Explain explains every clock of a request at an instant, oldest first, as Apply keeps them. It takes all decisions on
// the request, because why a promise was made is in them alone. The error is Apply's.
func (x *Rules) Explain(decisions []verification.Decision, at time.Time) ([]Explanation, error) {
	clocks, r, err := x.replay(decisions)
	if err != nil {
		return nil, err
	}
	out := make([]Explanation, len(clocks))
	for i, c := range clocks {
		out[i] = x.explain(c.clock, c.promises, at)
		for n, s := range out[i].Steps {
			out[i].Steps[n].To = x.Told(r.Policy, r.Degree, c.clock, s.Percent)
		}
	}
	return out, nil
}

func (x *Rules) explain(c Clock, promises []Origin, at time.Time) Explanation {
	cal, end := x.calendar(c.Calendar), c.scope(at)
	e := Explanation{
		Clock: c, At: at, Promises: promises, Limit: c.Limit, Zone: "UTC",
		Days: cal.stretches(c.StartedAt, end), Pauses: c.pausesTold(cal, end),
		Used: x.Used(c, at), Late: c.Late(at), Due: c.dueFrom(cal, at),
	}
	e.From, e.Length = c.counts(e.Origin())
	if version, place, ok := ParseCalendarName(c.Calendar); ok {
		e.Zone, e.Place = x.versions.Load().hours[version].data.Zone, place
	}
	if left := c.Limit - e.Used; e.Late {
		e.Overdue = max(0, -left)
	} else {
		e.Left = max(0, left)
	}
	for _, m := range c.Steps {
		e.Steps = append(e.Steps, StepTold{Mark: m, Reached: m.Percent <= c.Reached})
	}
	if c.State != Stopped && e.Due.After(end) {
		e.Ahead, e.Provisional = cal.stretches(end, e.Due), cal.Provisional(end, e.Due)
	}
	return e
}

// Origin is where the limit of the promise that holds comes from.
func (e Explanation) Origin() Origin { return e.Promises[len(e.Promises)-1] }

// counts is from where the limit counts, and how much: a share, and a whole limit after a raise, begin with the promise;
// what somebody was told is told from the start.
func (c Clock) counts(o Origin) (from time.Time, length time.Duration) {
	whole := o.Basis == BasisPolicy || o.Basis == BasisAgency
	if o.Basis == BasisShare || whole && c.Limit != c.Full {
		return c.From, c.Budget
	}
	return c.StartedAt, c.Limit
}

// stretches is Days, but the whole of an interval in one row around the clock, where no day differs from another.
func (c Calendar) stretches(from, to time.Time) []Counted {
	if c.hours != nil || !from.Before(to) {
		return c.Days(from, to)
	}
	return []Counted{{
		Date: c.hours.date(from).String(), Until: c.hours.date(to.Add(-1)).String(), Time: c.Between(from, to), Why: WhyAround,
	}}
}

// pausesTold returns the pauses before the end of the clock's life as seen, and what each took. It walks as counted does.
func (c Clock) pausesTold(cal Calendar, end time.Time) []PauseTold {
	var told []PauseTold
	from := c.StartedAt
	for _, p := range c.Pauses {
		if !p.From.Before(end) {
			break
		}
		to := p.To
		if to.IsZero() || to.After(end) {
			to = end
		}
		begin := later(from, p.From)
		t := PauseTold{Pause: p}
		if to.After(begin) {
			t.Took, from = cal.Between(begin, to), to
		}
		told = append(told, t)
	}
	return told
}
