package month_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"verigate/internal/month"
)

func facts(groups map[string]bool, keys ...month.Key) month.Facts {
	return month.Facts{Groups: maps.All(groups), Keys: slices.Values(keys), Ended: slices.Values([]string(nil))}
}

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func TestOnlyGroupsOfContentAreOfAMonth(t *testing.T) {
	t.Parallel()
	for group, want := range map[string]string{
		"group.2026-11": "2026-11", "group.2026-11-2": "2026-11", "group.2026-11-13": "2026-11",
		"lasting.2026-11": "", "evidence.2026-11": "", "group.2026-13": "", "group.2026-111": "", "group.": "", "names": "", "position.erasure": "",
	} {
		got, is := month.Of(group)
		if is != (want != "") || is && got != want {
			t.Errorf("%s is of %q, %v", group, got, is)
		}
	}
	if got, is := month.Of(month.Group("2026-11")); got != "2026-11" || !is {
		t.Errorf("the first group of a month is of %q", got)
	}
}

func TestAMonthIsDueWhenNothingUnderItsKeyIsToBeRead(t *testing.T) {
	t.Parallel()
	const g = "group.2026-09"
	for name, c := range map[string]struct {
		keys []month.Key
		now  time.Time
		want month.Standing
	}{
		"it runs":                      {nil, day(2026, 9, 30), month.Running},
		"it is over since a moment":    {nil, day(2026, 10, 1), month.Running},
		"a month behind it runs":       {nil, day(2026, 11, 1).Add(-time.Nanosecond), month.Running},
		"a month behind it is over":    {nil, day(2026, 11, 1), month.Due},
		"keys that nobody took":        {[]month.Key{{g, month.Nothing}}, day(2030, 1, 1), month.Due},
		"a request":                    {[]month.Key{{g, month.Nothing}, {g, month.Content}, {g, month.Lasting}}, day(2030, 1, 1), month.Kept},
		"a request under its next key": {[]month.Key{{g + "-2", month.Content}}, day(2030, 1, 1), month.Kept},
		"a request of another month":   {[]month.Key{{"group.2026-10", month.Content}}, day(2030, 1, 1), month.Due},
		"something that lasts":         {[]month.Key{{g, month.Lasting}, {g, month.Erased}}, day(2030, 1, 1), month.Refile},
		"something that lasts, there":  {[]month.Key{{"lasting.2026-09", month.Lasting}}, day(2030, 1, 1), month.Due},
		"what is erased and is there":  {[]month.Key{{g, month.Erased}}, day(2030, 1, 1), month.Erasing},
		"nothing that is held by now":  {[]month.Key{}, day(2030, 1, 1), month.Due},
	} {
		all := month.All(facts(map[string]bool{g: true}, c.keys...), c.now)
		if len(all) == 0 || all[0].Month != "2026-09" || all[0].Standing != c.want {
			t.Errorf("%s: %+v, want %s", name, all, c.want)
		}
	}
}

func TestMonthsAreListedOldestFirstWithWhatIsUnderTheirKeys(t *testing.T) {
	t.Parallel()
	got := month.All(facts(
		map[string]bool{"group.2026-10": true, "group.2026-09": false, "group.2026-09-2": true, "group.2026-08": false, "evidence.2026-07": true},
		month.Key{Group: "group.2026-09-2", Use: month.Content}, month.Key{Group: "group.2026-09-2", Use: month.Lasting},
		month.Key{Group: "group.2026-09-2", Use: month.Erased}, month.Key{Group: "group.2026-09-2"}, month.Key{Group: "lasting.2026-07", Use: month.Lasting},
	), day(2027, 1, 1))
	want := []month.Month{
		{Month: "2026-09", Standing: month.Kept, Groups: []string{"group.2026-09-2"}, Requests: 1, Lasting: 1, Erased: 1, Unused: 1},
		{Month: "2026-10", Standing: month.Due, Groups: []string{"group.2026-10"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// No month is due while anything that somebody may still read is under its key, or may yet come under it.
func TestNoMonthIsDueWhileAnythingLiveIsUnderIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		now := day(2026, 1, 1).AddDate(0, 0, rapid.IntRange(0, 400).Draw(r, "day"))
		groups, live := map[string]bool{}, map[string]bool{}
		var keys []month.Key
		for range rapid.IntRange(0, 12).Draw(r, "keys") {
			m := day(2026, time.Month(rapid.IntRange(1, 12).Draw(r, "month")), 1).Format("2006-01")
			group := rapid.SampledFrom([]string{"group.", "group.", "lasting."}).Draw(r, "kind") + m + rapid.SampledFrom([]string{"", "-2"}).Draw(r, "next")
			use := month.Use(rapid.IntRange(0, 3).Draw(r, "use"))
			groups[group] = rapid.Bool().Draw(r, "stored")
			keys = append(keys, month.Key{Group: group, Use: use})
			if of, is := month.Of(group); is && use != month.Nothing {
				live[of] = true
			}
		}
		for _, m := range month.All(facts(groups, keys...), now) {
			if m.Standing == month.Due && (live[m.Month] || m.Month >= now.AddDate(0, -1, 0).Format("2006-01")) {
				r.Fatalf("%+v is due on %s of %+v", m, now, keys)
			}
			if m.Standing != month.Due && !live[m.Month] && m.Month < now.AddDate(0, 0, -62).Format("2006-01") {
				r.Fatalf("%+v is not due on %s though nothing is under it", m, now)
			}
		}
	})
}
