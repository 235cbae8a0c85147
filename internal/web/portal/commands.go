package portal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"verigate/api/client"
	"verigate/internal/verification"
	"verigate/internal/web/form"
	"verigate/internal/web/site"
)

// askReply shows what is asked, with the form of a reply.
func (p portal) askReply(v *site.Visit) error {
	f, err := p.forms()
	if err != nil {
		return err
	}
	return p.showMore(v, http.StatusOK, begun(v, f.reply), "reply", v.NewKey(), "", nil)
}

func (p portal) reply(v *site.Visit) error {
	f, err := p.forms()
	if err != nil {
		return err
	}
	return p.more(v, f.reply, "reply", verification.NameReplyToClarification, func(body []byte) error {
		return site.Done(v.API.ReplyToClarificationWithBody(v.Context(), v.Param("id"), &client.ReplyToClarificationParams{
			IdempotencyKey: v.Key(), IfMatch: v.Version(),
		}, "application/json", bytes.NewReader(body)))
	})
}

// askMore shows the form of further questions.
func (p portal) askMore(v *site.Visit) error {
	f, err := p.forms()
	if err != nil {
		return err
	}
	d := begun(v, f.followUp)
	d.add("/questions", "")
	d.fresh = ""
	return p.showMore(v, http.StatusOK, d, "follow-up", v.NewKey(), "", nil)
}

func (p portal) followUp(v *site.Visit) error {
	f, err := p.forms()
	if err != nil {
		return err
	}
	return p.more(v, f.followUp, "follow-up", verification.NameFollowUp, func(body []byte) error {
		return site.Done(v.API.FollowUpWithBody(v.Context(), v.Param("id"), &client.FollowUpParams{
			IdempotencyKey: v.Form("key"), IfMatch: v.Version(),
		}, "application/json", bytes.NewReader(body)))
	})
}

// more sends what is said to a request, or changes the form when another of its buttons was pressed.
func (p portal) more(v *site.Visit, shape form.Shape, what string, name verification.Name, send func(body []byte) error) error {
	d := sent(v, shape)
	key, tag := v.Form("key"), v.Form("version")
	r, err := known(v, &d)
	if err != nil {
		return err
	}
	if do := v.Form("do"); do != "send" {
		d.change(do, v.Form("add-kind"))
		return p.showSaid(v, http.StatusOK, r, d, what, key, tag, nil)
	}
	d.tidy()
	if d.unconfirmed() {
		return p.showSaid(v, http.StatusUnprocessableEntity, r, d, what, key, tag, nil)
	}
	body, err := d.body()
	if err != nil {
		return err
	}
	err = send(body)
	if problem, refused := site.Refused(err); refused {
		return p.showSaid(v, problem.Status, r, d, what, key, tag, problem)
	}
	if err != nil {
		return err
	}
	return v.GoSaying("/portal/"+r.ID, string(name))
}

// known tells a draft the subjects that the request of the address has.
func known(v *site.Visit, d *draft) (client.PartnerView, error) {
	r, tag, err := get(v)
	if err != nil {
		return r, err
	}
	t, err := everything(r)
	if err != nil {
		return r, err
	}
	d.tag = tag
	d.after.named = subjectsOf(v, t.Subjects)
	for _, s := range d.after.named {
		d.after.subjects = append(d.after.subjects, s.Value)
	}
	return r, nil
}

func (p portal) showMore(v *site.Visit, status int, d draft, what, key, tag string, problem *site.Problem) error {
	r, err := known(v, &d)
	if err != nil {
		return err
	}
	if tag == "" {
		tag = d.tag
	}
	return p.showSaid(v, status, r, d, what, key, tag, problem)
}

// moreView is the form of what is said to a request, below what it answers.
type moreView struct {
	formView
	Number  string
	Marking string // of the request, word for word
	Ask     *clarification
}

func (p portal) showSaid(v *site.Visit, status int, r client.PartnerView, d draft, what, key, tag string, problem *site.Problem) error {
	w, err := p.writer(v, d, "/portal/"+r.ID+"/"+what, problem)
	if err != nil {
		return err
	}
	title := "portal.reply.title"
	if what == "follow-up" {
		title = "portal.more.title"
	}
	form := w.view(title, "number", r.Number)
	if problem != nil && problem.Code == "stale" {
		form.Trouble.Detail = v.T("portal.stale", "at", v.Moment(r.UpdatedAt).Main)
		tag = d.tag // shown as it is now: what is sent next holds for that
	}
	form.Key, form.Version, form.Action, form.Back = key, tag, w.action, "/portal/"+r.ID
	form.Send, form.Kind = "portal.send."+verbOf(what), ""
	w.wholeReply(&form)
	form.Unconfirmed = status == http.StatusUnprocessableEntity && problem == nil
	view := moreView{formView: form, Number: r.Number, Marking: site.Marking(r.Request)}
	if r.Clarification.Code != "" && what == "reply" {
		c := clarify(v, r.Clarification)
		view.Ask = &c
	}
	if v.Within() {
		return v.Show("portal/form", form)
	}
	return v.ShowAs(status, "portal/more", view)
}

func verbOf(what string) string {
	if what == "reply" {
		return "reply"
	}
	return "more"
}

// wholeReply puts the texts first: they are what is said, and the rest goes with them.
func (w *writer) wholeReply(view *formView) {
	for _, member := range w.draft.shape.Members() {
		switch f := w.write(member); f.Sort {
		case form.Rows:
			view.Lists = append(view.Lists, f)
		default:
			view.Fields = append(view.Fields, f)
		}
	}
	inOrder(view.Lists)
	view.Types = w.types()
	w.judged(view)
}

// askWithdrawal asks once, and names who is told.
func askWithdrawal(v *site.Visit) error {
	r, tag, err := get(v)
	if err != nil {
		return err
	}
	return showWithdrawal(v, http.StatusOK, r, v.NewKey(), tag, nil)
}

type withdrawalView struct {
	site.Frame
	Key, Version string
	ID, Number   string
	Text         string
	Allowed      bool
}

func showWithdrawal(v *site.Visit, status int, r client.PartnerView, key, tag string, problem *site.Problem) error {
	view := withdrawalView{Frame: v.Frame("portal.withdraw.title", "number", r.Number), Key: key, Version: tag, ID: r.ID, Number: r.Number, Text: v.Form("text")}
	view.Trouble = v.Trouble(problem)
	for _, name := range r.Allowed {
		view.Allowed = view.Allowed || name == string(verification.NameWithdraw)
	}
	return v.ShowAs(status, "portal/withdrawal", view)
}

func withdraw(v *site.Visit) error {
	id := v.Param("id")
	err := site.Done(v.API.WithdrawRequest(v.Context(), id, &client.WithdrawRequestParams{IdempotencyKey: v.Key(), IfMatch: v.Version()},
		client.Withdrawal{Text: v.Form("text")}))
	if problem, refused := site.Refused(err); refused {
		r, tag, err := get(v)
		if err != nil {
			return err
		}
		return showWithdrawal(v, problem.Status, r, v.Form("key"), tag, problem)
	}
	if err != nil {
		return err
	}
	return v.GoSaying("/portal/"+id, string(verification.NameWithdraw))
}

// reopen asks again what an expired request left unanswered.
func reopen(v *site.Visit) error {
	id := v.Param("id")
	return settle(v, verification.NameReopen, site.Done(v.API.ReopenRequest(v.Context(), id,
		&client.ReopenRequestParams{IdempotencyKey: v.Key(), IfMatch: v.Version()}, client.Reopening{Text: v.Form("text")})))
}

// confirm accepts a version. Whether it was useful may be left unsaid.
func confirm(v *site.Visit) error {
	n, err := strconv.Atoi(v.Form("answer"))
	if err != nil {
		n = 0 // which the edge refuses
	}
	body := map[string]any{"version": n}
	if useful := v.Form("useful"); useful != "" {
		body["useful"] = useful == "yes"
	}
	if said := v.Form("text"); said != "" {
		body["text"] = said
	}
	content, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("write a confirmation: %w", err)
	}
	return settle(v, verification.NameConfirm, site.Done(v.API.ConfirmAnswerWithBody(v.Context(), v.Param("id"),
		&client.ConfirmAnswerParams{IdempotencyKey: v.Key(), IfMatch: v.Version()}, "application/json", bytes.NewReader(content))))
}

// settle goes to the request after a command, or shows it with why the command was refused.
func settle(v *site.Visit, name verification.Name, err error) error {
	problem, refused := site.Refused(err)
	switch {
	case err == nil:
		return v.GoSaying("/portal/"+v.Param("id"), string(name))
	case !refused:
		return err
	}
	r, tag, err := get(v)
	if err != nil {
		return err
	}
	page, err := requestPage(v, r)
	if err != nil {
		return err
	}
	page.Key, page.Version, page.Trouble = v.NewKey(), tag, v.Trouble(problem)
	if problem.Code == "stale" {
		page.Trouble.Detail = v.T("portal.stale", "at", v.Moment(r.UpdatedAt).Main)
	}
	return v.ShowAs(problem.Status, "portal/request", page)
}
