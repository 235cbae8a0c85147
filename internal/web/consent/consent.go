// Package consent is the page of consents (lifecycle.md, rows 13 and 14): an originator reads which of its facts somebody
// asks to release, never for whom, and says yes, no, or yes on conditions; the desk reads what it waits for.
package consent

import (
	"embed"
	"fmt"
	"net/http"
	"slices"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

//go:embed *.html text.*.json assets
var files embed.FS

const path = "/consents"

// Group is what it serves. No role is both an originator and the desk, so a menu has one of the two entries.
func Group() site.Group {
	return site.Group{
		Files: files,
		Pages: []site.Page{{Pattern: "GET " + path, Handle: show}, {Pattern: "POST " + path, Handle: decide}},
		Menu: []site.Entry{
			{Text: "consent.menu", Path: path, Operation: access.OpListConsents, Place: 40},
			{Text: "consent.menu_desk", Path: path, Operation: access.OpAskConsent, Place: 40},
		},
	}
}

// show is the page of whoever reads it.
func show(v *site.Visit) error {
	switch {
	case v.May(access.OpListConsents):
		view, err := ownView(v)
		if err != nil {
			return err
		}
		return v.Show("consent/own", view)
	case v.May(access.OpAskConsent):
		return desk(v)
	}
	return hidden()
}

func hidden() error {
	return fmt.Errorf("not for this role: %w", &site.Problem{Problem: client.Problem{Status: http.StatusNotFound, Code: "not_found"}})
}

// own is an originator's page.
type own struct {
	site.Frame
	Asks  []asked
	Taken string // the ask that was granted just now: it may be taken back
	Key   string
}

// asked is one ask as its originator reads it.
type asked struct {
	client.ConsentView
	Facts []fact
	Key   string
	At    text.Moment
	Due   site.Due
	May   bool // decide it now
	Said  string
}

// fact is one that is asked for, with how it is marked.
type fact struct {
	Language, Text string
	Marked         []string
}

func ownView(v *site.Visit) (own, error) {
	page, err := site.Read[client.ConsentPage](v.API.ListConsents(v.Context(), &client.ListConsentsParams{}))
	view := own{Frame: v.Frame("consent.title"), Key: v.NewKey(), Taken: v.Query("granted")}
	for _, c := range page.Items {
		one := asked{
			ConsentView: c, Key: v.NewKey(), At: v.Moment(c.AskedAt), Due: v.Due(c.DueAt), May: slices.Contains(c.Allowed, "decide_consent"),
		}
		for _, f := range c.Facts {
			one.Facts = append(one.Facts, fact{Language: f.Language, Text: f.Text, Marked: v.Marked(f.Handling)})
		}
		view.Asks = append(view.Asks, one)
	}
	return view, err
}

// decide is row 14. What was granted may be taken back: the page that follows offers it.
func decide(v *site.Visit) error {
	if !v.May(access.OpDecideConsent) {
		return hidden()
	}
	id, decision := v.Form("id"), v.Form("decision")
	_, err := site.Read[client.ConsentView](v.API.DecideConsent(v.Context(), id, &client.DecideConsentParams{IdempotencyKey: v.Key()},
		client.ConsentDecision{Decision: client.ConsentDecisionDecision(decision), Conditions: v.Form("conditions")}))
	p, refused := site.Refused(err)
	switch {
	case err == nil && decision == "granted":
		return v.GoSaying(path+"?granted="+id, "decide_consent")
	case err == nil:
		return v.GoSaying(path, "decide_consent")
	case !refused:
		return err
	}
	view, err := ownView(v)
	if err != nil {
		return err
	}
	view.Trouble = v.Trouble(p)
	for i := range view.Asks {
		if view.Asks[i].ID == id {
			view.Asks[i].Said = v.Form("conditions")
		}
	}
	return v.ShowAs(p.Status, "consent/own", view)
}
