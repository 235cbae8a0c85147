package review

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/verification"
	"verigate/internal/web/review/compare"
	"verigate/internal/web/site"
)

// editorView is the page of row 15a.
type editorView struct {
	site.Frame
	Head                    head
	Key, Version            string
	Questions               []editedQuestion
	Draft                   draft
	Language                string
	Languages, Codes, Masks []site.Choice
	Correction, Asking      bool
	ToFollow                string // the questions that it leaves pending; empty: none
	MayLeave                bool   // some may be left pending
	Flaws                   map[string]string
	Prepared                *prepared
	Asks                    []consentForm
	Saved, Differ, Returned int
	Typed                   bool // it was sent, and refused: it is shown also to who may not edit any more, to be read and copied
}

// Frozen says whether what was typed can be read alone.
func (view editorView) Frozen() bool { return view.Typed && !view.Head.MayEdit }

// prepared is the package that is there already.
type prepared struct {
	Version   int
	Void      bool
	Why       string
	ByMe      bool
	Editor    string
	Hash      string
	Approvals []approval
}

// editedQuestion is a question beside what the editor makes of it.
type editedQuestion struct {
	question
	Field             string
	Given             draftQuestion
	Results, Outcomes []site.Choice
	Facts             []editedFact
	Compared          compared // what units said in words, beside the text for the partner
	Source            string
	Open              bool // there are words to translate, or something was said to the question as a whole
	Flaw              string
}

// editedFact is a fact beside what the editor makes of it.
type editedFact struct {
	fact
	Field    string
	Given    draftFact
	Masks    []draftMask // with an empty one at the end
	Compared compared
	Source   string // its language
	Flaw     string
}

// editor shows the package for editing.
func editor(v *site.Visit) error {
	m, err := open(v)
	if err != nil {
		return err
	}
	if !v.May(access.OpPutPackage) {
		return hidden()
	}
	all := m.questions(v)
	return v.Show("review/package", m.editorView(v, all, m.begun(all)))
}

// prepare is row 15a, or with the button "check" nothing but a look at what was typed.
func prepare(v *site.Visit) error {
	m, err := open(v)
	if err != nil {
		return err
	}
	if !v.May(access.OpPutPackage) {
		return hidden()
	}
	all := m.questions(v)
	d := m.typed(v, all)
	view := m.editorView(v, all, d)
	if v.Form("do") == "check" {
		return v.Show("review/package", view)
	}
	body := d.body(all)
	_, err = site.Read[client.Package](v.API.PutPackage(v.Context(), m.ID, &client.PutPackageParams{IdempotencyKey: v.Key(), IfMatch: v.Version()}, body))
	p, refused := site.Refused(err)
	switch {
	case err == nil:
		return v.GoSaying(reviewPath(m.ID), "prepare_package")
	case !refused:
		return err
	}
	if view.Trouble, err = m.trouble(v, p); err != nil {
		return err
	}
	view.Key, view.Typed = v.KeyAfter(p), true
	view.flawed(flaws(v, p, body))
	return v.ShowAs(p.Status, "review/package", view)
}

// flawed says beside each field what is wrong with it.
func (view *editorView) flawed(by map[string]string) {
	view.Flaws = by
	for i := range view.Questions {
		q := &view.Questions[i]
		q.Flaw = by[q.Field]
		q.Open = q.Open || q.Flaw != ""
		for j := range q.Facts {
			f := &q.Facts[j]
			f.Flaw = by[f.Field]
			for k := range f.Masks {
				f.Masks[k].Flaw = by[f.Field+"-mask-"+strconv.Itoa(k)]
			}
		}
	}
}

func (m matter) editorView(v *site.Visit, all []question, d draft) editorView {
	view := editorView{
		Frame: v.Frame("review.package_title", "number", m.Number), Head: m.head(v), Key: v.NewKey(), Version: m.tag, Draft: d,
		Language: d.Language, Languages: languages(v, m.asked.Language), Correction: m.Correction.Number > 0, Flaws: map[string]string{},
		Codes: v.Choices("cannot_say", reasons()...), Masks: v.Choices("mask", maskCodes()...), Asks: m.consentForms(v, all),
	}
	view.Asking, view.ToFollow = m.asking(), strings.Join(m.toFollow(d), ", ")
	for _, q := range all {
		one := edited(v, q, d)
		view.Questions = append(view.Questions, one)
		view.MayLeave = view.MayLeave || slices.ContainsFunc(one.Results, func(c site.Choice) bool { return c.Value == string(verification.Pending) })
	}
	if m.pack != nil && m.pack.VoidReason != "released" {
		view.Prepared = m.prepared(v)
	}
	return view
}

func (m matter) prepared(v *site.Visit) *prepared {
	return &prepared{
		Version: m.pack.Version, Void: m.pack.Void, Why: v.Word("review_void", string(m.pack.VoidReason)), Editor: m.who(m.pack.Editor),
		ByMe: m.pack.Editor == v.Session.Person, Hash: m.pack.Hash, Approvals: m.approvals(v),
	}
}

func edited(v *site.Visit, q question, d draft) editedQuestion {
	out := editedQuestion{question: q, Field: questionField(q.N), Given: d.Questions[q.N]}
	for _, r := range lesser(q) {
		out.Results = append(out.Results, site.Choice{Value: string(r), Text: v.Word("result", string(r))})
	}
	var outcomes []string
	for _, a := range q.Answers {
		if a.Outcome != "" && !slices.Contains(outcomes, a.Outcome) {
			outcomes = append(outcomes, a.Outcome)
		}
		if a.Text != "" {
			out.Source = a.Text
		}
		for _, f := range a.Facts {
			out.Facts = append(out.Facts, editedOf(f, d))
		}
	}
	if len(outcomes) > 1 {
		out.Outcomes = v.Choices("outcome", outcomes...)
	}
	out.Open = out.Source != "" || out.Given != draftQuestion{}
	out.Compared = newCompared(compare.Text{Language: "vi", Text: out.Source}, compare.Text{Language: d.Language, Text: out.Given.Text})
	return out
}

func editedOf(f fact, d draft) editedFact {
	given := d.Facts[f.ID]
	return editedFact{
		fact: f, Field: factField(f.ID), Given: given, Masks: append(slices.Clone(given.Masks), draftMask{}), Source: languageOf(f.FactView),
		Compared: newCompared(compare.Text{Language: languageOf(f.FactView), Text: f.Text}, compare.Text{Language: d.Language, Text: given.Text}),
	}
}

// lesser are the results that a package may give a question in place of what was said to it. What has gone out is not pending
// any more.
func lesser(q question) []verification.Result {
	said := []verification.Result{}
	for _, a := range q.Answers {
		said = append(said, verification.Result(a.Result))
	}
	if q.Desk != nil {
		said = append(said, verification.Result(q.Desk.Result))
	}
	var out []verification.Result
	for _, result := range said {
		for _, less := range verification.LessCertain(result) {
			if !slices.Contains(out, less) && !(q.Out && less == verification.Pending) {
				out = append(out, less)
			}
		}
	}
	return out
}

// languages are those in which partners read, with their own first.
func languages(v *site.Visit, own string) []site.Choice {
	all := []string{"en", "fr", "es", "pt", "ar", "ru", "zh", "lo", "km", "th", "vi"}
	if own != "" {
		all = append([]string{own}, slices.DeleteFunc(all, func(l string) bool { return l == own })...)
	}
	return v.Choices("review_language", all...)
}

// reasons are why a question is answered with less, the usual first.
func reasons() []string {
	return []string{
		"nothing_releasable", "withheld", "originator_denied", "ongoing_investigation", "no_legal_basis", "legal_assistance_needed", "personal_data",
		"national_security", "not_authorised", "outside_scope", "disproportionate", "proper_channel", "no_records", "outside_retention",
		"not_customs_data", "identifier_incomplete", "not_traceable", "agency_silent", "out_of_time", "time_barred", "double_criminality",
		"political_offence", "human_rights", "other",
	}
}

func maskCodes() []string {
	return []string{"officer_name", "internal_source", "method", "third_party", "personal_data", "other"}
}

// trouble is a refusal; a request that was changed meanwhile says by whom and when.
func (m matter) trouble(v *site.Visit, p *site.Problem) (*site.Trouble, error) {
	t := v.Trouble(p)
	if p.Status != http.StatusPreconditionFailed {
		return t, nil
	}
	history, err := site.Read[client.History](v.API.GetHistory(v.Context(), m.ID))
	if err != nil || len(history.Items) == 0 {
		return t, err
	}
	last := history.Items[len(history.Items)-1]
	t.Title = v.T("review.changed", "when", v.Language.Clock(last.At), "who", m.who(last.Who))
	return t, nil
}
