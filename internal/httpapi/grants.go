package httpapi

import (
	"context"
	"strings"

	"verigate/api/server"
	"verigate/internal/access"
)

// ListGrants is what was opened to whom, and by which two persons.
func (e *edge) ListGrants(ctx context.Context, r server.ListGrantsRequestObject) (server.ListGrantsResponseObject, error) {
	list, err := e.Gateway.Grants(e.call(ctx), page(r.Params.Cursor, r.Params.Limit))
	if err != nil {
		return nil, err
	}
	return server.ListGrants200JSONResponse{GrantPageReplyJSONResponse: server.GrantPageReplyJSONResponse{
		Items: items(list.Items, func(g access.Granted) server.Grant {
			return server.Grant{
				Grant: string(g.ID), Person: string(g.Person), Role: strings.ToLower(string(g.Role)),
				Compartment: string(g.Membership.Compartment), Keeper: g.Membership.Keeper, State: server.GrantState(g.State(list.AsOf)),
				ProposedBy: string(g.ProposedBy), ConfirmedBy: string(g.ConfirmedBy), ConfirmedAt: utc(g.ConfirmedAt),
				Until: g.Until.UTC(), EndedAt: utc(g.EndedAt),
			}
		}),
		NextCursor: list.Next, AsOf: list.AsOf.UTC(),
	}}, nil
}
