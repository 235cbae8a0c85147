// Package portal is what a liaison officer has: the partner's own requests, a form for a new one, each request with its
// receipt, due time and answers. Nothing here knows of units, hops or notes: the contract does not tell a partner.
//
// A form is made of the schema of the body that it sends (package form), so that it has every field of the contract. It
// is posted whole with each change (a row more, a row less), which needs no script; with scripts the same answer replaces
// the form in place. The list asks again every half minute, without counting as its reader's activity: what waits for the
// partner comes to a page that is left open, until its session ends.
//
// Whoever is no partner, and another partner, gets the page of an address that there is not.
package portal

import (
	"embed"
	"fmt"
	"sync"

	"verigate/internal/access"
	"verigate/internal/verification"
	"verigate/internal/web/form"
	"verigate/internal/web/site"
	"verigate/schemas"
)

//go:embed *.html text.*.json assets
var files embed.FS

// Group is what it serves.
func Group() site.Group {
	p := portal{forms: sync.OnceValues(load)}
	return site.Group{
		Files: files,
		Pages: []site.Page{
			{Pattern: "GET /portal", Handle: ofPartners(list)},
			{Pattern: "GET /portal/new", Handle: ofPartners(p.begin)},
			{Pattern: "POST /portal/new", Handle: ofPartners(p.submit)},
			{Pattern: "POST /portal/check", Handle: ofPartners(p.check)},
			{Pattern: "GET /portal/{id}", Handle: ofPartners(request)},
			{Pattern: "GET /portal/{id}/receipt", Handle: ofPartners(receipt)},
			{Pattern: "GET /portal/{id}/body", Handle: ofPartners(verbatim)},
			{Pattern: "GET /portal/{id}/reply", Handle: ofPartners(p.askReply)},
			{Pattern: "POST /portal/{id}/reply", Handle: ofPartners(p.reply)},
			{Pattern: "GET /portal/{id}/answers", Handle: ofPartners(answers)},
			{Pattern: "POST /portal/{id}/confirmation", Handle: ofPartners(confirm)},
			{Pattern: "GET /portal/{id}/follow-up", Handle: ofPartners(p.askMore)},
			{Pattern: "POST /portal/{id}/follow-up", Handle: ofPartners(p.followUp)},
			{Pattern: "GET /portal/{id}/withdrawal", Handle: ofPartners(askWithdrawal)},
			{Pattern: "POST /portal/{id}/withdrawal", Handle: ofPartners(withdraw)},
			{Pattern: "POST /portal/{id}/reopening", Handle: ofPartners(reopen)},
		},
		Menu: []site.Entry{{Text: "portal.menu", Path: "/portal", Operation: access.OpListRequests, Place: 20}},
	}
}

// portal is the handlers that have forms.
type portal struct{ forms func() (*forms, error) }

// forms are the shapes of what a partner sends.
type forms struct {
	request, reply, followUp form.Shape
	checked                  map[string]bool // by traces
}

// load makes the forms of the schemas that the program carries.
func load() (*forms, error) {
	all, err := form.Load(schemas.FS, "verification-request", "partner-reply", "follow-up")
	if err != nil {
		return nil, fmt.Errorf("load forms: %w", err)
	}
	f := &forms{}
	for name, shape := range map[string]*form.Shape{"verification-request": &f.request, "partner-reply": &f.reply, "follow-up": &f.followUp} {
		if *shape, err = all.Shape(name); err != nil {
			return nil, err
		}
	}
	f.checked = traces(f.request)
	return f, nil
}

// ofPartners shows others what an address shows that there is not.
func ofPartners(handle site.Handler) site.Handler {
	return func(v *site.Visit) error {
		if v.Session != nil && !v.Has(verification.RolePartner) {
			return fmt.Errorf("a page of partners: %w", absent())
		}
		return handle(v)
	}
}
