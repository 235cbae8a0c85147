package directory

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Unit is a department of customs, one of the regions that followed the
// departments, or a division of the headquarters, that can hold a task.
type Unit struct {
	Code         string
	Slug         string
	NameVI       string
	NameEN       string // empty for some divisions: use Name
	City         string // of its seat
	Seat         string // province of a department's seat, ISO 3166-2
	Region       int    // number of a region since March 2025; 0 for all others
	MacroRegion  string // north, central, south, headquarters: key of office-hours.csv
	DrugTeams    []string
	ControlTeams []string
	Validity
}

// Department reports whether the unit is one of the land, a department or a
// region, to which a notice to all is distributed.
func (u Unit) Department() bool { return u.MacroRegion != "headquarters" }

// Name is the unit's name in `vi` or, where there is one, in English.
func (u Unit) Name(language string) string {
	if u.NameEN == "" || language == "vi" {
		return u.NameVI
	}
	return u.NameEN
}

// Unit finds a unit that is valid on the day.
func (d *Directory) Unit(code string, on time.Time) (Unit, bool) {
	for i := range d.units {
		if u := &d.units[i]; u.Code == code && u.Holds(on) {
			return *u, true
		}
	}
	return Unit{}, false
}

// UnitsValid lists the units valid on the day: those of the land first, then by
// the number of regions, then by code.
func (d *Directory) UnitsValid(on time.Time) []Unit {
	return d.unitsWhere(func(u Unit) bool { return u.Holds(on) })
}

// Departments lists the units of the land valid on the day, in the order of
// UnitsValid: the addressees of a notice to all.
func (d *Directory) Departments(on time.Time) []Unit {
	return d.unitsWhere(func(u Unit) bool { return u.Department() && u.Holds(on) })
}

func (d *Directory) unitsWhere(is func(Unit) bool) []Unit {
	var units []Unit
	for _, u := range d.units {
		if is(u) {
			units = append(units, u)
		}
	}
	slices.SortFunc(units, compareUnits)
	return units
}

func compareUnits(a, b Unit) int {
	if a.Department() != b.Department() {
		if a.Department() {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(a.Region, b.Region), strings.Compare(a.Code, b.Code))
}

func (d *Directory) knows(unit string) bool {
	return slices.ContainsFunc(d.units, func(u Unit) bool { return u.Code == unit })
}

// unitsOf2021 reads the departments and the headquarters' own.
func (l *loader) unitsOf2021() []Unit {
	rows := l.table("units-2021.csv", "code", "slug", "valid_from", "valid_to", "name_vi", "name_en", "hq_city",
		"hq_iso3166_2",
		"macro_region", "provinces_vi", "iso3166_2", "border_gates", "seaports", "airports", "rail_icd",
		"control_team_codes", "drug_team_codes", "branch_codes", "regions_2025_03", "note")
	units := make([]Unit, 0, len(rows))
	for _, r := range rows {
		u := Unit{
			Code: r.get("code"), Slug: r.get("slug"), NameVI: r.get("name_vi"), NameEN: r.get("name_en"),
			City: r.get("hq_city"), Seat: r.get("hq_iso3166_2"), MacroRegion: r.get("macro_region"), Validity: r.validity(),
			DrugTeams: r.list("drug_team_codes"), ControlTeams: r.list("control_team_codes"),
		}
		l.checkUnit(r.at, u, units)
		units = append(units, u)
	}
	return units
}

func (l *loader) checkUnit(at string, u Unit, before []Unit) {
	if u.Code == "" || u.NameVI == "" {
		l.problem(at, "a unit needs a code and a name")
	}
	if !slices.Contains([]string{"north", "central", "south", "headquarters"}, u.MacroRegion) {
		l.problem(at, "macro region %q is unknown", u.MacroRegion)
	}
	if err := u.check(); err != nil {
		l.problem(at, "%w", err)
	}
	if slices.ContainsFunc(before, func(b Unit) bool { return b.Code == u.Code }) {
		l.problem(at, "unit %q stands twice", u.Code)
	}
}
