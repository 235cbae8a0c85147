package review

import (
	"cmp"
	"strconv"
	"strings"

	"verigate/api/client"
	"verigate/internal/verification"
	"verigate/internal/web/site"
)

// draft is a package as somebody edits it: the fields of the form.
type draft struct {
	Kind, Language, Conditions, Note string
	Questions                        map[int]draftQuestion
	Facts                            map[string]draftFact
}

type draftQuestion struct{ Result, Outcome, Code, Text string }

type draftFact struct {
	Include bool
	Text    string
	Masks   []draftMask
}

type draftMask struct{ Text, Code, Replacement, Flaw string }

func (m draftMask) empty() bool { return m.Text == "" && m.Replacement == "" }

// begun is the draft of somebody who opens the page: the last package as it was edited, else everything that may go out.
func (m matter) begun(all []question) draft {
	d := draft{
		Language: cmp.Or(m.asked.Language, "en"), Questions: map[int]draftQuestion{}, Facts: map[string]draftFact{},
	}
	for _, f := range facts(all) {
		d.Facts[f.ID] = draftFact{Include: !f.Locked && !f.TakenBack}
	}
	if m.pack != nil && m.pack.VoidReason != "released" {
		d = d.goingOn(m.pack.Edit)
	}
	d.Kind = m.kindOf(d)
	return d
}

// kindOf is what a package of that draft is: a part while something of the round is to follow or an originator is asked, else
// final. So the rules have it (row 15a), and nobody chooses another.
func (m matter) kindOf(d draft) string {
	if m.asking() || len(m.toFollow(d)) > 0 {
		return string(verification.ReleasePartial)
	}
	return string(verification.ReleaseFinal)
}

// asking says whether the request waits for an originator's word.
func (m matter) asking() bool { return verification.State(m.State) == verification.ConsentPending }

// toFollow are the questions that a package of that draft leaves pending.
func (m matter) toFollow(d draft) []string {
	var out []string
	for _, q := range m.Questions {
		if q.Status == "open" || q.Status == "with_unit" || d.Questions[q.N].Result == string(verification.Pending) {
			out = append(out, strconv.Itoa(q.N))
		}
	}
	return out
}

// goingOn is a draft that goes on from an earlier edit. What was not there then stays as it is, and what has been locked
// or taken back since is not chosen any more.
func (d draft) goingOn(e client.PackagePut) draft {
	d.Conditions, d.Note = e.ConditionsOfUse, e.Note
	for _, q := range e.Questions {
		d.Questions[q.N] = draftQuestion{Result: string(q.Result), Outcome: string(q.Outcome), Code: string(q.Code), Text: q.Text}
	}
	for _, f := range e.Facts {
		if now, there := d.Facts[f.Fact]; there {
			d.Facts[f.Fact] = draftFact{Include: f.Include && now.Include, Text: f.ReleasedText.Text}
			d.Language = cmp.Or(f.ReleasedText.Language, d.Language)
		}
	}
	for _, m := range e.Masks {
		if f, there := d.Facts[m.Fact]; there {
			f.Masks = append(f.Masks, draftMask{Text: m.Text, Code: string(m.Code), Replacement: m.Replacement})
			d.Facts[m.Fact] = f
		}
	}
	return d
}

// typed is the draft that a form came with.
func (m matter) typed(v *site.Visit, all []question) draft {
	d := draft{
		Language: v.Form("language"), Conditions: lines(v.Form("conditions")), Note: lines(v.Form("note")),
		Questions: map[int]draftQuestion{}, Facts: map[string]draftFact{},
	}
	for _, q := range all {
		at := questionField(q.N)
		d.Questions[q.N] = draftQuestion{
			Result: v.Form(at + "-result"), Outcome: v.Form(at + "-outcome"), Code: v.Form(at + "-code"), Text: lines(v.Form(at + "-text")),
		}
	}
	for _, f := range facts(all) {
		at := factField(f.ID)
		one := draftFact{Include: v.Form(at+"-include") != "", Text: lines(v.Form(at + "-text"))}
		codes, with := v.Forms(at+"-mask-code"), v.Forms(at+"-mask-with")
		for i, hide := range v.Forms(at + "-mask") {
			mask := draftMask{Text: lines(hide)}
			if i < len(codes) && i < len(with) {
				mask.Code, mask.Replacement = codes[i], lines(with[i])
			}
			if !mask.empty() {
				one.Masks = append(one.Masks, mask)
			}
		}
		d.Facts[f.ID] = one
	}
	d.Kind = m.kindOf(d)
	return d
}

// lines ends lines as JSON texts do: a form ends them with two characters.
func lines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

func questionField(n int) string { return "q-" + strconv.Itoa(n) }
func factField(id string) string { return "f-" + id }

// body is the draft as the contract takes it. Facts that their units took back are not in it: nobody chooses them.
func (d draft) body(all []question) client.PackagePut {
	b := client.PackagePut{Kind: client.PackagePutKind(d.Kind), ConditionsOfUse: d.Conditions, Note: d.Note}
	for _, q := range all {
		if given := d.Questions[q.N]; given != (draftQuestion{}) {
			b.Questions = append(b.Questions, client.PackagePutQuestion{
				N: q.N, Result: client.PackageResult(given.Result), Outcome: client.Outcome(given.Outcome), Code: client.ResultCode(given.Code),
				Text: given.Text,
			})
		}
	}
	for _, f := range facts(all) {
		if f.TakenBack {
			continue
		}
		given := d.Facts[f.ID]
		one := client.PackagePutFact{Fact: f.ID, Include: given.Include}
		if given.Include && given.Text != "" {
			one.ReleasedText = client.LocalisedText{Language: d.Language, Text: given.Text}
		}
		b.Facts = append(b.Facts, one)
		for _, m := range given.Masks {
			if given.Include {
				b.Masks = append(b.Masks, client.PackagePutMask{
					Fact: f.ID, Text: m.Text, Code: client.PackagePutMaskCode(m.Code), Replacement: m.Replacement,
				})
			}
		}
	}
	return b
}

// maskOf is the place of a mask among those of its fact.
func maskOf(b client.PackagePut, i int) int {
	n := 0
	for _, m := range b.Masks[:i] {
		if m.Fact == b.Masks[i].Fact {
			n++
		}
	}
	return n
}

// flaws are what is wrong with a body, by the field of the form that it is about.
func flaws(v *site.Visit, p *site.Problem, b client.PackagePut) map[string]string {
	out := map[string]string{}
	for _, e := range p.Errors {
		part := strings.Split(strings.TrimPrefix(e.Pointer, "/"), "/")
		field := part[0]
		if len(part) > 1 {
			i, err := strconv.Atoi(part[1])
			switch {
			case err != nil || i < 0:
			case field == "facts" && i < len(b.Facts):
				field = factField(b.Facts[i].Fact)
			case field == "masks" && i < len(b.Masks):
				field = factField(b.Masks[i].Fact) + "-mask-" + strconv.Itoa(maskOf(b, i))
			case field == "questions" && i < len(b.Questions):
				field = questionField(b.Questions[i].N)
			}
		}
		out[field] = v.Word("flaw", e.Code)
	}
	return out
}
