package form

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Values is what was typed, by the pointers of the fields. An empty text is nothing typed, but holds the place of a row.
type Values map[string][]string

// Read takes the fields of a form that was sent. Lines end as in the contract, and letters are composed as it wants them
// (NFC): both are the browser's and the keyboard's doing, not the writer's.
func Read(sent url.Values) Values {
	v := Values{}
	for name, typed := range sent {
		if !strings.HasPrefix(name, "/") {
			continue
		}
		for _, text := range typed {
			v[name] = append(v[name], norm.NFC.String(strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))))
		}
	}
	return v
}

// Get is what was typed at a place, of ticks the first.
func (v Values) Get(at string) string {
	if len(v[at]) == 0 {
		return ""
	}
	return v[at][0]
}

// Set types a text into a field.
func (v Values) Set(at, text string) { v[at] = []string{text} }

// Rows is how many rows a list has.
func (v Values) Rows(at string) int {
	rows := 0
	for name := range v {
		if i, _, in := row(at, name); in {
			rows = max(rows, i+1)
		}
	}
	return rows
}

// row tells which row of a list a field is in, and its name there.
func row(at, name string) (index int, rest string, in bool) {
	tail, below := strings.CutPrefix(name, at+"/")
	if !below {
		return 0, "", false
	}
	number, rest, _ := strings.Cut(tail, "/")
	index, err := strconv.Atoi(number)
	return index, rest, err == nil && index >= 0 && index < most
}

// most bounds the rows of a list that a form is read with: no list of the contract has more.
const most = 1000

// Remove takes a row out of a list; those after it move up.
func (v Values) Remove(at string, index int) {
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if i, _, in := row(at, name); in && i == index {
			delete(v, name)
		}
	}
	moved := Values{}
	for name, typed := range v {
		if i, rest, in := row(at, name); in && i > index {
			delete(v, name)
			moved[at+"/"+strconv.Itoa(i-1)+"/"+rest] = typed
		}
	}
	maps.Copy(v, moved)
}

// Clear takes out what was typed at a place and below it.
func (v Values) Clear(at string) {
	maps.DeleteFunc(v, func(name string, _ []string) bool { return name == at || strings.HasPrefix(name, at+"/") })
}

// empty says whether nothing was typed at a place and below it.
func (v Values) empty(at string) bool {
	for name, typed := range v {
		if (name == at || strings.HasPrefix(name, at+"/")) && strings.Join(typed, "") != "" {
			return false
		}
	}
	return true
}

// Tidy takes out the rows into which nothing was typed, in the lists of a shape at a place. A body made of tidy values has
// its rows where the form has them.
func (v Values) Tidy(s Shape, at string) {
	switch s.Sort {
	case Group:
		for _, m := range s.members {
			v.Tidy(m, at+"/"+m.Member)
		}
	case Rows:
		for i := v.Rows(at) - 1; i >= 0; i-- {
			place := at + "/" + strconv.Itoa(i)
			if v.empty(place) {
				v.Remove(at, i)
				continue
			}
			v.Tidy(s.rowOf(place, v), place)
		}
	default:
	}
}
