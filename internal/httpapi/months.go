package httpapi

import (
	"context"

	"verigate/api/server"
	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/month"
)

// ListMonthEnds are the months that may be ended, and those that were.
func (e *edge) ListMonthEnds(ctx context.Context, _ server.ListMonthEndsRequestObject) (server.ListMonthEndsResponseObject, error) {
	rows, err := e.Gateway.MonthEnds(ctx, e.call(ctx))
	return server.ListMonthEnds200JSONResponse{MonthEndsReplyJSONResponse: monthEnds(rows)}, err
}

// ProposeMonthEnd asks for another person.
func (e *edge) ProposeMonthEnd(ctx context.Context, r server.ProposeMonthEndRequestObject) (server.ProposeMonthEndResponseObject, error) {
	rows, err := e.Gateway.EndMonth(ctx, e.call(ctx), r.Month, func(m month.Month, due bool) access.Change {
		return access.ProposeMonthEnd{Month: m.Month, Reason: r.Body.Reason, Due: due}
	})
	return server.ProposeMonthEnd200JSONResponse{MonthEndsReplyJSONResponse: monthEnds(rows)}, err
}

// ConfirmMonthEnd ends a month.
func (e *edge) ConfirmMonthEnd(ctx context.Context, r server.ConfirmMonthEndRequestObject) (server.ConfirmMonthEndResponseObject, error) {
	rows, err := e.Gateway.EndMonth(ctx, e.call(ctx), r.Month, func(m month.Month, due bool) access.Change {
		return access.ConfirmMonthEnd{Month: m.Month, Groups: m.Groups, Due: due}
	})
	return server.ConfirmMonthEnd200JSONResponse{MonthEndsReplyJSONResponse: monthEnds(rows)}, err
}

// DropMonthEnd ends a proposal.
func (e *edge) DropMonthEnd(ctx context.Context, r server.DropMonthEndRequestObject) (server.DropMonthEndResponseObject, error) {
	rows, err := e.Gateway.EndMonth(ctx, e.call(ctx), r.Month, func(m month.Month, _ bool) access.Change {
		return access.DropMonthEnd{Month: m.Month, Reason: r.Body.Reason}
	})
	return server.DropMonthEnd200JSONResponse{MonthEndsReplyJSONResponse: monthEnds(rows)}, err
}

func monthEnds(rows []gateway.MonthRow) server.MonthEndsReplyJSONResponse {
	return server.MonthEndsReplyJSONResponse{Items: items(rows, monthEnd)}
}

func monthEnd(r gateway.MonthRow) server.MonthEnd {
	out := server.MonthEnd{
		Month: r.Month.Month, Standing: server.MonthEndStanding(r.Standing), Reason: r.End.Reason, ProposedBy: string(r.End.Proposed),
		EndedBy: string(r.End.EndedBy), EndedAt: utc(r.End.EndedAt), Allowed: []string{},
	}
	if p := r.End.Proposal; p != nil {
		out.Reason, out.ProposedBy, out.ProposedAt = p.Reason, string(p.By), utc(p.At)
	}
	if r.Propose {
		out.Allowed = append(out.Allowed, "propose_month_end")
	}
	if r.Confirm {
		out.Allowed = append(out.Allowed, "confirm_month_end")
	}
	if r.Drop {
		out.Allowed = append(out.Allowed, "drop_month_end")
	}
	return out
}
