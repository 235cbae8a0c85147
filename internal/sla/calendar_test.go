package sla_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"verigate/deploy"
	"verigate/internal/sla"
)

func calendars(t testing.TB) *sla.Calendars {
	t.Helper()
	all, err := sla.LoadCalendars(deploy.Data)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if c.Version() == "vn-1" {
			return c
		}
	}
	t.Fatal("no vn-1")
	return nil
}

func place(t testing.TB, name string) sla.Calendar {
	t.Helper()
	c, ok := calendars(t).Place(name)
	if !ok {
		t.Fatalf("no place %s", name)
	}
	return c
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// worked is one example that was worked by hand: the wall shows the times in the calendar's zone, and a weekday
// keeps whoever reads from counting.
type worked struct{ from, limit, due string }

// wall reads "Wed 2021-09-01 10:05" with seconds if there are any.
func wall(t testing.TB, z *time.Location, text string) time.Time {
	t.Helper()
	layout := "Mon 2006-01-02 15:04"
	if strings.Count(text, ":") == 2 {
		layout += ":05"
	}
	at, err := time.ParseInLocation(layout, text, z)
	if err != nil || at.Format("Mon") != text[:3] {
		t.Fatalf("%q: %v", text, err)
	}
	return at
}

func limit(t testing.TB, text string) sla.Limit {
	t.Helper()
	l, err := sla.ParseLimit(text)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (w worked) check(t *testing.T, c sla.Calendar, z *time.Location) {
	t.Helper()
	from, want := wall(t, z, w.from), wall(t, z, w.due)
	d := c.Length(limit(t, w.limit))
	if got := c.Add(from, d); !got.Equal(want) {
		t.Errorf("%s + %s is %s, not %s", w.from, w.limit, got.In(z).Format("Mon 2006-01-02 15:04:05"), w.due)
	}
	if got := c.Between(from, want); got != d {
		t.Errorf("between %s and %s are %s, not %s", w.from, w.due, got, d)
	}
}

func checkHeadquarters(t *testing.T, examples ...worked) {
	t.Helper()
	c, z := place(t, sla.Headquarters), zone(t, "Asia/Ho_Chi_Minh")
	for _, w := range examples {
		w.check(t, c, z)
	}
}

func TestAPriorityRequestOfTheFirstOfSeptemberIsDueOnTheEighth(t *testing.T) {
	t.Parallel()
	checkHeadquarters(t, worked{"Wed 2021-09-01 10:05", "P3D", "Wed 2021-09-08 10:05"})
}

func TestAPriorityRequestOfTheLastOfAugustIsDueOnTheSeventh(t *testing.T) {
	t.Parallel()
	checkHeadquarters(t, worked{"Tue 2021-08-31 16:00", "P3D", "Tue 2021-09-07 16:00"})
}

func TestALookBackOverTetIsDueOnTheTwentyFirst(t *testing.T) {
	t.Parallel()
	checkHeadquarters(t, worked{"Tue 2022-01-25 09:00", "P14D", "Mon 2022-02-21 09:00"})
}

func TestWhatComesAfterHoursBeforeAHolidayBeginsAfterIt(t *testing.T) {
	t.Parallel()
	checkHeadquarters(
		t,
		worked{"Wed 2021-09-01 17:01", "PT4H", "Mon 2021-09-06 12:00"},
		worked{"Wed 2021-09-01 17:01", "PT1S", "Mon 2021-09-06 08:00:01"},
		worked{"Wed 2021-09-01 17:00", "PT1S", "Mon 2021-09-06 08:00:01"},
		worked{"Wed 2021-09-01 16:59:59", "PT1S", "Wed 2021-09-01 17:00"},
		worked{"Wed 2021-09-01 17:01", "PT4H1S", "Mon 2021-09-06 13:00:01"},
		worked{"Wed 2021-09-01 17:01", "P1D", "Mon 2021-09-06 17:00"},
	)
}

func TestTheDaysFromTheFirstToTheFifthOfSeptemberAreOneWorkingDay(t *testing.T) {
	t.Parallel()
	c, z := place(t, sla.Headquarters), zone(t, "Asia/Ho_Chi_Minh")
	for _, w := range []struct {
		from, to string
		want     time.Duration
	}{
		{"Wed 2021-09-01 00:00", "Mon 2021-09-06 00:00", 8 * hour},
		{"Wed 2021-09-01 17:00", "Mon 2021-09-06 08:00", 0},
		{"Thu 2021-09-02 09:00", "Sun 2021-09-05 23:59", 0},
		{"Wed 2021-09-01 11:59:30", "Wed 2021-09-01 13:00:30", time.Minute},
		{"Mon 2021-09-06 09:00", "Wed 2021-09-01 16:00", -2 * hour},
	} {
		if got := c.Between(wall(t, z, w.from), wall(t, z, w.to)); got != w.want {
			t.Errorf("%s to %s: %s, not %s", w.from, w.to, got, w.want)
		}
	}
}

func TestTetOf2021HasNoHoursForSevenDays(t *testing.T) {
	t.Parallel()
	checkHeadquarters(
		t,
		worked{"Tue 2021-02-09 16:00", "PT2H", "Wed 2021-02-17 09:00"},
		worked{"Fri 2021-02-12 12:00", "P1D", "Wed 2021-02-17 17:00"},
		worked{"Mon 2021-02-08 08:00", "P5D", "Fri 2021-02-19 17:00"},
	)
}

func TestTetOf2022HasNoHoursForNineDays(t *testing.T) {
	t.Parallel()
	checkHeadquarters(
		t,
		worked{"Fri 2022-01-28 16:30", "PT1H", "Mon 2022-02-07 08:30"},
		worked{"Tue 2022-02-01 00:00", "PT8H", "Mon 2022-02-07 17:00"},
	)
}

func TestTheSaturdayOfMay2024IsWorkedForMonday(t *testing.T) {
	t.Parallel()
	checkHeadquarters(
		t,
		// Friday, Thursday, Friday, Saturday the 4th, Monday the 6th
		worked{"Fri 2024-04-26 08:00", "P4D", "Sat 2024-05-04 17:00"},
		worked{"Fri 2024-04-26 16:00", "PT2H", "Thu 2024-05-02 09:00"},
		worked{"Fri 2024-05-03 16:00", "PT2H", "Sat 2024-05-04 09:00"},
		worked{"Sat 2024-05-04 13:00", "P1D", "Mon 2024-05-06 12:00"},
		worked{"Sat 2024-04-27 10:00", "PT1H", "Thu 2024-05-02 09:00"},
	)
	worked{"Sat 2024-05-04 00:00", "PT30M", "Sat 2024-05-04 08:00"}.check(t, place(t, "north"), zone(t, "Asia/Ho_Chi_Minh"))
}

func TestALeapDayIsADayLikeOthers(t *testing.T) {
	t.Parallel()
	checkHeadquarters(
		t,
		worked{"Wed 2024-02-28 16:00", "PT2H", "Thu 2024-02-29 09:00"},
		worked{"Thu 2024-02-29 08:00", "P1D", "Thu 2024-02-29 17:00"},
		worked{"Thu 2024-02-29 10:00", "P2D", "Mon 2024-03-04 10:00"},
	)
}

func TestMidnightIsOutsideTheHours(t *testing.T) {
	t.Parallel()
	checkHeadquarters(
		t,
		worked{"Tue 2021-08-31 00:00", "PT1H", "Tue 2021-08-31 09:00"},
		worked{"Sun 2021-09-05 00:00", "PT8H", "Mon 2021-09-06 17:00"},
		worked{"Mon 2021-09-06 23:59:59", "PT30M", "Tue 2021-09-07 08:30"},
	)
}

func TestTheUnitsBeginHalfAnHourBeforeHeadquarters(t *testing.T) {
	t.Parallel()
	z := zone(t, "Asia/Ho_Chi_Minh")
	for _, name := range []string{"north", "central", "south"} {
		for _, w := range []worked{
			{"Wed 2021-09-01 07:00", "PT15M", "Wed 2021-09-01 07:45"},
			{"Wed 2021-09-01 11:00", "PT1H", "Wed 2021-09-01 13:30"},
			{"Wed 2021-09-01 10:05", "P3D", "Wed 2021-09-08 10:05"},
			{"Wed 2021-09-01 17:01", "PT4H", "Mon 2021-09-06 11:30"},
		} {
			w.check(t, place(t, name), z)
		}
	}
}

func TestBeyondTheCoveredYearsOnlyWeekdaysCount(t *testing.T) {
	t.Parallel()
	checkHeadquarters(
		t,
		worked{"Fri 2150-01-02 16:00", "PT2H", "Mon 2150-01-05 09:00"},
		worked{"Fri 1999-12-31 16:00", "PT2H", "Mon 2000-01-03 09:00"},
		worked{"Fri 2027-12-31 16:00", "P30D", "Fri 2028-02-11 16:00"},
		worked{"Thu 2020-12-31 16:00", "PT2H", "Mon 2021-01-04 09:00"},
	)
}

func TestBackwardIsTheLatestInstantFromWhichTheTimeCounts(t *testing.T) {
	t.Parallel()
	c, z := place(t, sla.Headquarters), zone(t, "Asia/Ho_Chi_Minh")
	for _, w := range []struct{ to, limit, from string }{
		{"Mon 2021-09-06 09:00", "PT2H", "Wed 2021-09-01 16:00"},
		{"Mon 2021-09-06 09:00", "PT1H", "Mon 2021-09-06 08:00"},
		{"Sat 2021-09-04 12:00", "PT4H", "Wed 2021-09-01 13:00"},
		{"Wed 2021-09-08 10:05", "P3D", "Wed 2021-09-01 10:05"},
		{"Sat 2021-09-04 12:00", "PT0S", "Sat 2021-09-04 12:00"},
		{"Sat 2024-05-04 09:00", "PT2H", "Fri 2024-05-03 16:00"},
		{"Mon 2021-01-04 09:00", "PT2H", "Thu 2020-12-31 16:00"},
	} {
		to, want := wall(t, z, w.to), wall(t, z, w.from)
		if got := c.Sub(to, c.Length(limit(t, w.limit))); !got.Equal(want) {
			t.Errorf("%s - %s is %s, not %s", w.to, w.limit, got.In(z), w.from)
		}
	}
}

func TestNothingTakesNoTimeAtAll(t *testing.T) {
	t.Parallel()
	c, z := place(t, sla.Headquarters), zone(t, "Asia/Ho_Chi_Minh")
	at := wall(t, z, "Sat 2021-09-04 03:00")
	if !c.Add(at, 0).Equal(at) || !c.Sub(at, 0).Equal(at) {
		t.Errorf("nothing after %s is %s, before it %s", at, c.Add(at, 0), c.Sub(at, 0))
	}
}

func TestADayOfALimitIsEightHoursOrTheWholeDay(t *testing.T) {
	t.Parallel()
	if got := place(t, "north").Length(limit(t, "P2DT3H")); got != 19*hour {
		t.Errorf("P2DT3H is %s on office hours", got)
	}
	if got := sla.AroundTheClock().Length(limit(t, "P2DT3H")); got != 51*hour {
		t.Errorf("P2DT3H is %s around the clock", got)
	}
}

func TestAroundTheClockEveryInstantCounts(t *testing.T) {
	t.Parallel()
	c := sla.AroundTheClock()
	at := time.Date(2021, 9, 4, 3, 0, 0, 7, time.UTC)
	if got := c.Add(at, 25*hour); !got.Equal(at.Add(25*hour)) || c.Between(at, got) != 25*hour || !c.Sub(got, 25*hour).Equal(at) {
		t.Errorf("25 hours after %s is %s", at, got)
	}
	if c.Version != "24x7-1" || !c.Covers(at) || c.Provisional(at, at.AddDate(9, 0, 0)) != nil {
		t.Errorf("%s is not what it was", c.Version)
	}
}

func TestTheLongestLengthsDoNotOverflow(t *testing.T) {
	t.Parallel()
	c := place(t, sla.Headquarters)
	for _, c := range []sla.Calendar{c, sla.AroundTheClock()} {
		if got := c.Length(limit(t, "P65535DT2500000H")); got != math.MaxInt64 {
			t.Errorf("more than a length can hold is %s in %s", got, c.Version)
		}
	}
	at := time.Date(2021, 9, 1, 3, 0, 0, 0, time.UTC)
	if got := c.Add(at, math.MaxInt64); c.Between(at, got) != math.MaxInt64 {
		t.Errorf("the longest length after %s is %s", at, got)
	}
	if got := c.Sub(at, math.MinInt64); !got.After(at) {
		t.Errorf("the longest length before %s is %s", at, got)
	}
	first, last := time.Time{}, time.Unix(1<<40, 0)
	if c.Between(first, last) != math.MaxInt64 || c.Between(last, first) != math.MinInt64 {
		t.Errorf("%s and %s", c.Between(first, last), c.Between(last, first))
	}
}

func berlin(t testing.TB) *sla.Calendars {
	t.Helper()
	return elsewhere(t, "de-1", "Europe/Berlin")
}

// elsewhere has a place that is open in the nights in which a zone changes, and one that is not.
func elsewhere(t testing.TB, version, zone string) *sla.Calendars {
	t.Helper()
	c, err := sla.ParseCalendars([]byte(`{
		"version": "` + version + `", "zone": "` + zone + `", "from": "2021-01-01", "to": "2022-01-01",
		"places": {
			"headquarters": {"week": {"mon": ["08:00-16:00"], "tue": ["08:00-16:00"], "fri": ["08:00-16:00"]}},
			"gate": {"week": {"sat": ["00:00-24:00"], "sun": ["01:00-05:00", "22:00-24:00"]}},
			"watch": {"week": {"mon": ["00:00-24:00"], "tue": ["00:00-24:00"], "wed": ["00:00-24:00"], "thu": ["00:00-24:00"],
				"fri": ["00:00-24:00"], "sat": ["00:00-24:00"], "sun": ["00:00-24:00"]}}
		},
		"units": {"01": "gate"},
		"days": [
			{"date": "2021-12-24", "off": true, "kind": "statutory", "name": {"vi": "Giáng sinh", "en": "Christmas"}, "confidence": "high"}
		]
	}`))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAChangeOfTheZoneMovesTheHoursWithTheWall(t *testing.T) {
	t.Parallel()
	all, z := berlin(t), zone(t, "Europe/Berlin")
	c, _ := all.Place(sla.Headquarters)
	for _, w := range []worked{
		{"Fri 2021-03-26 15:00", "PT2H", "Mon 2021-03-29 09:00"}, // 07:00 UTC: summer
		{"Fri 2021-10-29 15:00", "PT2H", "Mon 2021-11-01 09:00"},
		{"Fri 2100-03-26 15:00", "PT2H", "Mon 2100-03-29 09:00"},
	} {
		w.check(t, c, z)
	}
	gate := all.Unit("01")
	for _, w := range []struct {
		from, to string
		want     time.Duration
	}{
		{"Sun 2021-03-28 00:00", "Sun 2021-03-28 12:00", 3 * hour}, // 02:00 to 03:00 is skipped
		{"Sun 2021-10-31 00:00", "Sun 2021-10-31 12:00", 5 * hour}, // and is there twice
		{"Sun 2021-06-06 00:00", "Sun 2021-06-06 12:00", 4 * hour},
		{"Sun 2090-03-26 00:00", "Sun 2090-03-26 12:00", 3 * hour}, // no covered year
		{"Mon 2090-01-02 00:00", "Mon 2091-01-01 00:00", 52 * 30 * hour},
	} {
		if got := gate.Between(wall(t, z, w.from), wall(t, z, w.to)); got != w.want {
			t.Errorf("%s to %s: %s, not %s", w.from, w.to, got, w.want)
		}
	}
}
