package request

import (
	"net/http"
	"slices"

	"verigate/api/client"
	"verigate/internal/verification"
	"verigate/internal/web/site"
)

// command is one that a person gives by a form of its own.
type command struct {
	name   verification.Name
	path   string  // below the request's address
	hint   string  // id of the text that says what it does
	sure   string  // id of the sentence that is agreed to before it goes: who is told, and that it stays; empty: it can be undone
	place  place   // the page that shows it
	key    string  // the letter that gives it where it asks nothing; empty: none
	fields []field // in the order in which they are asked
	after  string  // the page gone to when it was given; empty: back to where the form stood
	// applies narrows down further what the list of allowed commands says by name; nil: it does not.
	applies func(client.StaffView, base) bool
	// send makes the call of a form. What the form could not say is kept in it.
	send func(in *input) (*http.Response, error)
}

// place is where a form stands.
type place int

const (
	onRequest place = iota
	onTriage
	onBreach // one form for each breach
)

// field is one thing that a form asks.
type field struct {
	name     string // as in the body: /name is what a flaw points at
	body     string // the member of the body where a form cannot name it so: it carries the version of the request; empty: the name
	label    string // id of the text
	hint     string // id of the text; empty: the label says it
	kind     kind
	set      string   // of the words of a choice
	codes    []string // of a choice
	roles    []string // of a person
	required bool
}

// kind is how a field is asked.
type kind string

const (
	choice    kind = "choice"
	line      kind = "line"
	area      kind = "area"
	moment    kind = "moment"
	person    kind = "person"
	questions kind = "questions"
	version   kind = "version"   // of what was released
	proposal  kind = "proposal"  // of a unit, that waits
	degree    kind = "degree"    // that the reader may give
	level     kind = "level"     // below the one that the request has
	statement kind = "statement" // of the partner, of the marking that it agrees to
	fixed     kind = "fixed"     // known, and sent along
)

// commands are all that these pages send with a form of the table, in the order in which they are shown.
func commands() []command {
	return slices.Concat(holding(), asking(), promising(), ending(), retaining(), keeping())
}

// commandOf finds one by its name.
func commandOf(name verification.Name) (command, bool) {
	all := commands()
	i := slices.IndexFunc(all, func(c command) bool { return c.name == name })
	if i < 0 {
		return command{}, false
	}
	return all[i], true
}

// handle sends the command of a form, and goes back to where it stood.
func (c command) handle(v *site.Visit) error {
	err := c.give(&input{visit: v})
	if p, refused := site.Refused(err); refused {
		return c.again(v, p)
	}
	if err != nil {
		return err
	}
	to := "/requests/" + v.Param("id")
	switch {
	case c.after != "":
		to = c.after
	case v.Form("at") == triageTab:
		to += triageTab
	}
	return v.GoSaying(to, c.listed())
}

// give sends the command, unless the form cannot be read or what must be agreed to was not.
func (c command) give(in *input) error {
	if c.sure != "" && in.visit.Form("sure") == "" {
		in.flaw("sure", "required")
	}
	if err := in.read(c.fields); err != nil {
		return err
	}
	return site.Done(c.send(in))
}

// again shows the page with the form as it was typed.
func (c command) again(v *site.Visit, p *site.Problem) error {
	sent := &sent{command: c.name, breach: v.Param("n"), problem: p}
	if c.place == onTriage {
		return triagePage(v, sent)
	}
	return requestPage(v, sent)
}

// sent is a form that was refused.
type sent struct {
	command verification.Name
	breach  string // its number, where the form is one of several
	problem *site.Problem
}

// about says whether a form is the one that was sent.
func (s *sent) about(c command, breach string) bool {
	return s != nil && s.command == c.name && s.breach == breach
}
