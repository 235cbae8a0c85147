package unit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"verigate/api/client"
	"verigate/internal/web/site"
)

// aPage is how many tasks are shown at once: at night, on a slow line, few are read.
const aPage = 20

type inboxView struct {
	site.Frame
	Unit   string
	Events string // what tells that the queue has changed
	Reload string // where it is loaded again, with what is shown by now
	Cards  []card
	Next   string // cursor of the tasks behind these
	First  bool
	Stale  site.Due // since when the list is behind; zero: it is not
}

// card is one task of the queue. It holds no content.
type card struct {
	Task, Number, Kind, State, Degree, Hold string
	Questions                               int
	Due                                     site.Due
	Clock                                   string // whose due time it is
	Officers                                []string
	Queued                                  bool
	Key                                     string
}

// inbox is the unit's queue.
func inbox(v *site.Visit) error {
	if err := v.SignedIn(); err != nil {
		return err
	}
	view := inboxView{Frame: v.Frame("unit.inbox"), First: v.Query("cursor") == ""}
	view.Unit, view.Events = v.Unit(v.Session.Unit, v.Now), "/v1/units/"+v.Session.Unit+"/queue/events"
	page, err := queue(v, v.Query("cursor"), aPage)
	if err != nil {
		return err
	}
	if page.Stale {
		view.Stale = v.Due(page.StaleSince)
	}
	labels := people{}
	for _, item := range page.Items {
		if len(item.Officers) > 0 {
			if labels, _, err = colleagues(v); err != nil {
				return err
			}
			break
		}
	}
	for _, item := range page.Items {
		view.Cards = append(view.Cards, cardOf(v, item, labels))
	}
	if err := view.ahead(v, labels); err != nil {
		return err
	}
	view.Next = page.NextCursor
	seen, err := digest(page)
	if err != nil {
		return err
	}
	view.Reload = "/inbox?" + url.Values{"cursor": {v.Query("cursor")}, "seen": {seen}}.Encode()
	switch {
	case v.Within() && v.Query("seen") == seen: // a slow line is spared what its page shows already
		v.Writer.WriteHeader(http.StatusNoContent)
		return nil
	case v.Within():
		return v.Show("unit/cards", view)
	}
	return v.Show("unit/inbox", view)
}

// ahead shows the task on which its reader has just acted as it is now: the list follows a moment later.
func (view *inboxView) ahead(v *site.Visit, labels people) error {
	i := slices.IndexFunc(view.Cards, func(c card) bool { return c.Task == v.Query("task") })
	if i < 0 {
		return nil
	}
	t, err := site.Read[client.Task](v.API.GetTask(v.Context(), view.Cards[i].Task))
	if err != nil {
		return err
	}
	item := client.QueueItem{
		Task: t.Task, Number: t.Number, Kind: client.QueueItemKind(t.Kind), State: t.State, Degree: t.Degree, Hold: t.Hold.Code,
		Officers: t.Officers, AcceptDueAt: t.AcceptDueAt, ActionDueAt: t.ActionDueAt, InterimDueAt: t.InterimDueAt, AnswerDueAt: t.AnswerDueAt,
	}
	for _, q := range t.Questions {
		item.Questions = append(item.Questions, q.N)
	}
	view.Cards[i] = cardOf(v, item, labels)
	return nil
}

// digest is the same for two pages that show the same.
func digest(page client.QueuePage) (string, error) {
	content, err := json.Marshal([]any{page.Items, page.NextCursor != "", page.Stale})
	if err != nil {
		return "", fmt.Errorf("compare two pages of a queue: %w", err)
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:8]), nil
}

func queue(v *site.Visit, cursor string, limit int) (client.QueuePage, error) {
	return site.Read[client.QueuePage](v.API.GetUnitQueue(v.Context(), v.Session.Unit, &client.GetUnitQueueParams{
		Cursor: site.Optional(cursor), Limit: &limit,
	}))
}

func cardOf(v *site.Visit, i client.QueueItem, labels people) card {
	c := card{
		Task: i.Task, Number: i.Number, Kind: string(i.Kind), State: string(i.State), Degree: string(i.Degree), Hold: i.Hold,
		Questions: len(i.Questions), Officers: labels.names(i.Officers), Queued: i.State == "queued", Key: v.NewKey(),
	}
	var due time.Time
	for _, clock := range []struct {
		name string
		at   time.Time
	}{{"accept", i.AcceptDueAt}, {"action", i.ActionDueAt}, {"interim", i.InterimDueAt}, {"answer", i.AnswerDueAt}} {
		if !clock.at.IsZero() && (due.IsZero() || clock.at.Before(due)) {
			c.Clock, due = clock.name, clock.at
		}
	}
	c.Due = v.Due(due)
	return c
}
