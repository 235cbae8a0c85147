package request

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/verification"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// page is the whole request.
type page struct {
	asked
	R        client.StaffView
	Whole    string // the page's own address, whatever form it shows again
	Body     client.VerificationRequest
	Marking  []fact // beside the marking word for word
	Urgency  []fact
	Purpose  []fact
	Subjects []subject
	Links    []string
	Warnings []fact
	Breaches []breach
	Forms    []form
	Undo     *form // of what was done just now
	Lately   []decision
	Since    *changed
	Runs     bool  // the promise is still owed
	Void     bool  // what was prepared went nowhere
	Next     []tab // pages of others where the work goes on
	Waits    []string
	Retained string // how long it is kept, in a sentence; empty while it is open and not held
}

// subject is one thing or person that the questions are about.
type subject struct {
	ID, Kind string
	Facts    []fact
}

// breach is a clock that passed its due, with the forms on it.
type breach struct {
	client.BreachView
	Forms []form
}

func show(v *site.Visit) error { return requestPage(v, nil) }

// requestPage shows the request, and a form that was refused as it was typed.
func requestPage(v *site.Visit, refused *sent) error {
	a, err := ask(v, "request.title", refused)
	if err != nil {
		return err
	}
	p := page{asked: a, R: a.request, Forms: a.forms(onRequest)}
	p.Title, p.Scripts, p.Whole = a.request.Number, []string{"request.js"}, "/requests/"+a.ID
	p.read()
	for _, b := range a.request.Breaches {
		p.Breaches = append(p.Breaches, a.breach(b))
	}
	p.Next, p.Waits, p.Runs = a.next(), a.waits(), verification.State(a.request.State).Open()
	p.Void = a.request.Package.Void && !slices.ContainsFunc(a.request.Releases, func(r client.StaffViewRelease) bool {
		return r.Hash == a.request.Package.Hash
	})
	if undo, ok := commandOf(verification.NameDropCorrection); ok && v.Query("done") == string(verification.NameCorrect) && a.may(undo.name) {
		f := a.form(undo, "")
		p.Undo = &f
	}
	p.Retained = retained(v.Language, a.request)
	if err := p.lately(); err != nil {
		return err
	}
	return v.ShowAs(a.status(), "request", &p)
}

// retained is the sentence of the contract; of what is at no end it says nothing that the state does not.
func retained(in text.Language, r client.StaffView) string {
	if r.Retention.Standing == client.RetentionStandingOpen {
		return ""
	}
	if in == text.Vietnamese {
		return r.Retention.Vi
	}
	return r.Retention.En
}

// ask reads what every page of forms begins with. A title is an id of a text.
func ask(v *site.Visit, title string, refused *sent) (asked, error) {
	r, version, err := view(v)
	if err != nil {
		return asked{}, err
	}
	b, err := begin(v, title)
	if err != nil {
		return asked{}, err
	}
	a := asked{base: b, request: r, version: version, sent: refused}
	if refused != nil {
		a.stand(title)
	}
	if refused != nil {
		a.Trouble = v.Trouble(refused.problem)
	}
	return a, nil
}

// stand marks the tab of a form's page, for the address is the form's.
func (b *base) stand(title string) {
	below := ""
	if title == triageTitle {
		below = triageTab
	}
	for i := range b.Tabs {
		b.Tabs[i].Here = b.Tabs[i].Path == "/requests/"+b.ID+below
	}
}

// status is how the page answers: as the form that was refused was.
func (a asked) status() int {
	if a.sent != nil {
		return a.sent.problem.Status
	}
	return http.StatusOK
}

// Marked is how the partner marked the request, word for word.
func (a asked) Marked() string { return site.Marking(a.request.Request) }

func (a asked) may(name verification.Name) bool {
	return slices.Contains(a.request.Allowed, string(name))
}

// read takes the partner's body apart. Of a stub, and of what was erased, there is none.
func (p *page) read() {
	if len(p.R.Request) == 0 || json.Unmarshal(p.R.Request, &p.Body) != nil {
		return
	}
	alone := "code" // the first of the codes, where there are several words for it
	if len(p.Body.Handling.Codes) == 0 {
		alone = ""
	}
	p.Marking = p.facts(p.Body.Handling, "/handling", "marking_verbatim", alone)
	p.Urgency = p.facts(p.Body.Urgency, "/urgency", "degree")
	p.Purpose = p.facts(p.Body.Purpose, "/purpose", "statement", "offence")
	for i, raw := range p.Body.Subjects {
		p.Subjects = append(p.Subjects, p.subject(raw, i))
	}
	for _, w := range p.R.Warnings {
		p.Warnings = append(p.Warnings, fact{Label: p.whose(w.Pointer) + p.pointed(w.Pointer), Value: p.warning(w.Code)})
	}
	for _, l := range p.Body.Links {
		p.Links = append(p.Links, l.From+" → "+l.To+": "+p.visit.Word("request.relation", string(l.Relation)))
	}
}

// pointed is the words for the last member that a pointer names: /subjects/0/number is a number.
func (a asked) pointed(pointer string) string {
	parts := strings.Split(pointer, "/")
	for _, name := range slices.Backward(parts) {
		if word := a.visit.Word("field", name); word != name {
			return word
		}
	}
	return pointer
}

// whose names the subject that a pointer leads into, and a comma behind it; empty: it leads into none.
func (p *page) whose(pointer string) string {
	rest, into := strings.CutPrefix(pointer, "/subjects/")
	number, _, _ := strings.Cut(rest, "/")
	at, err := strconv.Atoi(number)
	if !into || err != nil || at < 0 || at >= len(p.Subjects) {
		return ""
	}
	return p.visit.Word("subject", p.Subjects[at].Kind) + " " + p.Subjects[at].ID + ", "
}

func (a asked) subject(raw client.Subject, at int) subject {
	members := object(raw)
	id, _ := members["id"].(string)
	kind, _ := members["kind"].(string)
	return subject{ID: id, Kind: kind, Facts: a.facts(raw, "/subjects/"+itoa(at), "id", "kind")}
}

func (a asked) breach(b client.BreachView) breach {
	out := breach{BreachView: b}
	for _, c := range commands() {
		given := c.name == verification.NameExplainBreach && b.Cause.Code != ""
		if c.place == onBreach && a.may(c.name) && !given && b.Annulled.Code == "" {
			out.Forms = append(out.Forms, a.form(c, itoa(b.N)))
		}
	}
	return out
}

// Ended are the words for why a request ended: an end of its own, or the code of a refusal.
func (a asked) Ended(code string) string {
	for _, set := range []string{"request.outcome", "refusal"} {
		if word := a.visit.Word(set, code); word != code {
			return word
		}
	}
	return code
}

// next are the pages of others where what is allowed is done: preparing, reviewing and releasing, returning, consents.
func (a asked) next() []tab {
	at := "/requests/" + a.ID
	var out []tab
	if a.may(verification.NamePreparePackage) {
		out = append(out, tab{Text: a.visit.T("request.next.package"), Path: at + "/package"})
	}
	if a.may(verification.NameReleasePackage) || a.may(verification.NameAskConsent) {
		out = append(out, tab{Text: a.visit.T("request.next.review"), Path: at + "/review"})
	}
	if len(a.forms(onTriage)) > 0 || a.may(verification.NameRoute) {
		out = append(out, tab{Text: a.visit.T("request.next.triage"), Path: at + "/triage"})
	}
	return out
}

// waits says of what two people do why this one cannot do it now.
func (a asked) waits() []string {
	var out []string
	r := a.request
	if r.Refusal.Hash != "" && r.Refusal.ApprovedBy == "" {
		switch {
		case a.Me(r.Refusal.ProposedBy):
			out = append(out, a.visit.T("request.wait.own_refusal"))
		case !a.may(verification.NameApproveRefusal):
			out = append(out, a.visit.T("request.wait.refusal"))
		}
	}
	if a.may(verification.NameLowerLevel) && !lowers(r, a.base) {
		out = append(out, a.holds())
	}
	if r.Package.Hash != "" && !r.Package.Void && a.Me(r.Package.Editor) && a.visit.May(access.OpReleasePackage) {
		out = append(out, a.visit.T("request.wait.own_package"))
	}
	return out
}

// lately adds what was done, for whom history is open, and what was done since a form was filled in.
func (p *page) lately() error {
	if !p.visit.May(access.OpGetHistory) {
		return nil
	}
	all, err := p.decisions()
	if err != nil {
		return err
	}
	p.Since = p.since(all)
	const shown = 8
	p.Lately = slices.Clone(all[max(0, len(all)-shown):])
	slices.Reverse(p.Lately)
	return nil
}
