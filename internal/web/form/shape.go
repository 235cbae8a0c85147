package form

import (
	"slices"
	"strconv"
)

// Sort is how a value is typed.
type Sort string

// The sorts.
const (
	Text   Sort = "text"   // one line
	Long   Sort = "long"   // several lines
	Choice Sort = "choice" // one of Choices
	Tick   Sort = "tick"   // yes, or not said
	Whole  Sort = "whole"  // a whole number
	Number Sort = "number"
	Day    Sort = "day"    // a year, a month or a day (EDTF level 0)
	Moment Sort = "moment" // an instant, typed as of a zone's clock
	Span   Sort = "span"   // an ISO 8601 duration
	Fixed  Sort = "fixed"  // nothing to type: the kind of a row
	Lines  Sort = "lines"  // texts, one on each line, each one of Choices if there are any
	Ticks  Sort = "ticks"  // any of Choices
	Group  Sort = "group"  // Fields
	Rows   Sort = "rows"   // Rows, each a group
)

// Shape is what the value of a member may be. It does not change and is safe for concurrent use.
type Shape struct {
	Member   string // name in what holds it; empty: the body itself, or a row
	Sort     Sort
	Required bool
	Choices  []string

	fixed   string  // of Fixed
	members []Shape // of Group
	rows    []Shape // of Rows: one, or one for each kind
	by      string  // member that tells the kind of a row; empty: there is one
	kind    string  // of a row of several
}

// Kinds are the kinds of rows that a list may have; none when all are of one form.
func (s Shape) Kinds() []string {
	var kinds []string
	for _, r := range s.rows {
		if r.kind != "" {
			kinds = append(kinds, r.kind)
		}
	}
	return kinds
}

// Members are the names of a group's members, in the order of the schema.
func (s Shape) Members() []string {
	names := make([]string, len(s.members))
	for i, m := range s.members {
		names[i] = m.Member
	}
	return names
}

// At is the shape of a member, and of its member.
func (s Shape) At(path ...string) (Shape, bool) {
	for _, name := range path {
		i := slices.IndexFunc(s.members, func(m Shape) bool { return m.Member == name })
		if i < 0 {
			return Shape{}, false
		}
		s = s.members[i]
	}
	return s, true
}

// rowOf is the form of a row with what was typed into it; of a kind that there is not, the first.
func (s Shape) rowOf(at string, v Values) Shape {
	kind := v.Get(at + "/" + s.by)
	if i := slices.IndexFunc(s.rows, func(r Shape) bool { return r.kind == kind }); s.by != "" && i >= 0 {
		return s.rows[i]
	}
	return s.rows[0]
}

// Field is one place of a form, with what was typed into it.
type Field struct {
	Pointer  string // its name: where its value stands in the body
	Member   string
	Within   string // what holds it: the kind of a row, or a member's name
	Sort     Sort
	Required bool
	Choices  []string
	Typed    []string
	Fields   []Field // of a group, and of a row
	Rows     []Field // of a list
}

// Value is what was typed, of ticks the first.
func (f Field) Value() string {
	if len(f.Typed) == 0 {
		return ""
	}
	return f.Typed[0]
}

// Field makes the field of a shape at a place.
func (s Shape) Field(at string, v Values) Field { return s.field(at, s.Member, v) }

func (s Shape) field(at, within string, v Values) Field {
	f := Field{Pointer: at, Member: s.Member, Within: within, Sort: s.Sort, Required: s.Required, Choices: s.Choices, Typed: v[at]}
	switch s.Sort {
	case Fixed:
		f.Typed = []string{s.fixed}
	case Group:
		if s.kind != "" {
			f.Member, f.Within = s.kind, s.kind
		}
		for _, m := range s.members {
			f.Fields = append(f.Fields, m.field(at+"/"+m.Member, f.Member, v))
		}
	case Rows:
		for i := range v.Rows(at) {
			place := at + "/" + strconv.Itoa(i)
			row := s.rowOf(place, v)
			if row.kind == "" {
				row.Member = s.Member
			}
			f.Rows = append(f.Rows, row.field(place, s.Member, v))
		}
	default:
	}
	return f
}
