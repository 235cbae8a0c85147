package unit

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"verigate/api/client"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

type answerView struct {
	site.Frame
	client.Task
	Subjects  []subject
	Questions []question
	Languages []site.Choice
	Quick     *question // the same for all questions: searched, nothing held; nil: something is written already
	Fields    fields
	Flaws     map[string]string // by field
	Key       string
	Version   string
	Draft     drafted
	Due       site.Due
}

// question is one as the form asks it.
type question struct {
	N                          int
	P                          string // what the names of its fields begin with
	Code, Text, LookBack       string
	Subjects                   []site.Choice
	Results, Outcomes          []site.Choice
	CannotSay, Refused         []site.Choice
	Registers                  []site.Choice
	Facts, Files               []string // prefixes
	Sources, Credible, Marking []site.Choice
	Given                      []string // results that were sent before
}

// Value is what stands in a field, Has whether a value does, Flaw what is wrong with it.
func (view answerView) Value(name string) string { return view.Fields.one(name) }

// Has says whether a value stands in a field of several.
func (view answerView) Has(name, value string) bool { return slices.Contains(view.Fields[name], value) }

// Flaw is what is wrong with a field; empty: nothing.
func (view answerView) Flaw(name string) string { return view.Flaws[name] }

// showAnswer is the form with what its officer has written by now.
func showAnswer(v *site.Visit) error {
	view, err := answerOf(v)
	if err != nil {
		return err
	}
	if !slices.Contains(view.Allowed, "answer") {
		return v.Go("/tasks/" + view.Task.Task) // which says what is possible instead
	}
	d, err := site.Read[client.DraftView](v.API.GetDraft(v.Context(), view.Task.Task))
	if err != nil {
		return err
	}
	view.Draft = draftedOf(v, d)
	view.Fields = d.Fields
	view.prepare(v, v.Query("more"))
	return v.Show("unit/answer", view)
}

// answerOf reads the task that is to be answered.
func answerOf(v *site.Visit) (view answerView, err error) {
	view.Frame = v.Frame("unit.answer")
	view.Scripts = []string{"unit.js"}
	view.Key, view.Languages = v.NewKey(), v.Languages()
	if view.Task, view.Version, err = site.ReadTagged[client.Task](v.API.GetTask(v.Context(), v.Param("task"))); err != nil {
		return view, err
	}
	view.Title = view.Number + " · " + v.T("unit.answer")
	view.Due = v.Due(view.AnswerDueAt)
	view.Subjects, err = subjectsOf(v, view.Task.Subjects)
	return view, err
}

// prepare makes the form of what stands in its fields. More is a question that gets one fact or file more.
func (view *answerView) prepare(v *site.Visit, more string) {
	untouched := len(view.Fields) == 0 && len(view.Answers) == 0
	if view.Fields == nil {
		view.Fields = fields{}
	}
	said := statement{to: v.Language.Date(v.Now.In(text.Hanoi()).Format(time.DateOnly)), doneAt: momentIn(v.Language, v.Now), byRole: v.T("unit.searcher")}
	for _, q := range view.Task.Questions {
		shown := view.question(v, q, more)
		said.identifiers, said.from = identifiers(view.Task.Subjects, q.Subjects), v.Language.Date(cmp.Or(q.LookBackFrom, since))
		view.Fields.suggest(shown.P, said)
		view.Questions = append(view.Questions, shown)
	}
	if untouched && len(view.Questions) > 0 {
		all := view.question(v, client.TaskQuestion{}, "")
		all.P = everyQuestion
		said.identifiers, said.from = identifiers(view.Task.Subjects, nil), v.Language.Date(earliest(view.Task.Questions))
		for _, r := range all.Registers {
			said.registers = append(said.registers, r.Value)
		}
		view.Fields.suggest(everyQuestion, said)
		view.Quick = &all
	}
	if view.Fields.one("kind") == "" {
		view.Fields["kind"] = []string{"final"}
	}
}

// since is how far back a search goes when nobody says: cases since 2018 may be asked for (dispatch 4237, look-back).
const since = "2018-01-01"

// earliest is how far back the questions go.
func earliest(all []client.TaskQuestion) string {
	from := since
	for _, q := range all {
		if q.LookBackFrom != "" {
			from = min(from, q.LookBackFrom)
		}
	}
	return from
}

// registerCodes are the registers that an officer ticks; others are typed.
func registerCodes() []string { return []string{"declarations", "manifests", "violations"} }

func (view *answerView) question(v *site.Visit, q client.TaskQuestion, more string) question {
	out := question{
		N: q.N, P: prefix(q.N), Code: string(q.Code), Text: q.Text, LookBack: q.LookBackFrom,
		Results:  v.Choices("result", "held", "verified_negative", "cannot_say", "refused"),
		Outcomes: v.Choices("outcome", v.Outcomes(string(q.Code))...),
		CannotSay: v.Choices("cannot_say", "no_records", "outside_retention", "not_customs_data", "identifier_incomplete", "not_traceable",
			"agency_silent", "out_of_time", "withheld", "proper_channel", "other"),
		Refused: v.Choices("cannot_say", "outside_scope", "not_authorised", "no_legal_basis", "legal_assistance_needed", "double_criminality",
			"national_security", "ongoing_investigation", "disproportionate", "political_offence", "human_rights", "personal_data",
			"time_barred", "originator_denied", "other"),
		Sources: v.Choices("evaluation", "A", "B", "C", "X"), Credible: v.Choices("evaluation", "1", "2", "3", "4"),
		Marking: v.Choices("marking", "H0", "H1", "H2", "H3"),
	}
	for _, code := range registerCodes() {
		name := v.Word("unit.register", code)
		out.Registers = append(out.Registers, site.Choice{Value: name, Text: name})
	}
	for _, s := range view.Subjects {
		if len(q.Subjects) == 0 || slices.Contains(q.Subjects, s.ID) {
			out.Subjects = append(out.Subjects, site.Choice{Value: s.ID, Text: s.ID + " " + v.Word("subject", s.Kind)})
		}
	}
	out.Facts = view.rows(out.P+"f", more == strconv.Itoa(q.N))
	out.Files = view.rows(out.P+"a", true)
	for _, a := range view.Answers {
		for _, g := range a.Questions {
			if g.N == q.N && q.N > 0 {
				out.Given = append(out.Given, clockTime(a.At)+" "+v.Word("result", string(g.Result)))
			}
		}
	}
	return out
}

// rows are the prefixes of what is written, with one more where it is asked for or there is none.
func (view *answerView) rows(p string, more bool) []string {
	n := view.Fields.count(p)
	if more || n == 0 {
		n++
	}
	out := make([]string, n)
	for i := range out {
		out[i] = p + strconv.Itoa(i+1) + "."
	}
	return out
}

// sendAnswer does what the button says that the form was sent by: it keeps the draft, gives room for more, throws the draft
// away, or sends the answer.
func sendAnswer(v *site.Visit) error {
	if err := v.Request.ParseForm(); err != nil {
		return badForm(err)
	}
	task, typed := v.Param("task"), fieldsOf(v.Request.PostForm)
	do, of, _ := strings.Cut(v.Form("do"), ".")
	switch do {
	case "save", "more":
		_, err := site.Read[client.DraftView](v.API.PutDraft(v.Context(), task, client.Draft{Fields: typed}))
		if err != nil {
			return again(v, typed, sent{}, err)
		}
		to := "/tasks/" + task + "/answer"
		if do == "more" {
			to += "?more=" + of + "#q" + of
		}
		return v.Go(to)
	case "discard":
		if err := site.Done(v.API.DeleteDraft(v.Context(), task)); err != nil {
			return again(v, typed, sent{}, err)
		}
		return v.Go("/tasks/" + task + "/answer")
	}
	t, err := site.Read[client.Task](v.API.GetTask(v.Context(), task))
	if err != nil {
		return err
	}
	body := typed.answerOf(t.Questions)
	if do == "negative" {
		body = typed.nothingHeld(t.Questions)
	}
	return deliver(v, t, typed, body)
}

// deliver sends an answer under the form's key. One that was taken before is not sent twice, and its officer is told so.
func deliver(v *site.Visit, before client.Task, typed fields, body sent) error {
	if len(body.unreadable) > 0 {
		return again(v, typed, body, &site.Problem{Problem: client.Problem{Status: http.StatusUnprocessableEntity, Code: "invalid_body"}})
	}
	if body.Questions == nil {
		body.Questions = []client.QuestionByUnit{}
	}
	after, err := site.Read[client.Task](v.API.AnswerTask(v.Context(), before.Task, &client.AnswerTaskParams{
		IdempotencyKey: v.Key(), IfMatch: v.Version(),
	}, body.AnswerByUnit))
	if err != nil {
		return again(v, typed, body, err)
	}
	to := "/tasks/" + before.Task + "?done=answer"
	if len(after.Answers) == len(before.Answers) {
		to = "/tasks/" + before.Task + "?received=before"
	}
	if len(after.Allowed) == 0 {
		to = "/inbox?done=answer"
	}
	if v.Within() {
		v.Writer.Header().Set("HX-Redirect", to)
		v.Writer.WriteHeader(http.StatusNoContent)
		return nil
	}
	return v.Go(to)
}

// again shows the form with what was typed and what is wrong with it. An answer of which it is not known whether it was
// taken keeps its key; any other attempt is a new one.
func again(v *site.Visit, typed fields, body sent, refused error) error {
	p, ok := site.Refused(refused)
	if !ok {
		return refused
	}
	view, err := answerOf(v)
	if err != nil {
		return err
	}
	view.Key = v.KeyAfter(p)
	view.Fields, view.Flaws, view.Trouble = typed, map[string]string{}, v.Trouble(p)
	view.Trouble.Fields = nil
	for _, name := range body.unreadable {
		view.Flaws[name] = v.Word("flaw", "malformed")
	}
	for _, e := range p.Errors {
		if name := body.fieldOf(e.Pointer); name != "" {
			view.Flaws[name] = v.Word("flaw", e.Code)
			continue
		}
		view.Trouble.Fields = append(view.Trouble.Fields, site.Flaw{Pointer: e.Pointer, Text: v.Word("flaw", e.Code)})
	}
	if p.Code == "stale" {
		labels, _, err := colleagues(v)
		if err != nil {
			return err
		}
		view.Trouble.Title = changedSince(v, view.Task, labels)
	}
	view.Draft = drafted{State: v.T("unit.unsent")}
	view.prepare(v, "")
	return v.ShowAs(p.Status, "unit/answer", view)
}
