package httpapi

import (
	"context"
	"time"

	"verigate/api/server"
	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/verification"
)

// GetOnCall is who is on call as second reviewer, and what alarms the caller.
func (e *edge) GetOnCall(ctx context.Context, _ server.GetOnCallRequestObject) (server.GetOnCallResponseObject, error) {
	on, err := e.Gateway.OnCall(ctx, e.call(ctx))
	if err != nil {
		return nil, err
	}
	return server.GetOnCall200JSONResponse{OnCallReplyJSONResponse: onCallReply(on)}, nil
}

// SetOnCall says who is on call in a time.
func (e *edge) SetOnCall(ctx context.Context, r server.SetOnCallRequestObject) (server.SetOnCallResponseObject, error) {
	on, err := e.Gateway.SetOnCall(ctx, e.call(ctx), access.Turn{
		Person: verification.PersonID(r.Body.Person), From: r.Body.From, Until: r.Body.Until,
	})
	if err != nil {
		return nil, err
	}
	return server.SetOnCall200JSONResponse{OnCallReplyJSONResponse: onCallReply(on)}, nil
}

func onCallReply(on gateway.OnCall) server.OnCallReplyJSONResponse {
	view := server.OnCallReplyJSONResponse{HeardUntil: utc(on.Heard), Turns: items(on.Turns, func(t access.Turn) server.OnCallTurn {
		return server.OnCallTurn{Person: string(t.Person), From: t.From.UTC(), Until: t.Until.UTC()}
	})}
	if a := on.Alarm; a.Mark != "" {
		view.Alarm = server.OnCallAlarm{Mark: server.OnCallAlarmMark(a.Mark), Request: string(a.Request), Number: a.Number, Since: a.Since.UTC()}
	}
	return view
}

// GetMarks is up to when the caller has read what.
func (e *edge) GetMarks(ctx context.Context, _ server.GetMarksRequestObject) (server.GetMarksResponseObject, error) {
	marks, err := e.Gateway.Marks(e.call(ctx))
	if err != nil {
		return nil, err
	}
	return server.GetMarks200JSONResponse{MarksReplyJSONResponse: marksReply(marks)}, nil
}

// SetMark says that the caller has read something.
func (e *edge) SetMark(ctx context.Context, r server.SetMarkRequestObject) (server.SetMarkResponseObject, error) {
	marks, err := e.Gateway.SetMark(ctx, e.call(ctx), access.SetMark{Mark: access.Mark(r.Body.Mark), Until: r.Body.Until})
	if err != nil {
		return nil, err
	}
	return server.SetMark200JSONResponse{MarksReplyJSONResponse: marksReply(marks)}, nil
}

func marksReply(read map[access.Mark]time.Time) server.MarksReplyJSONResponse {
	view := server.MarksReplyJSONResponse{Items: []server.Mark{}}
	for _, m := range access.Marks() {
		if until, has := read[m]; has {
			view.Items = append(view.Items, server.Mark{Mark: server.MarkMark(m), Until: until.UTC()})
		}
	}
	return view
}
