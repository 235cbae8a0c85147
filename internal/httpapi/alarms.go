package httpapi

import (
	"context"

	"verigate/api/server"
	"verigate/internal/gateway"
	"verigate/internal/verification"
)

// ListAlarms is which sealed matters alarm the caller.
func (e *edge) ListAlarms(ctx context.Context, _ server.ListAlarmsRequestObject) (server.ListAlarmsResponseObject, error) {
	all, err := e.Gateway.Alarms(e.call(ctx))
	if err != nil {
		return nil, err
	}
	return server.ListAlarms200JSONResponse{AlarmsReplyJSONResponse: server.AlarmsReplyJSONResponse{Items: items(all, alarmView)}}, nil
}

// AppointAlarmed names the keeper of a sealed matter that alarms a lead. It is answered with what alarms them now, for the
// matter itself is not theirs to read.
func (e *edge) AppointAlarmed(ctx context.Context, r server.AppointAlarmedRequestObject) (server.AppointAlarmedResponseObject, error) {
	all, err := e.Gateway.AppointAlarmed(ctx, e.call(ctx), verification.RequestID(r.ID), verification.PersonID(r.Body.Person))
	if err != nil {
		return nil, err
	}
	return server.AppointAlarmed200JSONResponse{AlarmsReplyJSONResponse: server.AlarmsReplyJSONResponse{Items: items(all, alarmView)}}, nil
}

func alarmView(a gateway.Alarm) server.AlarmsItem {
	return server.AlarmsItem{
		Request: string(a.ID), Number: a.Number, Rung: server.AlarmsItemRung(a.Rung), Since: a.Since.UTC(), DueAt: utc(a.DueAt), Keepers: each[string](a.Keepers),
	}
}
