package sla_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"verigate/internal/sla"
)

// naive looks at the wall and in the list, minute by minute: what a calendar must agree with.
type naive struct {
	zone *time.Location
	week map[string][]string
	days map[string]sla.Day
}

func naiveOf(t testing.TB, all *sla.Calendars, place string) naive {
	t.Helper()
	raw, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	var data struct {
		Zone   string
		Places map[string]struct{ Week map[string][]string }
		Days   []sla.Day
	}
	if err := json.Unmarshal(raw, &data); err != nil {
		t.Fatal(err)
	}
	n := naive{zone: zone(t, data.Zone), week: data.Places[place].Week, days: map[string]sla.Day{}}
	for _, d := range data.Days {
		n.days[d.Date] = d
	}
	return n
}

// open returns the spans of the date on the wall.
func (n naive) open(wall time.Time) []string {
	date := wall
	if d, ok := n.days[wall.Format(time.DateOnly)]; ok {
		if d.Off {
			return nil
		}
		if d.Kind == sla.SwapWork {
			date, _ = time.Parse(time.DateOnly, d.For)
		}
	}
	return n.week[strings.ToLower(date.Format("Mon"))]
}

func (n naive) between(from, to time.Time) time.Duration {
	var minutes int
	var open []string
	for at, today := from.In(n.zone), -1; at.Before(to); at = at.Add(time.Minute) {
		if at.YearDay() != today {
			open, today = n.open(at), at.YearDay()
		}
		clock := string(at.AppendFormat(make([]byte, 0, 5), "15:04"))
		for _, span := range open {
			if span[:5] <= clock && clock < span[6:] {
				minutes++
			}
		}
	}
	return time.Duration(minutes) * time.Minute
}

// subject is a calendar with the version that it is from.
type subject struct {
	all   *sla.Calendars
	place string
	cal   sla.Calendar
}

func subjects(t testing.TB) []subject {
	t.Helper()
	var out []subject
	for _, all := range []*sla.Calendars{
		calendars(t), berlin(t),
		elsewhere(t, "au-1", "Australia/Lord_Howe"), // changes by half an hour
		elsewhere(t, "ws-1", "Pacific/Apia"),        // left out 30 December 2011
		elsewhere(t, "br-1", "America/Sao_Paulo"),   // changed at midnight
	} {
		for _, cal := range all.All() {
			_, place, ok := sla.ParseCalendarName(cal.Version)
			if !ok {
				t.Fatalf("%s is no name", cal.Version)
			}
			out = append(out, subject{all, place, cal})
		}
	}
	return out
}

// anyTime is anywhere in three centuries, or near a day of the list or a change of a zone. The first zones of
// the century that were no whole minutes from UTC are left out for the naive count.
func anyTime(unit time.Duration) *rapid.Generator[time.Time] {
	near := []time.Time{
		time.Date(2021, 9, 2, 0, 0, 0, 0, time.UTC), time.Date(2022, 2, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2024, 5, 4, 0, 0, 0, 0, time.UTC), time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2021, 3, 28, 0, 0, 0, 0, time.UTC), time.Date(2021, 10, 31, 0, 0, 0, 0, time.UTC),
		time.Date(2027, 12, 31, 0, 0, 0, 0, time.UTC), time.Date(2096, 10, 28, 0, 0, 0, 0, time.UTC),
		time.Date(2011, 12, 30, 0, 0, 0, 0, time.UTC), time.Date(2018, 11, 4, 0, 0, 0, 0, time.UTC),
	}
	return rapid.Custom(func(t *rapid.T) time.Time {
		const span = 10 * 24 * hour
		at := rapid.SampledFrom(near).Draw(t, "near")
		if rapid.Bool().Draw(t, "far") {
			first, last := time.Date(1920, 1, 1, 0, 0, 0, 0, time.UTC).Unix(), time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
			at = time.Unix(rapid.Int64Range(first/60, last/60).Draw(t, "minute")*60, 0).UTC()
		}
		return at.Add(time.Duration(rapid.Int64Range(-int64(span/unit), int64(span/unit)).Draw(t, "units")) * unit)
	})
}

func TestTheCountIsThatOfEveryMinute(t *testing.T) {
	t.Parallel()
	for _, s := range subjects(t) {
		n := naiveOf(t, s.all, s.place)
		t.Run(s.cal.Version, rapid.MakeCheck(func(t *rapid.T) {
			from := anyTime(time.Minute).Draw(t, "from")
			to := from.Add(time.Duration(rapid.IntRange(0, 9*24*60).Draw(t, "minutes")) * time.Minute)
			if got, want := s.cal.Between(from, to), n.between(from, to); got != want {
				t.Fatalf("%s to %s: %s, minute by minute %s", from, to, got, want)
			}
		}))
	}
}

func TestAddingAndCountingUndoEachOther(t *testing.T) {
	t.Parallel()
	for _, s := range subjects(t) {
		t.Run(s.cal.Version, rapid.MakeCheck(func(t *rapid.T) {
			at := anyTime(time.Nanosecond).Draw(t, "at")
			d := time.Duration(rapid.OneOf(
				rapid.Int64Range(1, int64(time.Hour)), rapid.Map(rapid.Int64Range(1, 90*8*60), func(m int64) int64 { return m * int64(time.Minute) }),
				rapid.Int64Range(1, int64(30*365*24*hour)),
			).Draw(t, "d"))
			due := s.cal.Add(at, d)
			if got := s.cal.Between(at, due); got != d || s.cal.Between(at, due.Add(-1)) >= d {
				t.Fatalf("%s + %s is %s, until then %s, or not the earliest", at, d, due, got)
			}
			from := s.cal.Sub(at, d)
			if got := s.cal.Between(from, at); got != d || s.cal.Between(from.Add(1), at) >= d {
				t.Fatalf("%s - %s is %s, from then %s, or not the latest", at, d, from, got)
			}
			if !s.cal.Add(at, -d).Equal(from) || !s.cal.Sub(at, -d).Equal(due) {
				t.Fatalf("a negative length of %s does not go the other way", d)
			}
		}))
	}
}

func TestTheCountIsAdditiveAndNeverFalls(t *testing.T) {
	t.Parallel()
	for _, s := range subjects(t) {
		t.Run(s.cal.Version, rapid.MakeCheck(func(t *rapid.T) {
			times := rapid.SliceOfN(anyTime(time.Nanosecond), 3, 3).Draw(t, "times")
			slices.SortFunc(times, time.Time.Compare)
			a, b, c := times[0], times[1], times[2]
			whole, first, rest := s.cal.Between(a, c), s.cal.Between(a, b), s.cal.Between(b, c)
			if whole != first+rest || first < 0 || rest < 0 || first > b.Sub(a) || s.cal.Between(c, a) != -whole {
				t.Fatalf("%s, %s, %s: %s is not %s and %s", a, b, c, whole, first, rest)
			}
		}))
	}
}

func TestTheDaysOfAnIntervalSumUpToIt(t *testing.T) {
	t.Parallel()
	around := subject{cal: sla.AroundTheClock()}
	for _, s := range append(subjects(t), around) {
		t.Run(s.cal.Version, rapid.MakeCheck(func(t *rapid.T) {
			from := anyTime(time.Nanosecond).Draw(t, "from")
			to := from.Add(time.Duration(rapid.OneOf(rapid.Int64Range(1, int64(90*24*hour)), rapid.Int64Range(1, int64(9*365*24*hour))).Draw(t, "d")))
			var sum time.Duration
			rows := s.cal.Days(from, to)
			for i, row := range rows {
				sum += row.Time
				if i > 0 && row.Date <= rows[i-1].Until || row.Until < row.Date || (row.Until > row.Date) != (row.Why == sla.WhySeveral) {
					t.Fatalf("row %d of %d: %+v after %+v", i, len(rows), row, rows[max(0, i-1)])
				}
			}
			if want := s.cal.Between(from, to); sum != want || len(rows) > 400 {
				t.Fatalf("%s to %s: %d rows with %s, not %s", from, to, len(rows), sum, want)
			}
		}))
	}
}

func TestADecreeChangesNothingBeforeItsDay(t *testing.T) {
	t.Parallel()
	for _, s := range subjects(t) {
		z := naiveOf(t, s.all, s.place).zone
		t.Run(s.cal.Version, rapid.MakeCheck(func(t *rapid.T) {
			date := time.Date(2021, 1, 1+rapid.IntRange(0, 364).Draw(t, "day"), 0, 0, 0, 0, z)
			day := sla.Day{
				Date: date.Format(time.DateOnly), Off: true, Kind: sla.Compensatory, Confidence: sla.High,
				Name: sla.DayName{VI: "Nghỉ bù", EN: "Day off in lieu"},
			}
			next, err := s.all.With(sla.Decree{Version: "next-1", At: date.AddDate(0, -1, 0), Days: []sla.Day{day}})
			if err != nil {
				t.Fatal(err)
			}
			changed, ok := next.Place(s.place)
			if !ok || changed.Between(date, date.AddDate(0, 0, 1)) != 0 {
				t.Fatalf("%s is not off", day.Date)
			}
			before := date.Add(-time.Duration(rapid.Int64Range(0, int64(400*24*hour)).Draw(t, "before")))
			from := before.Add(-time.Duration(rapid.Int64Range(0, int64(400*24*hour)).Draw(t, "length")))
			d := s.cal.Between(from, before)
			if got := changed.Between(from, before); got != d {
				t.Fatalf("%s to %s: %s, not %s", from, before, got, d)
			}
			if !changed.Add(from, d).Equal(s.cal.Add(from, d)) || !changed.Sub(before, d).Equal(s.cal.Sub(before, d)) {
				t.Fatalf("%s + %s is not the same", from, d)
			}
		}))
	}
}
