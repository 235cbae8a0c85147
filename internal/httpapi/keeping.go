package httpapi

import (
	"context"

	"verigate/api/server"
	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/retention"
	"verigate/internal/verification"
)

// PlaceLegalHold is row 28a.
func (e *edge) PlaceLegalHold(ctx context.Context, r server.PlaceLegalHoldRequestObject) (server.PlaceLegalHoldResponseObject, error) {
	reply, err := e.staff(e.do(ctx, r.ID, verification.PlaceLegalHold{Reason: r.Body.Reason}))
	return server.PlaceLegalHold200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// LiftLegalHold is row 28b.
func (e *edge) LiftLegalHold(ctx context.Context, r server.LiftLegalHoldRequestObject) (server.LiftLegalHoldResponseObject, error) {
	reply, err := e.staff(e.do(ctx, r.ID, verification.LiftLegalHold{Reason: r.Body.Reason}))
	return server.LiftLegalHold200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// ProposeErasure is row 29a.
func (e *edge) ProposeErasure(ctx context.Context, r server.ProposeErasureRequestObject) (server.ProposeErasureResponseObject, error) {
	reply, err := e.staff(e.Gateway.ProposeErasure(ctx, e.call(ctx), verification.RequestID(r.ID)))
	return server.ProposeErasure200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// ConfirmErasure is row 29b.
func (e *edge) ConfirmErasure(ctx context.Context, r server.ConfirmErasureRequestObject) (server.ConfirmErasureResponseObject, error) {
	reply, err := e.staff(e.Gateway.ConfirmErasure(ctx, e.call(ctx), verification.RequestID(r.ID)))
	return server.ConfirmErasure200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// DropErasure is row 29c.
func (e *edge) DropErasure(ctx context.Context, r server.DropErasureRequestObject) (server.DropErasureResponseObject, error) {
	reply, err := e.staff(e.do(ctx, r.ID, verification.DropErasure{Reason: r.Body.Reason}))
	return server.DropErasure200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// ProposeErasures is row 29a on several.
func (e *edge) ProposeErasures(ctx context.Context, r server.ProposeErasuresRequestObject) (server.ProposeErasuresResponseObject, error) {
	done, err := e.Gateway.ProposeErasures(ctx, e.call(ctx), each[verification.RequestID](r.Body.Requests))
	return server.ProposeErasures200JSONResponse{RetentionOutcomesReplyJSONResponse: e.outcomes(ctx, done)}, err
}

// ConfirmErasures is row 29b on several.
func (e *edge) ConfirmErasures(ctx context.Context, r server.ConfirmErasuresRequestObject) (server.ConfirmErasuresResponseObject, error) {
	done, err := e.Gateway.ConfirmErasures(ctx, e.call(ctx), each[verification.RequestID](r.Body.Requests))
	return server.ConfirmErasures200JSONResponse{RetentionOutcomesReplyJSONResponse: e.outcomes(ctx, done)}, err
}

// outcomes says of each what a call on it alone would have been answered with.
func (e *edge) outcomes(ctx context.Context, done []gateway.Outcome) server.RetentionOutcomesReplyJSONResponse {
	reply := server.RetentionOutcomesReplyJSONResponse{Items: make([]server.RetentionOutcome, len(done))}
	for i, o := range done {
		reply.Items[i].Request = string(o.ID)
		if o.Err != nil {
			p := e.problem(ctx, faultOf(o.Err))
			reply.Items[i].Code, reply.Items[i].Title, reply.Items[i].Detail = p.Code, p.Title, p.Detail
		}
	}
	return reply
}

// ListRetention is the register of what is kept.
func (e *edge) ListRetention(ctx context.Context, r server.ListRetentionRequestObject) (server.ListRetentionResponseObject, error) {
	if err := known("list", r.Params.List); err != nil {
		return nil, err
	}
	which := board.KeepingList(r.Params.List)
	if which == "" {
		which = board.ListDue
	}
	list, err := e.Gateway.KeptPage(ctx, e.call(ctx), which, page(r.Params.Cursor, r.Params.Limit))
	if err != nil {
		return nil, err
	}
	return server.ListRetention200JSONResponse{RetentionPageReplyJSONResponse: server.RetentionPageReplyJSONResponse{
		Items: items(list.Items, keptRow), NextCursor: list.Next, AsOf: list.AsOf.UTC(),
		Stale: !list.StaleSince.IsZero(), StaleSince: utc(list.StaleSince),
	}}, nil
}

// keptRow is a row of the register: no content.
func keptRow(r gateway.KeptRow) server.RetentionRow {
	row := server.RetentionRow{
		Request: string(r.ID), Number: r.Number, Kind: server.RequestKind(r.Kind), State: server.RequestState(r.State), Partner: string(r.Partner),
		Campaign: r.Campaign, Level: server.Level(r.Level.String()), ReceivedAt: r.ReceivedAt.UTC(), Retention: termView(r.Term), Allowed: names(r.Allowed),
	}
	if k := r.Keeping; k != nil {
		row.ClosedAt, row.HeldAt, row.HeldBy = utc(k.ClosedAt), utc(k.HeldAt), string(k.HeldBy)
		row.ProposedAt, row.ProposedBy = utc(k.ProposedAt), string(k.ProposedBy)
	}
	return row
}

// termView is what the rules of retention say, and the sentence that says it.
func termView(t retention.Term) server.RetentionTerm {
	words := t.Sentence()
	return server.RetentionTerm{
		Standing: server.RetentionStanding(t.Standing), Rule: t.Rule.Name, Months: t.Rule.Months, Source: t.Rule.Source,
		Until: string(t.Until), DueAt: utc(t.DueAt), Vi: words.VI, En: words.EN,
	}
}

// keepingView adds to the view of a request how long it is kept, who holds it and who would erase it, and of what is erased
// how far it is gone.
func keepingView(view *server.StaffView, v gateway.View) {
	view.Retention = termView(v.Term)
	if h := v.Request.Hold; h != nil {
		view.LegalHold = server.StaffViewLegalHold{Reason: h.Reason, PlacedBy: string(h.By), PlacedAt: h.At.UTC()}
	}
	if p := v.Request.Erasure; p != nil {
		view.Erasure = server.StaffViewErasure{Rule: p.Rule, DueAt: p.DueAt.UTC(), ProposedBy: string(p.By), ProposedAt: p.At.UTC()}
	}
	if v.Request.Erased {
		view.Destruction = destruction(v.Gone)
	}
}

func destruction(d gateway.Destruction) server.StaffViewDestruction {
	if d.Searched.IsZero() {
		return server.StaffViewDestruction{State: server.StaffViewDestructionStateUnderWay}
	}
	return server.StaffViewDestruction{
		State: server.StaffViewDestructionStateDone, DestroyedAt: utc(d.Destroyed), SearchedAt: utc(d.Searched), BackupsEndAt: utc(d.Backups),
	}
}
