package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"verigate/internal/board"
	"verigate/internal/canonical"
	"verigate/internal/verification"
)

// Edit is what an editor decides about a package (row 15a). Absent lists mean everything as it is.
type Edit struct {
	Kind       verification.ReleaseKind // partial or final; in a correction both mean correction
	Questions  []EditedQuestion
	Facts      []EditedFact
	Masks      []Mask
	Conditions string
}

// EditedQuestion lowers a result, names an outcome that a unit gave, or adds a text.
type EditedQuestion struct {
	N       int
	Result  verification.Result
	Outcome string
	Code    string // why a result is lowered; empty: nothing of it can be released
	Text    string
}

// EditedFact chooses a fact and gives it the partner's language.
type EditedFact struct {
	Fact     verification.FactID
	Include  bool
	Language string
	Text     string // empty: the fact's own text
}

// Mask hides words of a fact. Words that do not stand in the text that goes out are refused: a mask that misses is a
// leak that looks like care.
type Mask struct {
	Fact        verification.FactID
	Text        string
	Code        string
	Replacement string
}

// document is what the partner will pull, in the contract's words. Units, officers, hops, pauses and internal sources
// have no member here, so none can slip in.
type document struct {
	letter
	Language   string                `json:"language,omitempty"`
	Questions  []documentQuestion    `json:"questions"`
	Facts      []documentFact        `json:"facts,omitempty"`
	TakenBack  []verification.FactID `json:"taken_back,omitempty"` // that an earlier version gave, and that stand no more
	Conditions string                `json:"conditions_of_use,omitempty"`
}

type documentQuestion struct {
	N        int                   `json:"n"`
	Code     string                `json:"code"`
	Result   verification.Result   `json:"result"`
	Outcome  string                `json:"outcome,omitempty"`
	Reason   string                `json:"reason,omitempty"`
	Channel  string                `json:"channel,omitempty"`
	Text     string                `json:"text,omitempty"`
	Facts    []verification.FactID `json:"facts,omitempty"`
	Searches []verification.Search `json:"searches,omitempty"`
}

type documentFact struct {
	ID         verification.FactID     `json:"id"`
	Text       string                  `json:"text,omitempty"`
	Language   string                  `json:"language,omitempty"`
	Released   *localised              `json:"released_text,omitempty"`
	Subject    string                  `json:"subject,omitempty"`
	ObservedAt time.Time               `json:"observed_at,omitzero"`
	Evaluation *evaluation             `json:"evaluation,omitempty"`
	Handling   json.RawMessage         `json:"handling,omitempty"`
	Quantities []verification.Quantity `json:"quantities,omitempty"`
}

type localised struct {
	Language string `json:"language"`
	Text     string `json:"text"`
}

type evaluation struct {
	Source      string `json:"source"`
	Information string `json:"information"`
}

// Prepare is row 15a: the exact bytes, their hash, and the command that binds both to their editor.
func (g *Gateway) Prepare(ctx context.Context, c Call, id verification.RequestID, e Edit) (View, error) {
	kept, err := editAsSent(c)
	if err != nil {
		return View{}, err
	}
	a, err := g.act(ctx, c, id, func(v View, _ verification.Stamp) (verification.Command, error) {
		cmd, err := prepare(v.Request, e)
		cmd.Edit = kept
		return cmd, err
	})
	return g.view(c, a), err
}

// editAsSent is the edit in canonical form as the record keeps it: a reviewer is shown what was masked, and who edits
// again goes on from there.
func editAsSent(c Call) (json.RawMessage, error) {
	if len(c.Body) == 0 {
		return nil, nil
	}
	form, _, err := canonical.Sum(c.Body)
	if err != nil {
		return nil, fmt.Errorf("keep an edit: %w", err)
	}
	return form, nil
}

func prepare(r verification.Request, e Edit) (verification.PreparePackage, error) {
	if r.Correction != nil {
		e.Kind = verification.ReleaseCorrection
	}
	facts, err := chosen(r, e)
	if err != nil {
		return verification.PreparePackage{}, err
	}
	questions, err := results(r, e, facts)
	if err != nil {
		return verification.PreparePackage{}, err
	}
	doc := document{letter: newLetter(r, e.Kind), Language: r.Language, Conditions: e.Conditions, TakenBack: r.TakenBack()}
	if r.Correction != nil {
		doc.Corrects = lastAnswer(r)
	}
	if doc.Facts, err = e.facts(r, facts); err != nil {
		return verification.PreparePackage{}, err
	}
	for _, q := range questions {
		doc.Questions = append(doc.Questions, e.question(r, q, facts))
	}
	form, hash, err := canonical.Of(doc)
	if err != nil {
		return verification.PreparePackage{}, fmt.Errorf("write a package: %w", err)
	}
	return verification.PreparePackage{Kind: e.Kind, Questions: questions, Facts: facts, Bytes: form, Hash: hash}, nil
}

func lastAnswer(r verification.Request) int {
	for _, rel := range slices.Backward(r.Releases) {
		if rel.Kind != verification.ReleaseRecall {
			return rel.Version
		}
	}
	return 0
}

// chosen returns the facts that go out, in the order of the answers. Without a list it is every fact of the round
// that is not locked and whose question the editor did not lower: what is not said to a question is not shown either.
func chosen(r verification.Request, e Edit) ([]verification.FactID, error) {
	var all []verification.FactID
	lowered := map[verification.FactID]bool{}
	for _, q := range r.RoundQuestions() {
		for _, a := range r.QuestionAnswers(q) {
			for _, f := range a.Facts {
				all = append(all, f.ID)
				lowered[f.ID] = e.lowers(q.N)
			}
		}
	}
	for i, f := range e.Facts {
		if !slices.Contains(all, f.Fact) {
			return nil, invalid("/facts/"+strconv.Itoa(i)+"/fact", "unknown_fact")
		}
	}
	out := []verification.FactID{}
	for _, id := range all {
		i := slices.IndexFunc(e.Facts, func(f EditedFact) bool { return f.Fact == id })
		if i >= 0 && e.Facts[i].Include || len(e.Facts) == 0 && !r.Locked(id) && !lowered[id] {
			out = append(out, id)
		}
	}
	return out, nil
}

// lowers says whether the editor gives the question a result that shows no fact.
func (e Edit) lowers(n int) bool {
	return slices.ContainsFunc(e.Questions, func(q EditedQuestion) bool {
		return q.N == n && q.Result != "" && q.Result != verification.Held
	})
}

// results gives every question of the round what the rules derive, lowered where the editor says so. What the editor
// says of a question that the round has not, or a reason that no lowered result needs, is refused: it would be lost.
func results(r verification.Request, e Edit, facts []verification.FactID) ([]verification.PackageQuestion, error) {
	var out []verification.PackageQuestion
	for _, q := range r.RoundQuestions() {
		out = append(out, r.ResultOf(q, facts))
	}
	for i, x := range e.Questions {
		at := slices.IndexFunc(out, func(q verification.PackageQuestion) bool { return q.N == x.N })
		if at < 0 {
			return nil, invalid("/questions/"+strconv.Itoa(i)+"/n", "unknown_question")
		}
		given := x.over(out[at])
		if x.Code != "" && given.Code != x.Code {
			return nil, invalid("/questions/"+strconv.Itoa(i)+"/code", "not_lowered")
		}
		out[at] = given
	}
	return out, nil
}

// over lowers what was derived. A result that is lowered, or that says nothing because its facts are left out, takes
// the editor's reason.
func (e EditedQuestion) over(derived verification.PackageQuestion) verification.PackageQuestion {
	if e.Result != "" && e.Result != derived.Result {
		derived = verification.PackageQuestion{
			N: derived.N, Result: e.Result, Outcome: e.Outcome, Code: verification.CodeNothingReleasable,
		}
	}
	if e.Outcome != "" {
		derived.Outcome = e.Outcome
	}
	switch {
	case derived.Result == verification.Pending:
		derived.Code = ""
	case e.Code != "" && derived.Code == verification.CodeNothingReleasable:
		derived.Code = e.Code
	}
	return derived
}

func (e Edit) question(r verification.Request, q verification.PackageQuestion, facts []verification.FactID) documentQuestion {
	asked, _ := r.Question(q.N)
	out := documentQuestion{N: q.N, Code: asked.Code, Result: q.Result, Outcome: q.Outcome, Reason: q.Code}
	if asked.Desk != nil && asked.Desk.Result == q.Result {
		out.Channel, out.Text = asked.Desk.Channel, asked.Desk.Text
	}
	for _, a := range r.QuestionAnswers(asked) {
		for _, f := range a.Facts {
			if slices.Contains(facts, f.ID) {
				out.Facts = append(out.Facts, f.ID)
			}
		}
		if q.Result == verification.VerifiedNegative && a.Search != nil {
			out.Searches = append(out.Searches, *a.Search)
		}
	}
	if i := slices.IndexFunc(e.Questions, func(x EditedQuestion) bool { return x.N == q.N }); i >= 0 && e.Questions[i].Text != "" {
		out.Text = e.Questions[i].Text
	}
	return out
}

func (e Edit) facts(r verification.Request, ids []verification.FactID) ([]documentFact, error) {
	var out []documentFact
	for _, id := range ids {
		f, _, _, _ := r.Fact(id)
		d := documentFact{ID: id, Subject: f.Subject, ObservedAt: f.ObservedAt, Handling: f.Handling, Quantities: f.Quantities}
		if f.Source != "" {
			d.Evaluation = &evaluation{Source: f.Source, Information: f.Information}
		}
		i := slices.IndexFunc(e.Facts, func(x EditedFact) bool { return x.Fact == id })
		if i >= 0 && e.Facts[i].Text != "" {
			d.Released = &localised{Language: e.Facts[i].Language, Text: e.Facts[i].Text}
		} else {
			d.Text, d.Language = f.Text, f.Language
		}
		if err := e.mask(&d); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, e.masksMatch(ids)
}

// mask hides words in whichever text of the fact goes out.
func (e Edit) mask(d *documentFact) error {
	text := &d.Text
	if d.Released != nil {
		text = &d.Released.Text
	}
	for i, m := range e.Masks {
		if m.Fact != d.ID {
			continue
		}
		if m.Text == "" || !strings.Contains(*text, m.Text) {
			return invalid("/masks/"+strconv.Itoa(i)+"/text", "not_in_text")
		}
		replacement := m.Replacement
		if replacement == "" {
			replacement = "[…]"
		}
		*text = strings.ReplaceAll(*text, m.Text, replacement)
	}
	return nil
}

func (e Edit) masksMatch(ids []verification.FactID) error {
	for i, m := range e.Masks {
		if !slices.Contains(ids, m.Fact) {
			return invalid("/masks/"+strconv.Itoa(i)+"/fact", "unknown_fact")
		}
	}
	return nil
}

// Release is row 15: an approval of exactly these bytes by their hash.
func (g *Gateway) Release(ctx context.Context, c Call, id verification.RequestID, hash string) (View, error) {
	a, err := g.act(ctx, c, id, func(v View, s verification.Stamp) (verification.Command, error) {
		if p := v.Request.Package; p == nil || p.Hash != hash {
			return verification.ReleasePackage{Hash: hash}, nil // the rules refuse it
		}
		signed, err := g.signature(v.Request, s, hash)
		return verification.ReleasePackage{Hash: hash, Signature: signed, PromiseAt: promised(v)}, err
	})
	return g.view(c, a), err
}

// promised is until when the round is promised, as its partner sees it: what it is asked moves that.
func promised(v View) time.Time { return board.PartnerDue(v.Request, v.Clocks) }

// Answer is one version as the partner pulls it. Bytes are exactly what was approved.
type Answer struct {
	verification.Release
	Clock Promised
}

// Promised is how the promise of an answer was kept, and of a correction that of the answer which it corrects: it has none
// of its own. Zero where nothing was promised, and of a recall, which answers nothing.
type Promised struct {
	Until, AnsweredAt time.Time
	Met               bool
}

func promisedOf(r verification.Request, v verification.Release) Promised {
	answer, ok := r.Answering(v)
	if !ok || answer.PromiseAt.IsZero() {
		return Promised{}
	}
	return Promised{Until: answer.PromiseAt, AnsweredAt: answer.At, Met: answer.Kept()}
}

// Answers hands a partner the versions of its request (row 15b). The first pull of each is recorded before its bytes
// leave; when that cannot be, nothing leaves. A version that was recalled comes without content, but for the notice.
func (g *Gateway) Answers(ctx context.Context, c Call, id verification.RequestID) ([]Answer, View, error) {
	view, err := g.Get(ctx, c, id)
	if err != nil {
		return nil, view, err
	}
	if c.By.Has(verification.RolePartner) {
		if view, err = g.pull(ctx, c, id, view); err != nil {
			return nil, view, err
		}
	}
	var out []Answer
	for _, rel := range view.Request.Releases {
		if rel.Recalled {
			rel.Bytes = nil
		}
		out = append(out, Answer{Release: rel, Clock: promisedOf(view.Request, rel)})
	}
	return out, view, nil
}

// pull records of each release that was not handed out yet that it is, before it is: of those too that are released while
// others are recorded.
func (g *Gateway) pull(ctx context.Context, c Call, id verification.RequestID, view View) (View, error) {
	fresh := func(r verification.Release) bool { return r.PulledAt.IsZero() && !r.Recalled && len(r.Bytes) > 0 }
	if slices.ContainsFunc(view.Request.Releases, func(r verification.Release) bool { return !fresh(r) }) {
		c.Sheet.Again() // nothing of it leaves that has not left before: no decision is the evidence of that
	}
	for {
		next := slices.IndexFunc(view.Request.Releases, fresh)
		if next < 0 {
			return view, nil
		}
		var err error
		if view, err = g.Do(ctx, c, id, verification.RecordPull{Release: view.Request.Releases[next].Version}); err != nil {
			return view, fmt.Errorf("record a pull: %w", err)
		}
	}
}
