package httpapi

import (
	"context"
	"net/url"
	"strconv"

	"verigate/api/server"
	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/verification"
)

// The items of a page.
const (
	defaultLimit = 50
	maxLimit     = 200
)

// checkLimit refuses a page size that the contract does not have.
func checkLimit(query url.Values) error {
	if !query.Has("limit") {
		return nil
	}
	if n, err := strconv.Atoi(query.Get("limit")); err != nil || n < 1 || n > maxLimit {
		return &fault{code: codeParameter, detail: "limit is 1 to 200.", limit: maxLimit}
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
		number, ok := gateway.ValidNumber(r.Params.Number)
		if !ok {
			return nil, &fault{code: codeParameter, detail: "number has a wrong sign: check it against the receipt."}
		}
		f.Number = number
	}
	list, err := e.Gateway.RequestPage(ctx, e.call(ctx), f, page(r.Params.Cursor, r.Params.Limit))
	if err != nil {
		return nil, err
	}
	return server.ListRequests200JSONResponse{RequestPageReplyJSONResponse: server.RequestPageReplyJSONResponse{
		Items: items(list.Items, requestRow), NextCursor: list.Next, AsOf: list.AsOf.UTC(),
	}}, nil
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
	f, err := filter(r.Params.Degree, r.Params.State, r.Params.Unit, r.Params.Partner, r.Params.Campaign)
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

func filter(degree server.Degree, state, unit, partner, campaign string) (board.Filter, error) {
	if err := known("degree", degree); err != nil {
		return board.Filter{}, err
	}
	return board.Filter{
		Degree: verification.Degree(degree), State: verification.State(state), Unit: verification.UnitCode(unit),
		Partner: verification.PartnerCode(partner), Campaign: campaign,
	}, nil
}

func items[From, To any](in []From, view func(From) To) []To {
	out := make([]To, len(in)) // an empty list is written as one
	for i, v := range in {
		out[i] = view(v)
	}
	return out
}
