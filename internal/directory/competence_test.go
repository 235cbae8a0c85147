package directory_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/directory"
)

// The last moment of the departments, the first of the regions, and days around
// and after the provinces were joined.
const (
	lastOf2021 = "2025-02-28T23:59:59+07:00"
	firstKV    = "2025-03-01T00:00:00+07:00"
	beforeJuly = "2025-06-30T12:00:00+07:00"
	july       = "2025-07-01T00:00:00+07:00"
	today      = "2026-11-28T20:41:00+07:00"
)

// about asks one question about one place.
func about(t testing.TB, d *directory.Directory, place string, on time.Time) directory.Routing {
	t.Helper()
	return routeOn(t, d, `{"subjects":[{"id":"s1",`+place+`}],"questions":[{"n":1,"code":"CON","text":"?","subjects":["s1"]}]}`, on)
}

func TestWhoAnswersDependsOnTheDay(t *testing.T) {
	t.Parallel()
	place := func(field, value string) string { return `"kind":"place","` + field + `":"` + value + `"` }
	tests := []struct {
		name  string
		place string
		on    string
		units []string // one: a rule may route to it; several: a person decides
	}{
		{"a province before", place("subdivision", "VN-03"), lastOf2021, []string{"10"}},
		{"a province since", place("subdivision", "VN-03"), firstKV, []string{"KVVII"}},
		{"its name before", place("address", "Hà Giang"), lastOf2021, []string{"10"}},
		{"its name since", place("address", "Hà Giang"), firstKV, []string{"KVVII"}},
		{"its old name after it was joined", place("address", "Hà Giang"), today, []string{"KVVII"}},
		{"the other half of the department", place("subdivision", "VN-07"), firstKV, []string{"KVV"}},
		{"03 by Hải Phòng", place("subdivision", "VN-HP"), firstKV, []string{"KVIII"}},
		{"03 by Thái Bình", place("subdivision", "VN-20"), firstKV, []string{"KVIII"}},
		{"03 by Hải Dương", place("subdivision", "VN-61"), firstKV, []string{"KVIV"}},
		{"03 by Hưng Yên", place("address", "Hung Yen"), firstKV, []string{"KVIV"}},
		{"28 by Ninh Bình", place("subdivision", "VN-18"), firstKV, []string{"KVX"}},
		{"28 by Nam Định", place("subdivision", "VN-67"), firstKV, []string{"KVIV"}},
		{"47 by Bình Thuận", place("subdivision", "VN-40"), firstKV, []string{"KVXV"}},
		{"47 by Đồng Nai", place("subdivision", "VN-39"), firstKV, []string{"KVXVIII"}},
		{"11 by Bắc Kạn", place("subdivision", "VN-53"), firstKV, []string{"KVV"}},
		{"11 by Cao Bằng", place("subdivision", "VN-04"), firstKV, []string{"KVVI"}},
		{"a department's area that was divided", place("address", "Hà Nam Ninh"), firstKV, []string{"KVIV", "KVX"}},
		{"a department's area that was not", place("address", "Gia Lai - Kon Tum"), firstKV, []string{"KVXIV"}},
		{"a department's seat", place("address", "Biên Hòa"), firstKV, []string{"KVXVIII"}},
		{"a region by its own name", place("address", "Chi cục Hải quan khu vực XX"), firstKV, []string{"KVXX"}},
		{"a region by its own name before", place("address", "Regional Customs Sub-Department III"), lastOf2021, nil},

		{"a seaport before", place("locode", "VNDVU"), lastOf2021, []string{"03"}},
		{"a seaport since", place("locode", "VNDVU"), firstKV, []string{"KVIII"}},
		{"a seaport of a divided department", place("name", "Ninh Phúc"), firstKV, []string{"KVX"}},
		{"its other seaport", place("name", "Hải Thịnh"), firstKV, []string{"KVIV"}},
		{"an airport before", `"kind":"flight","number":"ZZ1","from":"LAD","to":"HPH"`, lastOf2021, []string{"03"}},
		{"an airport since", `"kind":"flight","number":"ZZ1","from":"LAD","to":"HPH"`, today, []string{"KVIII"}},
		{"a border gate before", place("address", "Mộc Bài"), lastOf2021, []string{"45"}},
		{"a border gate since", place("address", "Mộc Bài"), firstKV, []string{"KVXVI"}},
		{"a gate of a divided department", place("address", "Xín Mần"), firstKV, []string{"KVVII"}},
		{"two gates of one name before", place("address", "Thanh Thủy"), lastOf2021, []string{"10", "29"}},
		{"two gates of one name since", place("address", "Thanh Thủy"), today, []string{"KVVII", "KVXI"}},
		{"two gates, one province", place("address", "Thanh Thủy, Hà Giang"), today, []string{"KVVII"}},

		{"Tân Sơn Nhất before", place("locode", "VNTSN"), lastOf2021, []string{"02"}},
		{"Tân Sơn Nhất in the spring", place("locode", "VNTSN"), beforeJuly, []string{"KVII"}},
		{"Tân Sơn Nhất since July", place("locode", "VNTSN"), july, []string{"KVXV"}},
		{"Tân Sơn Nhất by its name", place("address", "Tan Son Nhat"), july, []string{"KVXV"}},
		{"the port beside it", place("locode", "VNCLI"), july, []string{"KVII"}},
		{"its office in the spring", place("office", "02AB"), beforeJuly, []string{"KVII"}},
		{"its office since July", place("office", "02AB"), july, []string{"KVXV"}},

		{"an office before", place("office", "03PJ"), lastOf2021, []string{"03"}},
		{"an office in Hải Dương since", place("office", "03PJ"), firstKV, []string{"KVIV"}},
		{"an office at the port since", place("office", "03EE"), firstKV, []string{"KVIII"}},
		{"a team of the whole department", place("office", "03K1"), firstKV, []string{"KVIII", "KVIV"}},
		{"a divided department's code", place("office", "03"), firstKV, []string{"KVIII", "KVIV"}},
		{"an undivided department's code", place("office", "20"), firstKV, []string{"KVVIII"}},
		{"a declaration with its office", `"kind":"consignment","declaration_no":"304000000001","office":"47NM"`, firstKV, []string{"KVXV"}},
		{"a declaration with a divided department", `"kind":"consignment","declaration_no":"304000000001","office":"47"`, firstKV, []string{"KVXV", "KVXVIII"}},

		{"a name that others joined, before", place("address", "Hải Phòng"), beforeJuly, []string{"KVIII"}},
		{"a name that others joined, since", place("address", "Hải Phòng"), july, []string{"KVIII", "KVIV"}},
		{"its code, since", place("subdivision", "VN-HP"), july, []string{"KVIII", "KVIV"}},
		{"a name of before for a part", place("address", "Hải Dương"), july, []string{"KVIV"}},
		{"a name that others of the region joined", place("address", "Quảng Trị"), july, []string{"KVIX"}},
		{"a port in a province that grew", place("locode", "VNHPH"), today, []string{"KVIII"}},
		{"a port and the city that grew", place("address", "Đình Vũ, Hải Phòng"), today, []string{"KVIII"}},
		{"an airport in the city that grew", place("address", "Tan Son Nhat, Ho Chi Minh City"), today, []string{"KVXV"}},
	}
	d := load(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := about(t, d, tt.place, at(t, tt.on))
			if tt.units == nil {
				if got.OK || got.Why != directory.UnitNotValid {
					t.Errorf("routed %v, because %s", got.OK, got.Why)
				}
				return
			}
			if got.OK != (len(tt.units) == 1) {
				t.Errorf("routed by rule: %v, because %s", got.OK, got.Why)
			}
			if got.OK && got.Assignments[0].Unit != tt.units[0] {
				t.Errorf("routed to %s, not %s", got.Assignments[0].Unit, tt.units[0])
			}
			found := map[string]bool{}
			for _, c := range got.Candidates {
				found[c.Unit] = true
			}
			for _, unit := range tt.units {
				if !found[unit] {
					t.Errorf("%s is no candidate of %v", unit, slices.Sorted(maps.Keys(found)))
				}
			}
			if len(tt.units) > 1 && len(found) != len(tt.units) {
				t.Errorf("candidates %v, want %v", slices.Sorted(maps.Keys(found)), tt.units)
			}
		})
	}
}

func TestAReasonNamesTheProvinceThatWasJoined(t *testing.T) {
	t.Parallel()
	got := about(t, load(t), `"kind":"place","address":"Hải Phòng"`, at(t, today))
	notes := map[string]string{}
	for _, c := range got.Candidates {
		notes[c.Unit] = c.Reasons[0].Note
	}
	if diff := cmp.Diff(map[string]string{"KVIII": "Hải Phòng", "KVIV": "Hải Phòng (Hải Dương)"}, notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// provinces are all of them, by the departments that had them.
func provinces(t testing.TB, d *directory.Directory) []directory.Province {
	t.Helper()
	var all []directory.Province
	for _, u := range d.Departments(at(t, lastOf2021)) {
		all = append(all, d.Provinces(u.Code)...)
	}
	if len(all) != 63 {
		t.Fatalf("%d provinces", len(all))
	}
	return all
}

func TestNoProvinceIsWithoutAUnitOnAnyDay(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: every province on every day, 2 s")
	}
	t.Parallel()
	d := load(t)
	split, joined := at(t, firstKV), at(t, july)
	for _, p := range provinces(t, d) {
		told := evidenceFrom(t, []byte(`{"subjects":[{"id":"s1","kind":"place","subdivision":"`+p.ISO+`"}],"questions":[{"n":1,"code":"CON","subjects":["s1"]}]}`))
		for day := at(t, "2018-01-01T12:00:00+07:00"); !day.After(at(t, "2030-01-01T12:00:00+07:00")); day = day.AddDate(0, 0, 1) {
			answers := p.Unit
			if !day.Before(split) {
				answers = p.Region
			}
			got := d.Route(told, false, day)
			if !slices.Contains(units(got.Candidates), answers) || (day.Before(joined) && !got.OK) {
				t.Fatalf("%s on %s: %v, %s", p.ISO, day.Format(time.DateOnly), units(got.Candidates), got.Why)
			}
			for _, c := range got.Candidates {
				if _, valid := d.Unit(c.Unit, day); !valid {
					t.Fatalf("%s on %s: %s is no unit that day", p.ISO, day.Format(time.DateOnly), c.Unit)
				}
			}
		}
	}
}

func TestEveryRegionIsReachedByItsProvinces(t *testing.T) {
	t.Parallel()
	d, on := load(t), at(t, firstKV)
	regions := d.Departments(on)
	if len(regions) != 20 {
		t.Fatalf("%d regions", len(regions))
	}
	for i, u := range regions {
		if u.Region != i+1 || len(d.Provinces(u.Code)) == 0 {
			t.Errorf("%s at place %d has %d provinces", u.Code, i+1, len(d.Provinces(u.Code)))
		}
		for _, p := range d.Provinces(u.Code) {
			got := about(t, d, `"kind":"place","subdivision":"`+p.ISO+`"`, on)
			if !got.OK || got.Assignments[0].Unit != u.Code {
				t.Errorf("%s of %s is routed %v, %s", p.ISO, u.Code, got.OK, got.Why)
			}
		}
	}
}

// Every code of an office and every place of the tables has somebody on both
// sides of the day.
func TestEveryCodeOf2021IsUnderstoodOnBothSidesOfTheDay(t *testing.T) {
	t.Parallel()
	d := load(t)
	clues := []directory.Clue{}
	for _, row := range table(t, "branches-2021.csv") {
		if row["unit_code"] != "DTCBL" {
			clues = append(clues, directory.Clue{Kind: directory.ClueOffice, Value: row["code"]})
		}
	}
	for _, row := range table(t, "places-vn.csv") {
		if row["locode"] != "" {
			clues = append(clues, directory.Clue{Kind: directory.ClueLOCODE, Value: row["locode"]})
		}
		clues = append(clues, directory.Clue{Kind: directory.ClueAddress, Value: strings.Split(row["name_vi"], " (")[0]})
	}
	for _, clue := range clues {
		for _, day := range []string{peak, lastOf2021, firstKV, july, today} {
			if got := d.Candidates(directory.Evidence{Clues: []directory.Clue{clue}}, at(t, day)); len(got) == 0 {
				t.Errorf("nobody answers for %s %s on %s", clue.Kind, clue.Value, day)
			}
		}
	}
}

func TestTheDemonstrationStaysIn2021(t *testing.T) {
	t.Parallel()
	d, on := load(t).ForDemonstration(), at(t, today)
	if n := len(d.UnitsValid(on)); n != 48 {
		t.Errorf("%d units", n)
	}
	for place, unit := range map[string]string{
		`"address":"Hải Phòng"`: "03", `"address":"Hải Dương"`: "03", `"locode":"VNTSN"`: "02", `"office":"02AB"`: "02",
		`"subdivision":"VN-02"`: "13", `"office":"03K1"`: "03", `"address":"Hà Nam Ninh"`: "28",
	} {
		if got := about(t, d, `"kind":"place",`+place, on); !got.OK || got.Assignments[0].Unit != unit {
			t.Errorf("%s: %v, %s, %v", place, got.OK, got.Why, units(got.Candidates))
		}
	}
}

func TestRegionsLieWhereTheirProvincesLay(t *testing.T) {
	t.Parallel()
	want := map[string]string{}
	for macro, numbers := range map[string]string{
		"north": "I III IV V VI VII VIII X XI", "central": "IX XII XIII XIV", "south": "II XV XVI XVII XVIII XIX XX",
	} {
		for n := range strings.FieldsSeq(numbers) {
			want["KV"+n] = macro
		}
	}
	got := map[string]string{}
	for _, u := range load(t).Departments(at(t, today)) {
		got[u.Code] = u.MacroRegion
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("macro regions (-want +got):\n%s", diff)
	}
}

func TestTheHeadquartersUnitsHaveNoEnd(t *testing.T) {
	t.Parallel()
	d := load(t)
	for _, day := range []string{"2018-01-01T00:00:00+07:00", lastOf2021, firstKV, today} {
		for i, code := range []string{"A1K1", "A1K2", "A1K3", "A1K4", "A1K5", "A1K6", "A1K7", "A1K8", "A1K9", "A1S1", "A1S2", "A1S3", "A1S4"} {
			valid := d.UnitsValid(at(t, day))
			if u := valid[len(valid)-13+i]; u.Code != code || u.Department() {
				t.Errorf("on %s unit %s stands where %s belongs", day, u.Code, code)
			}
		}
	}
}

func TestTheTablesOfUnitsAreHeldAgainstEachOther(t *testing.T) {
	t.Parallel()
	spoilt := map[string][]change{
		`units-2025.csv:4: provinces.csv gives it [Thái Bình Hải Phòng] of departments [03]`:                 {{"units-2025.csv", "Hải Phòng;Thái Bình,03", "Hải Phòng,03"}},
		`between them nobody answers for Hải Phòng, or two do`:                                               {{"units-2025.csv", "KVIII,3,kv03,2025-03-01", "KVIII,3,kv03,2025-04-01"}},
		`province "VN-HP" lies in region "KVXXI", which units-2025.csv does not have`:                        {{"provinces.csv", "VN-HP,Hai Phong,03,KVIII", "VN-HP,Hai Phong,03,KVXXI"}},
		`units-2025.csv:10: its provinces lie in the macro regions north and central`:                        {{"units-2021.csv", "Đồng Hới,VN-24,central", "Đồng Hới,VN-24,north"}},
		`units-2025.csv:2: a region needs a number of its own, not "0"`:                                      {{"units-2025.csv", "KVI,1,", "KVI,0,"}},
		`units-2025.csv:3: a region needs a number of its own, not "1"`:                                      {{"units-2025.csv", "KVII,2,", "KVII,1,"}},
		`units-2025.csv:3: unit "KVI" stands twice`:                                                          {{"units-2025.csv", "KVII,2,", "KVI,2,"}},
		`units-2025.csv:3: its seat "Biên Hòa" is none of its provinces`:                                     {{"units-2025.csv", "Department II,TP. Hồ Chí Minh,", "Department II,Biên Hòa,"}},
		`the seat "VN-54" of department "03" is in none of its provinces`:                                    {{"units-2021.csv", "Hải Phòng,VN-HP,north", "Hải Phòng,VN-54,north"}},
		`provinces.csv:2: a province needs a name, one since July 2025, a code and a known department`:       {{"provinces.csv", "KVVII,Lai Châu,", "KVVII,,"}},
		`provinces.csv:3: province "VN-01" stands twice`:                                                     {{"provinces.csv", "VN-02", "VN-01"}},
		`places-vn.csv:2: province "VN-HP" is unknown, or is none of department "01"`:                        {{"places-vn.csv", "hanoi,VN-HN", "hanoi,VN-HP"}},
		`branches-2021.csv:45: province "VN-57" is unknown, or is none of department "03"`:                   {{"branches-2021.csv", "Hải dương,inland,VN-61", "Hải dương,inland,VN-57"}},
		`competence.csv:2: locode "VNZZZ" is in no table: a kind is locode or office`:                        {{"competence.csv", "VNTSN", "VNZZZ"}},
		`competence.csv:3: team "02AB" is in no table: a kind is locode or office`:                           {{"competence.csv", "office,02AB", "team,02AB"}},
		`competence.csv:2: unit "KVXV" is unknown, or is none on some of these days`:                         {{"competence.csv", "VNTSN,KVXV,2025-07-01", "VNTSN,KVXV,2025-02-01"}},
		`competence.csv:4: unit "KVXVX" is unknown, or is none on some of these days`:                        {{"competence.csv", "02DS,KVXV", "02DS,KVXVX"}},
		`competence.csv:2: validity: parsing time`:                                                           {{"competence.csv", "KVXV,2025-07-01,,", "KVXV,July,,"}},
		"units-2025.csv: column \"seat\" is unknown or repeated\nunits-2025.csv: column \"note\" is missing": {{"units-2025.csv", "provenance,note", "provenance,seat"}},
	}
	for problem, changes := range spoilt {
		if err := loadSpoilt(t, changes...); err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("the error does not tell that %s:\n%.800v", problem, err)
		}
	}
	err := loadSpoilt(t, change{"competence.csv", "VNTSN", "VNZZZ"}, change{"places-vn.csv", "hanoi,VN-HN", "hanoi,VN-HP"}, change{"units-2025.csv", "KVI,1,", "KVI,x,"})
	for _, file := range []string{"competence.csv:2", "places-vn.csv:2", "units-2025.csv:2"} {
		if !strings.Contains(fmt.Sprint(err), file) {
			t.Errorf("of several problems that of %s is not told:\n%v", file, err)
		}
	}
}

func TestAnExceptionMayEnd(t *testing.T) {
	t.Parallel()
	d, err := directory.Load(files(t, change{"competence.csv", "VNTSN,KVXV,2025-07-01,,", "VNTSN,KVXV,2025-07-01,2026-01-01,"}))
	if err != nil {
		t.Fatal(err)
	}
	for day, unit := range map[string]string{beforeJuly: "KVII", july: "KVXV", "2025-12-31T23:59:59+07:00": "KVXV", "2026-01-01T00:00:00+07:00": "KVII"} {
		if got := about(t, d, `"kind":"place","locode":"VNTSN"`, at(t, day)); !got.OK || got.Assignments[0].Unit != unit {
			t.Errorf("on %s: %s, %v", day, got.Why, units(got.Candidates))
		}
	}
}

func TestAPlaceThatEndedIsNotRoutedTo(t *testing.T) {
	t.Parallel()
	const row = "VNCVE,,Chùa Vẽ,,seaport,03,haiphong,VN-HP,,"
	d, err := directory.Load(files(t, change{"places-vn.csv", row, row + "2024-01-01"}))
	if err != nil {
		t.Fatal(err)
	}
	for day, why := range map[string]directory.Why{"2023-12-31T12:00:00+07:00": directory.OneUnit, "2024-01-01T00:00:00+07:00": directory.UnitNotValid} {
		got := about(t, d, `"kind":"consignment","port":"VNCVE"`, at(t, day))
		if got.Why != why || (why == directory.UnitNotValid && len(got.Candidates) != 0) {
			t.Errorf("on %s: %v, %s, %v", day, got.OK, got.Why, units(got.Candidates))
		}
	}
}
