package request

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// base is what every page of a request has: its frame, its tabs, and how it writes people, places and times.
type base struct {
	site.Frame
	ID     string
	Tabs   []tab
	visit  *site.Visit
	people map[string]client.PeopleItem
}

// triageTab is below the address of a request.
const triageTab = "/triage"

// tab is one of the pages of a request.
type tab struct {
	Text, Path string
	Here       bool
}

// begin makes what all pages share. The title is an id of a text.
func begin(v *site.Visit, title string) (base, error) {
	b := base{Frame: v.Frame(title), ID: v.Param("id"), visit: v, people: map[string]client.PeopleItem{}}
	b.Tabs = tabs(v)
	all, err := site.Read[client.People](v.API.ListPeople(v.Context()))
	if err != nil {
		return b, err
	}
	for _, p := range all.Items {
		b.people[p.Person] = p
	}
	return b, nil
}

// tabs are the pages that the visitor may ever open.
func tabs(v *site.Visit) []tab {
	all := []struct {
		text, path string
		op         access.Operation
	}{
		{"request.tab.request", "", access.OpGetClocks},
		{"request.tab.triage", triageTab, access.OpRouteRequest},
		{"request.tab.package", "/package", access.OpPutPackage},
		{"request.tab.review", "/review", access.OpReleasePackage},
		{"request.tab.clocks", "/clocks", access.OpGetClocks},
		{"request.tab.history", "/history", access.OpGetHistory},
		{"request.tab.readers", "/readers", access.OpGetReaders},
	}
	at := "/requests/" + v.Param("id")
	var out []tab
	for _, t := range all {
		if v.May(t.op) {
			out = append(out, tab{Text: v.T(t.text), Path: at + t.path, Here: v.Request.URL.Path == at+t.path})
		}
	}
	return out
}

// view reads the request as staff see it, with its version. Who is not of headquarters gets what nobody gets: these pages
// show what only headquarters may know, and a partner or a unit has pages of its own.
func view(v *site.Visit) (client.StaffView, string, error) {
	if !v.May(access.OpGetClocks) {
		return client.StaffView{}, "", &site.Problem{Problem: client.Problem{Status: http.StatusNotFound, Code: "not_found"}}
	}
	return site.ReadTagged[client.StaffView](v.API.GetRequest(v.Context(), v.Param("id")))
}

// Who is what is shown in place of a person's name.
func (b base) Who(id string) string {
	if p, ok := b.people[id]; ok {
		return p.Label
	}
	return id
}

// Me says whether the visitor is that person.
func (b base) Me(id string) bool { return b.visit.Session != nil && b.visit.Session.Person == id }

// Moment, Due, Unit, Partner and Span write values for the visitor.
func (b base) Moment(at time.Time) text.Moment { return b.visit.Moment(at) }

// Due is a time by which something is owed.
func (b base) Due(at time.Time) site.Due { return b.visit.Due(at) }

// Unit is the name of a unit as it is now, with its code.
func (b base) Unit(code string) string {
	if name := b.visit.Unit(code, b.visit.Now); name != code {
		return code + " " + name
	}
	return code
}

// Partner is the name of a partner.
func (b base) Partner(code string) string { return b.visit.Partner(code) }

// Span writes counted time, of ISO 8601, in hours: a day of it is as long as the calendar says.
func (b base) Span(iso string) string {
	d, ok := duration(iso)
	if !ok {
		return iso
	}
	if d < 24*time.Hour {
		return b.visit.Language.Span(d)
	}
	whole := b.visit.T("request.hours", "hours", b.visit.Language.Count(int(d/time.Hour)))
	if rest := d % time.Hour; rest > 0 {
		return whole + " " + b.visit.Language.Span(rest)
	}
	return whole
}

// desk are those who can hold a request; they are choices of a form.
func (b base) desk(roles ...string) []site.Choice {
	var all []site.Choice
	for id, p := range b.people {
		if !p.System && slices.ContainsFunc(p.Roles, func(r string) bool { return slices.Contains(roles, r) }) {
			all = append(all, site.Choice{Value: id, Text: p.Label})
		}
	}
	slices.SortFunc(all, func(x, y site.Choice) int { return strings.Compare(x.Text+x.Value, y.Text+y.Value) })
	return all
}
