package httpapi

import (
	"context"

	"verigate/api/server"
	"verigate/internal/draft"
	"verigate/internal/verification"
)

// GetDraft is what the caller has written of an answer, and who else is writing one.
func (e *edge) GetDraft(ctx context.Context, r server.GetDraftRequestObject) (server.GetDraftResponseObject, error) {
	reply, err := e.drafted(r.Task)(e.Gateway.Drafts(ctx, e.call(ctx), verification.TaskID(r.Task)))
	return server.GetDraft200JSONResponse{DraftReplyJSONResponse: reply}, err
}

// PutDraft keeps it.
func (e *edge) PutDraft(ctx context.Context, r server.PutDraftRequestObject) (server.PutDraftResponseObject, error) {
	reply, err := e.drafted(r.Task)(e.Gateway.SaveDraft(ctx, e.call(ctx), verification.TaskID(r.Task), draft.Fields(r.Body.Fields)))
	return server.PutDraft200JSONResponse{DraftReplyJSONResponse: reply}, err
}

// DeleteDraft throws it away.
func (e *edge) DeleteDraft(ctx context.Context, r server.DeleteDraftRequestObject) (server.DeleteDraftResponseObject, error) {
	reply, err := e.drafted(r.Task)(e.Gateway.DropDraft(ctx, e.call(ctx), verification.TaskID(r.Task)))
	return server.DeleteDraft200JSONResponse{DraftReplyJSONResponse: reply}, err
}

// drafted answers with the drafts of a task.
func (e *edge) drafted(task string) func(draft.Drafts, error) (server.DraftReplyJSONResponse, error) {
	return func(d draft.Drafts, err error) (server.DraftReplyJSONResponse, error) {
		view := server.DraftReplyJSONResponse{
			Task: task, BeganAt: utc(d.Own.Began), SavedAt: utc(d.Own.Saved), Fields: d.Own.Fields, Others: []server.DraftViewOther{},
		}
		for _, m := range d.Others {
			other, _ := e.Gateway.Persons(m.Person) // who is known no more has no label
			view.Others = append(view.Others, server.DraftViewOther{
				Person: string(m.Person), Label: other.Label, BeganAt: m.Began.UTC(), SavedAt: m.Saved.UTC(),
			})
		}
		return view, err
	}
}
