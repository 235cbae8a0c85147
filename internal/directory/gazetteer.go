package directory

import (
	"slices"
	"strings"
	"time"

	"verigate/internal/identifier"
)

// entry is one meaning of a name: the unit that it lies in and the name as the
// reference data writes it.
type entry struct {
	unit string
	name string
	Validity
}

// gazetteer holds the meanings of every folded name.
type gazetteer struct {
	names      map[string][]entry
	beginnings map[string]int // by a name's first word: words in the longest that begins so
}

// gazette builds the names of places, provinces, units and their seats. The
// headquarters' divisions sit in Hà Nội and do not answer for it.
func (d *Directory) gazette() gazetteer {
	g := gazetteer{names: map[string][]entry{}, beginnings: map[string]int{}}
	for _, p := range d.places {
		for _, alias := range aliases(p.Name) {
			g.add(alias, d.placed(p), p.Kind == "seaport" || p.Kind == "airport")
		}
	}
	for _, p := range d.provinces {
		g.addProvince(p.Name, entries(p.Name, d.tenures(p), Validity{}))
		if p.grew() {
			g.addProvince(p.Joined, d.joined(p))
		}
	}
	for _, u := range d.units {
		switch {
		case u.Region > 0:
			whole := []entry{{u.Code, u.NameVI, u.Validity}}
			g.add(u.NameVI, whole, false)
			g.add(u.NameEN, whole, false)
		case u.Department():
			g.add(u.City, entries(u.City, d.tenuresIn(u.Seat), Validity{}), true)
			if area := departmentArea(u.NameVI); !d.provinceNamed(area) {
				g.add(area, entries(u.NameVI, d.succession(u.Code), Validity{}), false)
			}
		}
	}
	return g
}

func (g *gazetteer) addProvince(name string, meanings []entry) {
	g.add(name, meanings, true)
	g.add(strings.TrimPrefix(name, "TP. "), meanings, true)
}

// aliases splits "Móng Cái (Bắc Luân, Ka Long)" and "Cái Lân/Hạ Long" into the
// names that people write.
func aliases(name string) []string {
	return strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("(),/", r) })
}

// departmentArea is "Hà Nam Ninh" of "Cục Hải quan tỉnh Hà Nam Ninh".
func departmentArea(name string) string {
	for _, prefix := range []string{"Cục Hải quan tỉnh ", "Cục Hải quan TP. "} {
		if area, is := strings.CutPrefix(name, prefix); is {
			return area
		}
	}
	return ""
}

// add registers a name, and where abroad it is written in one word ("Haiphong",
// "Danang"), that too.
func (g *gazetteer) add(name string, meanings []entry, joined bool) {
	folded := identifier.Fold(name)
	if folded == "" {
		return
	}
	g.put(folded, meanings)
	if word := strings.ReplaceAll(folded, " ", ""); joined && len(word) >= shortestInText && !otherMeaning(word) {
		g.put(word, meanings)
	}
}

func (g *gazetteer) put(folded string, meanings []entry) {
	for _, e := range meanings {
		if !slices.Contains(g.names[folded], e) {
			g.names[folded] = append(g.names[folded], e)
		}
	}
	first, _, _ := strings.Cut(folded, " ")
	g.beginnings[first] = max(g.beginnings[first], len(strings.Fields(folded)))
}

// otherMeaning are names which, written in one word, are words of trade.
func otherMeaning(word string) bool { return word == "longan" }

// meanings are the entries of a folded name that hold on the day; outdated tells
// that the name had some, but none today.
func (g gazetteer) meanings(folded string, on time.Time) (valid []entry, outdated bool) {
	all := g.names[folded]
	for _, e := range all {
		if e.Holds(on) {
			valid = append(valid, e)
		}
	}
	return valid, len(all) > 0 && len(valid) == 0
}
