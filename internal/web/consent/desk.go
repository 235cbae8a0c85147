package consent

import (
	"errors"
	"net/http"
	"slices"

	"verigate/api/client"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// waiting is how many requests one page of the desk has: each is read for its facts.
const waiting = 25

// deskView is the desk's page: requests that wait for an originator, with all that was ever asked of each.
type deskView struct {
	site.Frame
	Requests []request
	Next     string // cursor of the page behind
}

type request struct {
	ID, Number, Partner string
	Marking             string // word for word
	Degree              string
	Due                 site.Due
	Asks                []ask
}

// ask is one ask as the desk reads it.
type ask struct {
	Originator, Text, State, Conditions string
	Facts                               []fact
	Asked, Decided                      text.Moment
	Due                                 site.Due
	Open                                bool
}

func desk(v *site.Visit) error {
	limit, state := waiting, client.QueryState("consent_pending")
	page, err := site.Read[client.BoardPage](v.API.GetBoard(v.Context(), &client.GetBoardParams{
		State: &state, Limit: &limit, Cursor: site.Optional(v.Query("cursor")),
	}))
	if err != nil {
		return err
	}
	view := deskView{Frame: v.Frame("consent.title_desk"), Next: page.NextCursor}
	for _, row := range page.Items {
		if row.Row != "request" {
			continue
		}
		one, err := read(v, row.ID)
		if err != nil {
			return err
		}
		if one != nil {
			view.Requests = append(view.Requests, *one)
		}
	}
	return v.Show("consent/desk", view)
}

// read is a request with its asks; nil when it has been hidden from the reader since the board was written.
func read(v *site.Visit, id string) (*request, error) {
	m, err := site.Read[client.StaffView](v.API.GetRequest(v.Context(), id))
	if p, refused := errors.AsType[*site.Problem](err); refused && p.Status == http.StatusNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	one := &request{ID: m.ID, Number: m.Number, Partner: v.Partner(m.Partner), Degree: string(m.Degree), Due: v.Due(m.DueAt), Marking: site.Marking(m.Request)}
	for _, c := range slices.Backward(m.Consents) {
		said := ask{
			Originator: v.Partner(c.Originator), Text: c.Text, State: string(c.State), Conditions: c.Conditions, Asked: v.Moment(c.AskedAt),
			Decided: v.Moment(c.DecidedAt), Open: c.State == "open",
		}
		if said.Open {
			said.Due = v.Due(c.DueAt)
		}
		for _, id := range c.Facts {
			said.Facts = append(said.Facts, factOf(v, m, id)...)
		}
		one.Asks = append(one.Asks, said)
	}
	return one, nil
}

// factOf is the fact of an id among the answers of a request: one, or none.
func factOf(v *site.Visit, m client.StaffView, id string) []fact {
	for _, t := range m.Tasks {
		for _, a := range t.Answers {
			for _, q := range a.Questions {
				for _, f := range q.Facts {
					if f.ID == id {
						return []fact{{Language: f.Language, Text: f.Text, Marked: v.Marked(f.Handling)}}
					}
				}
			}
		}
	}
	return nil
}
