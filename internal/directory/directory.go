package directory

import (
	"io/fs"
	"maps"
	"slices"
)

// Directory is the reference data of one moment. Make it with Load.
type Directory struct {
	units     []Unit
	places    []Place
	offices   map[string]Office
	provinces []Province
	types     []RequestType
	campaigns map[string][]Campaign
	partners  map[string]Partner
	focal     []FocalPoint
	names     gazetteer
	codes     codes
}

// Load reads units-2021.csv, places-vn.csv, branches-2021.csv, provinces.csv,
// request-types.csv and campaigns/*.json from the root of files. Unknown columns
// and fields are errors; all problems of all files are reported together.
func Load(files fs.FS) (*Directory, error) {
	l := &loader{files: files}
	d := &Directory{units: l.units(), partners: map[string]Partner{}}
	d.places = l.places(d.knows)
	d.offices = l.offices(d.knows)
	d.provinces = l.provinces(d.knows)
	d.types = l.types()
	d.campaigns = l.campaigns()
	if err := l.err(); err != nil {
		return nil, err
	}
	d.names, d.codes = d.gazette(), codesOf(d.places)
	return d, nil
}

// ForDemonstration is the directory whose units and places of the last known day
// have no end, so that the departments of 2021 can be shown today.
func (d *Directory) ForDemonstration() *Directory {
	changed := d.copy()
	changed.units = slices.Clone(d.units)
	for i := range changed.units {
		changed.units[i].To = ""
	}
	changed.places = slices.Clone(d.places)
	for i := range changed.places {
		changed.places[i].To = ""
	}
	changed.names, changed.codes = changed.gazette(), codesOf(changed.places)
	return changed
}

// copy shares what is never changed in place and clones what With… methods set.
func (d *Directory) copy() *Directory {
	c := *d
	c.campaigns = maps.Clone(d.campaigns)
	c.partners = maps.Clone(d.partners)
	return &c
}
