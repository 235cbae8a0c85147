package directory

import "slices"

// unitsOf2025 reads the regional sub-departments. Their file has no macro region:
// a region has that of the departments whose provinces it took over, and with it
// their office hours.
func (l *loader) unitsOf2025(departments []Unit, provinces []Province) []Unit {
	rows := l.table("units-2025.csv", "code", "ordinal", "slug", "valid_from", "valid_to", "name_vi", "name_en",
		"hq_2025_03", "provinces_2025_03", "from_units_2021", "new_provinces_touched_2025_07", "provenance", "note")
	regions := make([]Unit, 0, len(rows))
	for _, r := range rows {
		u := Unit{
			Code: r.get("code"), Slug: r.get("slug"), NameVI: r.get("name_vi"), NameEN: r.get("name_en"),
			City: r.get("hq_2025_03"), Region: r.number("ordinal"), Validity: r.validity(),
		}
		u.MacroRegion = l.takenOver(r, u, departments, provinces)
		if u.Region < 1 || slices.ContainsFunc(regions, func(b Unit) bool { return b.Region == u.Region }) {
			l.problem(r.at, "a region needs a number of its own, not %q", r.get("ordinal"))
		}
		l.checkUnit(r.at, u, slices.Concat(departments, regions))
		regions = append(regions, u)
	}
	return regions
}

// takenOver holds what a region's row says against the table of provinces, and
// returns the macro region that its provinces share.
func (l *loader) takenOver(r row, u Unit, departments []Unit, provinces []Province) (macro string) {
	var names, from []string
	for _, p := range provinces {
		if p.Region != u.Code {
			continue
		}
		names = append(names, p.Name)
		i := slices.IndexFunc(departments, func(d Unit) bool { return d.Code == p.Unit })
		if i < 0 {
			continue // reported with the province
		}
		d := departments[i]
		if !slices.Contains(from, d.Code) {
			from = append(from, d.Code)
		}
		if macro != "" && macro != d.MacroRegion {
			l.problem(r.at, "its provinces lie in the macro regions %s and %s: whose office hours it keeps is open", macro, d.MacroRegion)
		}
		macro = d.MacroRegion
		if d.To != u.From {
			l.problem(r.at, "department %s ends on %q and the region begins on %q: between them nobody answers for %s, or two do", d.Code, d.To, u.From, p.Name)
		}
	}
	if !sameItems(names, r.list("provinces_2025_03")) || !sameItems(from, r.list("from_units_2021")) {
		l.problem(r.at, "provinces.csv gives it %v of departments %v", names, from)
	}
	if len(names) > 0 && !slices.Contains(names, u.City) {
		l.problem(r.at, "its seat %q is none of its provinces", u.City)
	}
	return macro
}

func sameItems(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
