package directory

import (
	"strings"

	"verigate/internal/identifier"
)

// Place is a port, airport, border gate, rail or inland station, or locality.
type Place struct {
	Name   string
	LOCODE string // empty when it has none
	IATA   string
	Kind   string // airport, seaport, border_gate, rail_icd, locality
	Unit   string
	Validity
}

// Office is a branch or team of a department, by its four-character code.
type Office struct {
	Code string
	Unit string
	Name string // as published
	Kind string
}

// Province is one of the 63 provinces and cities of 2021.
type Province struct {
	Name string
	ISO  string // ISO 3166-2, `VN-HP`
	Unit string
}

// codes holds the places that each code names, in the order of the data.
type codes struct {
	locode map[string][]entry
	iata   map[string][]entry
}

func codesOf(places []Place) codes {
	c := codes{locode: map[string][]entry{}, iata: map[string][]entry{}}
	for _, p := range places {
		meaning := entry{p.Unit, p.Name, p.Validity}
		if p.LOCODE != "" {
			c.locode[p.LOCODE] = append(c.locode[p.LOCODE], meaning)
		}
		if p.IATA != "" {
			c.iata[p.IATA] = append(c.iata[p.IATA], meaning)
		}
	}
	return c
}

// Office finds a customs office by its code.
func (d *Directory) Office(code string) (Office, bool) {
	o, ok := d.offices[strings.ToUpper(code)]
	return o, ok
}

// Provinces lists the provinces of a unit, in the order of the data.
func (d *Directory) Provinces(unit string) []Province {
	var list []Province
	for _, p := range d.provinces {
		if p.Unit == unit {
			list = append(list, p)
		}
	}
	return list
}

func (l *loader) places(known func(string) bool) []Place {
	rows := l.table("places-vn.csv",
		"locode", "iata", "name_vi", "neighbour", "kind", "unit_2021", "unit_slug", "valid_from", "valid_to")
	places := make([]Place, 0, len(rows))
	for _, r := range rows {
		p := Place{
			Name: r.get("name_vi"), LOCODE: r.get("locode"), IATA: r.get("iata"), Kind: r.get("kind"),
			Unit: r.get("unit_2021"), Validity: r.validity(),
		}
		if p.Name == "" || !known(p.Unit) {
			l.problem(r.at, "a place needs a name and a known unit, not %q", p.Unit)
		}
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

func (l *loader) offices(known func(string) bool) map[string]Office {
	rows := l.table("branches-2021.csv", "code", "unit_code", "name_as_published", "kind")
	offices := make(map[string]Office, len(rows))
	for _, r := range rows {
		o := Office{Code: r.get("code"), Unit: r.get("unit_code"), Name: r.get("name_as_published"), Kind: r.get("kind")}
		if o.Unit == "DTCBL" && known(o.Code) {
			continue // a division of the headquarters: a unit, no office where goods are
		}
		_, twice := offices[o.Code]
		if twice || !known(o.Unit) || len(o.Code) != 4 || o.Code[:2] != o.Unit {
			l.problem(r.at, "office %q of unit %q stands twice or its code is not the unit's", o.Code, o.Unit)
		}
		offices[o.Code] = o
	}
	return offices
}

func (l *loader) provinces(known func(string) bool) []Province {
	rows := l.table("provinces.csv", "province_2021_vi", "iso3166_2", "ascii", "unit_2021", "region_2025_03",
		"province_2025_07_vi", "provenance")
	provinces := make([]Province, 0, len(rows))
	for _, r := range rows {
		p := Province{Name: r.get("province_2021_vi"), ISO: r.get("iso3166_2"), Unit: r.get("unit_2021")}
		if p.Name == "" || !known(p.Unit) || identifier.Subdivision(p.ISO).Status != identifier.OK {
			l.problem(r.at, "a province needs a name, a code and a known unit")
		}
		provinces = append(provinces, p)
	}
	return provinces
}
