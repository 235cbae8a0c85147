// Package evidence answers an auditor, and the desk: who has seen this, and who did what to it? By ids, kinds and times;
// the content of a request is on none of its pages. ledger.go says how far the record is proved.
//
// What it knows are the decisions of the record, of which the first pull of a release is one, and the evidence: who else read
// the request, or was refused. An auditor has a list of all evidence (list.go), and of what was opened to whom (grants.go).
package evidence

import (
	"embed"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

//go:embed *.html text.*.json assets
var files embed.FS

// Group is what it serves.
func Group() site.Group {
	return site.Group{
		Files: files,
		Pages: []site.Page{
			{Pattern: "GET /evidence", Handle: show},
			{Pattern: "POST /evidence", Handle: look},
			{Pattern: "GET /evidence/list", Handle: entries},
			{Pattern: "GET /evidence/grants", Handle: showGrants},
			proof,
		},
		Menu: []site.Entry{{Text: "evidence.menu", Path: "/evidence", Operation: access.OpFindRequest, Place: 20}, toProof},
	}
}

type view struct {
	site.Frame
	Typed   string // when nothing was found by it
	Missed  string // why
	Found   bool
	ID      string
	Number  string // empty: it was asked for by the id
	Opens   bool   // the visitor may open the request
	Readers []reading
	Pulls   int   // of Readers
	Lacking int64 // the first message of the evidence from which on readers may be missing; 0: none is
	Decided []decision
	Exports bool   // the visitor reads numbers as a file
	List    string // address of the list of evidence; empty: it is not for the visitor
	Grants  string // of the grants; likewise
}

// reading is the first pull of a version, or what one person did otherwise.
type reading struct {
	At      text.Moment
	Last    *text.Moment // nil: it was once
	Times   int
	Who     person
	Unit    string
	Action  string // in words
	Refused bool
	Version int
}

// decision is one of the record.
type decision struct {
	Version int
	At      text.Moment
	Who     person
	Unit    string
	Task    string
	Events  []string
}

// person is somebody by an id and, where the visitor may name people, by what is shown in place of a name.
type person struct {
	ID, Label, Roles string
}

// What people look by: a number as they type it, or the id of a request.
var (
	number = regexp.MustCompile(`^(?i)(vr)?[ -]?([0-9a-z]{4}[ -]?){3}$`)
	id     = regexp.MustCompile(`^[0-9a-z]{26}$`)
)

// look leads to the page of what was typed. Whatever is neither a number with its check symbol nor an id stays out of the
// address.
func look(v *site.Visit) error {
	typed := v.Form("of")
	switch {
	case id.MatchString(typed):
		return v.Go("/evidence?id=" + url.QueryEscape(typed))
	case number.MatchString(typed):
		err := site.Done(v.API.FindRequest(v.Context(), typed))
		if p, ok := errors.AsType[*site.Problem](err); ok && p.Status == http.StatusBadRequest { // its check symbol is of another
			return missed(v, p.Status, typed, "evidence.mistyped")
		}
		return v.Go("/evidence?number=" + url.QueryEscape(strings.ToUpper(strings.ReplaceAll(typed, " ", "-"))))
	}
	return missed(v, http.StatusBadRequest, typed, "evidence.neither")
}

func begin(v *site.Visit) view {
	return view{Frame: v.Frame("evidence.title"), Exports: v.May(access.OpExportStatistics), List: listOf(v, ""), Grants: toGrants(v)}
}

func missed(v *site.Visit, status int, typed, why string) error {
	page := begin(v)
	page.Typed, page.Missed = typed, v.T(why)
	return v.ShowAs(status, "evidence", page)
}

// show answers for the request that the address names by its number or id.
func show(v *site.Visit) error {
	if !v.May(access.OpFindRequest) { // the gateway says why
		return site.Done(v.API.FindRequest(v.Context(), "none"))
	}
	page := begin(v)
	page.ID, page.Number = v.Query("id"), v.Query("number")
	switch {
	case page.ID == "" && page.Number == "":
		return v.Show("evidence", page)
	case page.ID != "" && !id.MatchString(page.ID), page.ID == "" && !number.MatchString(page.Number):
		return missed(v, http.StatusBadRequest, "", "evidence.neither")
	case page.ID == "":
		found, err := site.Read[client.Found](v.API.FindRequest(v.Context(), page.Number))
		switch p, _ := errors.AsType[*site.Problem](err); {
		case p != nil && p.Status == http.StatusNotFound:
			return missed(v, p.Status, page.Number, "evidence.absent")
		case p != nil && p.Status == http.StatusBadRequest:
			return missed(v, p.Status, page.Number, "evidence.mistyped")
		case err != nil:
			return err
		}
		page.ID, page.Number = found.ID, found.Number
	}
	err := page.fill(v)
	if p, ok := errors.AsType[*site.Problem](err); ok && p.Status == http.StatusNotFound {
		return missed(v, p.Status, page.ID, "evidence.absent")
	}
	if err != nil {
		return err
	}
	page.Found, page.Opens = true, v.May(access.OpGetRequest)
	return v.Show("evidence", page)
}

// fill asks who read it and who did what.
func (page *view) fill(v *site.Visit) error {
	readers, err := site.Read[client.Readers](v.API.GetReaders(v.Context(), page.ID))
	if err != nil {
		return err
	}
	history, err := site.Read[client.History](v.API.GetHistory(v.Context(), page.ID))
	if err != nil {
		return err
	}
	labels, err := v.Labels()
	if err != nil {
		return err
	}
	for _, r := range readers.Items {
		one := reading{
			At: v.Moment(r.At), Times: r.Times, Who: who(v, labels, r.Who, r.Role), Unit: r.Unit, Version: r.Version,
			Action: v.Word("reading", r.Action), Refused: r.Action == "refused",
		}
		if r.Times > 1 {
			last := v.Moment(r.LastAt)
			one.Last = &last
		}
		if r.Action == "pull" {
			page.Pulls++
		}
		page.Readers = append(page.Readers, one)
	}
	page.List, page.Lacking = listOf(v, page.ID), readers.IncompleteFrom
	for _, h := range history.Items {
		page.Decided = append(page.Decided, decision{
			Version: h.Version, At: v.Moment(h.At), Who: who(v, labels, h.Who, h.Role), Unit: h.Unit, Task: h.Task, Events: h.Events,
		})
	}
	return nil
}

func who(v *site.Visit, labels map[string]string, id, roles string) person {
	p := person{ID: id, Label: labels[id]}
	var words []string
	for role := range strings.SplitSeq(roles, ",") {
		words = append(words, v.Word("role", strings.ToUpper(role)))
	}
	p.Roles = strings.Join(words, ", ")
	return p
}
