package request

import (
	"slices"
	"strings"

	"verigate/api/client"
	"verigate/internal/verification"
	"verigate/internal/web/site"
)

// triage is where a request may go, and the forms that send it there.
type triage struct {
	asked
	R         client.StaffView
	Rule      client.CandidatesRule
	Why       string // the rule's reason, in words
	Units     []candidate
	Twins     []client.CandidatesTwin
	Questions []question
	Everybody []option // all units: of an information, and of who must not know
	People    []option // of who must not know
	Forms     []form
	Claim     *form    // what comes before routing, where nobody holds it
	Route     *routing // nil: it may not be routed now
	Answer    *routing // nil: the desk may not answer now
	Since     *changed
}

// candidate is a unit that evidence points to.
type candidate struct {
	Unit, Name string
	Questions  []int
	Reasons    []fact
	Excluded   bool // it must not know of the request, and is not offered
}

// question is one of the round with what is chosen for it.
type question struct {
	client.StaffViewQuestion
	Open       bool     // somebody must still answer
	Candidates []option // units that evidence points to
	Other      []option // all units
	Results    []option
	Codes      []option
	Channels   []option
	Words      string // that the desk says to it, as typed
	Flaw       string
}

// routing is what a form of triage is sent with, and what was typed beside the questions.
type routing struct {
	Key, Version string
	All          bool
	Note         string
	Open         bool
}

const nameOfAnswers = verification.NameAnswerByDesk

// triageTitle is the id of the page's title.
const triageTitle = "request.triage.title"

func showTriage(v *site.Visit) error { return triagePage(v, nil) }

func triagePage(v *site.Visit, refused *sent) error {
	a, err := ask(v, triageTitle, refused)
	if err != nil {
		return err
	}
	found, err := site.Read[client.Candidates](v.API.GetCandidates(v.Context(), a.ID))
	if err != nil {
		return err
	}
	for _, twin := range found.Twins {
		if twin.Barred == "" && a.twin == "" {
			a.twin = twin.Number
		}
	}
	t := triage{asked: a, R: a.request, Rule: found.Rule, Why: v.Word("request.rule", found.Rule.Code), Twins: found.Twins, Forms: a.forms(onTriage)}
	for _, c := range found.Items {
		t.Units = append(t.Units, a.candidate(c))
	}
	t.Everybody, t.People = options(a.units()), options(a.people(a.desk("desk", "unit", "unit_lead", "keeper")))
	for _, q := range a.request.Questions {
		t.Questions = append(t.Questions, t.question(q))
	}
	t.suggest(a.sent)
	t.flaws(a.sent)
	t.Route, t.Answer = a.routing(verification.NameRoute), a.routing(nameOfAnswers)
	t.keepChoices(refused)
	if c, ok := commandOf(verification.NameClaim); ok && t.Route == nil && a.may(c.name) && c.applies(a.request, a.base) {
		f := a.form(c, "")
		f.At = triageTab
		t.Claim = &f
	}
	if refused != nil {
		all, err := a.decisions()
		if err != nil {
			return err
		}
		t.Since = a.since(all)
	}
	return v.ShowAs(a.status(), "request/triage", &t)
}

func (a asked) candidate(c client.CandidatesItem) candidate {
	out := candidate{Unit: c.Unit, Name: c.NameVi, Questions: c.Questions, Excluded: slices.Contains(a.request.Excluded.Units, c.Unit)}
	if a.Language == "en" && c.NameEn != "" {
		out.Name = c.NameEn
	}
	for _, r := range c.Reasons {
		out.Reasons = append(out.Reasons, fact{Label: a.pointed(r.Pointer), Value: a.visit.Word("request.reason", r.Code), Warning: r.Note})
	}
	return out
}

// routing makes the carrier of a form of triage, when the reader may give its command.
func (a asked) routing(name verification.Name) *routing {
	if !a.may(name) {
		return nil
	}
	r := &routing{Key: a.visit.NewKey(), Version: a.version}
	if a.sent != nil && a.sent.command == name {
		r.Key, r.Open, r.All, r.Note = a.visit.KeyAfter(a.sent.problem), true, a.visit.Form("all") != "", a.visit.Form("note")
	}
	return r
}

// question makes the choices of one, as they were sent when that is what was refused.
func (t *triage) question(q client.StaffViewQuestion) question {
	v, n := t.visit, itoa(q.N)
	out := question{
		StaffViewQuestion: q, Open: q.Status == "open", Other: options(t.units()),
		Results: options(v.Choices("result", deskResults()...)), Codes: options(v.Choices("cannot_say", resultCodes()...)),
		Channels: options(v.Choices("proper_channel", properChannels()...)),
	}
	for _, c := range t.Units {
		if slices.Contains(c.Questions, q.N) && !c.Excluded {
			out.Candidates = append(out.Candidates, option{Choice: site.Choice{Value: c.Unit, Text: c.Unit + " " + c.Name}})
		}
	}
	if t.sent == nil {
		return out
	}
	for _, given := range []struct {
		name string
		of   []option
	}{
		{"unit-" + n, out.Candidates},
		{"other-" + n, out.Other},
		{"result-" + n, out.Results},
		{"code-" + n, out.Codes},
		{"channel-" + n, out.Channels},
	} {
		chosen(given.of, v.Forms(given.name))
	}
	out.Words = v.Form("text-" + n)
	return out
}

// flaws puts what was wrong with an answer of the desk beside its question: the body had those that a result was chosen for.
func (t *triage) flaws(refused *sent) {
	if refused == nil || refused.command != nameOfAnswers {
		return
	}
	at := 0
	for i, q := range t.Questions {
		if t.visit.Form("result-"+itoa(q.N)) == "" {
			continue
		}
		for _, e := range refused.problem.Errors {
			if strings.HasPrefix(e.Pointer+"/", "/questions/"+itoa(at)+"/") {
				t.Questions[i].Flaw = t.visit.Word("flaw", e.Code)
			}
		}
		at++
	}
}

func chosen(of []option, values []string) {
	for i := range of {
		of[i].Chosen = slices.Contains(values, of[i].Value)
	}
}

// suggest ticks the only candidate of a question that is open, on a form that nobody has filled in yet.
func (t *triage) suggest(refused *sent) {
	if refused != nil {
		return
	}
	for _, q := range t.Questions {
		if q.Open && len(q.Candidates) == 1 {
			q.Candidates[0].Chosen = true
		}
	}
}

// keepChoices ticks again who was excluded, or where an information was to go, on a form that was refused.
func (t *triage) keepChoices(refused *sent) {
	if refused == nil || refused.command != verification.NameRoute {
		return
	}
	if t.R.Kind == client.RequestKindInformation {
		chosen(t.Everybody, t.visit.Forms("unit"))
	} else {
		chosen(t.Everybody, t.visit.Forms("exclude-unit"))
	}
	chosen(t.People, t.visit.Forms("exclude-person"))
}
