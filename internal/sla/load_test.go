package sla_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"verigate/deploy"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

func load(t testing.TB) *sla.Rules {
	t.Helper()
	rules, err := sla.Load(deploy.Data)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func TestTheLimitsOfEachDegreeAreThoseOfTheTable(t *testing.T) {
	t.Parallel()
	rules := load(t)
	at := time.Date(2021, 9, 1, 3, 5, 0, 0, time.UTC)
	for _, c := range []struct {
		degree                verification.Degree
		total, reply, consent string
	}{
		{verification.Flash, "PT8H", "PT4H", "PT4H"},
		{verification.Urgent, "PT24H", "PT12H", "PT12H"},
		{verification.Priority, "P3D", "P1D", "P1D"},
		{verification.Routine, "P7D", "P2D", "P3D"},
		{verification.LookBack, "P14D", "P5D", "P5D"},
		{verification.Complex, "P30D", "P7D", "P10D"},
	} {
		for _, got := range []struct {
			what, limit string
			due         time.Time
		}{
			{"total", c.total, rules.Promise(sla.PolicyVersion, sla.CalendarVersion, c.degree, at, nil, []string{"CON"})},
			{"clarify", c.reply, rules.ReplyBy(sla.PolicyVersion, sla.CalendarVersion, c.degree, at)},
			{"consent", c.consent, rules.ConsentDue(sla.PolicyVersion, sla.CalendarVersion, c.degree, at)},
		} {
			want, err := sla.ParseDuration(got.limit)
			if err != nil {
				t.Fatal(err)
			}
			if !got.due.Equal(at.Add(want)) {
				t.Errorf("%s of %s is due %s, not %s after %s", got.what, c.degree, got.due, got.limit, at)
			}
		}
	}
	if due := rules.CloseDue(sla.PolicyVersion, at); !due.Equal(at.AddDate(0, 0, 14)) {
		t.Errorf("closed at %s", due)
	}
}

func TestWhatIsWrongInTheDataIsReportedTogether(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{}
	for _, name := range []string{"sla-policy.csv", "sla-by-type.csv", "request-types.csv"} {
		raw, err := fs.ReadFile(deploy.Data, name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: raw}
	}
	change := func(name, from, to string) {
		files[name].Data = []byte(strings.Replace(string(files[name].Data), from, to, 1))
	}
	change("sla-policy.csv", "PT15M", "15 minutes")
	change("sla-policy.csv", "phuc_tap", "cham")
	change("sla-by-type.csv", "SPE,phuc_tap", "SPX,phuc_tap")
	_, err := sla.Load(files)
	if err == nil {
		t.Fatal("loaded")
	}
	for _, want := range []string{"15 minutes", "cham", "SPX", "sla-policy.csv:2", "5 degrees of 6"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
}

func TestAnUnknownVersionIsTold(t *testing.T) {
	t.Parallel()
	rules := load(t)
	if err := rules.Check(sla.PolicyVersion, sla.CalendarVersion); err != nil {
		t.Error(err)
	}
	if rules.Check("2", sla.CalendarVersion) == nil || rules.Check(sla.PolicyVersion, "hq-1") == nil {
		t.Error("an unknown version passes")
	}
	if !rules.Promise("2", sla.CalendarVersion, verification.Flash, time.Unix(0, 0), nil, nil).IsZero() {
		t.Error("an unknown version promises a time")
	}
}

func TestTheDegreeIsThePartnersAboveTheFloors(t *testing.T) {
	t.Parallel()
	rules := load(t)
	for _, c := range []struct {
		codes             string
		sent, degree, tip verification.Degree
	}{
		{"CON", "", verification.Urgent, ""},
		{"COM", "", verification.Routine, ""}, // only request-types.csv has it
		{"SPE", "", verification.Complex, ""},
		{"SPE CAS", "", verification.LookBack, ""},
		{"CAS CON", "", verification.Urgent, ""},
		{"", "", verification.Routine, ""},
		{"CON", verification.Routine, verification.Routine, verification.Urgent},
		{"CON", verification.Urgent, verification.Urgent, ""},
		{"CDL CON", verification.Routine, verification.Flash, ""},
		{"SEI drugs", verification.Complex, verification.Priority, verification.Routine},
		{"SEI drugs", verification.Urgent, verification.Urgent, verification.Routine},
		{"SEI drugs", "", verification.Priority, ""},
	} {
		degree, suggested := rules.Floor(strings.Fields(c.codes), c.sent)
		if degree != c.degree || suggested != c.tip {
			t.Errorf("%s sent as %q: %q, suggested %q; want %q, %q", c.codes, c.sent, degree, suggested, c.degree, c.tip)
		}
	}
}

func TestAControlledDeliveryIsPromisedBeforeItsWindow(t *testing.T) {
	t.Parallel()
	rules := load(t)
	at := time.Date(2021, 9, 5, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		what  string
		code  string
		event time.Duration
		want  time.Duration
	}{
		{"the window less two hours is sooner", "CDL", 5 * time.Hour, 3 * time.Hour},
		{"eight hours are sooner", "CDL", 24 * time.Hour, 8 * time.Hour},
		{"the window has gone", "CDL", time.Hour, 8 * time.Hour},
		{"an event does not move another promise", "CON", 5 * time.Hour, 8 * time.Hour},
	} {
		event := &verification.PhysicalEvent{Type: "controlled_window", At: at.Add(c.event)}
		due := rules.Promise(sla.PolicyVersion, sla.CalendarVersion, verification.Flash, at, event, []string{c.code})
		if !due.Equal(at.Add(c.want)) {
			t.Errorf("%s: due after %s", c.what, due.Sub(at))
		}
	}
}
