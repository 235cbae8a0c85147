package httpapi

import (
	"context"
	"errors"

	"verigate/api/server"
	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/verification"
)

// RegisterRequest is row 1b: what came by paper, telephone or e-mail.
func (e *edge) RegisterRequest(ctx context.Context, r server.RegisterRequestRequestObject) (server.RegisterRequestResponseObject, error) {
	c, err := e.Gateway.Register(ctx, e.call(ctx), gateway.Registration{
		Partner: verification.PartnerCode(r.Body.Partner), SenderUnknown: r.Body.Sender == "unknown",
		Sender: joined(", ", r.Body.SenderName, r.Body.SenderContact), ReceivedAt: utc(r.Body.ReceivedAt),
		RegisterNumber: r.Body.RegisterNumber, Request: r.Body.Request,
	})
	if err != nil {
		return nil, err
	}
	return e.created(ctx, c)
}

// RegisterStub is row 1c: above the ceiling, no text.
func (e *edge) RegisterStub(ctx context.Context, r server.RegisterStubRequestObject) (server.RegisterStubResponseObject, error) {
	c, err := e.Gateway.RegisterStub(ctx, e.call(ctx), gateway.Stub{
		Partner: verification.PartnerCode(r.Body.Partner), OwnReference: r.Body.OwnReference, Channel: string(r.Body.Channel),
		RegisterNumber: r.Body.RegisterNumber, Keeper: verification.PersonID(r.Body.Keeper),
		Degree: verification.Degree(r.Body.Degree), ReceivedAt: utc(r.Body.ReceivedAt),
	})
	if err != nil {
		return nil, err
	}
	return e.created(ctx, c)
}

// GetCandidates is what routing is decided from.
func (e *edge) GetCandidates(ctx context.Context, r server.GetCandidatesRequestObject) (server.GetCandidatesResponseObject, error) {
	c, v, err := e.Gateway.Candidates(ctx, e.call(ctx), verification.RequestID(r.ID))
	if err != nil {
		return nil, err
	}
	return server.GetCandidates200JSONResponse{CandidatesReplyJSONResponse: server.CandidatesReplyJSONResponse{
		Body: candidatesView(c, e.Gateway.Directory(), v.Now), Headers: server.CandidatesReplyResponseHeaders{ETag: staffTag(v)},
	}}, nil
}

// ClaimRequest is row 3: claim, hand over, take over.
func (e *edge) ClaimRequest(ctx context.Context, r server.ClaimRequestRequestObject) (server.ClaimRequestResponseObject, error) {
	reply, err := e.staff(e.Gateway.Claim(ctx, e.call(ctx), verification.RequestID(r.ID), verification.Claim{
		To: verification.PersonID(r.Body.To), TakeOver: r.Body.TakeOver, Reason: r.Body.Reason,
	}))
	return server.ClaimRequest200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// RouteRequest is row 4.
func (e *edge) RouteRequest(ctx context.Context, r server.RouteRequestRequestObject) (server.RouteRequestResponseObject, error) {
	routing := gateway.Routing{All: r.Body.All, Exclude: verification.Exclusion{
		Units:   each[verification.UnitCode](r.Body.Exclude.Units),
		Persons: each[verification.PersonID](r.Body.Exclude.Persons),
	}}
	for _, a := range r.Body.Assignments {
		routing.Assignments = append(routing.Assignments, verification.Assignment{
			Unit: verification.UnitCode(a.Unit), Questions: a.Questions, Officers: each[verification.PersonID](a.Officers),
		})
	}
	reply, err := e.staff(e.Gateway.Route(ctx, e.noting(ctx, r.Body.Note), verification.RequestID(r.ID), routing))
	return server.RouteRequest200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// AnswerQuestions is row 4b.
func (e *edge) AnswerQuestions(ctx context.Context, r server.AnswerQuestionsRequestObject) (server.AnswerQuestionsResponseObject, error) {
	var cmd verification.AnswerByDesk
	for _, q := range r.Body.Questions {
		cmd.Answers = append(cmd.Answers, verification.DeskAnswer{
			N: q.N, Result: verification.Result(q.Result), Code: string(q.Code), Channel: string(q.Channel), Text: q.Text,
		})
	}
	reply, err := e.staff(e.do(ctx, r.ID, cmd))
	return server.AnswerQuestions200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// AskAgency is row 4c. What else was said, and the reference of the letter, are a note on the task.
func (e *edge) AskAgency(ctx context.Context, r server.AskAgencyRequestObject) (server.AskAgencyResponseObject, error) {
	reference := r.Body.Reference
	if reference != "" {
		reference = "Reference " + reference
	}
	reply, err := e.staff(e.Gateway.Do(ctx, e.noting(ctx, reference, r.Body.Text), verification.RequestID(r.ID), verification.AskAgency{
		Agency: string(r.Body.Agency), Questions: r.Body.Questions,
	}))
	return server.AskAgency200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// MarkDuplicate is row 5. The twin may be named by its number, as people do.
func (e *edge) MarkDuplicate(ctx context.Context, r server.MarkDuplicateRequestObject) (server.MarkDuplicateResponseObject, error) {
	of, err := e.named(ctx, r.Body.Of)
	if err != nil {
		return nil, err
	}
	reply, err := e.staff(e.Gateway.Duplicate(ctx, e.noting(ctx, r.Body.Note), verification.RequestID(r.ID), of))
	return server.MarkDuplicate200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// named finds a request by its id or its number. Whether the caller may know of it is asked of the request itself,
// by whoever uses the id.
func (e *edge) named(ctx context.Context, of string) (verification.RequestID, error) {
	number, ok := gateway.ValidNumber(of)
	if !ok {
		return verification.RequestID(of), nil
	}
	row, err := e.Gateway.Board.ByNumber(ctx, number, board.Visible{May: func(board.Audience) bool { return true }})
	if errors.Is(err, board.ErrNotFound) {
		return "", gateway.ErrHidden
	}
	return row.ID, err
}

// AskPartner is row 6.
func (e *edge) AskPartner(ctx context.Context, r server.AskPartnerRequestObject) (server.AskPartnerResponseObject, error) {
	reply, err := e.staff(e.Gateway.AskPartner(ctx, e.call(ctx), verification.RequestID(r.ID), verification.AskPartner{
		Code: string(r.Body.Code), Text: r.Body.Text, Questions: r.Body.Questions, ReplyBy: utc(r.Body.ReplyBy),
	}))
	return server.AskPartner200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}

// RejectClarification turns down what a unit would have the partner asked.
func (e *edge) RejectClarification(ctx context.Context, r server.RejectClarificationRequestObject) (server.RejectClarificationResponseObject, error) {
	reply, err := e.staff(e.do(ctx, r.ID, verification.RejectClarification{Proposal: r.Body.Proposal, Code: string(r.Body.Code), Text: r.Body.Text}))
	return server.RejectClarification200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}
