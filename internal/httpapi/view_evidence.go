package httpapi

import (
	"context"
	"strings"

	"verigate/api/server"
	"verigate/internal/access"
	"verigate/internal/evidence"
	"verigate/internal/gateway"
	"verigate/internal/verification"
)

// GetReaders is who has read a request, and who was refused it.
func (e *edge) GetReaders(ctx context.Context, r server.GetReadersRequestObject) (server.GetReadersResponseObject, error) {
	happenings, account, err := e.Gateway.Readers(ctx, e.call(ctx), verification.RequestID(r.ID))
	return server.GetReaders200JSONResponse{
		ReadersViewReplyJSONResponse: server.ReadersViewReplyJSONResponse(readersView(happenings, account)),
	}, err
}

// readersView is who has pulled which version first, and then who has read it otherwise or tried to, a line each.
func readersView(happenings []gateway.Happening, account evidence.Account) server.Readers {
	view := server.Readers{Items: []server.ReadersItem{}, IncompleteFrom: int64(account.Incomplete)} //nolint:gosec // a sequence fits
	for _, h := range happenings {
		for _, version := range h.Pulled {
			view.Items = append(view.Items, server.ReadersItem{
				At: h.At.UTC(), Who: string(h.By.Person), Role: roleOf(h.By), Partner: string(h.By.Partner), Action: "pull", Version: version,
			})
		}
	}
	for _, r := range account.Readers {
		view.Items = append(view.Items, server.ReadersItem{
			At: r.First.UTC(), LastAt: r.Last.UTC(), Times: r.Times, Who: string(r.Person), Role: rolesWritten(r.Roles),
			Partner: string(r.Partner), Unit: string(r.Unit), Action: actionOf(r),
		})
	}
	return view
}

// actionOf is the contract's word for what a reader did.
func actionOf(r evidence.Reader) string {
	switch {
	case r.Refused:
		return "refused"
	case r.Shows == access.ShowsExport:
		return "export"
	case r.Shows == access.ShowsRows:
		return "row"
	}
	return "read"
}

func rolesWritten(roles []verification.Role) string {
	return strings.ToLower(strings.Join(each[string](roles), ","))
}

// ListEvidence is what evidence there is, for whoever audits it.
func (e *edge) ListEvidence(ctx context.Context, r server.ListEvidenceRequestObject) (server.ListEvidenceResponseObject, error) {
	p := r.Params
	for _, err := range []error{known("outcome", p.Outcome), known("shows", p.Shows)} {
		if err != nil {
			return nil, err
		}
	}
	f := gateway.EvidenceFilter{
		Person: verification.PersonID(p.Person), Request: verification.RequestID(p.Request), Operation: access.Operation(p.Operation),
		Shows: access.Shows(p.Shows), Outcome: evidence.Outcome(p.Outcome),
	}
	list, err := e.Gateway.EvidencePage(ctx, e.call(ctx), f, page(p.Cursor, p.Limit))
	if err != nil {
		return nil, err
	}
	return server.ListEvidence200JSONResponse{EvidencePageReplyJSONResponse: server.EvidencePageReplyJSONResponse{
		Items: items(list.Items, evidenceEntry), NextCursor: list.Next, AsOf: e.Now().UTC(), SearchedTo: utc(list.AsOf), Caseless: list.Caseless,
	}}, nil
}

func evidenceEntry(found evidence.Found) server.EvidenceEntry {
	if f := found.Flaw; f != nil {
		return server.EvidenceEntry{
			Outcome: server.EvidenceOutcome(evidence.Damaged), Code: f.Code, Sequence: int64(f.Sequence), Count: int(f.Messages), Where: f.Where(), //nolint:gosec // sequences fit
		}
	}
	e := found.Entry
	return server.EvidenceEntry{
		At: utc(e.At), Who: string(e.Person), Role: rolesWritten(e.Roles), Partner: string(e.Partner), Unit: string(e.Unit),
		Key: string(e.Key), Session: e.Session, Operation: string(e.Operation), Shows: server.EvidenceShows(e.Shows),
		Outcome: server.EvidenceOutcome(e.Outcome), Requests: each[string](e.Requests), Task: string(e.Task),
		Level: server.Level(e.Level.String()), Compartments: each[string](e.Inside), About: string(e.About), Code: e.Code,
		Call: e.Call, From: e.From, Where: e.Where, Until: utc(e.Until), Count: e.Count,
	}
}
