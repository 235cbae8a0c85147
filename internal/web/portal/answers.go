package portal

import (
	"slices"
	"time"

	"verigate/api/client"
	"verigate/internal/verification"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// answersView is the released answers, the newest first. To show it is to pull them: the gateway records the first time.
type answersView struct {
	site.Frame
	Key, Version string
	Request      client.PartnerView
	Marking      string // of the request, word for word
	Answers      []answer
	Latest       int // the version that may be confirmed; 0: none
	More         bool
}

// answer is one version, with all that the partner receives.
type answer struct {
	client.Answer
	Released  site.Due
	Promised  site.Due
	Questions []answered
	Facts     []fact  // that no question names
	TakenBack []taken // of earlier versions: they stand no more
	Handling  []string
	Recalled  bool
	Empty     bool // its content was withdrawn
}

type answered struct {
	client.AnsweredQuestion
	Asked    string
	Facts    []fact
	Searches []searched
	Left     []string // what the question was about and no search looked for
}

// taken is a fact that a later version took back.
type taken struct {
	Version  int // that gave it; 0: its content is gone
	ID, Said string
	In       string // language of Said
}

type fact struct {
	client.ReleasedFact
	Said     string
	In       string // language of Said
	Original string
	Observed site.Due
	Subject  string
	Handling []string
}

// answers pulls and shows them.
func answers(v *site.Visit) error {
	r, _, err := get(v)
	if err != nil {
		return err
	}
	pulled, tag, err := site.ReadTagged[client.AnswerList](v.API.ListAnswers(v.Context(), r.ID))
	if err != nil {
		return err
	}
	if r, _, err = get(v); err != nil { // as it is now that they are read
		return err
	}
	t, err := everything(r)
	if err != nil {
		return err
	}
	view := answersView{Frame: v.Frame("portal.answers.title", "number", r.Number), Key: v.NewKey(), Version: tag, Request: r, Marking: site.Marking(r.Request)}
	view.Scripts = []string{"portal.js"}
	for _, a := range slices.Backward(pulled.Items) {
		shown := answerOf(v, r, t, a)
		for _, id := range a.TakenBack {
			shown.TakenBack = append(shown.TakenBack, takenFrom(v, pulled.Items, id))
		}
		view.Answers = append(view.Answers, shown)
	}
	for _, name := range r.Allowed {
		switch name {
		case string(verification.NameConfirm):
			view.Latest = latest(view.Answers)
		case string(verification.NameFollowUp):
			view.More = true
		}
	}
	return v.Show("portal/answers", view)
}

// takenFrom is a fact as the first version that gave it did.
func takenFrom(v *site.Visit, all []client.Answer, id string) taken {
	for _, a := range all {
		for _, f := range a.Facts {
			if f.ID == id {
				given := factOf(v, f, nil)
				return taken{Version: a.Version, ID: id, Said: given.Said, In: given.In}
			}
		}
	}
	return taken{ID: id}
}

// latest is the newest version that says something.
func latest(all []answer) int {
	for _, a := range all {
		if !a.Recalled && a.Kind != client.AnswerKindRecall {
			return a.Version
		}
	}
	return 0
}

func answerOf(v *site.Visit, r client.PartnerView, t told, a client.Answer) answer {
	out := answer{Answer: a, Released: v.Due(a.Release.ReleasedAt), Promised: v.Due(a.Clock.Promised), Handling: v.Marked(a.Handling)}
	out.Empty = a.Release.Hash == "" // a version that was recalled comes without content, and as if it were the notice
	for _, version := range r.Answers {
		if version.Version == a.Version {
			out.Recalled, out.Kind = version.Recalled, client.AnswerKind(version.Kind)
		}
	}
	names := map[string]string{}
	for _, s := range subjectsOf(v, t.Subjects) {
		names[s.Value] = s.Text
	}
	facts := map[string]fact{}
	for _, f := range a.Facts {
		facts[f.ID] = factOf(v, f, names)
	}
	for _, q := range a.Questions {
		shown := answered{AnsweredQuestion: q, Searches: searches(v, q.Searches), Left: unsearched(t, q)}
		for _, asked := range t.Questions {
			if asked.N == q.N && a.Round == r.Round {
				shown.Asked = asked.Text
			}
		}
		for _, id := range q.Facts {
			shown.Facts = append(shown.Facts, facts[id])
			delete(facts, id)
		}
		out.Questions = append(out.Questions, shown)
	}
	for _, f := range a.Facts {
		if rest, there := facts[f.ID]; there {
			out.Facts = append(out.Facts, rest)
		}
	}
	return out
}

// factOf shows the text that was released, and beside it the unit's own words where those were released too.
func factOf(v *site.Visit, f client.ReleasedFact, names map[string]string) fact {
	out := fact{ReleasedFact: f, Said: f.Text, In: f.Language, Observed: v.Due(f.ObservedAt), Subject: names[f.Subject], Handling: v.Marked(f.Handling)}
	if f.ReleasedText.Text != "" {
		out.Said, out.In, out.Original = f.ReleasedText.Text, f.ReleasedText.Language, f.Text
	}
	return out
}

// searched is one search as a sentence and what it looked for.
type searched struct {
	Sentence    string
	Registers   []string
	Identifiers []string
	Done        site.Due
}

// searches write what was searched: 3 registers, 2018-01-01 to the day of the search, when that was its end.
func searches(v *site.Visit, all []client.Search) []searched {
	var out []searched
	for _, s := range all {
		to := v.Language.Date(s.To)
		if s.To == s.DoneAt.In(text.Hanoi()).Format(time.DateOnly) {
			to = v.T("portal.searched.day", "day", to)
		}
		out = append(out, searched{
			Sentence:  v.T("portal.searched", "n", len(s.Registers), "from", v.Language.Date(s.From), "to", to),
			Registers: s.Registers, Identifiers: s.Identifiers, Done: v.Due(s.DoneAt),
		})
	}
	return out
}
