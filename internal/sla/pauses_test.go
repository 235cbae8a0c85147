package sla

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"verigate/deploy"
)

func allCalendars(t *testing.T) []Calendar {
	t.Helper()
	versions, err := LoadCalendars(deploy.Data)
	if err != nil {
		t.Fatal(err)
	}
	all := []Calendar{AroundTheClock()}
	for _, c := range versions {
		all = append(all, c.All()...)
	}
	return all
}

// anyPauses may overlap and lie outside of what is counted; they are sorted as a clock has them.
func anyPauses(t *rapid.T, from time.Time) []Pause {
	pauses := make([]Pause, rapid.IntRange(0, 6).Draw(t, "pauses"))
	for i := range pauses {
		pauses[i].From = from.Add(time.Duration(rapid.Int64Range(-24*60, 30*24*60).Draw(t, "start")) * time.Minute)
		pauses[i].To = pauses[i].From.Add(time.Duration(rapid.Int64Range(1, 10*24*60).Draw(t, "length")) * time.Minute)
	}
	slices.SortFunc(pauses, func(a, b Pause) int { return a.From.Compare(b.From) })
	return pauses
}

func anyStart(t *rapid.T) time.Time {
	first := time.Date(2021, 1, 25, 0, 0, 0, 0, time.UTC)
	return first.Add(time.Duration(rapid.Int64Range(0, 4*365*24*60).Draw(t, "start")) * time.Minute)
}

// covered is the counted time of an interval that pauses cover, piece by piece of the whole: between two cuts nothing
// begins or ends.
func covered(c Calendar, from, to time.Time, pauses []Pause) time.Duration {
	cuts := []time.Time{from, to}
	for _, p := range pauses {
		cuts = append(cuts, p.From, p.To)
	}
	cuts = slices.DeleteFunc(cuts, func(t time.Time) bool { return t.Before(from) || t.After(to) })
	slices.SortFunc(cuts, time.Time.Compare)
	var sum time.Duration
	for i, cut := range cuts[1:] {
		if slices.ContainsFunc(pauses, func(p Pause) bool {
			return !p.From.After(cuts[i]) && (p.To.IsZero() || p.To.After(cuts[i]))
		}) {
			sum += c.Between(cuts[i], cut)
		}
	}
	return sum
}

func TestWhatRanAndWhatWasPausedIsAllThatCounts(t *testing.T) {
	t.Parallel()
	for _, c := range allCalendars(t) {
		t.Run(c.Version, rapid.MakeCheck(func(t *rapid.T) {
			from := anyStart(t)
			to := from.Add(time.Duration(rapid.Int64Range(0, 20*24*60).Draw(t, "minutes")) * time.Minute)
			pauses := anyPauses(t, from)
			if n := len(pauses); n > 0 && rapid.Bool().Draw(t, "lasts") {
				pauses[n-1].To = time.Time{}
			}
			ran, paused := c.counted(from, to, pauses), covered(c, from, to, pauses)
			if ran+paused != c.Between(from, to) {
				t.Fatalf("%s to %s: ran %s, paused %s, together not %s", from, to, ran, paused, c.Between(from, to))
			}
		}))
	}
}

func TestAPausedBudgetIsDueAtTheEarliestInstantThatItIsUsedUp(t *testing.T) {
	t.Parallel()
	for _, c := range allCalendars(t) {
		t.Run(c.Version, rapid.MakeCheck(func(t *rapid.T) {
			from := anyStart(t)
			pauses := anyPauses(t, from)
			budget := time.Duration(rapid.Int64Range(1, int64(60*time.Hour)).Draw(t, "budget"))
			due := c.due(from, budget, pauses)
			if got := c.counted(from, due, pauses); got != budget || c.counted(from, due.Add(-1), pauses) >= budget {
				t.Fatalf("%s with %s is due %s, until then %s, or not the earliest", from, budget, due, got)
			}
		}))
	}
}

func TestAPauseAfterAnIntervalChangesNothingInIt(t *testing.T) {
	t.Parallel()
	from := time.Date(2021, 9, 1, 3, 5, 0, 0, time.UTC)
	pauses := []Pause{{From: from.Add(5 * time.Hour), To: from.Add(6 * time.Hour)}, {From: from.Add(7 * time.Hour)}}
	for _, length := range []time.Duration{time.Hour, 5 * time.Hour} {
		if got := AroundTheClock().counted(from, from.Add(length), pauses); got != length {
			t.Errorf("%s counts of %s before the pauses", got, length)
		}
	}
}
