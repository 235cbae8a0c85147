package request

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"verigate/api/client"
	"verigate/internal/verification"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// form is a command as a page asks for it.
type form struct {
	Name, Action, ID string
	Title, Hint      string
	Sure             string // what is agreed to; empty: nothing
	SureFlaw         string
	Open             bool // it was sent and refused
	Key, Version     string
	Fields           []formField
	Letter           string // the key that gives it; empty: none
	At               string // the page to come back to; empty: the request
}

// formField is one field of a form.
type formField struct {
	Kind, Name, ID string
	Body           string // what it is in the body
	Label, Hint    string
	Value          string
	Choices        []option
	Required       bool
	Flaw           string // what was wrong with it
}

// option is one of a list, chosen or not.
type option struct {
	site.Choice
	Chosen bool
}

// asked is what forms are made for: the request as it stands, its version, and the form that was refused, if one was.
type asked struct {
	base
	request client.StaffView
	version string
	twin    string // number of a request with the same identifiers that this may be merged into; empty: none was looked for, or found
	sent    *sent
}

// forms are those of the commands that the reader may give now and that stand in a place.
func (a asked) forms(at place) []form {
	var all []form
	for _, c := range commands() {
		if c.place == at && slices.Contains(a.request.Allowed, c.listed()) && (c.applies == nil || c.applies(a.request, a.base)) {
			all = append(all, a.form(c, ""))
		}
	}
	return all
}

// form makes one, with what was typed when it is the one that was sent.
func (a asked) form(c command, breach string) form {
	v, again := a.visit, a.sent.about(c, breach)
	f := form{
		Name: string(c.name), ID: "do-" + string(c.name) + breach, Version: a.version, Key: v.NewKey(), Open: again,
		Action: "/requests/" + a.ID + "/" + strings.Replace(c.path, "{n}", breach, 1),
		Title:  v.T("request." + string(c.name) + ".title"), Hint: a.say(c.hint), Sure: a.say(c.sure), Letter: c.key,
	}
	if again {
		f.Key, f.SureFlaw = v.KeyAfter(a.sent.problem), v.Word("flaw", a.sent.problem.At("/sure"))
	}
	for _, field := range c.fields {
		i := a.field(c, field, f.ID)
		if again {
			i = i.typed(v, a.sent.problem)
		}
		f.Fields = append(f.Fields, i)
	}
	return f
}

// say is a text of a form; it may name the recipient.
func (a asked) say(id string) string {
	if id == "" {
		return ""
	}
	return a.visit.T(id, "partner", a.recipient())
}

// recipient is who is told of what goes out.
func (a asked) recipient() string {
	if a.request.Partner == "" {
		return a.visit.T("request.sender_unknown")
	}
	return a.Partner(a.request.Partner)
}

// persons are whom a field offers. A sealed matter is kept by one of its compartment's keepers, a stub by whoever is named.
func (a asked) persons(c command, f field) []site.Choice {
	roles := f.roles
	if c.name == verification.NameAppointKeeper && !a.request.Stub {
		roles = []string{"keeper"}
	}
	return slices.DeleteFunc(a.people(a.desk(roles...)), func(p site.Choice) bool { return c.name == handOver && a.Me(p.Value) })
}

func (a asked) field(c command, f field, at string) formField {
	i := formField{Kind: string(f.kind), Name: f.name, Body: cmp.Or(f.body, f.name), ID: at + "-" + f.name, Required: f.required}
	if f.label != "" {
		i.Label = a.visit.T(f.label)
	}
	if f.hint != "" {
		i.Hint = a.visit.T(f.hint)
	}
	switch f.kind {
	case choice:
		i.Choices = options(a.visit.Choices(f.set, f.codes...))
	case person:
		i.Choices = options(a.persons(c, f))
	case questions:
		i.Choices = options(a.questions())
	case version:
		i.Choices = options(a.versions())
	case proposal:
		i.Choices = options(a.proposals())
	case degree:
		i.Choices = options(a.visit.Choices("degree", codes(a.request.Degrees...)...))
	case level:
		i.Choices, i.Hint = options(a.visit.Choices("marking", lower(a.request)...)), a.holds()
	case statement:
		i.Choices = options(a.statements())
	case moment:
		if f.name == "due_at" && !a.request.DueAt.IsZero() {
			i.Value = a.request.DueAt.In(text.Hanoi()).Format(local)
		}
	case fixed:
		i.Value = a.request.Refusal.Hash
	case line:
		if c.name == verification.NameMarkDuplicate && f.name == "of" {
			i.Value = a.twin
		}
	case area:
	}
	return i
}

func options(all []site.Choice) []option {
	out := make([]option, len(all))
	for i, c := range all {
		out[i] = option{Choice: c}
	}
	return out
}

// questions are those of the round, by number and type.
func (a asked) questions() []site.Choice {
	var all []site.Choice
	for _, q := range a.request.Questions {
		all = append(all, site.Choice{Value: strconv.Itoa(q.N), Text: strconv.Itoa(q.N) + " · " + a.visit.Word("question", string(q.Code))})
	}
	return all
}

// versions are what was released, stands and can be recalled, the newest first.
func (a asked) versions() []site.Choice {
	var all []site.Choice
	for _, r := range slices.Backward(a.request.Releases) {
		if !r.Recalled && verification.ReleaseKind(r.Kind).Recallable() {
			all = append(all, site.Choice{Value: strconv.Itoa(r.Version), Text: strconv.Itoa(r.Version) + " · " + a.visit.Word("answer_kind", r.Kind)})
		}
	}
	return all
}

// proposals are what units would have the partner asked and waits for the desk, the first first.
func (a asked) proposals() []site.Choice {
	var all []site.Choice
	for _, p := range a.request.Proposals {
		if p.Waits {
			all = append(all, site.Choice{Value: strconv.Itoa(p.N), Text: a.Unit(p.Unit) + " · " + a.visit.Word("clarification", p.Code)})
		}
	}
	return all
}

// typed is the field as it was sent, with what was wrong with it.
func (i formField) typed(v *site.Visit, p *site.Problem) formField {
	if i.Kind != string(fixed) {
		i.Value = v.Form(i.Name)
	}
	for n, o := range i.Choices {
		i.Choices[n].Chosen = slices.Contains(v.Forms(i.Name), o.Value)
	}
	i.Flaw = v.Word("flaw", cmp.Or(p.At("/"+i.Body), p.At("/"+i.Name)))
	return i
}
