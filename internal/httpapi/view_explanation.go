package httpapi

import (
	"time"

	"verigate/api/server"
	"verigate/internal/sla"
)

// explanationView writes counted time in whole seconds; only where a reader divides has it its fraction.
func explanationView(x sla.Explanation) server.ClockViewExplanation {
	sentence := x.Sentence()
	view := server.ClockViewExplanation{
		Vi: sentence.VI, En: sentence.EN,
		From: x.From.UTC(), Length: sla.FormatDuration(max(0, x.Length)), DueAt: x.Due.UTC(),
		Calendar: server.ClockViewExplanationCalendar{Name: x.Clock.Calendar, Place: x.Place, Zone: x.Zone},
	}
	for _, o := range x.Promises {
		view.Promises = append(view.Promises, promiseView(o))
	}
	var used, ahead wholes
	view.Days = daysView(x.Days, &used)
	view.Ahead = daysView(x.Ahead, &ahead)
	for _, p := range x.Pauses {
		view.Pauses = append(view.Pauses, server.ClockViewExplanationPause{
			From: p.From.UTC(), To: utc(p.To), Cause: p.Cause, ChargedTo: p.ChargedTo, Counted: sla.FormatDuration(-used.next(-p.Took)),
		})
	}
	if x.Late {
		view.Overdue = wholeSeconds(x.Overdue)
	} else {
		view.Left = wholeSeconds(x.Left)
	}
	for _, s := range x.Steps {
		view.Steps = append(view.Steps, server.ClockViewExplanationStep{
			Percent: s.Percent, At: s.At.UTC(), Reached: s.Reached, Told: each[server.Rung](s.To),
		})
	}
	for _, d := range x.Provisional {
		view.Provisional = append(view.Provisional, server.ClockViewExplanationProvisional{
			Date: d.Date, Off: d.Off, Name: server.ClockViewExplanationProvisionalName{Vi: d.Name.VI, En: d.Name.EN},
		})
	}
	return view
}

func promiseView(o sla.Origin) server.ClockViewExplanationPromise {
	view := server.ClockViewExplanationPromise{
		Promise: o.Promise, At: o.At.UTC(), Occasion: server.ClockViewExplanationPromiseOccasion(o.Occasion), Code: o.Code,
		Policy: o.Policy, Degree: server.Degree(o.Degree), Basis: server.ClockViewExplanationPromiseBasis(o.Basis),
	}
	if o.Given != (sla.Limit{}) {
		view.Given = o.Given.String()
	}
	switch o.Basis {
	case sla.BasisAgency:
		view.Extra = sla.FormatDuration(o.Extra)
	case sla.BasisShare:
		view.Share = server.ClockViewExplanationPromiseShare{
			Limit: sla.FormatDuration(o.Share.Limit), Left: sla.FormatDuration(o.Share.Left), Sum: sla.FormatDuration(o.Share.Sum),
		}
	case sla.BasisEvent:
		view.Event = server.ClockViewExplanationPromiseEvent{Type: o.Event.Type, At: o.Event.At.UTC(), Lead: sla.FormatDuration(o.Lead)}
	case sla.BasisPolicy, sla.BasisTold, sla.BasisKept:
	}
	return view
}

func daysView(days []sla.Counted, sum *wholes) []server.CountedDay {
	var out []server.CountedDay
	for _, d := range days {
		day := server.CountedDay{
			Date: d.Date, Counted: sla.FormatDuration(sum.next(d.Time)), Why: server.CountedDayWhy(d.Why),
			Name: server.CountedDayName{Vi: d.Name.VI, En: d.Name.EN},
		}
		if d.Until != d.Date {
			day.Until = d.Until
		}
		out = append(out, day)
	}
	return out
}

// wholes rounds the parts of a sum to whole seconds such that they add up to the whole seconds of the sum.
type wholes struct{ sum time.Duration }

func (w *wholes) next(d time.Duration) time.Duration {
	before := w.sum.Truncate(time.Second)
	w.sum += d
	return w.sum.Truncate(time.Second) - before
}
