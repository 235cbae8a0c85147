package limit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// File is the name of the policy in the reference data.
const File = "limits.json"

// Policy is what anybody may have. All of it is given: nothing is unlimited by leaving it out.
type Policy struct {
	Version     string      `json:"version"`
	Connections Connections `json:"connections"`
	Strangers   Rate        `json:"strangers"` // calls without an identity, of one source
	Callers     Callers     `json:"callers"`
	Urgent      Rate        `json:"urgent"`  // of one caller: submissions that declare themselves urgent, beyond its writes
	AtOnce      Bounds      `json:"at_once"` // calls
	Streams     Bounds      `json:"streams"`
}

// Callers are the allowances of one caller, by what it is.
type Callers struct {
	PartnerSystem Lanes `json:"partner_system"`
	UnitSystem    Lanes `json:"unit_system"`
	Person        Lanes `json:"person"`
}

func (c Callers) of(k Kind) Lanes {
	switch k {
	case PartnerSystem:
		return c.PartnerSystem
	case UnitSystem:
		return c.UnitSystem
	case Person:
	}
	return c.Person
}

// Lanes keep reading and changing apart: who asks too often whether there is an answer can still submit.
type Lanes struct {
	Reads  Rate `json:"reads"`
	Writes Rate `json:"writes"`
}

// Bounds are how many may be under way.
type Bounds struct {
	Total       int `json:"total"`
	OfOneCaller int `json:"of_one_caller"`
}

// Connections are how many may be open at once.
type Connections struct {
	Total       int `json:"total"`
	OfOneSource int `json:"of_one_source"` // an address, or of version 6 a network of 64 bits
}

// Load reads a policy from a file of fsys. Its error names all problems together.
func Load(fsys fs.FS, name string) (Policy, error) {
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return Policy{}, fmt.Errorf("read the limits: %w", err)
	}
	p, err := parse(raw)
	if err != nil {
		return Policy{}, fmt.Errorf("limits in %s: %w", name, err)
	}
	return p, nil
}

func parse(raw []byte) (Policy, error) {
	var p Policy
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return p, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return p, errors.New("more than one JSON value")
	}
	return p, p.check()
}

// quickest is the most calls in a minute that an interval of whole microseconds can tell.
const quickest = 60_000_000

// check finds what is missing or contradicts itself.
func (p Policy) check() error {
	var problems []error
	say := func(text string, values ...any) { problems = append(problems, fmt.Errorf(text, values...)) }
	within := func(where string, n, most int) {
		if n < 1 || n > most {
			say("%s is %d: from 1 to %d", where, n, most)
		}
	}
	if p.Version == "" {
		say("/version is missing")
	}
	for where, r := range p.rates() {
		within(where+"/per_minute", r.PerMinute, quickest)
		within(where+"/burst", r.Burst, quickest)
	}
	for where, b := range map[string][2]int{
		"/connections/of_one_source": {p.Connections.OfOneSource, p.Connections.Total},
		"/at_once/of_one_caller":     {p.AtOnce.OfOneCaller, p.AtOnce.Total},
		"/streams/of_one_caller":     {p.Streams.OfOneCaller, p.Streams.Total},
	} {
		within(where, b[0], max(b[1], 1))
		within(path.Dir(where)+"/total", b[1], 1_000_000)
	}
	slices.SortFunc(problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(problems...)
}

func (p Policy) rates() map[string]Rate {
	return map[string]Rate{
		"/strangers": p.Strangers, "/urgent": p.Urgent,
		"/callers/partner_system/reads": p.Callers.PartnerSystem.Reads, "/callers/partner_system/writes": p.Callers.PartnerSystem.Writes,
		"/callers/unit_system/reads": p.Callers.UnitSystem.Reads, "/callers/unit_system/writes": p.Callers.UnitSystem.Writes,
		"/callers/person/reads": p.Callers.Person.Reads, "/callers/person/writes": p.Callers.Person.Writes,
	}
}
