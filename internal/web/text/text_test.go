package text_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"verigate/internal/web/text"
)

const (
	vi = text.Vietnamese
	en = text.English
)

// night is the Friday of ui.md, 17:40 in Hanoi.
var night = time.Date(2021, 9, 3, 10, 40, 0, 0, time.UTC)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestAMomentHasWeekdayHourAndZoneAndTheReadersOwn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		language         text.Language
		zone, main, own  string
		short            string
		at               time.Time
		iso, description string
	}{
		{vi, "", "Thứ Sáu 03/09/2021, 17:40 (giờ Hà Nội)", "", "03/09 17:40", night, "2021-09-03T10:40:00Z", "as ui.md writes it"},
		{en, "", "Fri 3 Sep 2021, 17:40 Hanoi (UTC+7)", "", "3 Sep 17:40", night, "2021-09-03T10:40:00Z", "as ui.md writes it"},
		{vi, "Asia/Bangkok", "Thứ Sáu 03/09/2021, 17:40 (giờ Hà Nội)", "", "03/09 17:40", night, "2021-09-03T10:40:00Z", "one offset is one time"},
		{en, "Africa/Lagos", "Fri 3 Sep 2021, 17:40 Hanoi (UTC+7)", "Fri 3 Sep 2021, 11:40 Lagos (UTC+1)", "3 Sep 17:40", night, "2021-09-03T10:40:00Z", "west"},
		{vi, "Asia/Kolkata", "Thứ Sáu 03/09/2021, 17:40 (giờ Hà Nội)", "Thứ Sáu 03/09/2021, 16:10 (giờ Kolkata, UTC+5:30)", "03/09 17:40", night, "2021-09-03T10:40:00Z", "half an hour"},
		{en, "America/St_Johns", "Fri 3 Sep 2021, 17:40 Hanoi (UTC+7)", "Fri 3 Sep 2021, 08:10 St Johns (UTC-2:30)", "3 Sep 17:40", night, "2021-09-03T10:40:00Z", "behind, in summer"},
		{vi, "Pacific/Auckland", "Chủ Nhật 05/09/2021, 00:00 (giờ Hà Nội)", "Chủ Nhật 05/09/2021, 05:00 (giờ Auckland, UTC+12)", "05/09 00:00", night.Add(30*time.Hour + 20*time.Minute), "2021-09-04T17:00:00Z", "midnight begins its day"},
	} {
		var z *time.Location
		if test.zone != "" {
			z = zone(t, test.zone)
		}
		got := test.language.Moment(test.at, z)
		if got.Main != test.main || got.Own != test.own || got.Short != test.short || got.ISO != test.iso {
			t.Errorf("%s: %+v", test.description, got)
		}
	}
	if got := vi.Moment(time.Time{}, nil); got != (text.Moment{}) {
		t.Errorf("no time is %+v", got)
	}
}

func TestASpanHasItsTwoGreatestUnits(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration][2]string{
		0:                            {"0 giây", "0 s"},
		59 * time.Second:             {"59 giây", "59 s"},
		time.Minute:                  {"1 phút", "1 min"},
		59*time.Minute + time.Second: {"59 phút", "59 min"},
		time.Hour:                    {"1 giờ", "1 h"},
		2*time.Hour + 5*time.Minute:  {"2 giờ 05 phút", "2 h 05 min"},
		24 * time.Hour:               {"1 ngày", "1 d"},
		24*time.Hour + time.Minute:   {"1 ngày", "1 d"},
		76 * time.Hour:               {"3 ngày 4 giờ", "3 d 4 h"},
	} {
		for i, l := range []text.Language{vi, en} {
			if got := plain(l.Span(d)); got != want[i] || plain(l.Span(-d)) != want[i] {
				t.Errorf("%s in %s: %q, and back %q", d, l, got, l.Span(-d))
			}
		}
	}
}

// plain has common spaces in place of those that do not break.
func plain(s string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s)
}

// A span read back is less than it was by less than its last unit, and a number never parts from its unit.
func TestASpanIsNeverMoreThanItIs(t *testing.T) {
	t.Parallel()
	unit := map[string]time.Duration{"d": 24 * time.Hour, "h": time.Hour, "min": time.Minute, "s": time.Second}
	form := regexp.MustCompile(`^(\d+)\x{a0}(d|h|min|s)(?: (\d+)\x{a0}(h|min))?$`)
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(0, int64(4000*24*time.Hour)).Draw(t, "d"))
		said := en.Span(d)
		parts := form.FindStringSubmatch(said)
		if parts == nil {
			t.Fatalf("%s is %q", d, said)
		}
		first, _ := strconv.Atoi(parts[1])
		read, last := time.Duration(first)*unit[parts[2]], unit[parts[2]]
		if parts[3] != "" {
			second, _ := strconv.Atoi(parts[3])
			read, last = read+time.Duration(second)*unit[parts[4]], unit[parts[4]]
		} else if last > time.Minute {
			last = map[time.Duration]time.Duration{24 * time.Hour: time.Hour, time.Hour: time.Minute}[last] // it had none of those
		}
		if read > d || d-read >= last {
			t.Fatalf("%s is said to be %q, which is %s", d, said, read)
		}
	})
}

func TestAtTheDueInstantItIsLate(t *testing.T) {
	t.Parallel()
	for left, want := range map[time.Duration][2]string{
		time.Hour:          {"còn 1 giờ", "1 h left"},
		time.Nanosecond:    {"còn 0 giây", "0 s left"},
		0:                  {"quá hạn 0 giây", "overdue 0 s"},
		-125 * time.Minute: {"quá hạn 2 giờ 05 phút", "overdue 2 h 05 min"},
	} {
		for i, l := range []text.Language{vi, en} {
			if got := plain(l.Left(night.Add(left), night)); got != want[i] {
				t.Errorf("%s left, in %s: %q", left, l, got)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		left := time.Duration(rapid.Int64Range(-int64(time.Hour), int64(time.Hour)).Draw(t, "left"))
		said := vi.Left(night.Add(left), night)
		if late := strings.HasPrefix(said, "quá hạn "); late != (left <= 0) || strings.Contains(said, "-") {
			t.Fatalf("%s: %q", left, said)
		}
	})
}

func TestAnExclusiveLimitIsTheLastDayBeforeIt(t *testing.T) {
	t.Parallel()
	midnight := time.Date(2021, 9, 5, 0, 0, 0, 0, text.Hanoi())
	for before, want := range map[time.Time][2]string{
		midnight:                      {"hết ngày 04/09/2021", "through 4 Sep 2021"},
		midnight.Add(time.Nanosecond): {"hết ngày 05/09/2021", "through 5 Sep 2021"},
		midnight.Add(12 * time.Hour):  {"hết ngày 05/09/2021", "through 5 Sep 2021"},
		midnight.UTC():                {"hết ngày 04/09/2021", "through 4 Sep 2021"},
	} {
		if got := [2]string{vi.Through(before), en.Through(before)}; got != want {
			t.Errorf("before %s: %q", before, got)
		}
	}
}

func TestAQuantityIsWrittenInThreesAndReadBack(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0", 999: "999", 1240: "1 240", -1240: "-1 240", 1000000: "1 000 000"} {
		if got := plain(vi.Count(n)); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
	form := regexp.MustCompile(`^-?\d{1,3}(\x{202f}\d{3})*$`)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int().Draw(t, "n")
		said := en.Count(n)
		if !form.MatchString(said) || strings.ReplaceAll(said, "\u202f", "") != strconv.Itoa(n) {
			t.Fatalf("%d: %q", n, said)
		}
	})
	for bytes, want := range map[int64][2]string{
		999: {"999 B", "999 B"}, 1000: {"1 kB", "1 kB"}, 999_999: {"999 kB", "999 kB"}, 1_000_000: {"1,0 MB", "1.0 MB"},
		12_345_678: {"12,3 MB", "12.3 MB"},
	} {
		if got := [2]string{plain(vi.Size(bytes)), plain(en.Size(bytes))}; got != want {
			t.Errorf("%d bytes: %q", bytes, got)
		}
	}
}

func TestTheValueOfAQuantityKeepsEveryDigit(t *testing.T) {
	t.Parallel()
	for value, want := range map[string][2]string{
		"0": {"0", "0"}, "380": {"380", "380"}, "1240": {"1 240", "1 240"}, "6.2": {"6,2", "6.2"}, "1234567.50": {"1 234 567,50", "1 234 567.50"},
		"-1240.5": {"-1 240,5", "-1 240.5"}, "about 3": {"about 3", "about 3"}, "": {"", ""},
	} {
		if got := [2]string{plain(vi.Decimal(value)), plain(en.Decimal(value))}; got != want {
			t.Errorf("%q: %q", value, got)
		}
	}
}

func TestADateOfTheContractIsWrittenAsItsReadersDo(t *testing.T) {
	t.Parallel()
	for date, want := range map[string][2]string{"2018-01-31": {"31/01/2018", "2018-01-31"}, "2018-01": {"2018-01", "2018-01"}, "unknown": {"unknown", "unknown"}} {
		if got := [2]string{vi.Date(date), en.Date(date)}; got != want {
			t.Errorf("%q: %q", date, got)
		}
	}
}

func TestTheReadersLanguageIsTheFirstThatThereIs(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]text.Language{
		"": vi, "en": en, "en-GB,en;q=0.9": en, "vi-VN,vi;q=0.9,en;q=0.8": vi, "en;q=0.1,vi;q=0.9": vi,
		"fr-FR,fr;q=0.9,en;q=0.5": en, "fr": vi, "*": vi, "not a language at all;;;": vi, strings.Repeat("en,", 10_000): en,
	} {
		if got := text.Preferred(header, vi); got != want {
			t.Errorf("%.40q: %s, want %s", header, got, want)
		}
	}
	for l, want := range map[text.Language]string{vi: "ltr", en: "ltr", "ar": "rtl", "he": "rtl", "es": "ltr"} {
		if got := l.Direction(); got != want {
			t.Errorf("%s is written %s", l, got)
		}
	}
	if vi.Compare("Đông", "Dung") <= 0 || vi.Compare("Đông", "Em") >= 0 || vi.Compare("Lan", "Lân") >= 0 {
		t.Error("Đ stands behind D, and a tone behind its letter")
	}
}

func TestSinceIsATimeOfDayUntilItIsADayAgo(t *testing.T) {
	t.Parallel()
	at := time.Date(2021, 9, 2, 19, 51, 0, 0, time.UTC)
	for ago, want := range map[time.Duration]string{9 * time.Minute: "02:51", 24*time.Hour - 1: "02:51", 24 * time.Hour: "03/09 02:51"} {
		if got := text.Vietnamese.Since(at, at.Add(ago)); got.Said != want || got.ISO == "" {
			t.Errorf("%s ago: %q", ago, got.Said)
		}
	}
	if got := text.English.Since(time.Time{}, at); got != (text.Since{}) {
		t.Errorf("of no time: %+v", got)
	}
}
