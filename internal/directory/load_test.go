package directory_test

import (
	"encoding/csv"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"verigate/deploy"
	"verigate/internal/directory"
)

// load is the directory of the product's own data.
func load(t testing.TB) *directory.Directory {
	t.Helper()
	d, err := directory.Load(deploy.Data)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// at reads a time in RFC 3339.
func at(t testing.TB, text string) time.Time {
	t.Helper()
	when, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func TestTheDataHoldsThirtyFiveDepartmentsAndTheDivisions(t *testing.T) {
	t.Parallel()
	d, peak := load(t), at(t, "2021-09-01T10:05:00+07:00")
	if n := len(d.Departments(peak)); n != 35 {
		t.Errorf("%d departments", n)
	}
	units := d.UnitsValid(peak)
	if len(units) != 48 || units[0].Code != "01" || units[47].Code != "A1S4" {
		t.Errorf("%d units, the first %s", len(units), units[0].Code)
	}
	desk, ok := d.Unit("A1K1", peak)
	if !ok || desk.Department() || desk.Name("en") != "Coordination desk (Division 1)" {
		t.Errorf("the desk is %+v", desk)
	}
	if u, _ := d.Unit("A1K2", peak); u.Name("en") != u.NameVI {
		t.Error("a unit without an English name has no name")
	}
	if o, ok := d.Office("43pb"); !ok || o.Unit != "43" {
		t.Errorf("43PB is %+v", o)
	}
	if n := len(d.Provinces("54")); n != 5 {
		t.Errorf("unit 54 has %d provinces", n)
	}
}

func TestUnitsEndOnTheirDayInVietNam(t *testing.T) {
	t.Parallel()
	d := load(t)
	last, first := at(t, "2025-02-28T16:59:59Z"), at(t, "2025-02-28T17:00:00Z")
	if _, ok := d.Unit("03", last); !ok {
		t.Error("unit 03 ended early")
	}
	if _, ok := d.Unit("03", first); ok {
		t.Error("unit 03 outlived 28 February 2025")
	}
	if regions := d.Departments(first); len(regions) != 20 || regions[0].Code != "KVI" || regions[19].Code != "KVXX" {
		t.Errorf("%d regions follow", len(regions))
	}
	if _, ok := d.Unit("KVIII", last); ok {
		t.Error("region III began early")
	}
	demo := d.ForDemonstration()
	if len(demo.Departments(at(t, "2026-11-21T22:00:00Z"))) != 35 {
		t.Error("the demonstration has units with an end")
	}
	if len(d.Departments(first)) != 20 {
		t.Error("the demonstration changed the directory it came from")
	}
}

func TestPortsAreThePlacesThatHaveACodeOnTheDay(t *testing.T) {
	t.Parallel()
	d, peak := load(t), at(t, "2021-09-01T10:05:00+07:00")
	named := map[string]string{}
	for _, p := range d.Ports(peak) {
		if p.LOCODE == "" || !p.Holds(peak) {
			t.Errorf("%+v", p)
		}
		named[p.Name] = p.LOCODE
	}
	if len(named) < 50 || named["Hải Phòng"] != "VNHPH" || named["Cát Bi"] != "VNHPH" {
		t.Errorf("the ports are %v", named)
	}
}

func TestRequestTypesCarryOutcomesAndFields(t *testing.T) {
	t.Parallel()
	d := load(t)
	con, ok := d.Type("CON")
	if !ok || !con.Outcome("ARRIVED") || con.Outcome("FORGED") || con.NeedsPerson() || con.Degree() != "urgent" {
		t.Errorf("CON is %+v", con)
	}
	if n := len(d.Types()); n != 17 {
		t.Errorf("%d types", n)
	}
	for _, code := range []string{"TRV", "CRI", "TEL", "FIN", "CDL"} {
		if typ, ok := d.Type(code); !ok || !typ.NeedsPerson() {
			t.Errorf("%s may be routed by rule", code)
		}
	}
	if _, ok := d.Type("XXX"); ok {
		t.Error("XXX exists")
	}
}

func TestThePeakIsHalfOpen(t *testing.T) {
	t.Parallel()
	c, ok := load(t).Campaign("golden-strike-2021")
	if !ok || c.Version != 1 || c.Theme != "wildlife" {
		t.Fatalf("campaign %+v", c)
	}
	for text, want := range map[string]bool{
		"2021-08-31T23:59:59+07:00": false, "2021-09-01T00:00:00+07:00": true,
		"2021-09-05T23:59:59+07:00": true, "2021-09-06T00:00:00+07:00": false,
	} {
		if c.InPeak(at(t, text)) != want {
			t.Errorf("in peak at %s: %v", text, !want)
		}
	}
}

func TestALaterVersionOfACampaignLeavesTheEarlierOne(t *testing.T) {
	t.Parallel()
	d := load(t)
	first, _ := d.Campaign("golden-strike-2021")
	today := at(t, "2026-11-21T22:00:00Z")
	later, err := d.WithCampaign(first.Moved(today))
	if err != nil {
		t.Fatal(err)
	}
	second, _ := later.Campaign(first.ID)
	if second.Version != 2 || !second.InPeak(today) || second.InPeak(today.AddDate(0, 0, 5)) {
		t.Errorf("version %d, peak %v", second.Version, second.Peak)
	}
	if old, ok := later.CampaignVersion(first.ID, 1); !ok || old.InPeak(today) {
		t.Error("version 1 is gone")
	}
	if now, _ := d.Campaign(first.ID); now.Version != 1 {
		t.Error("the directory changed in place")
	}
	if _, err := d.WithCampaign(directory.Campaign{ID: "x"}); err == nil {
		t.Error("a campaign without names or peak was taken")
	}
	if n := len(later.Campaigns()); n != 1 {
		t.Errorf("%d campaigns", n)
	}
}

func TestPartnersAreCheckedAndReplaced(t *testing.T) {
	t.Parallel()
	d := load(t)
	with, err := d.WithPartner(directory.Partner{Code: "TH-CUSTOMS", Name: "Thai Customs", Country: "TH", Kind: directory.Customs})
	if err != nil {
		t.Fatal(err)
	}
	with, err = with.WithPartner(directory.Partner{Code: "WCO", Name: "WCO", Kind: directory.International})
	if err != nil || len(with.Partners()) != 2 || len(d.Partners()) != 0 {
		t.Errorf("%d partners, error %v", len(with.Partners()), err)
	}
	for _, bad := range []directory.Partner{
		{Code: "a.b", Name: "x", Kind: directory.NCB},
		{Code: "NG", Name: "x", Country: "UK", Kind: directory.NCB},
		{Code: "NG", Name: "x", Country: "NG", Kind: "ngo"},
		{Code: "NG", Name: "x", Kind: directory.NCB, Validity: directory.Validity{From: "2021"}},
	} {
		if _, err := d.WithPartner(bad); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}

func TestWithoutAFocalPointTheDutyPostAnswers(t *testing.T) {
	t.Parallel()
	d, peak := load(t), at(t, "2021-09-01T08:00:00+07:00")
	if _, ok := d.FocalPoint("03", peak); ok || d.DutyPost("03") != "duty-03" || d.DutyPost("99") != "" {
		t.Error("wrong fallback")
	}
	span := directory.Validity{From: "2021-09-02", To: "2021-09-04"}
	with, err := d.WithFocalPoint(directory.FocalPoint{Unit: "03", Person: "p_1", Validity: span})
	if err != nil {
		t.Fatal(err)
	}
	if f, ok := with.FocalPoint("03", at(t, "2021-09-02T00:00:00+07:00")); !ok || f.Person != "p_1" {
		t.Error("the nomination does not hold on its first day")
	}
	if _, ok := with.FocalPoint("03", at(t, "2021-09-04T00:00:00+07:00")); ok {
		t.Error("the nomination holds after its last day")
	}
	if _, err := d.WithFocalPoint(directory.FocalPoint{Unit: "99", Person: "p_1"}); err == nil {
		t.Error("an unknown unit nominated somebody")
	}
}

// change replaces the first of a text in a file.
type change struct{ file, old, replacement string }

// files is a copy of the product's own data with changes that must find their
// text.
func files(t testing.TB, changes ...change) fstest.MapFS {
	t.Helper()
	copied := fstest.MapFS{}
	err := fs.WalkDir(deploy.Data, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(deploy.Data, name)
		copied[name] = &fstest.MapFile{Data: raw}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		text := string(copied[c.file].Data)
		if !strings.Contains(text, c.old) {
			t.Fatalf("%s does not hold %q", c.file, c.old)
		}
		copied[c.file] = &fstest.MapFile{Data: []byte(strings.Replace(text, c.old, c.replacement, 1))}
	}
	return copied
}

func loadSpoilt(t testing.TB, changes ...change) error {
	t.Helper()
	_, err := directory.Load(files(t, changes...))
	return err
}

// table reads the rows of a file of the product's data.
func table(t testing.TB, name string) []map[string]string {
	t.Helper()
	file, err := deploy.Data.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, cell := range line {
			row[lines[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

func TestAllProblemsOfAllFilesAreReportedTogether(t *testing.T) {
	t.Parallel()
	spoilt := files(t,
		change{"units-2021.csv", "slug", "slugg"},
		change{"request-types.csv", ",khan,", ",soon,"},
		change{"campaigns/golden-strike-2021.json", `"theme"`, `"topic"`})
	delete(spoilt, "provinces.csv")
	_, err := directory.Load(spoilt)
	if err == nil {
		t.Fatal("spoilt files were loaded")
	}
	for _, part := range []string{`column "slugg"`, `column "slug" is missing`, `request-types.csv:2: urgency "soon"`, `"topic"`, "provinces.csv"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error does not tell of %s:\n%.600v", part, err)
		}
	}
}
