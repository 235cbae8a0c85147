package deploy_test

import (
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"testing"

	"verigate/deploy"
	"verigate/internal/contract"
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
		Units map[string]string
		Days  []struct {
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
	units := rows(t, "units-2021.csv")
	if len(units) != len(calendar.Units) {
		t.Errorf("%d units, the table has %d", len(calendar.Units), len(units))
	}
	for _, row := range units {
		if got := calendar.Units[row["code"]]; got != row["macro_region"] {
			t.Errorf("unit %s is in %q, not %q", row["code"], got, row["macro_region"])
		}
	}
}
