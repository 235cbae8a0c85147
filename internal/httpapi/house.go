package httpapi

import (
	"context"

	"verigate/api/server"
	"verigate/internal/board"
	"verigate/internal/directory"
	"verigate/internal/gateway"
	"verigate/internal/sla"
)

// FindRequest says which request bears a number, to whom may know of it.
func (e *edge) FindRequest(ctx context.Context, r server.FindRequestRequestObject) (server.FindRequestResponseObject, error) {
	number, valid := gateway.ValidNumber(r.Number)
	if !valid {
		return nil, &fault{code: codeParameter, detail: "number has a wrong sign: check it against the receipt."}
	}
	row, err := e.Gateway.Find(ctx, e.call(ctx), number)
	if err != nil {
		return nil, err
	}
	return server.FindRequest200JSONResponse{FoundReplyJSONResponse: server.FoundReplyJSONResponse{ID: string(row.ID), Number: row.Number}}, nil
}

// FindByReference is which requests a partner calls so, of those that the caller may know of.
func (e *edge) FindByReference(ctx context.Context, r server.FindByReferenceRequestObject) (server.FindByReferenceResponseObject, error) {
	rows, err := e.Gateway.FindByReference(ctx, e.call(ctx), r.Body.OwnReference)
	if err != nil {
		return nil, err
	}
	found := func(r board.Row) server.FoundRequestsItem {
		return server.FoundRequestsItem{ID: string(r.ID), Number: r.Number, Partner: string(r.Partner), State: string(r.State)}
	}
	return server.FindByReference200JSONResponse{FoundRequestsReplyJSONResponse: server.FoundRequestsReplyJSONResponse{Items: items(rows, found)}}, nil
}

// ListWays says how people sign in here.
func (e *edge) ListWays(context.Context, server.ListWaysRequestObject) (server.ListWaysResponseObject, error) {
	ways := server.Ways{Items: []server.WaysItems{server.WaysItemsAccount}}
	if e.Provided != nil {
		ways.Items = append(ways.Items, server.WaysItemsProvider)
	}
	return server.ListWays200JSONResponse{WaysReplyJSONResponse: server.WaysReplyJSONResponse(ways)}, nil
}

// GetReference says what the gateway works by today.
func (e *edge) GetReference(context.Context, server.GetReferenceRequestObject) (server.GetReferenceResponseObject, error) {
	d, rules := e.Gateway.Directory(), e.Gateway.Rules
	view := server.ReferenceData{
		Units: items(d.UnitsValid(e.Now()), unitInForce), Partners: items(d.Partners(), knownPartner), Policies: items(rules.Policies(), policyVersion),
		Calendars: items(rules.Versions(), func(c *sla.Calendars) server.ReferenceDataCalendar { return calendarVersion(c, rules.Current()) }),
	}
	return server.GetReference200JSONResponse{ReferenceReplyJSONResponse: server.ReferenceReplyJSONResponse(view)}, nil
}

func unitInForce(u directory.Unit) server.ReferenceDataUnit {
	return server.ReferenceDataUnit{Code: u.Code, NameVi: u.NameVI, NameEn: u.NameEN, ValidFrom: u.From, ValidTo: u.To}
}

func knownPartner(p directory.Partner) server.ReferenceDataPartner {
	return server.ReferenceDataPartner{Code: p.Code, Name: p.Name, Kind: string(p.Kind), Country: p.Country, ValidFrom: p.From, ValidTo: p.To}
}

func policyVersion(version string) server.ReferenceDataPolicy {
	return server.ReferenceDataPolicy{Version: version, Current: version == sla.PolicyVersion}
}

func calendarVersion(c, current *sla.Calendars) server.ReferenceDataCalendar {
	from, to := c.Covered()
	return server.ReferenceDataCalendar{Version: c.Version(), From: from, To: to, Listed: len(c.Days()), Current: c.Version() == current.Version()}
}
