package retention

import (
	"net/http"
	"strings"

	"verigate/api/client"
	"verigate/internal/web/site"
)

// What a form asks for: a value of its field do.
const (
	doPropose = "propose"
	doAsk     = "ask" // to be asked once, before doConfirm
	doConfirm = "confirm"
)

// chosen is a request of a form.
type chosen struct{ ID, Number string }

// Value is what the form has of it: row.Value.
func (c chosen) Value() string { return c.ID + " " + c.Number }

// sure is the page that asks once before the content of several goes for good.
type sure struct {
	site.Frame
	Key, Here string
	Chosen    []chosen

	problem *site.Problem // why it was not done; nil: it was not asked for yet
}

// askSure shows that page.
func askSure(v *site.Visit, status int, page sure) error {
	page.Frame, page.Here = v.Frame("retention.sure.title"), address(list(v), v.Query("cursor"))
	page.Trouble = v.Trouble(page.problem)
	return v.ShowAs(status, "retention/sure", page)
}

// outcomes is what came of several.
type outcomes struct {
	site.Frame
	Do, Here      string
	Done, Refused int
	Items         []outcome
}

// outcome is what came of one.
type outcome struct {
	chosen
	Why, Help string // in words; no Why: it was done
}

// act is a form of the page. It stays at the page's address, which may be loaded anew: under its key nothing is done twice.
func act(v *site.Visit) error {
	picked := pickedOf(v.Forms("request"))
	if len(picked) == 0 {
		return show(v, missed{status: http.StatusUnprocessableEntity, none: true})
	}
	var r *http.Response
	var err error
	batch := client.RetentionBatch{}
	for _, c := range picked {
		batch.Requests = append(batch.Requests, c.ID)
	}
	switch v.Form("do") {
	case doAsk:
		return askSure(v, http.StatusOK, sure{Key: v.NewKey(), Chosen: picked})
	case doPropose:
		r, err = v.API.ProposeErasures(v.Context(), &client.ProposeErasuresParams{IdempotencyKey: v.Key()}, batch)
	case doConfirm:
		r, err = v.API.ConfirmErasures(v.Context(), &client.ConfirmErasuresParams{IdempotencyKey: v.Key()}, batch)
	default:
		return show(v, missed{status: http.StatusUnprocessableEntity, none: true})
	}
	done, err := site.Read[client.RetentionOutcomes](r, err)
	p, refused := site.Refused(err)
	switch {
	case refused && v.Form("do") == doConfirm:
		return askSure(v, p.Status, sure{Key: v.KeyAfter(p), Chosen: picked, problem: p})
	case refused:
		return show(v, missed{status: p.Status, problem: p, picked: picked})
	}
	if err != nil {
		return err
	}
	return v.Show("retention/outcomes", outcomesOf(v, picked, done))
}

// pickedOf reads the chosen rows of a form, each once.
func pickedOf(values []string) (picked []chosen) {
	seen := map[string]bool{}
	for _, value := range values {
		id, number, _ := strings.Cut(strings.TrimSpace(value), " ")
		if id != "" && !seen[id] {
			seen[id] = true
			picked = append(picked, chosen{id, number})
		}
	}
	return picked
}

func outcomesOf(v *site.Visit, picked []chosen, done client.RetentionOutcomes) outcomes {
	page := outcomes{Frame: v.Frame("retention.outcomes.title"), Do: v.Form("do"), Here: address(list(v), "")}
	numbers := map[string]chosen{}
	for _, c := range picked {
		numbers[c.ID] = c
	}
	for _, o := range done.Items {
		one := outcome{chosen: numbers[o.Request]}
		if o.Code == "" {
			page.Done++
		} else {
			page.Refused++
			t := v.Trouble(&site.Problem{Problem: client.Problem{Code: o.Code, Title: o.Title}})
			one.Why, one.Help = t.Title, t.Detail
		}
		page.Items = append(page.Items, one)
	}
	return page
}
