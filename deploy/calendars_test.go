package deploy_test

import (
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/deploy"
	"verigate/internal/contract"
	"verigate/internal/directory"
	"verigate/schemas"
)

func TestEveryCalendarIsAsItsSchemaSays(t *testing.T) {
	t.Parallel()
	c, err := contract.New(schemas.FS)
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Glob(deploy.Data, "calendars/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("files %v, error %v", files, err)
	}
	for _, file := range files {
		raw, err := fs.ReadFile(deploy.Data, file)
		if err != nil {
			t.Fatal(err)
		}
		if violations, err := c.Check("calendar", raw); err != nil || len(violations) > 0 {
			t.Errorf("%s: %v, error %v", file, violations, err)
		}
	}
}

func rows(t *testing.T, name string) []map[string]string {
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
	var out []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, cell := range line {
			row[lines[0][i]] = cell
		}
		out = append(out, row)
	}
	return out
}

// The tables are where the first version came from; later ones are changed by decree, not by table.
func TestTheFirstCalendarHasEveryRowOfTheTables(t *testing.T) {
	t.Parallel()
	raw, err := fs.ReadFile(deploy.Data, "calendars/vn-1.json")
	if err != nil {
		t.Fatal(err)
	}
	var calendar struct {
		Days []struct {
			Date, Kind, Confidence, Source string
			Off                            bool
			Name                           struct{ VI, EN string }
		}
	}
	if err := json.Unmarshal(raw, &calendar); err != nil {
		t.Fatal(err)
	}
	holidays := rows(t, "holidays-vn.csv")
	if len(holidays) != len(calendar.Days) {
		t.Fatalf("%d days, the table has %d", len(calendar.Days), len(holidays))
	}
	for i, row := range holidays {
		d := calendar.Days[i]
		if d.Date != row["date"] || d.Kind != row["kind"] || d.Off != (row["off"] == "1") || d.Name.VI != row["name_vi"] ||
			d.Name.EN != row["name_en"] || d.Confidence != row["confidence"] || d.Source != row["source"] {
			t.Errorf("%+v is not the row %v", d, row)
		}
	}
}

// A region keeps the office hours of the departments whose provinces it took over. What a version does not place counts
// on headquarters' hours, so each is placed.
func TestTheFirstCalendarPlacesEveryUnitOfTheDirectory(t *testing.T) {
	t.Parallel()
	raw, err := fs.ReadFile(deploy.Data, "calendars/vn-1.json")
	if err != nil {
		t.Fatal(err)
	}
	var calendar struct{ Units map[string]string }
	if err := json.Unmarshal(raw, &calendar); err != nil {
		t.Fatal(err)
	}
	d, err := directory.Load(deploy.Data)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, day := range []string{"2021-09-01", "2025-03-01"} {
		on, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range d.UnitsValid(on) {
			want[u.Code] = u.MacroRegion
		}
	}
	if len(want) != 35+13+20 {
		t.Errorf("%d units", len(want))
	}
	if diff := cmp.Diff(want, calendar.Units); diff != "" {
		t.Errorf("places of units (-directory +calendar):\n%s", diff)
	}
}

// The map of both years is no input: it says again what the table of provinces says.
func TestTheMapOfBothYearsIsThatOfTheProvinces(t *testing.T) {
	t.Parallel()
	regions := map[string]string{}
	ofUnit := map[string]map[string]bool{}
	for _, row := range rows(t, "provinces.csv") {
		regions[row["unit_2021"]+" "+row["province_2021_vi"]] = row["region_2025_03"]
		if ofUnit[row["unit_2021"]] == nil {
			ofUnit[row["unit_2021"]] = map[string]bool{}
		}
		ofUnit[row["unit_2021"]][row["region_2025_03"]] = true
	}
	both := rows(t, "units-map-2021-2025.csv")
	if len(both) != len(regions) {
		t.Errorf("%d rows, %d provinces", len(both), len(regions))
	}
	for _, row := range both {
		if got := regions[row["unit_2021"]+" "+row["province_2021_vi"]]; got != row["region_2025_03"] {
			t.Errorf("%s of %s is in %q, not %q", row["province_2021_vi"], row["unit_2021"], got, row["region_2025_03"])
		}
		if split := len(ofUnit[row["unit_2021"]]) > 1; split != (row["split_unit"] == "yes") {
			t.Errorf("department %s was divided: %v", row["unit_2021"], split)
		}
	}
}
