package portal

import (
	"strings"

	"verigate/internal/web/form"
	"verigate/internal/web/site"
)

// The lists of suggestions, by the id that a form has them under.
const (
	countries = "portal-countries"
	languages = "portal-languages"
	ports     = "portal-ports"
)

// listOf is the list of suggestions for a field, empty when it has none.
func listOf(f form.Field) string {
	switch {
	case len(f.Choices) > many:
		return countries
	case f.Member == "language" && f.Within == "language":
		return languages
	case f.Member == "port", f.Member == "locode", f.Member == "route":
		return ports
	}
	return ""
}

// named puts a code in the place of the name that was typed for it: of a country or a language in any working language, of a
// port. What names none, or more than one, stays as it was typed, and is refused where it stands.
func (d *draft) named(v *site.Visit) {
	n := namer{values: d.values, lists: map[string]site.Codes{}, of: func(f form.Field) []site.Choice {
		switch listOf(f) {
		case countries:
			return v.CountriesInAll(f.Choices)
		case languages:
			return v.LanguagesInAll()
		default:
			return v.Ports()
		}
	}}
	for _, member := range d.shape.Members() {
		shape, _ := d.shape.At(member)
		n.field(shape.Field("/"+member, d.values))
	}
}

// namer goes through the fields of a form. A list is made when something was typed that it has.
type namer struct {
	values form.Values
	lists  map[string]site.Codes
	of     func(form.Field) []site.Choice
}

func (n namer) field(f form.Field) {
	for _, within := range f.Fields {
		n.field(within)
	}
	for _, row := range f.Rows {
		n.field(row)
	}
	list := listOf(f)
	if list == "" || f.Value() == "" {
		return
	}
	codes, made := n.lists[list]
	if !made {
		codes = site.CodesOf(n.of(f))
		n.lists[list] = codes
	}
	lines := strings.Split(f.Value(), "\n")
	for i, line := range lines {
		lines[i] = codes.Of(strings.TrimSpace(line))
	}
	n.values.Set(f.Pointer, strings.Join(lines, "\n"))
}
