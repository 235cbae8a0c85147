package httpapi

import (
	"context"

	"verigate/api/server"
	"verigate/internal/gateway"
	"verigate/internal/verification"
)

// ListAlarms is which sealed matters alarm the caller.
func (e *edge) ListAlarms(ctx context.Context, _ server.ListAlarmsRequestObject) (server.ListAlarmsResponseObject, error) {
	c := e.call(ctx)
	all, err := e.Gateway.Alarms(c)
	if err != nil {
		return nil, err
	}
	return server.ListAlarms200JSONResponse{AlarmsReplyJSONResponse: e.alarms(c, all)}, nil
}

// ConfirmAlarmTests says that the caller has heard the tests that sound for them.
func (e *edge) ConfirmAlarmTests(ctx context.Context, _ server.ConfirmAlarmTestsRequestObject) (server.ConfirmAlarmTestsResponseObject, error) {
	c := e.call(ctx)
	all, err := e.Gateway.ConfirmAlarmTests(ctx, c)
	if err != nil {
		return nil, err
	}
	return server.ConfirmAlarmTests200JSONResponse{AlarmsReplyJSONResponse: e.alarms(c, all)}, nil
}

// alarms are what alarms the caller, and whether a test does.
func (e *edge) alarms(c gateway.Call, all []gateway.Alarm) server.AlarmsReplyJSONResponse {
	return server.AlarmsReplyJSONResponse{Items: items(all, alarmView), TestSince: utc(e.Gateway.TestSounds(c.By))}
}

// AppointAlarmed names the keeper of a sealed matter that alarms a lead. It is answered with what alarms them now, for the
// matter itself is not theirs to read.
func (e *edge) AppointAlarmed(ctx context.Context, r server.AppointAlarmedRequestObject) (server.AppointAlarmedResponseObject, error) {
	c := e.call(ctx)
	all, err := e.Gateway.AppointAlarmed(ctx, c, verification.RequestID(r.ID), verification.PersonID(r.Body.Person))
	if err != nil {
		return nil, err
	}
	return server.AppointAlarmed200JSONResponse{AlarmsReplyJSONResponse: e.alarms(c, all)}, nil
}

func alarmView(a gateway.Alarm) server.AlarmsItem {
	return server.AlarmsItem{
		Request: string(a.ID), Number: a.Number, Rung: server.AlarmsItemRung(a.Rung), Since: a.Since.UTC(), DueAt: utc(a.DueAt), Keepers: each[string](a.Keepers),
	}
}
