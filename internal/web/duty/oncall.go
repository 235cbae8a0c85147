package duty

import (
	"slices"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// onCall is who is alarmed when a package waits for a second reviewer.
type onCall struct {
	Who   string // empty: nobody
	Mine  bool
	Until text.Moment
	Heard text.Since // when they last opened an alarm: of what waited by then
	Later []turnRow
}

type turnRow struct {
	Who         string
	From, Until text.Moment
}

// readOnCall asks who is; nil: it is not the visitor's to know.
func readOnCall(v *site.Visit) (*onCall, error) {
	if !v.May(access.OpGetOnCall) {
		return nil, nil
	}
	on, err := site.Read[client.OnCall](v.API.GetOnCall(v.Context()))
	if err != nil {
		return nil, err
	}
	people, err := v.Labels()
	if err != nil {
		return nil, err
	}
	view := &onCall{}
	for _, t := range on.Turns {
		if t.From.After(v.Now) {
			view.Later = append(view.Later, turnRow{Who: people[t.Person], From: v.Moment(t.From), Until: v.Moment(t.Until)})
			continue
		}
		view.Who, view.Mine, view.Until = people[t.Person], t.Person == v.Session.Person, v.Moment(t.Until)
		view.Heard = v.Language.Since(on.HeardUntil, v.Now)
	}
	return view, nil
}

// turnForm is how the lead says who is on call.
type turnForm struct {
	May                 bool
	Typed               bool // it was sent, and refused
	Person, From, Until string
	Flaw                string // of Until
	Persons             []site.Choice
}

// newTurn proposes the night that begins now.
func newTurn(v *site.Visit) turnForm {
	form := turnForm{May: v.May(access.OpSetOnCall)}
	form.From, form.Until = site.Night(v.Now)
	return form
}

// candidates are who can approve: the desk and its lead.
func candidates(v *site.Visit) ([]site.Choice, error) {
	people, err := site.Read[client.People](v.API.ListPeople(v.Context()))
	var out []site.Choice
	for _, p := range people.Items {
		if !p.System && (slices.Contains(p.Roles, "desk") || slices.Contains(p.Roles, "lead")) {
			out = append(out, site.Choice{Value: p.Person, Text: p.Label})
		}
	}
	slices.SortFunc(out, func(a, b site.Choice) int { return v.Language.Compare(a.Text, b.Text) })
	return out, err
}

// setOnCall sends what the lead says; of a moment that nobody can read the gateway says so.
func setOnCall(v *site.Visit) error {
	typed := turnForm{May: true, Typed: true, Person: v.Form("person"), From: v.Form("from"), Until: v.Form("until")}
	err := site.Done(v.API.SetOnCall(v.Context(), client.OnCallTurn{
		Person: typed.Person, From: site.TurnTyped(typed.From), Until: site.TurnTyped(typed.Until),
	}))
	p, refused := site.Refused(err)
	switch {
	case err == nil:
		return v.GoSaying("/shift", "set_on_call")
	case !refused:
		return err
	}
	view := shiftView{Frame: v.Frame("duty.shift_title"), Turn: typed}
	view.Trouble = v.Trouble(p)
	if len(p.At("/until")) > 0 {
		view.Turn.Flaw, view.Trouble.Fields = v.T("duty.turn_flaw"), nil
	}
	return showShift(v, p.Status, view)
}
