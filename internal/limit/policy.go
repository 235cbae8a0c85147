package limit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// File is the name of the policy in the reference data.
const File = "limits.json"

// Policy is what anybody may have. All of it is given: nothing is unlimited by leaving it out.
type Policy struct {
	Version     string      `json:"version"`
	Connections Connections `json:"connections"`
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

// check finds what is missing or contradicts itself.
func (p Policy) check() error {
	var problems []error
	if p.Version == "" {
		problems = append(problems, errors.New("/version is missing"))
	}
	atLeastOne := func(where string, n int) {
		if n < 1 {
			problems = append(problems, fmt.Errorf("%s is %d: at least 1, or nobody is let in", where, n))
		}
	}
	atLeastOne("/connections/total", p.Connections.Total)
	atLeastOne("/connections/of_one_source", p.Connections.OfOneSource)
	if p.Connections.OfOneSource > p.Connections.Total {
		problems = append(problems, errors.New("/connections/of_one_source is more than the total"))
	}
	return errors.Join(problems...)
}
