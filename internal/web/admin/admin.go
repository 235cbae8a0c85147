// Package admin is what an operator and the head of the desk see of the gateway itself: whether each part works and how far
// behind it is, and what it works by. It changes nothing: who may do what, keys, partners and calendars are decided by two
// operators on the command line, and the page names the command. Screens on the wall are paired on a page of package wall.
//
// How many messages a stream holds is not told: it would tell of sealed matters that there is something.
package admin

import (
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

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
		Pages: []site.Page{{Pattern: "GET /admin", Handle: show}},
		Menu:  []site.Entry{{Text: "admin.menu", Path: "/admin", Operation: access.OpGetReference, Place: 80}},
	}
}

type view struct {
	site.Frame
	At        text.Moment
	Status    string
	Parts     []part
	Policies  []client.ReferenceDataPolicy
	Calendars []calendar
	Units     []unit
	Partners  []client.ReferenceDataPartner
	Commands  []string // texts of what is done on the command line, by the end of their ids
}

// part is one of the gateway's parts.
type part struct {
	Name, Status string
	Code         string // why it is not well; empty: it is, or says nothing
	Lag          string // in words; empty: none
	Since        text.Moment
}

type calendar struct {
	client.ReferenceDataCalendar
	Through string // the last day that it covers
}

type unit struct{ Code, Name, From, Through string }

func show(v *site.Visit) error {
	reference, err := site.Read[client.ReferenceData](v.API.GetReference(v.Context()))
	if err != nil {
		return err
	}
	health, err := healthOf(v)
	if err != nil {
		return err
	}
	page := view{
		Frame: v.Frame("admin.title"), At: v.Moment(v.Now), Status: string(health.Status), Policies: reference.Policies, Partners: reference.Partners,
		Commands: []string{"person", "key", "partner", "calendar", "verify"},
	}
	for _, c := range health.Checks {
		page.Parts = append(page.Parts, part{
			Name: c.Name, Status: string(c.Status), Code: c.Code, Lag: lag(v, c), Since: v.Moment(c.Since),
		})
	}
	for _, c := range reference.Calendars {
		page.Calendars = append(page.Calendars, calendar{c, before(v, c.To)})
	}
	for _, u := range reference.Units {
		page.Units = append(page.Units, unit{Code: u.Code, Name: v.Unit(u.Code, v.Now), From: day(v, u.ValidFrom), Through: before(v, u.ValidTo)})
	}
	return v.Show("admin", page)
}

// healthOf reads how the gateway is, also when that is badly: then it is not answered as a problem.
func healthOf(v *site.Visit) (client.Health, error) {
	var h client.Health
	r, err := v.API.GetReady(v.Context())
	if err != nil {
		return h, fmt.Errorf("ask how the gateway is: %w", err)
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK && r.StatusCode != http.StatusServiceUnavailable {
		return h, fmt.Errorf("ask how the gateway is: answered %d", r.StatusCode)
	}
	if err := json.NewDecoder(r.Body).Decode(&h); err != nil {
		return h, fmt.Errorf("read how the gateway is: %w", err)
	}
	return h, nil
}

// lag is how far a part is behind: the sweep by time, what follows the record by messages.
func lag(v *site.Visit, c client.HealthCheck) string {
	switch {
	case c.Lag == 0:
		return ""
	case c.Name == "sweep":
		return v.Language.Span(time.Duration(c.Lag) * time.Second)
	}
	return v.T("admin.messages", "n", c.Lag)
}

// day writes a date of the reference data; empty: there is none.
func day(v *site.Visit, date string) string {
	at, err := time.ParseInLocation(time.DateOnly, date, text.Hanoi())
	if err != nil {
		return ""
	}
	return v.Language.Day(at)
}

// before writes the last day of what ends before a date.
func before(v *site.Visit, date string) string {
	at, err := time.ParseInLocation(time.DateOnly, date, text.Hanoi())
	if err != nil {
		return ""
	}
	return v.Language.Day(at.AddDate(0, 0, -1))
}
