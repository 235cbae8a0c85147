package sla

import (
	"slices"
	"strings"
	"time"
)

// Segment is an interval of a clock's life: whether it counted, why, and who was waited for.
type Segment struct {
	From      time.Time
	To        time.Time
	Counts    bool
	Cause     string
	ChargedTo string
}

// Used returns the counted time of a clock until an instant, at most until it stopped.
func (x *Rules) Used(c Clock, at time.Time) time.Duration {
	cal := x.calendar(c.Calendar)
	return cal.counted(c.StartedAt, c.scope(at), c.Pauses)
}

// Paused returns the wall time that pauses covered until an instant, at most until the clock stopped.
func (x *Rules) Paused(c Clock, at time.Time) time.Duration {
	var sum time.Duration
	for _, s := range x.Segments(c, at) {
		if !s.Counts {
			sum += s.To.Sub(s.From)
		}
	}
	return sum
}

// scope is the end of the clock's life as seen from an instant.
func (c Clock) scope(at time.Time) time.Time {
	if !c.StoppedAt.IsZero() && at.After(c.StoppedAt) {
		return c.StoppedAt
	}
	return later(c.StartedAt, at)
}

// Segments returns the life of a clock until an instant, at most until it stopped, without gaps and overlaps. Where
// pauses overlap the one that began first names the cause. Several who were waited for at once are joined by commas.
func (x *Rules) Segments(c Clock, at time.Time) []Segment {
	end := c.scope(at)
	var out []Segment
	for _, cut := range c.cuts(end) {
		if len(out) > 0 {
			out[len(out)-1].To = cut
		}
		s := c.segment(cut)
		if n := len(out); n > 0 && out[n-1].Counts == s.Counts && out[n-1].Cause == s.Cause && out[n-1].ChargedTo == s.ChargedTo {
			continue
		}
		out = append(out, s)
	}
	if len(out) > 0 {
		out[len(out)-1].To = end
	}
	return out
}

// cuts returns every instant before the end at which something may change, sorted, the start first.
func (c Clock) cuts(end time.Time) []time.Time {
	cuts := []time.Time{c.StartedAt}
	for _, p := range c.Pauses {
		cuts = append(cuts, p.From, p.To)
	}
	for _, w := range c.Waits {
		cuts = append(cuts, w.From)
	}
	cuts = slices.DeleteFunc(cuts, func(t time.Time) bool { return t.Before(c.StartedAt) || !t.Before(end) })
	slices.SortFunc(cuts, time.Time.Compare)
	return slices.CompactFunc(cuts, time.Time.Equal)
}

// segment says what holds from an instant on, its To still open.
func (c Clock) segment(from time.Time) Segment {
	for _, p := range c.Pauses {
		if !p.From.After(from) && (p.To.IsZero() || p.To.After(from)) {
			return Segment{From: from, Cause: p.Cause, ChargedTo: p.ChargedTo}
		}
	}
	cause, charged := causeRunning, c.ChargedTo
	for _, w := range c.Waits {
		if !w.From.After(from) && len(w.For) > 0 {
			cause, charged = joined(w.For)
		}
	}
	return Segment{From: from, Counts: true, Cause: cause, ChargedTo: charged}
}

func joined(waited []Waited) (cause, charged string) {
	var causes, charges []string
	for _, w := range waited {
		causes, charges = append(causes, w.Cause), append(charges, w.ChargedTo)
	}
	return join(causes), join(charges)
}

func join(words []string) string {
	slices.Sort(words)
	return strings.Join(slices.Compact(words), ",")
}
