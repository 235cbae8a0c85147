package sla_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/deploy"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// lastDay decrees a day off that nobody knew of.
func lastDay() sla.Decree {
	return sla.Decree{At: time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC), Days: []sla.Day{
		{Date: "2026-12-31", Off: true, Kind: sla.Statutory, Name: sla.DayName{VI: "Nghỉ", EN: "Day off"}, Confidence: sla.High},
	}}
}

// learnt is the version that a decree leads to, learnt.
func learnt(t *testing.T, rules *sla.Rules, d sla.Decree) *sla.Calendars {
	t.Helper()
	next, err := rules.Next(d)
	if err != nil {
		t.Fatal(err)
	}
	if err := rules.Learn(next); err != nil {
		t.Fatal(err)
	}
	return next
}

func TestALearntVersionIsCurrentAndTheOldOnesStay(t *testing.T) {
	t.Parallel()
	rules := load(t)
	from := hanoi(t, "2026-12-30 16:00")
	promise := func(version string) time.Time {
		return rules.Promise(sla.PolicyVersion, version, verification.Priority, from, nil, nil)
	}
	was := promise(current)
	learnt(t, rules, lastDay())
	if got := rules.Current().Version(); got != "vn-2" || rules.Calendar(sla.PolicyVersion, "") != "vn-2" {
		t.Errorf("%s is current", got)
	}
	if rules.Calendar(sla.PolicyVersion, "24x7") != sla.AroundTheClockVersion {
		t.Error("a peak is no longer around the clock")
	}
	if !promise(current).Equal(was) || !promise("vn-2").Equal(was.AddDate(0, 0, 1)) {
		t.Errorf("was %s, is %s, by the new version %s", was, promise(current), promise("vn-2"))
	}
	third := lastDay()
	third.Days[0].Date = "2026-12-30"
	learnt(t, rules, third)
	var names []string
	for _, c := range rules.Versions() {
		names = append(names, c.Version())
	}
	if diff := cmp.Diff([]string{"vn-1", "vn-2", "vn-3"}, names); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsKnownIsNeverChanged(t *testing.T) {
	t.Parallel()
	rules := load(t)
	one, err := rules.Next(lastDay())
	if err != nil {
		t.Fatal(err)
	}
	other := lastDay()
	other.Days[0].Date = "2026-12-30"
	second, err := rules.Next(other)
	if err != nil || second.Version() != one.Version() {
		t.Fatalf("%s, %v", second.Version(), err)
	}
	for range 2 { // a repeat is nothing new
		if err := rules.Learn(one); err != nil {
			t.Fatal(err)
		}
	}
	if err := rules.Learn(second); err == nil || !strings.Contains(err.Error(), "never changed") {
		t.Errorf("another vn-2: %v", err)
	}
	if rules.Current() != one {
		t.Error("it is known all the same")
	}
	if _, err := rules.Next(lastDay()); !errors.Is(err, sla.ErrDecreedAlready) {
		t.Errorf("the same day once more: %v", err)
	}
}

func TestTheFileWithTheHighestNumberIsCurrentAtTheStart(t *testing.T) {
	t.Parallel()
	files := second(t)
	for _, version := range []string{"vn-2", "vn-10"} {
		text := strings.Replace(string(files["calendars/vn-1.json"].Data), `"version": "vn-1"`, `"version": "`+version+`"`, 1)
		copied := *files["calendars/vn-1.json"]
		copied.Data = []byte(text)
		files["calendars/"+version+".json"] = &copied
	}
	rules, err := sla.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	if got := rules.Current().Version(); got != "vn-10" {
		t.Errorf("%s is current", got)
	}
	if next, err := rules.Next(lastDay()); err != nil || next.Version() != "vn-11" {
		t.Errorf("then %v, %v", next, err)
	}
}

func TestAFoldUnderAnUnknownVersionIsAnError(t *testing.T) {
	t.Parallel()
	one := load(t)
	learnt(t, one, lastDay())
	s := begin(t, one)
	in := intake(verification.Priority, s.start)
	in.Policy, in.Calendar = sla.PolicyVersion, "vn-2"
	s.submit(in, nil, "CON")
	p := s.trace[0]
	other := load(t)
	if _, err := other.Apply(nil, p.before, p.after, p.decision); !errors.Is(err, sla.ErrUnknownVersion) {
		t.Fatalf("folded: %v", err)
	}
	learnt(t, other, lastDay())
	if diff := cmp.Diff(p.clocks, fold(t, other, nil, p)); diff != "" {
		t.Error(diff)
	}
}

func TestVersionsMayBeLearntWhileOthersRead(t *testing.T) {
	t.Parallel()
	rules := load(t)
	from := hanoi(t, "2026-12-01 09:00")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 200 {
				version := rules.Calendar(sla.PolicyVersion, "")
				if rules.Promise(sla.PolicyVersion, version, verification.Complex, from, nil, nil).IsZero() {
					t.Errorf("%s is current and unknown", version)
				}
			}
		})
	}
	for i := range 8 {
		d := lastDay()
		d.Days[0].Date = time.Date(2026, 12, 7+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		d.Days[0].Kind, d.Days[0].Off = sla.Ordinary, false
		learnt(t, rules, d)
	}
	all.Wait()
}

func TestReadingTheCurrentVersionCostsNoMemory(t *testing.T) {
	rules, err := sla.Load(deploy.Data)
	if err != nil {
		t.Fatal(err)
	}
	from := hanoi(t, "2026-12-01 09:00")
	if n := testing.AllocsPerRun(100, func() {
		rules.Promise(sla.PolicyVersion, rules.Calendar(sla.PolicyVersion, ""), verification.Routine, from, nil, nil)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestADecreeIsReadStrictly(t *testing.T) {
	t.Parallel()
	d, err := sla.ParseDecree([]byte(`{"to":"2029-01-01","days":[
		{"date":"2027-01-02","off":false,"kind":"swap_work","for":"2027-01-04","name":{"vi":"Làm bù","en":"Working Saturday"},"confidence":"high","source":"QD 1"},
		{"date":"2027-01-04","off":true,"kind":"swap_off","name":{"vi":"Nghỉ","en":"Off"},"confidence":"high"}]}`))
	if err != nil || d.To != "2029-01-01" || len(d.Days) != 2 || d.Days[0].For != "2027-01-04" || d.Days[0].Source != "QD 1" {
		t.Fatalf("%+v, %v", d, err)
	}
	for text, want := range map[string]string{
		`{"days":`: "not JSON",
		`[]`:       "not an object",
		`{}`:       "/days: the field is missing",
		`{"days":[{"date":"2027-01-04","when":1}]}`: "/days/0/when: the field is unknown",
		`{"days":[],"days":[]}`:                     "/days: the field is repeated",
		`{"days":null}`:                             "/days: not a list",
	} {
		if _, err := sla.ParseDecree([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
