package portal

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"verigate/internal/identifier"
	"verigate/internal/web/form"
	"verigate/internal/web/site"
)

// field is a form's field with its words, and what is wrong with what was typed.
type field struct {
	form.Field
	ID      string
	Label   string
	Hint    string
	Flaw    string
	Options []site.Choice
	List    string // id of a list of suggestions
	Checked bool   // it identifies something: it is checked as it is typed
	Notes   []note
	Fresh   bool   // added just now: typing goes on there
	Clock   string // by whose clock an instant is typed
	Action  string // where the form goes that the rows of a list are added in
	Fields  []field
	Rows    []field
}

// Has says whether a value is ticked.
func (f field) Has(value string) bool { return slices.Contains(f.Typed, value) }

// Opened says whether a group is shown with its fields: one that needs something, or into which something was typed.
func (f field) Opened() bool {
	if f.Required || f.Flaw != "" {
		return true
	}
	return slices.ContainsFunc(slices.Concat(f.Fields, f.Rows), func(within field) bool {
		return within.Flaw != "" || within.Value() != "" || within.Sort == form.Group && within.Opened()
	})
}

// Lines is how many a text begins with.
func (f field) Lines() int {
	if f.Sort == form.Lines || f.Member == "mrz" {
		return 2
	}
	switch f.Member {
	case "statement", "text", "summary":
		return 4
	}
	return 2
}

// note is what the check of an identifier says, when that is against it.
type note struct {
	Pointer string
	Text    string
	Raw     string // what is confirmed as seen; empty: it is refused, and there is nothing to confirm
	Seen    bool
}

// writer writes the fields of one draft for one reader.
type writer struct {
	v       *site.Visit
	draft   draft
	checks  map[string]identifier.Check
	checked map[string]bool
	problem *site.Problem
	flaws   []flaw   // in the order of the form
	met     []string // pointers of them
	action  string   // where the form goes
	named   []site.Choice
}

// flaw is an entry of the list above the form: what is wrong, and the field to go to.
type flaw struct{ ID, Label, Text string }

func (p portal) writer(v *site.Visit, d draft, action string, problem *site.Problem) (*writer, error) {
	f, err := p.forms()
	if err != nil {
		return nil, err
	}
	w := &writer{v: v, draft: d, checks: d.checks(), checked: f.checked, action: action, problem: problem}
	w.named = w.subjects()
	return w, nil
}

// subjects are those that questions and links may name.
func (w *writer) subjects() []site.Choice {
	return slices.Concat(w.draft.after.named, subjectsOf(w.v, w.draft.subjects()))
}

// write gives the field of a member its words.
func (w *writer) write(path ...string) field {
	shape, _ := w.draft.shape.At(path...)
	return w.field(shape.Field("/"+strings.Join(path, "/"), w.draft.values))
}

func (w *writer) field(f form.Field) field {
	out := field{Field: f, ID: idOf(f.Pointer), Label: w.label(f), Hint: w.word("portal.hint", f)}
	out.Options, out.List = w.options(f)
	out.Action = w.action
	if f.Sort == form.Moment {
		out.Clock = w.zoneText()
	}
	out.Checked = w.checked[w.trace(f.Pointer)]
	if w.draft.fresh != "" && strings.HasPrefix(f.Pointer, w.draft.fresh+"/") && typedInto(f) {
		out.Fresh, w.draft.fresh = true, "" // the first of the row
	}
	out.Notes = w.notes(f)
	w.judge(&out)
	for _, inner := range f.Fields {
		inner.Required = inner.Required && f.Required // what an optional group needs, nobody has to say
		out.Fields = append(out.Fields, w.field(inner))
	}
	for _, row := range f.Rows {
		row.Required = true // once it is there
		out.Rows = append(out.Rows, w.field(row))
	}
	switch {
	case f.Member == "mrz":
		out.Sort = form.Long // two or three lines
	case out.Options != nil && (f.Sort == form.Text || f.Sort == form.Span):
		out.Sort = form.Choice
	case out.Options != nil && f.Sort == form.Lines:
		out.Sort = form.Ticks
	case out.List != "" && f.Sort == form.Choice:
		out.Sort = form.Text
	}
	return out
}

// typedInto says whether a field is one that a writer sees and types into.
func typedInto(f form.Field) bool {
	switch f.Sort {
	case form.Fixed, form.Group, form.Rows, form.Ticks:
		return false
	default:
		return f.Member != "id" && f.Member != "n"
	}
}

func idOf(pointer string) string { return "f" + strings.ReplaceAll(pointer, "/", "-") }

// label is the word for a field: that of where it stands, else the one that it has everywhere.
func (w *writer) label(f form.Field) string {
	if own := w.word("portal.field", f); own != "" {
		return own
	}
	return w.v.Word("field", f.Member)
}

// word is a word of a set for a field where it stands, empty when there is none.
func (w *writer) word(set string, f form.Field) string {
	for _, code := range []string{f.Within + "." + f.Member, f.Member} {
		if text := w.v.Word(set, code); text != code {
			return text
		}
	}
	return ""
}

// trace is the name of a subject's field in traces.
func (w *writer) trace(pointer string) string {
	parts := strings.Split(pointer, "/")
	if len(parts) < 4 || parts[1] != "subjects" {
		return ""
	}
	kind := w.draft.values.Get(strings.Join(parts[:3], "/") + "/kind")
	for i := 3; i < len(parts); i++ {
		if _, err := strconv.Atoi(parts[i]); err == nil {
			parts[i] = "0"
		}
	}
	name := kind + "/" + strings.Join(parts[3:], "/")
	if !w.checked[name] && w.checked[name+"/0"] {
		return name + "/0" // a list of identifiers, one on each line
	}
	return name
}

// notes are what the checks say of a field, of each line of a list.
func (w *writer) notes(f form.Field) []note {
	if f.Sort == form.Group || f.Sort == form.Rows {
		return nil
	}
	var notes []note
	for at, c := range w.checks {
		if (at != f.Pointer && !strings.HasPrefix(at, f.Pointer+"/")) || c.Status != identifier.Failed {
			continue
		}
		n := note{Pointer: at, Text: w.v.T("portal.check.wrong", "value", c.Raw)}
		if c.Refused() {
			n.Text = w.v.T("portal.check.refused", "value", c.Raw)
		} else {
			n.Raw, n.Seen = c.Raw, w.draft.seen[at] == c.Raw
		}
		notes = append(notes, n)
	}
	slices.SortFunc(notes, func(a, b note) int { return cmp.Compare(a.Pointer, b.Pointer) })
	return notes
}

// judge says what the gateway found wrong with a field. What lies below a field that has no fields of its own, such as a
// line of a list, is wrong with the field.
func (w *writer) judge(f *field) {
	if w.problem == nil {
		return
	}
	leaf := f.Sort != form.Group && f.Sort != form.Rows
	for _, e := range w.problem.Errors {
		if e.Pointer != f.Pointer && (!leaf || !strings.HasPrefix(e.Pointer, f.Pointer+"/")) {
			continue
		}
		said := w.flawed(e.Code, e.Limit)
		if len(f.Notes) == 0 || !strings.HasPrefix(e.Code, "invalid_") { // else the check says it, with the number
			f.Flaw = said
		}
		w.flaws = append(w.flaws, flaw{ID: f.ID, Label: w.place(f.Pointer) + f.Label, Text: said})
		w.met = append(w.met, e.Pointer)
	}
}

// all is what is wrong, in the order of the form; what is wrong with no field stands at the end by its pointer.
func (w *writer) all() []flaw {
	if w.problem == nil {
		return nil
	}
	for _, e := range w.problem.Errors {
		if !slices.Contains(w.met, e.Pointer) {
			w.flaws = append(w.flaws, flaw{ID: "portal-form", Label: e.Pointer, Text: w.flawed(e.Code, e.Limit)})
		}
	}
	return w.flaws
}

// flawed is what is wrong, with the limit that was passed.
func (w *writer) flawed(code string, limit int) string {
	said := w.v.Word("flaw", code)
	if said == code {
		said = w.v.Word("portal.flaw", code)
	}
	if limit > 0 {
		said += " (" + w.v.T("portal.limit", "limit", w.v.Language.Count(limit)) + ")"
	}
	return said
}

// place names the row that a field is in: Container s1.
func (w *writer) place(pointer string) string {
	parts := strings.Split(pointer, "/")
	if len(parts) < 4 {
		return ""
	}
	n, err := strconv.Atoi(parts[2])
	if err != nil {
		return ""
	}
	if parts[1] == "subjects" {
		at := "/subjects/" + parts[2]
		return w.v.Word("subject", w.draft.values.Get(at+"/kind")) + " " + w.draft.values.Get(at+"/id") + " · "
	}
	return w.v.Word("field", parts[1]) + " " + strconv.Itoa(n+1) + " · "
}
