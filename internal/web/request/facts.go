package request

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"verigate/internal/web/text"
)

// fact is one thing that a body says, in the reader's words.
type fact struct {
	Label   string
	Value   string
	Warning string // what its check said; empty: nothing
}

// setOf is the set of words for what a member of a body may be; empty: it is no code.
func setOf(member string) string {
	switch member {
	case "code", "codes", "vn_level", "compartment_hint":
		return "marking"
	case "source", "information":
		return "evaluation"
	case "form", "type", "sex", "appendix":
		return "request.value"
	case "justification":
		return "degree_reason"
	case "relation":
		return "request.relation"
	case "kind":
		return "subject"
	case "stage", "degree", "channel":
		return member
	}
	return ""
}

// facts are the members of an object in an order that is always the same: names and numbers first. Pointer is where the
// object lies in the body; skip names members that stand elsewhere.
func (a asked) facts(raw any, pointer string, skip ...string) []fact {
	members := object(raw)
	var out []fact
	for _, name := range ordered(members) {
		if slices.Contains(skip, name) {
			continue
		}
		value := a.value(name, members[name])
		if value == "" || members[name] == "none" {
			continue
		}
		out = append(out, fact{Label: a.visit.Word("field", name), Value: value, Warning: a.warned(pointer + "/" + name)})
	}
	return out
}

// object reads anything that JSON can write as its members; numbers stay as they were written.
func object(raw any) map[string]any {
	content, ok := raw.(json.RawMessage)
	if !ok {
		content, _ = json.Marshal(raw) // a type of the contract is always written
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber()
	var members map[string]any
	_ = decoder.Decode(&members) // what is no object has no members
	return members
}

func ordered(members map[string]any) []string {
	first := []string{"names", "name", "number", "plate", "form", "bl_no", "awb_no", "declaration_no"}
	var names []string
	for name := range members {
		names = append(names, name)
	}
	slices.SortFunc(names, func(x, y string) int {
		i, j := slices.Index(first, x), slices.Index(first, y)
		switch {
		case i >= 0 && j >= 0:
			return i - j
		case i >= 0:
			return -1
		case j >= 0:
			return 1
		}
		return strings.Compare(x, y)
	})
	return names
}

// value writes one member: a list with semicolons, an object with the labels of its members.
func (a asked) value(name string, value any) string {
	switch x := value.(type) {
	case string:
		return a.text(name, x)
	case bool:
		if !x {
			return ""
		}
		return a.visit.T("request.yes")
	case []any:
		var parts []string
		for _, item := range x {
			if s := a.value(name, item); s != "" {
				parts = append(parts, s)
			}
		}
		return text.Join(parts, "; ")
	case map[string]any:
		return a.members(x)
	case nil:
		return ""
	}
	return fmt.Sprint(value)
}

// members writes an object on one line. One that has a text alone is that text.
func (a asked) members(x map[string]any) string {
	var parts []string
	for _, name := range ordered(x) {
		s := a.value(name, x[name])
		switch {
		case s == "":
		case len(x) == 1:
			return s
		default:
			parts = append(parts, a.visit.Word("field", name)+": "+s)
		}
	}
	return text.Join(parts, ", ")
}

// text is a string of a body: an instant as the reader's, a code as its word, all else as it was given.
func (a asked) text(name, s string) string {
	if at, err := time.Parse(time.RFC3339, s); err == nil {
		return a.Moment(at).Main
	}
	if set := setOf(name); set != "" {
		return a.visit.Word(set, s)
	}
	return s
}

// warned is what the check of a member, or of what lies in it, said.
func (a asked) warned(pointer string) string {
	for _, w := range a.request.Warnings {
		if w.Pointer == pointer || strings.HasPrefix(w.Pointer, pointer+"/") {
			return a.warning(w.Code)
		}
	}
	return ""
}

// warning is the words for a warning's code: of a check digit they name no kind, which the field says.
func (a asked) warning(code string) string {
	if strings.HasPrefix(code, "check_failed_") {
		return a.visit.T("request.warning.check_failed")
	}
	return a.visit.Word("request.warning", code)
}
