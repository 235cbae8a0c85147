package httpapi

import (
	"context"

	"verigate/api/server"
	"verigate/internal/verification"
)

// ProposeRefusal is row 9a.
func (e *edge) ProposeRefusal(ctx context.Context, r server.ProposeRefusalRequestObject) (server.ProposeRefusalResponseObject, error) {
	reply, err := e.staff(e.Gateway.ProposeRefusal(
		ctx, e.call(ctx), verification.RequestID(r.ID), string(r.Body.Code), r.Body.Text,
	))
	return server.ProposeRefusal200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// ApproveRefusal is row 9b.
func (e *edge) ApproveRefusal(ctx context.Context, r server.ApproveRefusalRequestObject) (server.ApproveRefusalResponseObject, error) {
	reply, err := e.staff(e.Gateway.ApproveRefusal(ctx, e.call(ctx), verification.RequestID(r.ID), r.Body.Hash))
	return server.ApproveRefusal200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// RejectRefusal is row 9c.
func (e *edge) RejectRefusal(ctx context.Context, r server.RejectRefusalRequestObject) (server.RejectRefusalResponseObject, error) {
	reply, err := e.staff(e.do(ctx, r.ID, verification.RejectRefusal{Code: string(r.Body.Code), Text: r.Body.Text}))
	return server.RejectRefusal200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// DeclareNotCompetent is row 10.
func (e *edge) DeclareNotCompetent(ctx context.Context, r server.DeclareNotCompetentRequestObject) (server.DeclareNotCompetentResponseObject, error) {
	reply, err := e.staff(e.Gateway.NotCompetent(
		ctx, e.call(ctx), verification.RequestID(r.ID), string(r.Body.Channel), r.Body.Text,
	))
	return server.DeclareNotCompetent200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// SendToReview is row 11.
func (e *edge) SendToReview(ctx context.Context, r server.SendToReviewRequestObject) (server.SendToReviewResponseObject, error) {
	reply, err := e.staff(e.Gateway.Do(ctx, e.noting(ctx, r.Body.Note), verification.RequestID(r.ID), verification.SendToReview{}))
	return server.SendToReview200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// ReturnToUnit is row 12.
func (e *edge) ReturnToUnit(ctx context.Context, r server.ReturnToUnitRequestObject) (server.ReturnToUnitResponseObject, error) {
	reply, err := e.staff(e.do(ctx, r.ID, verification.ReturnTask{
		Task: verification.TaskID(r.Body.Task), Code: string(r.Body.Code), Text: r.Body.Text,
	}))
	return server.ReturnToUnit200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// AskConsent is row 13.
func (e *edge) AskConsent(ctx context.Context, r server.AskConsentRequestObject) (server.AskConsentResponseObject, error) {
	reply, err := e.staff(e.do(ctx, r.ID, verification.AskConsent{
		Facts: each[verification.FactID](r.Body.Facts), Originator: verification.PartnerCode(r.Body.Originator),
		Text: r.Body.Text,
	}))
	return server.AskConsent200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// CorrectAnswer is row 19.
func (e *edge) CorrectAnswer(ctx context.Context, r server.CorrectAnswerRequestObject) (server.CorrectAnswerResponseObject, error) {
	reply, err := e.staff(e.do(ctx, r.ID, verification.Correct{Code: string(r.Body.Code), Text: r.Body.Text}))
	return server.CorrectAnswer200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// DropCorrection is row 19's way back.
func (e *edge) DropCorrection(ctx context.Context, r server.DropCorrectionRequestObject) (server.DropCorrectionResponseObject, error) {
	reply, err := e.staff(e.Gateway.Do(ctx, e.noting(ctx, r.Body.Text), verification.RequestID(r.ID), verification.DropCorrection{}))
	return server.DropCorrection200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// RecallVersion is row 20.
func (e *edge) RecallVersion(ctx context.Context, r server.RecallVersionRequestObject) (server.RecallVersionResponseObject, error) {
	reply, err := e.staff(e.Gateway.Recall(
		ctx, e.call(ctx), verification.RequestID(r.ID), r.Body.Version, string(r.Body.Code), r.Body.Text,
	))
	return server.RecallVersion200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// SealRequest is row 23. It is answered when no list anywhere shows the request any more to who is not of the compartment.
func (e *edge) SealRequest(ctx context.Context, r server.SealRequestRequestObject) (server.SealRequestResponseObject, error) {
	reply, err := e.staff(e.Gateway.SealInto(
		ctx, e.call(ctx), verification.RequestID(r.ID), verification.Compartment(r.Body.Compartment), r.Body.Reason,
	))
	return server.SealRequest200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}
