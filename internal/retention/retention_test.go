package retention_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"verigate/deploy"
	"verigate/internal/retention"
)

const header = "rule,campaign,kind,months,valid_from,valid_to,source\n"

func load(t interface {
	Helper()
	Fatal(args ...any)
}, lines ...string,
) *retention.Rules {
	t.Helper()
	files := fstest.MapFS{"r.csv": {Data: []byte(header + strings.Join(lines, "\n") + "\n")}}
	r, err := retention.Load(files, "r.csv")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// at reads an instant in Viet Nam.
func at(t *testing.T, text string) time.Time {
	t.Helper()
	when, err := time.Parse("2006-01-02T15:04Z07:00", text+"+07:00")
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func closed(t *testing.T, received, at1 string) retention.Matter {
	return retention.Matter{Group: retention.Group{Kind: retention.KindRequest}, ReceivedAt: at(t, received), ClosedAt: at(t, at1)}
}

func TestTheDataHasRules(t *testing.T) {
	t.Parallel()
	r, err := retention.Load(deploy.Data, retention.File)
	if err != nil || len(r.All()) == 0 {
		t.Fatal(err)
	}
	for _, rule := range r.All() {
		if rule.Source != "set by the customer" {
			t.Errorf("rule %s claims %q as its source: nothing but the customer's word is known", rule.Name, rule.Source)
		}
	}
}

func TestMonthsAreCountedAtTheDesk(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ months, closed, until, due string }{
		{"12", "2021-09-15T14:00", "2022-09-15", "2022-09-16T00:00"},
		{"1", "2021-09-15T00:00", "2021-10-15", "2021-10-16T00:00"}, // 14 September in UTC
		{"1", "2022-01-31T09:00", "2022-02-28", "2022-03-01T00:00"}, // no 31 February
		{"1", "2024-01-30T09:00", "2024-02-29", "2024-03-01T00:00"},
		{"12", "2024-02-29T09:00", "2025-02-28", "2025-03-01T00:00"},
		{"60", "2021-12-31T23:59", "2026-12-31", "2027-01-01T00:00"},
	} {
		r := load(t, "a,,,"+c.months+",,,x")
		m, due := closed(t, c.closed, c.closed), at(t, c.due)
		got := r.Of(m, due)
		if string(got.Until) != c.until || !got.DueAt.Equal(due) || got.Standing != retention.Due {
			t.Errorf("%s months from %s: %+v", c.months, c.closed, got)
		}
		if before := r.Of(m, due.Add(-time.Nanosecond)); before.Standing != retention.Kept {
			t.Errorf("%s months from %s: on its last day it is %s", c.months, c.closed, before.Standing)
		}
	}
}

func TestTheLongestRuleOfItsTimeDecides(t *testing.T) {
	t.Parallel()
	rules := []string{
		"old,,request,60,,2022-01-01,x", "new,,request,12,2022-01-01,,x", "peak,golden,,24,2022-01-01,,x", "later,golden,,120,2024-06-01,,x",
		"info,,information,6,,,x",
	}
	r := load(t, rules...)
	ofCampaign := closed(t, "2022-02-01T08:00", "2022-03-01T08:00")
	ofCampaign.Campaign = "golden"
	shortOfCampaign := ofCampaign
	shortOfCampaign.Campaign = "other"
	information := closed(t, "2022-02-01T08:00", "2022-03-01T08:00")
	information.Kind = retention.KindInformation
	for _, c := range []struct {
		name string
		m    retention.Matter
		now  string
		rule string
	}{
		{"the new rule for what came under it", closed(t, "2022-01-01T00:00", "2022-03-01T08:00"), "2022-04-01T08:00", "new"},
		{"the old one for what came under that", closed(t, "2021-12-31T23:59", "2022-03-01T08:00"), "2025-04-01T08:00", "old"},
		{"a campaign's own", ofCampaign, "2022-04-01T08:00", "peak"},
		{"not another's", shortOfCampaign, "2022-04-01T08:00", "new"},
		{"one that came into force before it was erased", ofCampaign, "2024-06-01T00:00", "later"},
		{"not on the day before", ofCampaign, "2024-05-31T23:59", "peak"},
		{"of its kind", information, "2022-04-01T08:00", "info"},
	} {
		if got := r.Of(c.m, at(t, c.now)); got.Rule.Name != c.rule {
			t.Errorf("%s: %s", c.name, got.Rule.Name)
		}
	}
	// Known today, and begun before the period ends: it counts already.
	r = load(t, "a,,,12,,,x", "b,,,36,2022-06-01,,x", "c,,,60,2024-01-01,,x", "d,,,90,2029-01-01,,x")
	if got := r.Of(closed(t, "2021-09-01T08:00", "2021-09-01T08:00"), at(t, "2021-10-01T08:00")); got.Rule.Name != "c" {
		t.Errorf("the longest that begins in time: %s", got.Rule.Name)
	}
}

func TestWhatNeverFallsDue(t *testing.T) {
	t.Parallel()
	r := load(t, "a,,request,12,,,x")
	old, far := closed(t, "2001-09-01T08:00", "2001-09-02T08:00"), at(t, "2099-01-01T00:00")
	open, held, erased, without := old, old, old, old
	open.ClosedAt, held.Held, erased.Erased, without.Kind = time.Time{}, true, true, retention.KindInformation
	if got := r.Of(retention.Matter{Held: true, Group: open.Group, ReceivedAt: open.ReceivedAt}, far); got != (retention.Term{Standing: retention.Held}) {
		t.Errorf("open and held: %+v", got)
	}
	for want, m := range map[retention.Standing]retention.Matter{
		retention.Due: old, retention.Open: open, retention.Held: held, retention.Erased: erased, retention.NoRule: without,
	} {
		if got := r.Of(m, far); got.Standing != want {
			t.Errorf("%s: %s", want, got.Standing)
		}
	}
	if got := r.Of(held, far); !got.DueAt.Equal(r.Of(old, far).DueAt) {
		t.Errorf("a hold moved the due time to %s", got.DueAt)
	}
}

func TestATermIsToldInBothLanguages(t *testing.T) {
	t.Parallel()
	r := load(t, "requests,,request,60,,,x", "golden,golden-strike-2021,,6,,,x")
	m := closed(t, "2021-09-01T08:00", "2021-09-15T08:00")
	held, open, campaign := m, m, m
	held.Held, open.ClosedAt = true, time.Time{}
	erased, without, working := m, m, open
	erased.Erased, without.Kind, working.Held = true, retention.KindInformation, true
	campaign.Campaign, campaign.Kind = "golden-strike-2021", retention.KindInformation
	for _, c := range []struct {
		m      retention.Matter
		now    string
		vi, en string
	}{
		{m, "2026-09-15T23:59", "Quy định requests (yêu cầu của mọi chiến dịch): 60 tháng kể từ 15/09/2021, đến hết 15/09/2026.", "Rule requests (requests of any campaign): 60 months from 15 Sep 2021, until 15 Sep 2026."},
		{m, "2026-09-16T00:00", "Quy định requests (yêu cầu của mọi chiến dịch): 60 tháng kể từ 15/09/2021, đến hết 15/09/2026; đến hạn xóa từ 16/09/2026.", "Rule requests (requests of any campaign): 60 months from 15 Sep 2021, until 15 Sep 2026; due for erasure since 16 Sep 2026."},
		{held, "2027-01-01T00:00", "Quy định requests (yêu cầu của mọi chiến dịch): 60 tháng kể từ 15/09/2021, đến hết 15/09/2026; đang giữ lại theo lệnh: không xóa.", "Rule requests (requests of any campaign): 60 months from 15 Sep 2021, until 15 Sep 2026; under legal hold: it is not erased."},
		{working, "2027-01-01T00:00", "Đang giữ lại theo lệnh: không xóa.", "Under legal hold: it is not erased."},
		{erased, "2027-01-01T00:00", "Nội dung đã được xóa.", "The content is erased."},
		{without, "2027-01-01T00:00", "Không có quy định lưu trữ nào áp dụng: nội dung được giữ lại.", "No retention rule applies: the content is kept."},
		{open, "2027-01-01T00:00", "Yêu cầu chưa khép lại: chưa tính thời hạn lưu trữ.", "The request is not at an end: no retention period runs."},
		{campaign, "2021-10-01T00:00", "Quy định golden (yêu cầu và thông tin của chiến dịch golden-strike-2021): 6 tháng kể từ 15/09/2021, đến hết 15/03/2022.", "Rule golden (requests and information of campaign golden-strike-2021): 6 months from 15 Sep 2021, until 15 Mar 2022."},
	} {
		if got := r.Of(c.m, at(t, c.now)).Sentence(); got != (retention.Words{VI: c.vi, EN: c.en}) {
			t.Errorf("got\n%s\n%s\nwant\n%s\n%s", got.VI, got.EN, c.vi, c.en)
		}
	}
}

func TestATableThatIsWrongIsRefusedByLine(t *testing.T) {
	t.Parallel()
	good := "a,,,12,,,x\n"
	for _, c := range []struct{ table, want string }{
		{"", "r.csv: EOF"},
		{"rule,months\n", "r.csv:1: the columns must be"},
		{header, "holds no rule"},
		{header + good + ",,,12,,,x\n", "r.csv:3: the rule has no name"},
		{header + good + good, `r.csv:3: rule "a" stands twice`},
		{header + "a,,letters,12,,,x\n", `r.csv:2: kind "letters"`},
		{header + "a,,,,,,x\n", `r.csv:2: months ""`},
		{header + "a,,,0,,,x\n", `r.csv:2: months "0"`},
		{header + "a,,,-3,,,x\n", `r.csv:2: months "-3"`},
		{header + "a,,,1.5,,,x\n", `r.csv:2: months "1.5"`},
		{header + "a,,,1201,,,x\n", `r.csv:2: months "1201"`},
		{header + "a,,,12,,,\n", "r.csv:2: the source is missing"},
		{header + "a,,,12,2021-9-1,,x\n", `r.csv:2: "2021-9-1" is not a day`},
		{header + "a,,,12,,2021-02-30,x\n", `r.csv:2: "2021-02-30" is not a day`},
		{header + "a,,,12,2022-01-01,2022-01-01,x\n", "r.csv:2: the rule ends on 2022-01-01"},
		{header + "a,,,12,x\n", "r.csv"},
		{header + "a,,,0,,,x\nb,,,12,,,\n", "r.csv:3: the source is missing"},
	} {
		_, err := retention.Load(fstest.MapFS{"r.csv": {Data: []byte(c.table)}}, "r.csv")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.table, err, c.want)
		}
	}
	load(t, "least,,,1,,,x", "most,,,1200,,,x")
	if _, err := retention.Load(fstest.MapFS{}, "r.csv"); err == nil || !strings.Contains(err.Error(), "r.csv") {
		t.Errorf("no file: %v", err)
	}
}

func TestARuleOfACampaignThatNobodyKnowsIsRefused(t *testing.T) {
	t.Parallel()
	r := load(t, "a,,,12,,,x", "b,goldn,,120,,,x")
	if err := r.Unknown(func(c string) bool { return c == "golden" }); err == nil || !strings.Contains(err.Error(), `"b" names campaign "goldn"`) {
		t.Errorf("got %v", err)
	}
	if err := r.Unknown(func(string) bool { return true }); err != nil {
		t.Errorf("got %v", err)
	}
}

// world draws rules, a matter and a moment. Days lie close together, so that rules begin and end around them.
type world struct {
	*rapid.T
	lines []string
}

func (w *world) moment(name string) time.Time {
	from := time.Date(2021, 11, 1, 0, 0, 0, 0, time.UTC)
	return from.Add(time.Duration(rapid.IntRange(0, 24*900).Draw(w.T, name)) * time.Hour)
}

func (w *world) rule(name, campaign string, least, most int) string {
	from, to := "", ""
	if rapid.Bool().Draw(w.T, "begins") {
		from = string(retention.DayOf(w.moment("from")))
	}
	if rapid.Bool().Draw(w.T, "ends") {
		if to = string(retention.DayOf(w.moment("to"))); to <= from {
			to = ""
		}
	}
	months := rapid.IntRange(least, most).Draw(w.T, "months")
	return strings.Join([]string{name, campaign, "", itoa(months), from, to, "x"}, ",")
}

func itoa(n int) string { return string([]byte{byte('0' + n/10%10), byte('0' + n%10)}) }

func (w *world) rules() *retention.Rules {
	for i := range rapid.IntRange(1, 5).Draw(w.T, "rules") {
		w.lines = append(w.lines, w.rule("r"+itoa(i), rapid.SampledFrom([]string{"", "golden"}).Draw(w.T, "campaign"), 1, 30))
	}
	return load(w.T, w.lines...)
}

func (w *world) matter() retention.Matter {
	m := retention.Matter{Group: retention.Group{Campaign: rapid.SampledFrom([]string{"", "golden"}).Draw(w.T, "of"), Kind: retention.KindRequest}}
	m.ReceivedAt, m.ClosedAt = w.moment("received"), w.moment("closed")
	if m.ClosedAt.Before(m.ReceivedAt) {
		m.ReceivedAt, m.ClosedAt = m.ClosedAt, m.ReceivedAt
	}
	return m
}

func TestALaterCloseIsNeverDueEarlier(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := &world{T: t}
		r, m, now := w.rules(), w.matter(), w.moment("now")
		later := m
		later.ClosedAt = m.ClosedAt.Add(time.Duration(rapid.IntRange(0, 24*400).Draw(t, "hours later")) * time.Hour)
		first, second := r.Of(m, now), r.Of(later, now)
		if first.Until != "" && (second.Until == "" || second.DueAt.Before(first.DueAt)) {
			t.Fatalf("%v\nclosed %s due %s, closed %s due %s", w.lines, m.ClosedAt, first.DueAt, later.ClosedAt, second.DueAt)
		}
	})
}

func TestARuleMoreNeverMakesAnythingDue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := &world{T: t}
		r, m, now := w.rules(), w.matter(), w.moment("now")
		w.lines = append(w.lines, w.rule("more", rapid.SampledFrom([]string{"", "golden"}).Draw(t, "whose"), 1, 90))
		before, after := r.Of(m, now), load(t, w.lines...).Of(m, now)
		if before.Standing == retention.Kept && after.Standing == retention.Due {
			t.Fatalf("%v\nkept until %s, then due since %s", w.lines, before.Until, after.DueAt)
		}
	})
}

// A change: the rule ends, and another follows on that day, whatever its length.
func TestAChangeOfARuleKeepsWhatTheLongerOneKept(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := &world{T: t}
		m, now, day := w.matter(), w.moment("now"), retention.DayOf(w.moment("change"))
		long, short := rapid.IntRange(1, 40).Draw(t, "one"), rapid.IntRange(1, 40).Draw(t, "other")
		changed := load(t, "one,,,"+itoa(long)+",,"+string(day)+",x", "other,,,"+itoa(short)+","+string(day)+",,x")
		got := changed.Of(m, now)
		if got.Standing != retention.Due {
			return
		}
		for months, counts := range map[int]bool{long: retention.DayOf(m.ReceivedAt) < day, short: day <= retention.DayOf(now)} {
			if alone := load(t, "alone,,,"+itoa(months)+",,,x").Of(m, now); counts && alone.Standing != retention.Due {
				t.Fatalf("due under %s, and %d months keep it until %s", got.Rule.Name, months, alone.Until)
			}
		}
	})
}

func TestAHoldNeverShortens(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := &world{T: t}
		r, m, now := w.rules(), w.matter(), w.moment("now")
		held := m
		held.Held = true
		if got := r.Of(held, now); got.Standing == retention.Due || !got.DueAt.Equal(r.Of(m, now).DueAt) {
			t.Fatalf("held it is %s since %s, else since %s", got.Standing, got.DueAt, r.Of(m, now).DueAt)
		}
	})
}

func TestNothingIsDueThatClosedAtTheBoundOrLater(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := &world{T: t}
		r, m, now := w.rules(), w.matter(), w.moment("now")
		if now.Before(m.ClosedAt) {
			now = m.ClosedAt
		}
		bound, some := r.ClosedBefore(m.Group, now)
		if r.Of(m, now).Standing == retention.Due && (!some || !m.ClosedAt.Before(bound)) {
			t.Fatalf("%v\nclosed %s and due %s, but looked for before %s only", w.lines, m.ClosedAt, now, bound)
		}
	})
}

func TestTheBoundIsExactForOneRule(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := &world{T: t}
		months := rapid.IntRange(1, 40).Draw(t, "months")
		r, now := load(t, "a,,,"+itoa(months)+",,,x"), w.moment("now")
		bound, _ := r.ClosedBefore(retention.Group{}, now)
		last := retention.Matter{ReceivedAt: bound.Add(-time.Hour), ClosedAt: bound.Add(-time.Nanosecond)}
		if got := r.Of(last, now); got.Standing != retention.Due {
			t.Fatalf("%d months, now %s: what closed just before %s is %s until %s", months, now, bound, got.Standing, got.Until)
		}
	})
}

func TestTheBoundIsOfTheRulesThatCount(t *testing.T) {
	t.Parallel()
	now := at(t, "2024-03-15T10:00")
	for _, c := range []struct {
		name  string
		rules []string
		bound string // empty: nothing is due at all
	}{
		{"the longest of those in force", []string{"a,,,12,,,x", "b,,,24,2024-03-15,,x", "c,,,18,,,x"}, "2022-03-15T00:00"},
		{"not one of tomorrow", []string{"a,,,12,,,x", "b,,,24,2024-03-16,,x"}, "2023-03-15T00:00"},
		{"not one that has ended, beside one in force", []string{"a,,,12,,,x", "b,,,24,,2024-03-15,x", "c,,,6,,2024-03-15,x"}, "2023-03-15T00:00"},
		{"of those that have ended the shortest", []string{"a,,,36,,2022-01-01,x", "b,,,24,,2023-01-01,x", "c,,,60,,2021-01-01,x"}, "2022-03-15T00:00"},
		{"nor one of another campaign", []string{"a,golden,,24,,,x", "b,,,12,,,x"}, "2023-03-15T00:00"},
		{"nor one of another kind", []string{"a,,information,24,,,x", "b,,request,12,,,x"}, "2023-03-15T00:00"},
		{"there is none", []string{"a,golden,,24,,,x", "b,,information,12,,,x", "c,,,6,2024-03-16,,x"}, ""},
	} {
		bound, some := load(t, c.rules...).ClosedBefore(retention.Group{Kind: retention.KindRequest}, now)
		if some != (c.bound != "") || some && !bound.Equal(at(t, c.bound)) {
			t.Errorf("%s: %s, %t", c.name, bound, some)
		}
	}
}
