package directory

import (
	"slices"
	"strings"
	"time"

	"verigate/internal/identifier"
)

// Place is a port, airport, border gate, rail or inland station, or locality.
type Place struct {
	Name   string
	LOCODE string // empty when it has none
	IATA   string
	Kind   string // airport, seaport, border_gate, rail_icd, locality
	ISO    string // of its province: who answers for that answers for the place
	Validity
}

// Office is a branch or team of a department of 2021, by its four-character code.
type Office struct {
	Code string
	Unit string // the department
	Name string // as published
	Kind string
	ISO  string // of its province; empty when that says nothing: what worked for a whole department was divided with it
}

// Province is one of the 63 provinces and cities of 2021.
type Province struct {
	Name   string
	ISO    string // ISO 3166-2, `VN-HP`
	Unit   string // the department of 2021
	Region string // that followed it
	Joined string // the province of July 2025 that it is part of, by name; empty in a demonstration
}

// Office finds a customs office by its code.
func (d *Directory) Office(code string) (Office, bool) {
	o, ok := d.offices[strings.ToUpper(code)]
	return o, ok
}

// Ports lists the places that have a UN/LOCODE and are valid on the day, in the order of the data. A harbour and an airport of
// one town may have the same.
func (d *Directory) Ports(on time.Time) []Place {
	var list []Place
	for _, p := range d.places {
		if p.LOCODE != "" && p.Holds(on) {
			list = append(list, p)
		}
	}
	return list
}

// Provinces lists the provinces of a department or region, in the order of the
// data.
func (d *Directory) Provinces(unit string) []Province {
	var list []Province
	for _, p := range d.provinces {
		if p.Unit == unit || p.Region == unit {
			list = append(list, p)
		}
	}
	return list
}

func (l *loader) places(provinces []Province) []Place {
	rows := l.table("places-vn.csv",
		"locode", "iata", "name_vi", "neighbour", "kind", "unit_2021", "unit_slug", "iso3166_2", "valid_from", "valid_to")
	places := make([]Place, 0, len(rows))
	for _, r := range rows {
		p := Place{
			Name: r.get("name_vi"), LOCODE: r.get("locode"), IATA: r.get("iata"), Kind: r.get("kind"),
			ISO: r.get("iso3166_2"), Validity: r.validity(),
		}
		if p.Name == "" {
			l.problem(r.at, "a place needs a name")
		}
		l.checkProvince(r, p.ISO, r.get("unit_2021"), provinces)
		if p.LOCODE != "" && identifier.LOCODE(p.LOCODE).Status != identifier.OK {
			l.problem(r.at, "%q is no LOCODE", p.LOCODE)
		}
		if err := p.check(); err != nil {
			l.problem(r.at, "%w", err)
		}
		places = append(places, p)
	}
	return places
}

// checkProvince holds the province of a row against its department.
func (l *loader) checkProvince(r row, iso, department string, provinces []Province) {
	if !slices.ContainsFunc(provinces, func(p Province) bool { return p.ISO == iso && p.Unit == department }) {
		l.problem(r.at, "province %q is unknown, or is none of department %q", iso, department)
	}
}

func (l *loader) offices(units []Unit, provinces []Province) map[string]Office {
	known := func(code string) bool { return slices.ContainsFunc(units, func(u Unit) bool { return u.Code == code }) }
	rows := l.table("branches-2021.csv", "code", "unit_code", "name_as_published", "kind", "iso3166_2")
	offices := make(map[string]Office, len(rows))
	for _, r := range rows {
		o := Office{
			Code: r.get("code"), Unit: r.get("unit_code"), Name: r.get("name_as_published"), Kind: r.get("kind"), ISO: r.get("iso3166_2"),
		}
		if o.Unit == "DTCBL" && known(o.Code) {
			continue // a division of the headquarters: a unit, no office where goods are
		}
		_, twice := offices[o.Code]
		if twice || !known(o.Unit) || len(o.Code) != 4 || o.Code[:2] != o.Unit {
			l.problem(r.at, "office %q of unit %q stands twice or its code is not the unit's", o.Code, o.Unit)
		}
		if o.ISO != "" {
			l.checkProvince(r, o.ISO, o.Unit, provinces)
		}
		offices[o.Code] = o
	}
	return offices
}

// provinces reads the provinces with their departments, which must have their
// seats in them. Regions are held against them by unitsOf2025.
func (l *loader) provinces(departments []Unit) []Province {
	rows := l.table("provinces.csv", "province_2021_vi", "iso3166_2", "ascii", "unit_2021", "region_2025_03",
		"province_2025_07_vi", "provenance")
	provinces := make([]Province, 0, len(rows))
	for _, r := range rows {
		p := Province{
			Name: r.get("province_2021_vi"), ISO: r.get("iso3166_2"), Unit: r.get("unit_2021"),
			Region: r.get("region_2025_03"), Joined: r.get("province_2025_07_vi"),
		}
		known := slices.ContainsFunc(departments, func(u Unit) bool { return u.Code == p.Unit && u.Department() })
		if p.Name == "" || p.Joined == "" || !known || identifier.Subdivision(p.ISO).Status != identifier.OK {
			l.problem(r.at, "a province needs a name, one since July 2025, a code and a known department")
		}
		if slices.ContainsFunc(provinces, func(b Province) bool { return b.ISO == p.ISO }) {
			l.problem(r.at, "province %q stands twice", p.ISO)
		}
		provinces = append(provinces, p)
	}
	for _, u := range departments {
		if u.Department() && !slices.ContainsFunc(provinces, func(p Province) bool { return p.Unit == u.Code && p.ISO == u.Seat }) {
			l.problem("units-2021.csv", "the seat %q of department %q is in none of its provinces", u.Seat, u.Code)
		}
	}
	return provinces
}

// checkRegions says which provinces have no region.
func (l *loader) checkRegions(provinces []Province, regions []Unit) {
	for _, p := range provinces {
		if !slices.ContainsFunc(regions, func(u Unit) bool { return u.Code == p.Region }) {
			l.problem("provinces.csv", "province %q lies in region %q, which units-2025.csv does not have", p.ISO, p.Region)
		}
	}
}
