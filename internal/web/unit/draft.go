package unit

import (
	"fmt"
	"net/http"
	"slices"

	"verigate/api/client"
	"verigate/internal/web/site"
)

// drafted is what is told of a draft: a sentence, and who else is writing.
type drafted struct {
	State  string
	Has    bool
	Others []string
}

func draftedOf(v *site.Visit, d client.DraftView) drafted {
	out := drafted{Has: !d.SavedAt.IsZero()}
	if out.Has {
		out.State = v.T("unit.saved", "at", clockTime(d.SavedAt))
	}
	for _, o := range d.Others {
		who := o.Label
		if who == "" {
			who = o.Person
		}
		out.Others = append(out.Others, v.T("unit.writes_too", "who", who, "since", v.Moment(o.BeganAt).Named(), "at", clockTime(o.SavedAt)))
	}
	return out
}

// saveDraft keeps what was typed by now, as the page's script sends it, and answers with the sentence that says so.
func saveDraft(v *site.Visit) error {
	if err := v.Request.ParseForm(); err != nil {
		return badForm(err)
	}
	d, err := site.Read[client.DraftView](v.API.PutDraft(v.Context(), v.Param("task"), client.Draft{Fields: fieldsOf(v.Request.PostForm)}))
	p, refused := site.Refused(err)
	switch {
	case err == nil:
		return v.Show("unit/drafted", draftedOf(v, d))
	case !refused:
		return err
	}
	trouble := v.Trouble(p)
	return v.ShowAs(p.Status, "unit/drafted", drafted{State: v.T("unit.unsaved_because", "why", trouble.Title)})
}

// badForm is what cannot be read: cut off on the way, or longer than a form may be.
func badForm(err error) error {
	return fmt.Errorf("read a form: %w", fmt.Errorf("%w: %w", &site.Problem{
		Problem: client.Problem{Status: http.StatusRequestEntityTooLarge, Code: "too_large"},
	}, err))
}

// given is an answer of the unit, as the task's page lists it.
type given struct {
	At, Kind, By string
	Questions    []givenQuestion
}

type givenQuestion struct {
	client.UnitAnswerViewQuestion
	Done, From, To string // when it was searched, and for what period
	Files          []file
}

func givenOf(v *site.Visit, t client.Task, labels people) []given {
	var out []given
	for _, a := range slices.Backward(t.Answers) {
		g := given{At: v.Moment(a.At).Main, Kind: string(a.Kind), By: labels.name(a.By)}
		for _, q := range a.Questions {
			g.Questions = append(g.Questions, givenQuestion{q, v.Moment(q.Search.DoneAt).Named(), v.Language.Date(q.Search.From), v.Language.Date(q.Search.To), filesOf(v, q.Attachments)})
		}
		out = append(out, g)
	}
	return out
}
