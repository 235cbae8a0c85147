package sla_test

import (
	"encoding/json"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/deploy"
	"verigate/internal/sla"
)

func TestEveryUnitHasTheHoursOfItsPlace(t *testing.T) {
	t.Parallel()
	all := calendars(t)
	for unit, want := range map[string]string{
		"03": "vn-1/north", "34": "vn-1/central", "02": "vn-1/south", "A1K1": "vn-1/headquarters", "A1S3": "vn-1/headquarters",
		"KVIII": "vn-1/north", "KVXII": "vn-1/central", "KVXX": "vn-1/south",
		"99": "vn-1/headquarters", "": "vn-1/headquarters",
	} {
		if got := all.Unit(unit).Version; got != want {
			t.Errorf("unit %q is at %s, not %s", unit, got, want)
		}
	}
	if _, ok := all.Place("24x7-1"); ok {
		t.Error("around the clock is a place")
	}
	if from, to := all.Covered(); from != "2021-01-01" || to != "2028-01-01" {
		t.Errorf("%s to %s is covered", from, to)
	}
}

func TestTheFullNameOfACalendarTellsVersionAndPlace(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"vn-1/north": "vn-1 north", "de-22/headquarters": "de-22 headquarters",
		"24x7-1": "", "vn-1": "", "vn-1/": "", "/north": "", "vn-1/24x7": "", "24x7/north": "", "vn-1/north/east": "", "VN-1/north": "", "": "",
	} {
		version, place, ok := sla.ParseCalendarName(name)
		if got := strings.TrimSpace(version + " " + place); got != want || ok != (want != "") {
			t.Errorf("%q is %q, %t", name, got, ok)
		}
	}
	for _, c := range calendars(t).All() {
		if version, place, ok := sla.ParseCalendarName(c.Version); !ok || version+"/"+place != c.Version {
			t.Errorf("%s is no name", c.Version)
		}
	}
}

// small is a good file that the tests below spoil.
const small = `{
	"version": "xx-1", "zone": "Asia/Ho_Chi_Minh", "from": "2024-01-01", "to": "2025-01-01",
	"places": {"headquarters": {"week": {"mon": ["08:00-12:00", "13:00-17:00"], "sat": ["00:00-24:00"]}}},
	"units": {"01": "headquarters"},
	"days": [
		{"date": "2024-04-29", "off": true, "kind": "swap_off", "name": {"vi": "a", "en": "b"}, "confidence": "low"},
		{"date": "2024-05-04", "off": false, "kind": "swap_work", "for": "2024-04-29", "name": {"vi": "a", "en": "b"}, "confidence": "high"}
	]
}`

func TestAProblemIsNamedWithItsPlace(t *testing.T) {
	t.Parallel()
	if _, err := sla.ParseCalendars([]byte(small)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, spoiled, problem string }{
		{small, "[]", ": not an object"},
		{small, small + "{}", "/: not JSON"},
		{small, "", "/: not JSON"},
		{`"version": "xx-1"`, `"version": "24x7-2"`, `/version: "24x7-2" is kept`},
		{`"version": "xx-1"`, `"version": "XX"`, `/version: "XX" is not a name`},
		{`"version": "xx-1"`, `"Version": "xx-1"`, `/Version: the field is unknown`},
		{`"version": "xx-1"`, `"version": "xx-1", "version": "xx-2"`, `/version: the field is repeated`},
		{`"version": "xx-1", `, ``, `/version: the field is missing`},
		{`"units": {"01": "headquarters"},`, ``, `/units: the field is missing`},
		{`"off": false, `, ``, `/days/1/off: the field is missing`},
		{`, "en": "b"}, "confidence": "high"`, `}, "confidence": "high"`, `/days/1/name/en: the field is missing`},
		{`"version": "xx-1"`, `"version": null`, `/version: null`},
		{`"version": "xx-1"`, `"version": 1`, `/version: not what belongs here`},
		{`"Asia/Ho_Chi_Minh"`, `"Asia/Atlantis"`, `/zone: the zone "Asia/Atlantis" is unknown`},
		{`"Asia/Ho_Chi_Minh"`, `"Local"`, `/zone: the zone "Local" is unknown`},
		{`"from": "2024-01-01"`, `"from": "2025-01-01"`, `/to: "2025-01-01" is not after`},
		{`"from": "2024-01-01"`, `"from": "2024-02-30"`, `/from: "2024-02-30" is not a date`},
		{`"headquarters": {`, `"office": {`, `/places/headquarters: the place is missing`},
		{`"headquarters": {`, `"24x7-1": {"week": {"mon": ["08:00-12:00"]}}, "headquarters": {`, `/places/24x7-1: "24x7-1" is kept`},
		{`"headquarters": {`, `"a/b": [], "headquarters": {`, `/places/a~1b: not an object`},
		{`"mon": [`, `"monday": ["08:00-12:00"], "mon": [`, `/places/headquarters/week/monday: not a weekday`},
		{`["08:00-12:00", "13:00-17:00"]`, `[]`, `/places/headquarters/week/mon: no hours`},
		{`["08:00-12:00", "13:00-17:00"]`, `"08:00-12:00"`, `/places/headquarters/week/mon: not a list`},
		{`"08:00-12:00"`, `"8:00-12:00"`, `/places/headquarters/week/mon/0: "8:00-12:00" is not of the form`},
		{`"08:00-12:00"`, `"08:00"`, `/places/headquarters/week/mon/0: "08:00" is not of the form`},
		{`"08:00-12:00"`, `"12:00-12:00"`, `/places/headquarters/week/mon/0: "12:00-12:00" is empty`},
		{`"08:00-12:00"`, `"22:00-06:00"`, `/places/headquarters/week/mon/0: "22:00-06:00" is empty`},
		{`"08:00-12:00"`, `"08:00-14:00"`, `/places/headquarters/week/mon/1: "13:00-17:00" overlaps`},
		{`{"mon": ["08:00-12:00", "13:00-17:00"], "sat": ["00:00-24:00"]}`, `{}`, `/places/headquarters/week: the place is never open`},
		{`"01": "headquarters"`, `"01": "north"`, `/units/01: the place "north" is unknown`},
		{`"date": "2024-05-04"`, `"date": "2024-04-29"`, `/days/1/date: 2024-04-29 is at /days/0 already`},
		{`"date": "2024-05-04"`, `"date": "2025-05-04"`, `/days/1/date: 2025-05-04 is not covered`},
		{`"date": "2024-05-04"`, `"date": "4 May"`, `/days/1/date: "4 May" is not a date`},
		{`"for": "2024-04-29", `, ``, `/days/1/for: "" is not a date`},
		{`"for": "2024-04-29"`, `"for": "2024-04-22"`, `/days/1/for: 2024-04-22 is not a day off in the list`},
		{`"kind": "swap_off"`, `"kind": "statutory"`, `/days/1/for: 2024-04-29 is not a day off in the list that is swapped`},
		{`"kind": "swap_off"`, `"kind": "swap_off", "for": "2024-05-04"`, `/days/0/for: only swap_work`},
		{`"kind": "swap_off"`, `"kind": "holiday"`, `/days/0/kind: "holiday" is unknown`},
		{`"off": true`, `"off": false`, `/days/0/off: a day of kind swap_off has off true`},
		{`"confidence": "low"`, `"confidence": "none"`, `/days/0/confidence: "none" is not`},
		{`"vi": "a"`, `"vi": ""`, `/days/0/name: a name is missing`},
		{`"off": true`, `"off": true, "decreed_at": "yesterday"`, `/days/0/decreed_at: not what belongs here`},
	} {
		_, err := sla.ParseCalendars([]byte(strings.Replace(small, c.old, c.spoiled, 1)))
		if err == nil || !strings.Contains(err.Error(), c.problem) {
			t.Errorf("%s instead of %s: %v; want %s", c.spoiled, c.old, err, c.problem)
		}
	}
}

func TestAllProblemsOfAllFilesAreNamedTogether(t *testing.T) {
	t.Parallel()
	spoiled := strings.NewReplacer(`"xx-1"`, `"yy-1"`, "2025-01-01", "2023-01-01", `"confidence": "low"`, `"note": ""`).Replace(small)
	_, err := sla.LoadCalendars(fstest.MapFS{
		"calendars/xx-1.json": {Data: []byte(small)},
		"calendars/yy-1.json": {Data: []byte(spoiled)},
		"calendars/zz-1.json": {Data: []byte(small)},
	})
	if err == nil {
		t.Fatal("spoiled files pass")
	}
	for _, want := range []string{
		"calendars/yy-1.json: ", "/to: ", "/days/0/note: ", "/days/0/confidence: ", "/days/1/date: ",
		`calendars/zz-1.json: /version: "xx-1" is not the name of the file`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v has no %s", err, want)
		}
	}
	if strings.Contains(err.Error(), "calendars/xx-1.json") {
		t.Errorf("%v blames a good file", err)
	}
}

func TestAVersionIsWrittenAsItIsRead(t *testing.T) {
	t.Parallel()
	file, err := fs.ReadFile(deploy.Data, "calendars/vn-1.json")
	if err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(calendars(t))
	if err != nil {
		t.Fatal(err)
	}
	var fromFile, again any
	if err := json.Unmarshal(file, &fromFile); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(written, &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fromFile, again); diff != "" {
		t.Error(diff)
	}
	var read struct{ Calendars *sla.Calendars }
	if err := json.Unmarshal([]byte(`{"calendars":`+string(written)+`}`), &read); err != nil || read.Calendars.Version() != "vn-1" {
		t.Errorf("read again: %v", err)
	}
}

// decreed is a day off that becomes known late, and what is worked for it.
func decreed(t *testing.T) (before, after *sla.Calendars) {
	t.Helper()
	before = calendars(t)
	after, err := before.With(sla.Decree{
		Version: "vn-2", At: time.Date(2021, 11, 20, 9, 0, 0, 0, zone(t, "Asia/Ho_Chi_Minh")),
		Days: []sla.Day{
			{Date: "2021-12-31", Off: true, Kind: sla.SwapOff, Name: sla.DayName{VI: "Nghỉ hoán đổi", EN: "Swapped day off"}, Confidence: sla.High},
			{Date: "2021-12-25", Kind: sla.SwapWork, For: "2021-12-31", Name: sla.DayName{VI: "Làm bù", EN: "Working Saturday"}, Confidence: sla.High},
			{Date: "2026-11-24", Kind: sla.Ordinary, Name: sla.DayName{VI: "Ngày làm việc", EN: "Working day"}, Confidence: sla.High},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return before, after
}

func TestADecreedDayIsInTheNewVersionOnly(t *testing.T) {
	t.Parallel()
	before, after := decreed(t)
	z := zone(t, "Asia/Ho_Chi_Minh")
	old, young := before.Unit("A1K1"), after.Unit("A1K1")
	if old.Version != "vn-1/headquarters" || young.Version != "vn-2/headquarters" {
		t.Errorf("versions %s and %s", old.Version, young.Version)
	}
	worked{"Thu 2021-12-30 16:00", "PT2H", "Fri 2021-12-31 09:00"}.check(t, old, z)
	worked{"Thu 2021-12-30 16:00", "PT2H", "Tue 2022-01-04 09:00"}.check(t, young, z)
	worked{"Fri 2021-12-24 16:00", "PT2H", "Sat 2021-12-25 09:00"}.check(t, young, z)
	worked{"Mon 2026-11-23 16:00", "PT2H", "Wed 2026-11-25 09:00"}.check(t, old, z)
	worked{"Mon 2026-11-23 16:00", "PT2H", "Tue 2026-11-24 09:00"}.check(t, young, z)
	if n, m := len(before.Days()), len(after.Days()); m != n+2 { // one was replaced
		t.Errorf("%d days became %d", n, m)
	}
}

func TestADecreedDayKeepsWhenItWasDecreed(t *testing.T) {
	t.Parallel()
	_, after := decreed(t)
	raw, err := json.Marshal(after)
	if err != nil {
		t.Fatal(err)
	}
	again, err := sla.ParseCalendars(raw)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(after.Days(), again.Days()); diff != "" {
		t.Error(diff)
	}
	at := time.Date(2021, 11, 20, 2, 0, 0, 0, time.UTC)
	for _, d := range again.Days() {
		late := slices.Contains([]string{"2021-12-31", "2021-12-25", "2026-11-24"}, d.Date)
		if late && d.DecreedAt != at || !late && !d.DecreedAt.IsZero() {
			t.Errorf("%s was decreed at %s", d.Date, d.DecreedAt)
		}
	}
}

func TestADecreeThatDoesNotFitIsRefusedWithItsProblems(t *testing.T) {
	t.Parallel()
	name := sla.DayName{VI: "Nghỉ", EN: "Day off"}
	_, err := calendars(t).With(sla.Decree{Version: "vn-1", To: "2026-01-01", Days: []sla.Day{
		{Date: "2028-01-03", Off: true, Kind: sla.Statutory, Name: name, Confidence: sla.High},
		{Date: "2021-12-25", Kind: sla.SwapWork, For: "2021-12-31", Name: name, Confidence: sla.High},
		{Date: "2024-04-29", Off: true, Kind: sla.Compensatory, Name: name, Confidence: sla.High}, // its Saturday hangs in the air
		{Date: "2024-04-29", Off: true, Kind: sla.Compensatory, Name: name, Confidence: sla.High},
	}})
	if err == nil {
		t.Fatal("it passes")
	}
	for _, want := range []string{"/version: ", "/decreed_at: ", "/to: ", "/days/0/date: ", "/days/1/for: ", "/days/3/date: ", "/for: 2024-04-29"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v has no %s", err, want)
		}
	}
}

func TestTheCoveredYearsGrowWithTheYearlyNotice(t *testing.T) {
	t.Parallel()
	after, err := calendars(t).With(sla.Decree{Version: "vn-2", At: time.Date(2027, 11, 20, 2, 0, 0, 0, time.UTC), To: "2029-01-01", Days: []sla.Day{
		{Date: "2028-01-03", Off: true, Kind: sla.Compensatory, Name: sla.DayName{VI: "Nghỉ bù", EN: "Day off in lieu"}, Confidence: sla.High},
	}})
	if err != nil {
		t.Fatal(err)
	}
	z := zone(t, "Asia/Ho_Chi_Minh")
	at := wall(t, z, "Fri 2028-01-28 10:00")
	if calendars(t).Unit("01").Covers(at) || !after.Unit("01").Covers(at) || after.Unit("01").Covers(at.AddDate(1, 0, 0)) {
		t.Error("2028 is covered before the notice, or not after")
	}
	worked{"Fri 2027-12-31 16:00", "PT2H", "Tue 2028-01-04 09:00"}.check(t, after.Unit(""), z)
}

func TestADueTimeAcrossAProvisionalHolidaySaysSo(t *testing.T) {
	t.Parallel()
	c, z := place(t, sla.Headquarters), zone(t, "Asia/Ho_Chi_Minh")
	for _, w := range []struct{ from, to, dates string }{
		{"Mon 2021-01-04 08:00", "Wed 2025-12-31 17:00", ""},
		{"Fri 2026-08-21 08:00", "Tue 2026-09-01 08:00", "2026-08-22 2026-08-31"},
		{"Sat 2026-08-22 09:00", "Sat 2026-08-22 10:00", "2026-08-22"},
		// the weekend of Tet is no change, whatever the notice says
		{"Mon 2027-02-01 08:00", "Wed 2027-02-10 08:00", "2027-02-04 2027-02-05 2027-02-08 2027-02-09 2027-02-10"},
		{"Mon 2027-02-01 08:00", "Wed 2027-02-03 17:00", ""},
		{"Wed 2027-02-10 08:00", "Mon 2027-02-01 08:00", ""},
	} {
		var dates []string
		for _, d := range c.Provisional(wall(t, z, w.from), wall(t, z, w.to)) {
			dates = append(dates, d.Date)
		}
		if got := strings.Join(dates, " "); got != w.dates {
			t.Errorf("%s to %s: %s, not %s", w.from, w.to, got, w.dates)
		}
	}
}

func TestAnIntervalIsExplainedDayByDay(t *testing.T) {
	t.Parallel()
	c, z := place(t, sla.Headquarters), zone(t, "Asia/Ho_Chi_Minh")
	day := func(date string, d time.Duration, why sla.Why, vi, en string) sla.Counted {
		return sla.Counted{Date: date, Until: date, Time: d, Why: why, Name: sla.DayName{VI: vi, EN: en}}
	}
	for _, w := range []struct {
		from, to string
		want     []sla.Counted
	}{
		{"Wed 2021-09-01 10:05", "Mon 2021-09-06 08:30", []sla.Counted{
			day("2021-09-01", 5*hour+55*time.Minute, sla.WhyHours, "", ""),
			day("2021-09-02", 0, sla.WhyDayOff, "Quốc khánh", "National Day"),
			day("2021-09-03", 0, sla.WhyDayOff, "Quốc khánh (ngày liền kề)", "National Day (adjacent day)"),
			day("2021-09-04", 0, sla.WhyWeekend, "", ""),
			day("2021-09-05", 0, sla.WhyWeekend, "", ""),
			day("2021-09-06", 30*time.Minute, sla.WhyHours, "", ""),
		}},
		{"Fri 2024-05-03 17:01", "Sun 2024-05-05 00:00", []sla.Counted{
			day("2024-05-03", 0, sla.WhyClosed, "", ""),
			day("2024-05-04", 8*hour, sla.WhySwapWork, "Làm bù cho ngày 29/4", "Working Saturday (for 29 April)"),
		}},
		{"Mon 2021-09-06 10:00", "Mon 2021-09-06 10:00", nil},
		{"Mon 2021-09-06 10:00", "Mon 2021-09-06 09:00", nil},
	} {
		if diff := cmp.Diff(w.want, c.Days(wall(t, z, w.from), wall(t, z, w.to))); diff != "" {
			t.Errorf("%s to %s: %s", w.from, w.to, diff)
		}
	}
	long := c.Days(wall(t, z, "Fri 2021-01-01 00:00"), wall(t, z, "Mon 2024-01-01 00:00"))
	if last := long[len(long)-1]; len(long) != 400 || last.Date != "2022-02-04" || last.Until != "2023-12-31" || last.Why != sla.WhySeveral {
		t.Errorf("three years are %d rows, the last %+v", len(long), last)
	}
}

// A file that is read counts sanely, and is written as it was read.
func FuzzParseCalendarsNeverPanics(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(strings.ReplaceAll(small, "Asia/Ho_Chi_Minh", "Europe/Berlin")))
	f.Add([]byte(`{"places": {"headquarters": {"week": {"sun": ["00:00-00:01"]}}}}`))
	f.Add([]byte(strings.Replace(small, `"days": [`, `"days": [], "more": [`, 1)))
	f.Add([]byte(`{"days": [null], "units": {"": 1}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := sla.ParseCalendars(raw)
		if err != nil {
			return
		}
		written, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		again, err := sla.ParseCalendars(written)
		if err != nil || !slices.Equal(again.Days(), c.Days()) {
			t.Fatalf("%s is read as something else: %v", written, err)
		}
		at := time.Date(2024, 4, 28, 3, 0, 0, 7, time.UTC)
		for _, cal := range c.All() {
			due := cal.Add(at, 100*hour)
			if got := cal.Between(at, due); got != 100*hour || !cal.Sub(due, got).Before(due) {
				t.Fatalf("100 hours after %s is %s, where %s have counted", at, due, got)
			}
		}
	})
}
