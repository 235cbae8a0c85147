package directory

import (
	"io/fs"
	"maps"
	"slices"
)

// Directory is the reference data of one moment. Make it with Load.
type Directory struct {
	units      []Unit
	places     []Place
	offices    map[string]Office
	provinces  []Province
	exceptions []exception
	types      []RequestType
	campaigns  map[string][]Campaign
	partners   map[string]Partner
	focal      []FocalPoint
	names      gazetteer
	codes      codes
}

// Load reads units-2021.csv, units-2025.csv, provinces.csv, places-vn.csv,
// branches-2021.csv, competence.csv, request-types.csv and campaigns/*.json from
// the root of files. Unknown columns and fields are errors; all problems of all
// files are reported together.
func Load(files fs.FS) (*Directory, error) {
	l := &loader{files: files}
	d := &Directory{partners: map[string]Partner{}}
	former := l.unitsOf2021()
	d.provinces = l.provinces(former)
	regions := l.unitsOf2025(former, d.provinces)
	l.checkRegions(d.provinces, regions)
	d.units = slices.Concat(former, regions)
	d.places = l.places(d.provinces)
	d.offices = l.offices(d.units, d.provinces)
	d.exceptions = l.exceptions(d.units, d.places, d.offices)
	d.types = l.types()
	d.campaigns = l.campaigns()
	if err := l.err(); err != nil {
		return nil, err
	}
	d.index()
	return d, nil
}

// index finds units by names and codes.
func (d *Directory) index() { d.names, d.codes = d.gazette(), d.encode() }

// ForDemonstration is the directory of 2021 for ever: no department has an end,
// and no region follows.
func (d *Directory) ForDemonstration() *Directory {
	changed := d.copy()
	changed.units = slices.DeleteFunc(slices.Clone(d.units), func(u Unit) bool { return u.Region > 0 })
	for i := range changed.units {
		changed.units[i].To = ""
	}
	changed.provinces = slices.Clone(d.provinces)
	for i := range changed.provinces {
		changed.provinces[i].Region, changed.provinces[i].Joined = "", ""
	}
	changed.index()
	return changed
}

// copy shares what is never changed in place and clones what With… methods set.
func (d *Directory) copy() *Directory {
	c := *d
	c.campaigns = maps.Clone(d.campaigns)
	c.partners = maps.Clone(d.partners)
	return &c
}
