package directory

import (
	"slices"
	"strings"
	"time"

	"verigate/internal/identifier"
)

// reading is what one clue, or one name in it, means on a day.
type reading struct {
	clue     Clue
	kind     string  // of the reason, stable
	meanings []entry // valid ones
	hint     bool    // never evidence proper
	outdated bool    // it had a meaning on another day
	unknown  bool    // it should mean a place of ours and does not
}

// units are the distinct units that the reading may mean.
func (r reading) units() []string {
	var units []string
	for _, e := range r.meanings {
		if !slices.Contains(units, e.unit) {
			units = append(units, e.unit)
		}
	}
	return units
}

// evidence is the unit that the reading proves.
func (r reading) evidence() (unit string, ok bool) {
	if r.hint {
		return "", false
	}
	return r.sole()
}

// sole is the only unit that the reading may mean.
func (r reading) sole() (unit string, ok bool) {
	for i, e := range r.meanings {
		if i > 0 && e.unit != unit {
			return "", false
		}
		unit = e.unit
	}
	return unit, len(r.meanings) > 0
}

// about reports whether the reading belongs to the question.
func (r reading) about(question int) bool {
	return len(r.clue.Questions) == 0 || slices.Contains(r.clue.Questions, question)
}

// readings reads every clue. A clue that cannot be read is dropped where its
// subject tells the place in another field.
func (d *Directory) readings(e Evidence, on time.Time) []reading {
	var all []reading
	for _, clue := range e.Clues {
		all = append(all, d.read(clue, on)...)
	}
	told := map[string]bool{}
	for _, r := range all {
		if _, ok := r.evidence(); ok && r.clue.Group != "" {
			told[r.clue.Group] = true
		}
	}
	all = slices.DeleteFunc(all, func(r reading) bool { return r.unknown && told[r.clue.Group] })
	return append(all, declarations(e, all)...)
}

func (d *Directory) read(clue Clue, on time.Time) []reading {
	switch clue.Kind {
	case ClueLOCODE:
		return d.readLOCODE(clue, on)
	case ClueOffice:
		return d.readOffice(clue, on)
	case ClueSubdivision:
		return d.readSubdivision(clue, on)
	case ClueAirport:
		return d.readAirport(clue, on)
	case ClueNamed:
		return d.readNamed(clue, on)
	case ClueAddress:
		return d.readAddress(clue, on)
	case ClueVia, ClueSeat, ClueText:
		return d.readText(clue, on)
	case ClueDeclaration:
		return nil // see declarations
	default:
		return nil
	}
}

// readLOCODE passes over codes of other countries: they are no place of ours.
// What has not the shape of a code may be a name.
func (d *Directory) readLOCODE(clue Clue, on time.Time) []reading {
	code := identifier.LOCODE(clue.Value)
	if code.Status != identifier.OK {
		return d.readNamed(clue, on)
	}
	if !strings.HasPrefix(code.Normalised, "VN") {
		return nil
	}
	return []reading{readPlaces(clue, "locode", on, d.codes.locode[code.Normalised])}
}

func (d *Directory) readAirport(clue Clue, on time.Time) []reading {
	code := identifier.Airport(clue.Value).Normalised
	if identifier.LOCODE(code).Status == identifier.OK {
		return d.readLOCODE(clue, on)
	}
	found := d.codes.iata[code]
	if len(found) == 0 {
		return nil // an airport of another country
	}
	return []reading{readPlaces(clue, "airport", on, found)}
}

// readPlaces is one reading of all places that a code names.
func readPlaces(clue Clue, kind string, on time.Time, places []entry) reading {
	r := reading{clue: clue, kind: kind, unknown: len(places) == 0}
	for _, p := range places {
		if p.Holds(on) {
			r.meanings = append(r.meanings, p)
		}
	}
	r.outdated = !r.unknown && len(r.meanings) == 0
	return r
}

// readOffice knows the offices of the list, with or without a team behind them
// (`43PB01`), and the departments themselves (`43`), by those who answer for them on
// the day. The first two digits of an office that is not listed are a hint: offices
// open and close.
func (d *Directory) readOffice(clue Clue, on time.Time) []reading {
	code := identifier.Office(clue.Value)
	if code.Status != identifier.OK {
		return d.readNamed(clue, on)
	}
	if o, ok := d.codes.office[code.Normalised[:min(4, len(code.Normalised))]]; ok {
		return []reading{readPlaces(clue, "office", on, o)}
	}
	department := d.codes.department[code.Normalised[:2]]
	r := readPlaces(clue, "office", on, department)
	if len(department) > 0 && len(code.Normalised) > 2 {
		r.kind, r.hint = "office_prefix", true
	}
	return []reading{r}
}

// readSubdivision reads the code of a province of 2021. One whose province took in
// others in July 2025 may mean those too.
func (d *Directory) readSubdivision(clue Clue, on time.Time) []reading {
	code := strings.ToUpper(strings.TrimSpace(clue.Value))
	if !strings.HasPrefix(code, "VN-") {
		return nil
	}
	return []reading{readPlaces(clue, "subdivision", on, d.codes.subdivision[code])}
}

// readNamed reads a field that may hold a code or a name. Names go before codes
// of airports and of other countries, for "VINH" and "CAMAU" look like them.
func (d *Directory) readNamed(clue Clue, on time.Time) []reading {
	value := strings.TrimSpace(clue.Value)
	if code := identifier.LOCODE(value); code.Status == identifier.OK && strings.HasPrefix(code.Normalised, "VN") {
		return d.readLOCODE(clue, on)
	}
	if valid, outdated := d.names.meanings(bareName(value), on); len(valid) > 0 || outdated {
		return []reading{{clue: clue, kind: "place_name", meanings: valid, outdated: outdated}}
	}
	if code := identifier.Office(value); code.Status == identifier.OK && len(code.Normalised) >= 4 {
		return d.readOffice(clue, on)
	}
	capitals := value == strings.ToUpper(value)
	if capitals && len(value) == 3 {
		return d.readAirport(clue, on)
	}
	if capitals && identifier.LOCODE(value).Status == identifier.OK {
		return nil
	}
	return d.readAddress(clue, on)
}

// readAddress looks for parts between commas that are, whole, the name of a
// place: "12 Điện Biên Phủ, Hải Phòng" has one. Several must agree, and then the
// common unit is evidence: "Thanh Thủy, Hà Giang". Without such a part the names
// inside the address are hints.
func (d *Directory) readAddress(clue Clue, on time.Time) []reading {
	common, outdated, found := d.wholeParts(clue, on)
	switch {
	case found && len(common) > 0:
		return []reading{{clue: clue, kind: "address", meanings: common}}
	case outdated:
		return []reading{{clue: clue, kind: "address", outdated: true}}
	}
	hints := d.readText(clue, on)
	if len(hints) == 0 {
		return []reading{{clue: clue, kind: "address", unknown: true}}
	}
	return hints
}

// wholeParts intersects the meanings of the parts that are names.
func (d *Directory) wholeParts(clue Clue, on time.Time) (common []entry, outdated, found bool) {
	for part := range strings.FieldsFuncSeq(clue.Value, func(r rune) bool {
		return r == ',' || r == ';' || r == '\n'
	}) {
		valid, old := d.names.meanings(bareName(part), on)
		outdated = outdated || old
		if len(valid) == 0 {
			continue
		}
		if !found {
			common, found = valid, true
			continue
		}
		common = slices.DeleteFunc(slices.Clone(common), func(c entry) bool {
			return !slices.ContainsFunc(valid, func(v entry) bool { return v.unit == c.unit })
		})
	}
	return common, outdated, found
}

// readText looks for names and codes inside a text; all are hints. In a company's
// name, a statement or a question a name must be written as one.
func (d *Directory) readText(clue Clue, on time.Time) []reading {
	running := clue.Kind == ClueText
	kind, text := string(clue.Kind), words(clue.Value, running)
	var list []reading
	for _, code := range locodesIn(text) {
		if r := readPlaces(clue, kind, on, d.codes.locode[code]); len(r.meanings) > 0 {
			r.hint = true
			list = append(list, r)
		}
	}
	for _, name := range d.names.scan(text, running) {
		if valid, _ := d.names.meanings(name, on); len(valid) > 0 {
			list = append(list, reading{clue: clue, kind: kind, hint: true, meanings: valid})
		}
	}
	return list
}

// declarations adds a reading for each declaration number that stands beside the
// code of an office: the number itself holds none. Offices of several units
// leave it open which one is meant.
func declarations(e Evidence, read []reading) []reading {
	var list []reading
	for _, clue := range e.Clues {
		if clue.Kind != ClueDeclaration || identifier.Declaration(clue.Value).Status != identifier.OK {
			continue
		}
		r := reading{clue: clue, kind: "declaration_with_office"}
		for _, office := range read {
			if office.kind == "office" && !office.unknown && shareQuestion(clue, office.clue) {
				r.meanings = append(r.meanings, office.meanings...)
			}
		}
		if len(r.meanings) > 0 {
			list = append(list, r)
		}
	}
	return list
}

func shareQuestion(a, b Clue) bool {
	if len(a.Questions) == 0 || len(b.Questions) == 0 {
		return true
	}
	return slices.ContainsFunc(a.Questions, func(n int) bool { return slices.Contains(b.Questions, n) })
}
