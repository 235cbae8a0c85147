package httpapi

import (
	"context"

	"verigate/api/server"
	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/verification"
)

// ListCompartments is who is in the compartments that the caller sees to, and why.
func (e *edge) ListCompartments(ctx context.Context, _ server.ListCompartmentsRequestObject) (server.ListCompartmentsResponseObject, error) {
	all, err := e.Gateway.Compartments(e.call(ctx))
	if err != nil {
		return nil, err
	}
	return server.ListCompartments200JSONResponse{CompartmentsReplyJSONResponse: server.CompartmentsReplyJSONResponse{Items: items(all, compartmentView)}}, nil
}

// SetKeepersOnDuty says who is on duty in a compartment in a time, and who is the deputy.
func (e *edge) SetKeepersOnDuty(ctx context.Context, r server.SetKeepersOnDutyRequestObject) (server.SetKeepersOnDutyResponseObject, error) {
	all, err := e.Gateway.SetDuty(ctx, e.call(ctx), verification.Compartment(r.Compartment), access.Turn{
		Person: verification.PersonID(r.Body.Person), Deputy: verification.PersonID(r.Body.Deputy), From: r.Body.From, Until: r.Body.Until,
	})
	if err != nil {
		return nil, err
	}
	return server.SetKeepersOnDuty200JSONResponse{CompartmentsReplyJSONResponse: server.CompartmentsReplyJSONResponse{Items: items(all, compartmentView)}}, nil
}

// TestAlarm tries whom a sealed matter of a compartment would alarm.
func (e *edge) TestAlarm(ctx context.Context, r server.TestAlarmRequestObject) (server.TestAlarmResponseObject, error) {
	all, err := e.Gateway.TestAlarm(ctx, e.call(ctx), verification.Compartment(r.Compartment))
	if err != nil {
		return nil, err
	}
	return server.TestAlarm200JSONResponse{CompartmentsReplyJSONResponse: server.CompartmentsReplyJSONResponse{Items: items(all, compartmentView)}}, nil
}

func alarmTestView(t access.AlarmTest) server.CompartmentsItemAlarmTest {
	if t.At.IsZero() {
		return server.CompartmentsItemAlarmTest{}
	}
	return server.CompartmentsItemAlarmTest{At: t.At.UTC(), By: string(t.By), Told: items(t.Told, func(h access.Heard) server.CompartmentsItemAlarmTestTold {
		return server.CompartmentsItemAlarmTestTold{Person: string(h.Person), Rung: server.CompartmentsItemAlarmTestToldRung(h.Rung), ConfirmedAt: utc(h.ConfirmedAt)}
	})}
}

func compartmentView(c gateway.Compartment) server.CompartmentsItem {
	turns := items(c.Turns, func(t access.Turn) server.KeepersTurn {
		return server.KeepersTurn{Person: string(t.Person), Deputy: string(t.Deputy), From: t.From.UTC(), Until: t.Until.UTC()}
	})
	return server.CompartmentsItem{Compartment: string(c.Name), Turns: turns, UncoveredFrom: utc(c.Uncovered), AlarmTest: alarmTestView(c.Test), Members: items(c.Members, func(m access.Member) server.CompartmentsItemMember {
		return server.CompartmentsItemMember{
			Person: string(m.Person), Keeper: m.Keeper, Since: m.Since.UTC(), Until: utc(m.Until), Reason: m.Reason,
			ProposedBy: string(m.ProposedBy), ConfirmedBy: string(m.ConfirmedBy),
		}
	})}
}
