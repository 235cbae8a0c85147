package demo

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// ErrReadableByOthers says that a file of keys may be read by more people than its owner.
var ErrReadableByOthers = errors.New("may be read by others than its owner")

// Credentials are the keys of a demonstration: the form of demo_credentials in deploy/data/examples.json.
type Credentials struct {
	BaseURL    string            `json:"base_url"`
	Partners   map[string]string `json:"partners"`   // by partner code
	Units      map[string]string `json:"units"`      // by unit code: an officer's
	UnitLeads  map[string]string `json:"unit_leads"` // by unit code
	Desk       []string          `json:"desk"`       // one for each of two persons
	Lead       string            `json:"lead"`
	Keeper     string            `json:"keeper"`
	Supervisor string            `json:"supervisor"`
	Auditor    string            `json:"auditor"`
}

// ReadCredentials reads the file that `verigate serve --demo` wrote. A file that group or others may read is refused
// with [ErrReadableByOthers]: its keys are no secret any more.
func ReadCredentials(path string) (Credentials, error) {
	var c Credentials
	file, err := os.Open(path)
	if err != nil {
		return c, fmt.Errorf("read the demonstration's keys: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read
	info, err := file.Stat()
	if err != nil {
		return c, fmt.Errorf("read the demonstration's keys: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return c, fmt.Errorf("%s (mode %04o) %w: chmod 600 it", path, mode, ErrReadableByOthers)
	}
	if err := json.NewDecoder(file).Decode(&c); err != nil {
		return Credentials{}, fmt.Errorf("read the demonstration's keys in %s: %w", path, err)
	}
	if err := c.check(); err != nil {
		return Credentials{}, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// check finds what no story can be played without. A key that a single story misses is found by its step.
func (c Credentials) check() error {
	switch {
	case c.BaseURL == "":
		return errors.New("base_url is missing")
	case len(c.Desk) < 2:
		return errors.New("desk needs the keys of two persons")
	case len(c.Partners) == 0, len(c.Units) == 0, len(c.UnitLeads) == 0:
		return errors.New("partners, units or unit_leads are missing")
	case c.Lead == "", c.Keeper == "", c.Supervisor == "", c.Auditor == "":
		return errors.New("the key of the lead, keeper, supervisor or auditor is missing")
	}
	return nil
}

// key finds the key of an actor, empty when there is none.
func (c Credentials) key(a Actor) string {
	switch a.role {
	case "partner":
		return c.Partners[a.code]
	case "unit":
		return c.Units[a.code]
	case "lead of unit":
		return c.UnitLeads[a.code]
	case "desk":
		if n := int(a.code[0] - '1'); n >= 0 && n < len(c.Desk) {
			return c.Desk[n]
		}
	case "lead":
		return c.Lead
	case "keeper":
		return c.Keeper
	case "supervisor":
		return c.Supervisor
	case "auditor":
		return c.Auditor
	}
	return ""
}

// Of is the key of somebody who is named by a role and, where there are several, a code: partner:NG, unit:03,
// unit_lead:03, desk:1, desk:2, lead, keeper, supervisor, auditor.
func (c Credentials) Of(who string) (key string, known bool) {
	role, code, _ := strings.Cut(who, ":")
	switch role {
	case "partner":
		key = c.Partners[code]
	case "unit":
		key = c.Units[code]
	case "unit_lead":
		key = c.UnitLeads[code]
	case "desk":
		if n, err := strconv.Atoi(code); err == nil && n >= 1 && n <= len(c.Desk) {
			key = c.Desk[n-1]
		}
	case "lead":
		key = c.Lead
	case "keeper":
		key = c.Keeper
	case "supervisor":
		key = c.Supervisor
	case "auditor":
		key = c.Auditor
	}
	return key, key != ""
}
