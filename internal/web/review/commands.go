package review

import (
	"slices"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// returnForm is a task that its answer may be sent back to.
type returnForm struct {
	Task, Unit, Key string
	Code, Text      string // as it was sent, and refused
}

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

// consentForm is what one originator of a fact was asked and said, and asks it.
type consentForm struct {
	fact
	Anchor   string // of the card
	Key      string
	MayAsk   bool
	Ask      client.ConsentAsk // the one that counts; no ID: it was not asked
	AskState string
	Waiting  []site.Due // until when asks wait that are open
	Older    []text.Moment
	Open     bool
	Name     string // of the originator
	Sent     bool   // it was, and refused
	Words    string // as they were sent
}

// consentForms are those of all facts that belong to somebody else, or about which somebody was asked: one of each originator.
func (m matter) consentForms(v *site.Visit, all []question) []consentForm {
	var out []consentForm
	for _, f := range facts(all) {
		if f.TakenBack || !f.Foreign && len(f.Asks) == 0 {
			continue
		}
		empty := consentForm{fact: f, Anchor: "ask-" + f.ID, Key: v.NewKey(), MayAsk: m.allows("ask_consent"), Name: v.Partner(f.Originator)}
		if len(f.Asks) == 0 {
			out = append(out, empty)
		}
		for i, ask := range f.Asks {
			one := empty
			one.Key, one.Ask, one.AskState = v.NewKey(), ask, string(ask.State)
			one.Originator, one.Name = ask.Originator, v.Partner(ask.Originator)
			if i > 0 {
				one.Anchor += "-" + ask.Originator
			}
			one.waits(v, append(m.stillOpen(f.ID, ask), ask))
			out = append(out, one)
		}
	}
	return out
}

// waits fills in which of its asks are open. An older one moves nothing any more, but its originator's word counts still.
func (f *consentForm) waits(v *site.Visit, asks []client.ConsentAsk) {
	for _, c := range asks {
		switch {
		case c.State != client.ConsentAskStateOpen:
		case c.DueAt.IsZero(): // for an old one nothing waits: ask again
			f.Older = append(f.Older, v.Moment(c.AskedAt))
		default:
			f.Waiting, f.Open = append(f.Waiting, v.Due(c.DueAt)), true
		}
	}
}

// others are facts of which no unit said that they are somebody else's: a reviewer may know better.
func (m matter) others(all []question) []fact {
	return slices.DeleteFunc(facts(all), func(f fact) bool { return f.TakenBack || f.Foreign || len(f.Asks) > 0 })
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

// otherForm asks about a fact of which nobody said that it is somebody else's.
type otherForm struct {
	Key             string
	Sent            bool // it was, and refused
	Fact, Who, Text string
}

// again shows what was typed into the form of these that was refused: a return, or an ask.
func (view *reviewView) again(v *site.Visit, p *site.Problem) {
	key, words, of := v.KeyAfter(p), lines(v.Form("text")), v.Form("fact")
	for i, r := range view.Returns {
		if r.Task == v.Form("task") {
			view.Returns[i].Key, view.Returns[i].Code, view.Returns[i].Text = key, v.Form("code"), words
			return
		}
	}
	for i, f := range view.Asks {
		if f.ID == of && f.Originator == v.Form("originator") {
			view.Asks[i].Key, view.Asks[i].Sent, view.Asks[i].Words = key, true, words
			return
		}
	}
	if slices.ContainsFunc(view.Others, func(f fact) bool { return f.ID == of }) {
		view.Other = otherForm{Key: key, Sent: true, Fact: of, Who: v.Form("originator"), Text: words}
	}
}

// after goes back to the review saying what was done, or shows it with what was refused as it was typed.
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
	view.again(v, p)
	if view.Trouble, err = m.trouble(v, p); err != nil {
		return err
	}
	return v.ShowAs(p.Status, "review/review", view)
}
