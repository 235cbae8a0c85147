package unit

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"verigate/api/client"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// subject is one as a page shows it: what its sender said of it, field by field, as given.
type subject struct {
	ID, Kind string
	Facts    []fact
}

type fact struct{ Label, Value string }

// subjectOf reads a subject of whatever kind.
func subjectOf(v *site.Visit, raw client.Subject) (subject, error) {
	var s subject
	var all members
	if err := json.Unmarshal(raw, &all); err != nil {
		return s, fmt.Errorf("read a subject: %w", err)
	}
	for _, m := range all {
		switch m.name {
		case "id":
			s.ID = plain(m.value)
		case "kind":
			s.Kind = plain(m.value)
		default:
			value := written(v, m.value)
			if m.name == "form" {
				value = v.Word("unit.form", value)
			}
			s.Facts = append(s.Facts, fact{Label: v.Word("field", m.name), Value: value})
		}
	}
	return s, nil
}

func subjectsOf(v *site.Visit, all []client.Subject) ([]subject, error) {
	out := make([]subject, len(all))
	for i, raw := range all {
		var err error
		if out[i], err = subjectOf(v, raw); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// member is a field of an object, in the order in which its sender wrote them.
type member struct {
	name  string
	value any // string, json.Number, bool, members or []any of them
}

type members []member

// UnmarshalJSON implements json.Unmarshaler.
func (m *members) UnmarshalJSON(text []byte) error {
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	value, err := read(d)
	if err != nil {
		return err
	}
	object, ok := value.(members)
	if !ok {
		return errors.New("a subject is no object")
	}
	*m = object
	return nil
}

func read(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		var out members
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			value, err := read(d)
			if err != nil {
				return nil, err
			}
			out = append(out, member{fmt.Sprint(name), value})
		}
		_, err := d.Token()
		return out, err
	case json.Delim('['):
		out := []any{}
		for d.More() {
			value, err := read(d)
			if err != nil {
				return nil, err
			}
			out = append(out, value)
		}
		_, err := d.Token()
		return out, err
	}
	return token, nil
}

func plain(value any) string { return strings.TrimSpace(fmt.Sprint(value)) }

// written writes a value as a reader reads it. Names, numbers and codes stay as they were given.
func written(v *site.Visit, value any) string {
	switch x := value.(type) {
	case bool:
		if x {
			return v.T("unit.yes")
		}
		return v.T("unit.no")
	case members:
		if len(x) == 1 || x[0].name == "text" { // a name, with what is known of it
			return together(v, x, false)
		}
		return together(v, x, true)
	case []any:
		parts := make([]string, len(x))
		for i, one := range x {
			parts[i] = written(v, one)
		}
		return text.Join(parts, "; ")
	}
	return plain(value)
}

func together(v *site.Visit, all members, labelled bool) string {
	var parts []string
	for i, m := range all {
		text := written(v, m.value)
		if labelled || i > 0 {
			text = v.Word("field", m.name) + " " + text
		}
		parts = append(parts, text)
	}
	return text.Join(parts, ", ")
}

// identifying are the fields by which registers are searched.
func identifying() []string {
	return []string{
		"number", "registration_no", "tax_no", "lei", "imo", "mmsi", "call_sign", "plate", "vin", "bl_no", "awb_no", "declaration_no",
		"manifest_no", "e164", "imei", "iban", "wallet", "handle", "email", "mark", "partner_case_no", "our_case_no",
	}
}

// identifiers are what a search for subjects goes by: numbers, and the names as given.
func identifiers(all []client.Subject, only []string) []string {
	var out []string
	for _, raw := range all {
		var m members
		if json.Unmarshal(raw, &m) != nil {
			continue
		}
		if i := slices.IndexFunc(m, func(x member) bool { return x.name == "id" }); len(only) > 0 && i >= 0 && !slices.Contains(only, plain(m[i].value)) {
			continue
		}
		for _, x := range m {
			out = append(out, named(x)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func named(x member) []string {
	switch value := x.value.(type) {
	case []any:
		var out []string
		for _, one := range value {
			inner, ok := one.(members)
			for _, m := range inner {
				if x.name == "names" && m.name == "text" || x.name == "documents" && m.name == "number" {
					out = append(out, plain(m.value))
				}
			}
			if !ok && x.name == "seals" {
				out = append(out, plain(one))
			}
		}
		return out
	case string:
		if slices.Contains(identifying(), x.name) || x.name == "name" {
			return []string{value}
		}
	}
	return nil
}
