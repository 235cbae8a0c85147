// Package register is where the desk enters what did not come through the gateway: by paper, telephone, e-mail or CENcomm
// (row 1b of the life cycle), and, of what is above the ceiling, the number alone (row 1c).
//
// Both forms stand on one page. That of a stub has no field in which content could stand, and the page says so in words:
// whoever holds the paper must not be led to type of it.
package register

import (
	"embed"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/web/site"
)

//go:embed *.html text.*.json assets
var files embed.FS

// Group is what it serves.
func Group() site.Group {
	return site.Group{
		Files: files,
		Pages: []site.Page{
			{Pattern: "GET /register", Handle: func(v *site.Visit) error { return show(v, refused{}) }},
			{Pattern: "POST /register", Handle: enter},
			{Pattern: "POST /register/stub", Handle: enterStub},
		},
		Menu: []site.Entry{{Text: "register.menu", Path: "/register", Operation: access.OpRegisterRequest, Place: 30}},
	}
}

// page is both forms.
type page struct {
	site.Frame
	Key, StubKey string
	Partners     []site.Choice
	Keepers      []site.Choice
	Channels     []site.Choice
	Degrees      []site.Choice
	Arguments    []site.Choice
	Marks        []site.Choice
	Lights       []site.Choice
	Levels       []site.Choice
	Types        []site.Choice
	Languages    []site.Choice
	Kinds        []site.Choice
	Questions    []int // rows to fill in
	Subjects     []int
	Stub         bool // that form was refused: it is the one that is open
	typed        func(string) string
	problem      *site.Problem
	flawWord     func(string) string
}

// Typed is what was typed into a field, Chosen whether it is that value, Flaw what was wrong with it.
func (p *page) Typed(name string) string { return p.typed(name) }

// Chosen says whether a choice was made.
func (p *page) Chosen(name, value string) bool { return p.typed(name) == value }

// Flaw is what the gateway said of the field of a pointer, or of what lies below it.
func (p *page) Flaw(pointer string) string {
	if p.problem == nil {
		return ""
	}
	for _, e := range p.problem.Errors {
		if e.Pointer == pointer || strings.HasPrefix(e.Pointer, pointer+"/") {
			return p.flawWord(e.Code)
		}
	}
	return ""
}

// refused is a form that was not taken, or not yet finished.
type refused struct {
	problem *site.Problem
	stub    bool
	sent    bool
}

// The rows of a form, and how many are added at once.
const (
	rows = 3
	most = 50
)

func show(v *site.Visit, was refused) error {
	if !v.May(access.OpRegisterRequest) {
		return &site.Problem{Problem: client.Problem{Status: http.StatusNotFound, Code: "not_found"}}
	}
	p := page{
		Frame: v.Frame("register.title"), Key: v.NewKey(), StubKey: v.NewKey(), Stub: was.stub, problem: was.problem,
		Partners: v.Partners(), Channels: v.Choices("channel", channels()...), Degrees: v.Choices("degree", degrees()...),
		Arguments: v.Choices("degree_reason", arguments()...), Marks: v.Choices("marking", marks()...), Lights: v.Choices("marking", lights()...),
		Levels: asWritten(levels()), Types: v.Choices("question", types()...), Languages: v.Languages(), Kinds: v.Choices("subject", kinds()...),
		typed: func(string) string { return "" }, flawWord: func(code string) string { return v.Word("flaw", code) },
	}
	p.Questions, p.Subjects = count(rows), count(rows)
	if was.sent {
		p.typed = v.Form
		p.Questions, p.Subjects = count(sentRows(v, "questions")), count(sentRows(v, "subjects"))
		if was.stub {
			p.StubKey = v.Form("key")
		} else {
			p.Key = v.Form("key")
		}
	}
	p.Trouble = v.Trouble(was.problem)
	var err error
	if p.Keepers, err = keepers(v); err != nil {
		return err
	}
	status := http.StatusOK
	if was.problem != nil {
		status = was.problem.Status
	}
	return v.ShowAs(status, "register", &p)
}

// asWritten are markings, which stay as their owner writes them.
func asWritten(all []string) []site.Choice {
	out := make([]site.Choice, len(all))
	for i, s := range all {
		out[i] = site.Choice{Value: s, Text: s}
	}
	return out
}

// sentRows is how many rows a form had, and more of them when they were asked for.
func sentRows(v *site.Visit, list string) int {
	n, err := strconv.Atoi(v.Form(list))
	if err != nil || n < 1 {
		n = rows
	}
	if v.Form("do") == "more-"+list {
		n += rows
	}
	return min(n, most)
}

func count(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// keepers are those who may keep a stub, by label.
func keepers(v *site.Visit) ([]site.Choice, error) {
	people, err := site.Read[client.People](v.API.ListPeople(v.Context()))
	if err != nil {
		return nil, err
	}
	var all []site.Choice
	for _, p := range people.Items {
		if slices.ContainsFunc(p.Roles, func(r string) bool { return r == "keeper" }) && !p.System {
			all = append(all, site.Choice{Value: p.Person, Text: p.Label})
		}
	}
	slices.SortFunc(all, func(a, b site.Choice) int { return strings.Compare(a.Text+a.Value, b.Text+b.Value) })
	return all, nil
}

// enter is row 1b, or more rows to fill in.
func enter(v *site.Visit) error {
	if strings.HasPrefix(v.Form("do"), "more-") {
		return show(v, refused{sent: true})
	}
	at, err := arrival(v)
	var created client.Created
	if err == nil {
		created, err = site.Read[client.Created](v.API.RegisterRequest(
			v.Context(), &client.RegisterRequestParams{IdempotencyKey: v.Form("key")}, registration(v, at),
		))
	}
	if p, no := site.Refused(err); no {
		return show(v, refused{problem: p, sent: true})
	}
	if err != nil {
		return err
	}
	return v.GoSaying("/requests/"+created.ID, "register")
}
