package httpapi

import (
	"context"

	"verigate/api/server"
	"verigate/internal/access"
	"verigate/internal/gateway"
)

// ListCompartments is who is in the compartments that the caller sees to, and why.
func (e *edge) ListCompartments(ctx context.Context, _ server.ListCompartmentsRequestObject) (server.ListCompartmentsResponseObject, error) {
	all, err := e.Gateway.Compartments(e.call(ctx))
	if err != nil {
		return nil, err
	}
	return server.ListCompartments200JSONResponse{CompartmentsReplyJSONResponse: server.CompartmentsReplyJSONResponse{Items: items(all, compartmentView)}}, nil
}

func compartmentView(c gateway.Compartment) server.CompartmentsItem {
	return server.CompartmentsItem{Compartment: string(c.Name), Members: items(c.Members, func(m access.Member) server.CompartmentsItemMember {
		return server.CompartmentsItemMember{
			Person: string(m.Person), Keeper: m.Keeper, Since: m.Since.UTC(), Until: utc(m.Until), Reason: m.Reason,
			ProposedBy: string(m.ProposedBy), ConfirmedBy: string(m.ConfirmedBy),
		}
	})}
}
