package review

import (
	"slices"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/web/site"
)

// returnForm is a task that its answer may be sent back to.
type returnForm struct{ Task, Unit, Key string }

// returns are the tasks that the reader may send back now (row 12).
func (m matter) returns(v *site.Visit) []returnForm {
	var out []returnForm
	for _, t := range m.Tasks {
		if slices.Contains(t.Allowed, "return") {
			out = append(out, returnForm{Task: t.Task, Unit: v.Unit(t.Unit, m.ReceivedAt), Key: v.NewKey()})
		}
	}
	return out
}

// sendBack is row 12.
func sendBack(v *site.Visit) error {
	m, err := open(v)
	if err != nil {
		return err
	}
	if !v.May(access.OpReturnToUnit) {
		return hidden()
	}
	return m.after(v, "return", site.Done(v.API.ReturnToUnit(v.Context(), m.ID, &client.ReturnToUnitParams{
		IdempotencyKey: v.Key(), IfMatch: v.Version(),
	}, client.Return{Task: v.Form("task"), Code: client.ReturnCode(v.Form("code")), Text: lines(v.Form("text"))})))
}

// consentForm asks the originator of a fact.
type consentForm struct {
	fact
	Key      string
	MayAsk   bool
	AskState string
	Due      site.Due
	Open     bool
	Name     string // of the originator
}

// consentForms are those of all facts that belong to somebody else, or about which somebody was asked.
func (m matter) consentForms(v *site.Visit, all []question) []consentForm {
	var out []consentForm
	for _, f := range facts(all) {
		if f.TakenBack || !f.Foreign && f.Ask == nil {
			continue
		}
		one := consentForm{fact: f, Key: v.NewKey(), MayAsk: m.allows("ask_consent"), Name: v.Partner(f.Originator)}
		if f.Ask != nil {
			waits := f.Ask.State == "open" && !f.Ask.DueAt.IsZero() // for an old one nothing waits: ask again
			one.AskState, one.Open, one.Due = string(f.Ask.State), waits, v.Due(f.Ask.DueAt)
			if f.Originator == "" {
				one.Originator, one.Name = f.Ask.Originator, v.Partner(f.Ask.Originator)
			}
		}
		out = append(out, one)
	}
	return out
}

// others are facts of which no unit said that they are somebody else's: a reviewer may know better.
func (m matter) others(all []question) []fact {
	return slices.DeleteFunc(facts(all), func(f fact) bool { return f.TakenBack || f.Foreign || f.Ask != nil })
}

// askConsent is row 13.
func askConsent(v *site.Visit) error {
	m, err := open(v)
	if err != nil {
		return err
	}
	if !v.May(access.OpAskConsent) {
		return hidden()
	}
	return m.after(v, "ask_consent", site.Done(v.API.AskConsent(v.Context(), m.ID, &client.AskConsentParams{
		IdempotencyKey: v.Key(), IfMatch: v.Version(),
	}, client.Consent{Facts: []client.FactID{v.Form("fact")}, Originator: v.Form("originator"), Text: lines(v.Form("text"))})))
}

// after goes back to the review saying what was done, or shows it with what was refused.
func (m matter) after(v *site.Visit, done string, err error) error {
	p, refused := site.Refused(err)
	switch {
	case err == nil:
		return v.GoSaying(reviewPath(m.ID), done)
	case !refused:
		return err
	}
	view, err := m.reviewView(v, ticks{})
	if err != nil {
		return err
	}
	if view.Trouble, err = m.trouble(v, p); err != nil {
		return err
	}
	return v.ShowAs(p.Status, "review/review", view)
}
