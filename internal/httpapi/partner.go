package httpapi

import (
	"context"
	"encoding/json"

	"verigate/api/server"
	"verigate/internal/gateway"
	"verigate/internal/verification"
)

// SubmitRequest is row 1.
func (e *edge) SubmitRequest(ctx context.Context, _ server.SubmitRequestRequestObject) (server.SubmitRequestResponseObject, error) {
	c, err := e.Gateway.Submit(ctx, e.call(ctx))
	if err != nil {
		return nil, err
	}
	return e.created(ctx, c)
}

// GetRequest is one request in the view of its reader.
func (e *edge) GetRequest(ctx context.Context, r server.GetRequestRequestObject) (server.GetRequestResponseObject, error) {
	reply, err := e.either(e.Gateway.Get(ctx, e.call(ctx), verification.RequestID(r.ID)))
	return server.GetRequest200JSONResponse{RequestViewReplyJSONResponse: reply}, err
}

// ReplyToClarification is row 7.
func (e *edge) ReplyToClarification(ctx context.Context, r server.ReplyToClarificationRequestObject) (server.ReplyToClarificationResponseObject, error) {
	reply, err := e.partner(e.Gateway.Reply(ctx, e.call(ctx), verification.RequestID(r.ID)))
	return server.ReplyToClarification200JSONResponse{PartnerViewReplyJSONResponse: reply}, err
}

// WithdrawRequest is row 21.
func (e *edge) WithdrawRequest(ctx context.Context, r server.WithdrawRequestRequestObject) (server.WithdrawRequestResponseObject, error) {
	reply, err := e.partner(e.do(ctx, r.ID, verification.Withdraw{Text: r.Body.Text}))
	return server.WithdrawRequest200JSONResponse{PartnerViewReplyJSONResponse: reply}, err
}

// ConfirmAnswer is row 16. Whether it was useful may be left unsaid, which the generated type cannot tell from no.
func (e *edge) ConfirmAnswer(ctx context.Context, r server.ConfirmAnswerRequestObject) (server.ConfirmAnswerResponseObject, error) {
	var said struct {
		Useful *bool `json:"useful"`
	}
	if err := json.Unmarshal(admissionOf(ctx).body, &said); err != nil {
		return nil, &fault{code: codeUnreadable, cause: err}
	}
	reply, err := e.partner(e.do(ctx, r.ID, verification.Confirm{
		Release: r.Body.Version, Useful: said.Useful, Text: r.Body.Text,
	}))
	return server.ConfirmAnswer200JSONResponse{PartnerViewReplyJSONResponse: reply}, err
}

// FollowUp is row 17.
func (e *edge) FollowUp(ctx context.Context, r server.FollowUpRequestObject) (server.FollowUpResponseObject, error) {
	c, _, err := e.Gateway.FollowUp(ctx, e.call(ctx), verification.RequestID(r.ID))
	if err != nil {
		return nil, err
	}
	return e.created(ctx, c)
}

// ReopenRequest is row 22.
func (e *edge) ReopenRequest(ctx context.Context, r server.ReopenRequestRequestObject) (server.ReopenRequestResponseObject, error) {
	reply, err := e.either(e.Gateway.Reopen(ctx, e.noting(ctx, r.Body.Text), verification.RequestID(r.ID), r.Body.Questions))
	return server.ReopenRequest200JSONResponse{RequestViewReplyJSONResponse: reply}, err
}

// ListConsents is what this originator is asked to allow. There are few at a time: they come on one page.
func (e *edge) ListConsents(ctx context.Context, r server.ListConsentsRequestObject) (server.ListConsentsResponseObject, error) {
	if r.Params.Cursor != "" {
		return nil, gateway.ErrBadCursor
	}
	asks, err := e.Gateway.Consents(ctx, e.call(ctx))
	if err != nil {
		return nil, err
	}
	page := server.ConsentPageReplyJSONResponse{AsOf: e.Now().UTC(), Items: make([]server.ConsentView, len(asks))}
	for i, a := range asks {
		if page.Items[i], err = consentView(a); err != nil {
			return nil, err
		}
	}
	return server.ListConsents200JSONResponse{ConsentPageReplyJSONResponse: page}, nil
}

// DecideConsent is row 14. The contract's words are the states' own.
func (e *edge) DecideConsent(ctx context.Context, r server.DecideConsentRequestObject) (server.DecideConsentResponseObject, error) {
	state := verification.ConsentState(r.Body.Decision)
	a, err := e.Gateway.DecideConsent(ctx, e.call(ctx), r.ID, state, r.Body.Conditions)
	if err != nil {
		return nil, err
	}
	view, err := consentView(a)
	return server.DecideConsent200JSONResponse{ConsentReplyJSONResponse: server.ConsentReplyJSONResponse(view)}, err
}
