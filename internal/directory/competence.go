package directory

import (
	"slices"
	"strings"
)

// tenure is a unit and the days on which it answers for somewhere.
type tenure struct {
	unit string
	Validity
}

// exception is a place or office that another unit answers for than its province's.
type exception struct {
	kind string // locode, office
	code string
	tenure
}

// tenures tells who answers for a province, by time: its department of 2021, then
// its region.
func (d *Directory) tenures(p Province) []tenure {
	var list []tenure
	for _, u := range d.units {
		if u.Code == p.Unit || u.Code == p.Region {
			list = append(list, tenure{u.Code, u.Validity})
		}
	}
	return list
}

// tenuresIn is tenures by the province's code.
func (d *Directory) tenuresIn(iso string) []tenure {
	for _, p := range d.provinces {
		if p.ISO == iso {
			return d.tenures(p)
		}
	}
	return nil
}

// succession tells who answers for what a department did as a whole, by time:
// itself, then every region that took over one of its provinces.
func (d *Directory) succession(department string) []tenure {
	var list []tenure
	for _, p := range d.provinces {
		if p.Unit != department {
			continue
		}
		for _, t := range d.tenures(p) {
			if !slices.Contains(list, t) {
				list = append(list, t)
			}
		}
	}
	return list
}

// except puts the exceptions for a code in the place of the tenures of their days.
func (d *Directory) except(kind, code string, list []tenure) []tenure {
	for _, x := range d.exceptions {
		if x.kind != kind || x.code != code || !d.knows(x.unit) {
			continue
		}
		changed := []tenure{x.tenure}
		for _, t := range list {
			if before := t.within(Validity{To: x.From}); x.From != "" && before.days() {
				changed = append(changed, tenure{t.unit, before})
			}
			if after := t.within(Validity{From: x.To}); x.To != "" && after.days() {
				changed = append(changed, tenure{t.unit, after})
			}
		}
		list = changed
	}
	return list
}

// entries are the meanings that a name, or a code, has because of who answers.
func entries(name string, list []tenure, during Validity) []entry {
	var meanings []entry
	for _, t := range list {
		if held := t.within(during); held.days() {
			meanings = append(meanings, entry{t.unit, name, held})
		}
	}
	return meanings
}

// joinedOn is the day since which the provinces are those of Resolution
// 202/2025/QH15.
const joinedOn = "2025-07-01"

// grew reports whether the province is part of one with another name since then.
func (p Province) grew() bool { return p.Joined != "" && p.Joined != p.Name }

// joined tells what the name of the province that it is part of means because of
// it. Who writes "Hải Phòng" since then may mean what was Hải Dương, for which
// another region answers.
func (d *Directory) joined(p Province) []entry {
	return entries(p.Joined+" ("+p.Name+")", d.tenures(p), Validity{From: joinedOn})
}

func (d *Directory) provinceNamed(name string) bool {
	return slices.ContainsFunc(d.provinces, func(p Province) bool {
		return p.Name == name || strings.TrimPrefix(p.Name, "TP. ") == name
	})
}

// exceptions reads who answers for a place or an office although it is not the
// unit of its province.
func (l *loader) exceptions(units []Unit, places []Place, offices map[string]Office) []exception {
	rows := l.table("competence.csv", "kind", "code", "unit", "valid_from", "valid_to", "provenance", "note")
	list := make([]exception, 0, len(rows))
	for _, r := range rows {
		x := exception{kind: r.get("kind"), code: r.get("code"), tenure: tenure{r.get("unit"), r.validity()}}
		_, office := offices[x.code]
		place := x.code != "" && slices.ContainsFunc(places, func(p Place) bool { return p.LOCODE == x.code })
		if !(x.kind == "locode" && place) && !(x.kind == "office" && office) {
			l.problem(r.at, "%s %q is in no table: a kind is locode or office", x.kind, x.code)
		}
		if err := x.check(); err != nil {
			l.problem(r.at, "%w", err)
		}
		i := slices.IndexFunc(units, func(u Unit) bool { return u.Code == x.unit })
		if i < 0 || units[i].within(x.Validity) != x.Validity {
			l.problem(r.at, "unit %q is unknown, or is none on some of these days", x.unit)
		}
		list = append(list, x)
	}
	return list
}
