package review

import (
	"encoding/json"
	"fmt"
	"slices"

	"verigate/api/client"
	"verigate/internal/web/review/compare"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// outgoing is a question as the partner will read it, beside what was said to it here.
type outgoing struct {
	question
	Result, Outcome, Reason, Channel string
	Out                              []mark
	Searches                         []search
	Facts                            []outFact
	Stays                            []staying
	Tick                             string // of the question itself, where no fact answers it; empty: its facts are ticked
	Ticked, Missed                   bool
}

// outFact is a fact that goes out.
type outFact struct {
	client.ReleasedFact
	Label      string
	Words      []mark
	Language   string
	Observed   text.Moment
	Quantities []string
	Masks      []client.PackagePutMask
	Foreign    bool
	Originator string
	Asks       []client.ConsentAsk
	Third      bool // marked H3
	Source     []mark
	Ticked     bool
	Missed     bool
}

// staying is a fact that stands and does not go out.
type staying struct {
	fact
	Reason string
	Missed bool
}

// outgoing reads the exact bytes: what is shown is what they say, not what they were made of.
func (m matter) outgoing(v *site.Visit, all []question, given ticks) ([]outgoing, []mark, error) {
	var doc client.Answer
	if err := json.Unmarshal(m.pack.Package, &doc); err != nil {
		return nil, nil, fmt.Errorf("read a package: %w", err)
	}
	var out []outgoing
	for _, q := range doc.Questions {
		one := outgoing{
			Result: string(q.Result), Outcome: string(q.Outcome), Reason: q.Reason, Channel: string(q.Channel), Searches: searches(v, q.Searches),
		}
		if i := slices.IndexFunc(all, func(other question) bool { return other.N == q.N }); i >= 0 {
			one.question = all[i]
		} else {
			one.N, one.Code = q.N, string(q.Code)
		}
		one.Out = one.wording(doc.Language, q.Text)
		for _, f := range doc.Facts {
			if slices.Contains(q.Facts, f.ID) {
				one.Facts = append(one.Facts, m.outFact(v, &one, f, given))
			}
		}
		one.stay(given)
		if len(one.Facts) == 0 && q.Result != "pending" {
			one.Tick = questionField(q.N)
			one.Ticked = slices.Contains(given.seen, one.Tick)
			one.Missed = given.sent && !one.Ticked
		}
		out = append(out, one)
	}
	return out, plain(doc.ConditionsOfUse), nil
}

// takenBack are the facts of earlier versions that the bytes take back, as their units gave them.
func (m matter) takenBack(all []question) ([]fact, error) {
	var doc client.Answer
	if err := json.Unmarshal(m.pack.Package, &doc); err != nil {
		return nil, fmt.Errorf("read a package: %w", err)
	}
	given := facts(all)
	var out []fact
	for _, id := range doc.TakenBack {
		if i := slices.IndexFunc(given, func(f fact) bool { return f.ID == id }); i >= 0 {
			out = append(out, given[i])
			continue
		}
		out = append(out, fact{Label: id})
	}
	return out, nil
}

// wording marks the text to a question beside what units said to it in words.
func (o *outgoing) wording(language, text string) []mark {
	for i, a := range o.Answers {
		if a.Text != "" {
			var right []mark
			o.Answers[i].Marked, right = beside(compare.Text{Language: "vi", Text: a.Text}, compare.Text{Language: language, Text: text})
			return right
		}
	}
	return plain(text)
}

func (m matter) outFact(v *site.Visit, q *outgoing, f client.ReleasedFact, given ticks) outFact {
	out := outFact{
		ReleasedFact: f, Language: f.Language, Observed: v.Moment(f.ObservedAt), Quantities: quantities(v, f.Quantities),
		Third: f.Handling.Code == "H3" || slices.Contains(f.Handling.Codes, "H3"), Ticked: slices.Contains(given.seen, f.ID),
	}
	out.Missed = given.sent && !out.Ticked
	words := f.Text
	if f.ReleasedText.Text != "" {
		words, out.Language = f.ReleasedText.Text, f.ReleasedText.Language
	}
	out.Words = plain(words)
	if source := q.source(f.ID); source != nil {
		out.Label, out.Foreign, out.Originator, out.Asks = source.Label, source.Foreign, source.Originator, source.Asks
		source.Marked, out.Words = beside(compare.Text{Language: languageOf(source.FactView), Text: source.Text}, compare.Text{Language: out.Language, Text: words})
		out.Source = source.Marked
	}
	for _, mask := range m.pack.Edit.Masks {
		if mask.Fact == f.ID {
			out.Masks = append(out.Masks, mask)
		}
	}
	return out
}

// source is the fact as its unit gave it.
func (o *outgoing) source(id string) *fact {
	for i := range o.Answers {
		for j := range o.Answers[i].Facts {
			if o.Answers[i].Facts[j].ID == id {
				return &o.Answers[i].Facts[j]
			}
		}
	}
	return nil
}

// stay lists what stands and is left out.
func (o *outgoing) stay(given ticks) {
	for _, a := range o.Answers {
		for _, f := range a.Facts {
			if f.TakenBack || slices.ContainsFunc(o.Facts, func(out outFact) bool { return out.ID == f.ID }) {
				continue
			}
			one := staying{fact: f, Reason: given.stays[f.ID]}
			if one.Reason == "" && f.Locked {
				one.Reason = "no_consent"
			}
			one.Missed = given.sent && one.Reason == ""
			o.Stays = append(o.Stays, one)
		}
	}
}
