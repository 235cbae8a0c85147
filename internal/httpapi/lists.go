package httpapi

import (
	"context"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"verigate/api/server"
	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// The items of a page.
const (
	defaultLimit = 50
	maxLimit     = 200
)

// checkNumbers refuses numbers that the contract does not have: a handler cannot tell a zero from none.
func checkNumbers(query url.Values) error {
	within := func(name string, most int) bool {
		n, err := strconv.Atoi(query.Get(name))
		return !query.Has(name) || err == nil && n >= 1 && n <= most
	}
	switch {
	case !within("limit", maxLimit):
		return &fault{code: codeParameter, detail: "limit is 1 to 200.", limit: maxLimit}
	case !within("step", math.MaxInt):
		return &fault{code: codeParameter, detail: "step is per cent, from 1."}
	}
	return nil
}

func page(cursor string, limit int) gateway.Page {
	if limit == 0 {
		limit = defaultLimit
	}
	return gateway.Page{Cursor: cursor, Limit: limit}
}

// known refuses a word of a closed list that the contract does not have.
func known[T interface {
	~string
	Valid() bool
}](name string, word T) error {
	if word == "" || word.Valid() {
		return nil
	}
	return &fault{code: codeParameter, detail: name + " has no such value."}
}

// ListRequests is a partner's own requests, by their last visible change.
func (e *edge) ListRequests(ctx context.Context, r server.ListRequestsRequestObject) (server.ListRequestsResponseObject, error) {
	if err := known("status", r.Params.Status); err != nil {
		return nil, err
	}
	f := board.PartnerFilter{UpdatedSince: utc(r.Params.UpdatedSince), Status: verification.Status(r.Params.Status)}
	if r.Params.Number != "" {
		var err error
		if f.Number, err = numbered(r.Params.Number); err != nil {
			return nil, err
		}
	}
	list, err := e.Gateway.RequestPage(ctx, e.call(ctx), f, page(r.Params.Cursor, r.Params.Limit))
	if err != nil {
		return nil, err
	}
	return server.ListRequests200JSONResponse{RequestPageReplyJSONResponse: server.RequestPageReplyJSONResponse{
		Items: items(list.Items, requestRow), NextCursor: list.Next, AsOf: list.AsOf.UTC(),
	}}, nil
}

// ListPromises is what a partner may choose from when it asks.
func (e *edge) ListPromises(ctx context.Context, r server.ListPromisesRequestObject) (server.ListPromisesResponseObject, error) {
	promises, err := e.Gateway.Promises(e.call(ctx), r.Params.Campaign)
	if err != nil {
		return nil, err
	}
	return server.ListPromises200JSONResponse{PromiseListReplyJSONResponse: server.PromiseListReplyJSONResponse{
		Items: items(promises, promisedView), AsOf: e.Now().UTC(),
	}}, nil
}

func promisedView(p gateway.Promise) server.Promise {
	view := server.Promise{Degree: server.Degree(p.Degree), DueAt: p.DueAt.UTC(), Clock: server.PromiseClockBusiness}
	if p.Around {
		view.Clock = server.PromiseClockN24X7
	}
	return view
}

// GetUnitQueue is what a unit has to do, by due time.
func (e *edge) GetUnitQueue(ctx context.Context, r server.GetUnitQueueRequestObject) (server.GetUnitQueueResponseObject, error) {
	if err := known("degree", r.Params.Degree); err != nil {
		return nil, err
	}
	q := board.Queue{Unit: verification.UnitCode(r.Unit), Degree: verification.Degree(r.Params.Degree)}
	list, err := e.Gateway.QueuePage(ctx, e.call(ctx), q, page(r.Params.Cursor, r.Params.Limit))
	if err != nil {
		return nil, err
	}
	return server.GetUnitQueue200JSONResponse{QueuePageReplyJSONResponse: server.QueuePageReplyJSONResponse{
		Items: items(list.Items, queueItem), NextCursor: list.Next, AsOf: list.AsOf.UTC(),
		Stale: !list.StaleSince.IsZero(), StaleSince: utc(list.StaleSince),
	}}, nil
}

// GetBoard is the board, by the clock that runs out first.
func (e *edge) GetBoard(ctx context.Context, r server.GetBoardRequestObject) (server.GetBoardResponseObject, error) {
	p := r.Params
	f, err := chosen{p.Degree, p.State, p.Unit, p.Partner, p.Campaign, p.Escalated, p.Number, p.Due, p.Flag}.filter()
	if err != nil {
		return nil, err
	}
	list, err := e.Gateway.BoardPage(ctx, e.call(ctx), f, page(r.Params.Cursor, r.Params.Limit))
	if err != nil {
		return nil, err
	}
	now := e.Now()
	row := func(r board.Row) server.BoardRow { return boardRow(r, now) }
	return server.GetBoard200JSONResponse{BoardPageReplyJSONResponse: server.BoardPageReplyJSONResponse{
		Items: items(list.Items, row), NextCursor: list.Next, AsOf: list.AsOf.UTC(), Counters: counters(list.Counters),
		Stale: !list.StaleSince.IsZero(), StaleSince: utc(list.StaleSince),
	}}, nil
}

// ListNotices is who was told of which step, as far as the caller hears of it.
func (e *edge) ListNotices(ctx context.Context, r server.ListNoticesRequestObject) (server.ListNoticesResponseObject, error) {
	if err := known("clock", r.Params.Clock); err != nil {
		return nil, err
	}
	f := board.NoticeFilter{Open: r.Params.Open, Clock: sla.Name(r.Params.Clock), Percent: r.Params.Step}
	list, err := e.Gateway.NoticePage(ctx, e.call(ctx), f, page(r.Params.Cursor, r.Params.Limit))
	if err != nil {
		return nil, err
	}
	return server.ListNotices200JSONResponse{NoticePageReplyJSONResponse: server.NoticePageReplyJSONResponse{
		Items: items(list.Items, noticeView), NextCursor: list.Next, AsOf: list.AsOf.UTC(),
		Stale: !list.StaleSince.IsZero(), StaleSince: utc(list.StaleSince),
	}}, nil
}

// mostBetween bounds what one list of milestones looks back over.
const mostBetween = 31 * 24 * time.Hour

// ListMilestones is what happened between two moments.
func (e *edge) ListMilestones(ctx context.Context, r server.ListMilestonesRequestObject) (server.ListMilestonesResponseObject, error) {
	p := r.Params
	if err := known("kind", p.Kind); err != nil {
		return nil, err
	}
	f := board.MilestoneFilter{Kind: board.MilestoneKind(p.Kind), From: utc(p.From), Until: utc(p.Until)}
	if w := f.Within(e.Now()); !w.From.Before(w.Until) || w.Until.Sub(w.From) > mostBetween {
		return nil, &fault{code: codeParameter, detail: "from lies before until, by 31 days at most."}
	}
	list, err := e.Gateway.MilestonePage(ctx, e.call(ctx), f, page(p.Cursor, p.Limit))
	if err != nil {
		return nil, err
	}
	return server.ListMilestones200JSONResponse{MilestonePageReplyJSONResponse: server.MilestonePageReplyJSONResponse{
		Items: items(list.Items, milestoneView), NextCursor: list.Next, AsOf: list.AsOf.UTC(),
		Stale: !list.StaleSince.IsZero(), StaleSince: utc(list.StaleSince),
	}}, nil
}

// ListPeople is whom the caller may name, and what is shown in place of an id.
func (e *edge) ListPeople(ctx context.Context, _ server.ListPeopleRequestObject) (server.ListPeopleResponseObject, error) {
	all, err := e.Gateway.People(e.call(ctx))
	if err != nil {
		return nil, err
	}
	return server.ListPeople200JSONResponse{PeopleReplyJSONResponse: server.PeopleReplyJSONResponse{Items: items(all, personView)}}, nil
}

// personView is somebody without what belongs to a compartment or a credential.
func personView(p access.Principal) server.PeopleItem {
	view := server.PeopleItem{
		Person: string(p.ID), Label: p.Label, Unit: string(p.Unit), Partner: string(p.Partner), System: p.System, Roles: []string{},
	}
	if p.Disabled {
		return view
	}
	for _, r := range p.Roles {
		view.Roles = append(view.Roles, strings.ToLower(string(r)))
	}
	return view
}

// chosen is a filter of the board as it came.
type chosen struct {
	degree                  server.Degree
	state                   server.RequestState
	unit, partner, campaign string
	escalated               server.Rung
	number                  string
	due                     server.Due
	flag                    server.BoardFlag
}

func (c chosen) filter() (board.Filter, error) {
	f := board.Filter{
		Escalated: sla.Rung(c.escalated), Flag: board.Flag(c.flag), Due: board.Nearness(c.due),
		Degree: verification.Degree(c.degree), State: verification.State(c.state), Unit: verification.UnitCode(c.unit),
		Partner: verification.PartnerCode(c.partner), Campaign: c.campaign,
	}
	for _, err := range []error{
		known("degree", c.degree), known("state", c.state), known("escalated", c.escalated), known("due", c.due), known("flag", c.flag),
	} {
		if err != nil {
			return f, err
		}
	}
	if c.number == "" {
		return f, nil
	}
	var err error
	f.Number, err = numbered(c.number)
	return f, err
}

// numbered is a number as it is kept.
func numbered(typed string) (string, error) {
	number, ok := gateway.ValidNumber(typed)
	if !ok {
		return "", &fault{code: codeParameter, detail: "number has a wrong sign: check it against the receipt."}
	}
	return number, nil
}

func items[From, To any](in []From, view func(From) To) []To {
	out := make([]To, len(in)) // an empty list is written as one
	for i, v := range in {
		out[i] = view(v)
	}
	return out
}
