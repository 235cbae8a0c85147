package httpapi

import (
	"context"
	"strconv"

	"verigate/api/server"
	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/marking"
	"verigate/internal/verification"
)

// ExtendPromise is row 24.
func (e *edge) ExtendPromise(ctx context.Context, r server.ExtendPromiseRequestObject) (server.ExtendPromiseResponseObject, error) {
	reply, err := e.staff(e.Gateway.Extend(ctx, e.call(ctx), verification.RequestID(r.ID), verification.Extend{
		DueAt: utc(r.Body.DueAt), Code: string(r.Body.Code), Text: r.Body.Text,
	}))
	return server.ExtendPromise200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// DeclareAboveCeiling is row 25.
func (e *edge) DeclareAboveCeiling(ctx context.Context, r server.DeclareAboveCeilingRequestObject) (server.DeclareAboveCeilingResponseObject, error) {
	reply, err := e.staff(e.do(ctx, r.ID, verification.FindAboveCeiling{Code: string(r.Body.Code)}))
	return server.DeclareAboveCeiling200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// HandleOutside is row 26.
func (e *edge) HandleOutside(ctx context.Context, r server.HandleOutsideRequestObject) (server.HandleOutsideResponseObject, error) {
	reply, err := e.staff(e.Gateway.HandleOutside(ctx, e.call(ctx), verification.RequestID(r.ID)))
	return server.HandleOutside200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// ChangeDegree is row 27.
func (e *edge) ChangeDegree(ctx context.Context, r server.ChangeDegreeRequestObject) (server.ChangeDegreeResponseObject, error) {
	cmd := verification.ChangeDegree{
		Degree: verification.Degree(r.Body.Degree), Code: string(r.Body.Code), Text: r.Body.Text,
	}
	reply, err := e.staff(e.Gateway.ChangeDegree(ctx, e.call(ctx), verification.RequestID(r.ID), cmd))
	return server.ChangeDegree200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// LowerLevel is row 30.
func (e *edge) LowerLevel(ctx context.Context, r server.LowerLevelRequestObject) (server.LowerLevelResponseObject, error) {
	to, err := marking.ParseLevel(string(r.Body.Level))
	if err != nil {
		return nil, err
	}
	reply, err := e.staff(e.Gateway.LowerLevel(ctx, e.call(ctx), verification.RequestID(r.ID), verification.LowerLevel{
		Level: to, Code: string(r.Body.Code), Text: r.Body.Text, AgreedIn: r.Body.AgreedIn,
	}))
	return server.LowerLevel200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// CloseCirculation ends the circulation of information before all have read.
func (e *edge) CloseCirculation(ctx context.Context, r server.CloseCirculationRequestObject) (server.CloseCirculationResponseObject, error) {
	reply, err := e.staff(e.Gateway.Do(ctx, e.noting(ctx, r.Body.Note), verification.RequestID(r.ID), verification.CloseInformation{}))
	return server.CloseCirculation200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// AppointKeeper names who keeps a stub or a sealed matter.
func (e *edge) AppointKeeper(ctx context.Context, r server.AppointKeeperRequestObject) (server.AppointKeeperResponseObject, error) {
	reply, err := e.staff(e.Gateway.AppointKeeper(ctx, e.call(ctx), verification.RequestID(r.ID), verification.PersonID(r.Body.Person)))
	return server.AppointKeeper200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// RepinPolicy moves the request to other versions of the limits.
func (e *edge) RepinPolicy(ctx context.Context, r server.RepinPolicyRequestObject) (server.RepinPolicyResponseObject, error) {
	cmd := verification.RepinPolicy{Policy: r.Body.Policy, Calendar: r.Body.Calendar}
	reply, err := e.staff(e.Gateway.Repin(ctx, e.call(ctx), verification.RequestID(r.ID), cmd))
	return server.RepinPolicy200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// NoteRequest keeps an internal remark.
func (e *edge) NoteRequest(ctx context.Context, r server.NoteRequestRequestObject) (server.NoteRequestResponseObject, error) {
	reply, err := e.staff(e.do(ctx, r.ID, verification.AddNote{Text: r.Body.Text, Call: callOf(r.Body)}))
	return server.NoteRequest200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// callOf is the call that a note is of; nil: of none.
func callOf(n *server.Notes) *verification.Call {
	if n.Kind != server.NoteKindCall {
		return nil
	}
	return &verification.Call{PromisedAt: utc(n.PromisedAt)}
}

// SetBreachCause gives a breach its coded cause. The desk is answered with the request, a unit with its task.
func (e *edge) SetBreachCause(ctx context.Context, r server.SetBreachCauseRequestObject) (server.SetBreachCauseResponseObject, error) {
	v, err := e.Gateway.Do(ctx, e.call(ctx), verification.RequestID(r.ID), verification.ExplainBreach{
		N: r.N, Code: string(r.Body.Code), Text: r.Body.Text,
	})
	reply, err := e.explained(r.N, v, err)
	return server.SetBreachCause200JSONResponse{BreachReplyJSONResponse: reply}, err
}

func (e *edge) explained(breach int, v gateway.View, err error) (server.BreachReplyJSONResponse, error) {
	var reply server.BreachReplyJSONResponse
	if err != nil {
		return reply, err
	}
	reply.Headers.ETag = staffTag(v)
	if access.ViewOf(v.By, access.ObjectOf(v.Request)) == access.StaffView {
		s, err := e.staff(v, nil)
		if err == nil {
			err = reply.Body.FromStaffView(s.Body)
		}
		return reply, err
	}
	t, err := e.did(string(v.Request.Breaches[breach-1].Step.Task), v, nil)
	if err == nil {
		err = reply.Body.FromTask(t.Body)
	}
	return reply, err
}

// AnnulBreach takes back a breach that was wrong.
func (e *edge) AnnulBreach(ctx context.Context, r server.AnnulBreachRequestObject) (server.AnnulBreachResponseObject, error) {
	v, err := e.Gateway.Do(ctx, e.call(ctx), verification.RequestID(r.ID), verification.AnnulBreach{
		N: r.N, Code: string(r.Body.Code), Text: r.Body.Text,
	})
	reply, err := e.staff(v, err)
	return server.AnnulBreach200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// GetClocks is every clock with who was waited for, and its arithmetic.
func (e *edge) GetClocks(ctx context.Context, r server.GetClocksRequestObject) (server.GetClocksResponseObject, error) {
	v, decisions, err := e.Gateway.Decided(ctx, e.call(ctx), verification.RequestID(r.ID))
	if err != nil {
		return nil, err
	}
	view, err := e.clocksView(v, decisions)
	return server.GetClocks200JSONResponse{ClocksViewReplyJSONResponse: server.ClocksViewReplyJSONResponse{
		Body: view, Headers: server.ClocksViewReplyResponseHeaders{ETag: staffTag(v)},
	}}, err
}

// GetHistory is who did what and when.
func (e *edge) GetHistory(ctx context.Context, r server.GetHistoryRequestObject) (server.GetHistoryResponseObject, error) {
	happenings, err := e.Gateway.History(ctx, e.call(ctx), verification.RequestID(r.ID))
	return server.GetHistory200JSONResponse{HistoryViewReplyJSONResponse: server.HistoryViewReplyJSONResponse{
		Body:    historyView(happenings),
		Headers: server.HistoryViewReplyResponseHeaders{ETag: `"` + strconv.Itoa(len(happenings)) + `"`},
	}}, err
}
