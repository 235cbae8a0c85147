package gateway

import (
	"context"
	"errors"
	"fmt"

	"verigate/internal/draft"
	"verigate/internal/verification"
)

// Drafts are the caller's own draft on a task, and who else has one.
func (g *Gateway) Drafts(ctx context.Context, c Call, task verification.TaskID) (draft.Drafts, error) {
	if _, err := g.forDraft(ctx, c, task); err != nil {
		return draft.Drafts{}, err
	}
	found, err := g.Book.Of(ctx, draftKey(c, task))
	return found, draftError("read a draft", err)
}

// SaveDraft keeps what the caller has written by now, while the task is live.
func (g *Gateway) SaveDraft(ctx context.Context, c Call, task verification.TaskID, fields draft.Fields) (draft.Drafts, error) {
	a, err := g.forDraft(ctx, c, task)
	if err != nil {
		return draft.Drafts{}, err
	}
	if t, _ := a.request.Task(task); !t.State.Live() {
		return draft.Drafts{}, &verification.Refusal{
			Code: verification.WrongState, Reason: "The task is answered or has ended: what is written now would be sent to nobody.",
		}
	}
	found, err := g.Book.Save(ctx, draftKey(c, task), a.kid, fields, g.Now().UTC())
	return found, draftError("keep a draft", err)
}

// DropDraft throws the caller's draft away.
func (g *Gateway) DropDraft(ctx context.Context, c Call, task verification.TaskID) (draft.Drafts, error) {
	if _, err := g.forDraft(ctx, c, task); err != nil {
		return draft.Drafts{}, err
	}
	if err := g.Book.Drop(ctx, draftKey(c, task)); err != nil {
		return draft.Drafts{}, draftError("drop a draft", err)
	}
	found, err := g.Book.Of(ctx, draftKey(c, task))
	return found, draftError("read a draft", err)
}

// forDraft authorises the caller for the task; one that there is not is hidden.
func (g *Gateway) forDraft(ctx context.Context, c Call, task verification.TaskID) (aggregate, error) {
	id, ok := task.Request()
	if !ok {
		return aggregate{}, ErrHidden
	}
	a, err := g.load(ctx, id)
	if err != nil {
		return aggregate{}, err
	}
	return a, g.authorise(ctx, c.onTask(task), a)
}

func draftKey(c Call, task verification.TaskID) draft.Key {
	return draft.Key{Task: task, Person: c.By.Person}
}

func draftError(what string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, draft.ErrUnavailable), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fmt.Errorf("%s: %w: %w", what, ErrUnavailable, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}
