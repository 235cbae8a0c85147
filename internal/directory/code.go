package directory

// codes holds what each code names, in the order of the data.
type codes struct {
	locode, iata, office map[string][]entry
	department           map[string][]entry // the first two digits of its offices
	subdivision          map[string][]entry // ISO 3166-2
}

// encode builds the codes.
func (d *Directory) encode() codes {
	c := codes{
		locode: map[string][]entry{}, iata: map[string][]entry{}, office: map[string][]entry{},
		department: map[string][]entry{}, subdivision: map[string][]entry{},
	}
	for _, p := range d.places {
		if p.LOCODE != "" {
			c.locode[p.LOCODE] = append(c.locode[p.LOCODE], d.placed(p)...)
		}
		if p.IATA != "" {
			c.iata[p.IATA] = append(c.iata[p.IATA], d.placed(p)...)
		}
	}
	for _, o := range d.offices {
		list := d.succession(o.Unit)
		if o.ISO != "" {
			list = d.tenuresIn(o.ISO)
		}
		c.office[o.Code] = entries(o.Name, d.except("office", o.Code, list), Validity{})
	}
	for _, u := range d.units {
		if u.Department() && u.Region == 0 {
			c.department[u.Code] = entries(u.Code, d.succession(u.Code), Validity{})
		}
	}
	for _, p := range d.provinces {
		c.subdivision[p.ISO] = entries(p.Name, d.tenures(p), Validity{})
		for _, q := range d.provinces {
			if q.grew() && q.Joined == p.Name {
				c.subdivision[p.ISO] = append(c.subdivision[p.ISO], d.joined(q)...)
			}
		}
	}
	return c
}

// placed tells what a place means: who answers for its province, but for
// exceptions.
func (d *Directory) placed(p Place) []entry {
	return entries(p.Name, d.except("locode", p.LOCODE, d.tenuresIn(p.ISO)), p.Validity)
}
