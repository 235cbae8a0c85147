package gateway

import (
	"context"
	"slices"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/retention"
	"verigate/internal/verification"
)

// How long content is kept, and how two persons let it go: rows 28 and 29. The rules of retention are asked when a command
// is built, from the version that guards its append; a follower does the rest of an erasure.

// matterOf is what the rules of retention go by.
func matterOf(r verification.Request) retention.Matter {
	m := retention.Matter{
		Group: retention.Group{Campaign: r.Campaign, Kind: retention.Kind(r.Kind)}, ReceivedAt: r.ReceivedAt, Held: r.Hold != nil, Erased: r.Erased,
	}
	if r.State.Ended() {
		m.ClosedAt = r.RoundEndAt
	}
	return m
}

// ProposeErasure is row 29a, by the rule that decides now.
func (g *Gateway) ProposeErasure(ctx context.Context, c Call, id verification.RequestID) (View, error) {
	a, err := g.act(ctx, c, id, func(v View, _ verification.Stamp) (verification.Command, error) {
		return verification.ProposeErasure{Rule: v.Term.Rule.Name, DueAt: v.Term.DueAt}, nil
	})
	return g.view(c, a), err
}

// ConfirmErasure is row 29b: what is still due is erased.
func (g *Gateway) ConfirmErasure(ctx context.Context, c Call, id verification.RequestID) (View, error) {
	a, err := g.act(ctx, c, id, func(v View, _ verification.Stamp) (verification.Command, error) {
		return verification.ConfirmErasure{DueAt: v.Term.DueAt}, nil
	})
	return g.view(c, a), err
}

// Outcome is what came of one of several: Err is nil, or what the call on it alone would have ended with.
type Outcome struct {
	ID  verification.RequestID
	Err error
}

// ProposeErasures is row 29a on several, each by itself: what is refused of one holds up none of the others.
func (g *Gateway) ProposeErasures(ctx context.Context, c Call, ids []verification.RequestID) ([]Outcome, error) {
	return g.several(c, ids, access.OpProposeErasure, func(c Call, id verification.RequestID) error {
		_, err := g.ProposeErasure(ctx, c, id)
		return err
	})
}

// ConfirmErasures is row 29b on several, each by itself.
func (g *Gateway) ConfirmErasures(ctx context.Context, c Call, ids []verification.RequestID) ([]Outcome, error) {
	return g.several(c, ids, access.OpConfirmErasure, func(c Call, id verification.RequestID) error {
		_, err := g.ConfirmErasure(ctx, c, id)
		return err
	})
}

// several gives a command on each request as a call of its own: authorised on that request as it was loaded, and repeated
// under the same key without doing anything twice.
func (g *Gateway) several(c Call, ids []verification.RequestID, op access.Operation, do func(Call, verification.RequestID) error) ([]Outcome, error) {
	if access.May(c.By, c.Operation, access.Absent()) != access.Allowed {
		return nil, ErrForbidden
	}
	c.Operation = op
	out := make([]Outcome, len(ids))
	for i, id := range ids {
		out[i] = Outcome{ID: id, Err: do(c, id)}
	}
	return out, nil
}

// KeptRow is a row of the register, with what the rules say of it and what its reader may do.
type KeptRow struct {
	board.Row
	Term    retention.Term
	Allowed []verification.Name
}

// KeptPage is a page of the register of what is kept, the longest so first.
func (g *Gateway) KeptPage(ctx context.Context, c Call, l board.KeepingList, p Page) (List[KeptRow], error) {
	if err := g.serves(c, access.Absent()); err != nil {
		return List[KeptRow]{}, err
	}
	ctx, stop := context.WithTimeout(ctx, boardWithin)
	defer stop()
	f := board.KeepingFilter{List: l, Rules: g.Retention, Now: g.Now()}
	for _, campaign := range g.Directory().Campaigns() {
		f.Campaigns = append(f.Campaigns, campaign.ID)
	}
	read := func(at board.Page, only func(board.Row) bool) (board.List[board.Row], error) {
		return g.Board.Keeping(ctx, f, at, inside(c.By), only)
	}
	list, err := pages(g, c, turnOf(c, l), p, listing[board.Row]{read, g.hides(c.By), rowSight})
	out := List[KeptRow]{Next: list.Next, AsOf: list.AsOf, StaleSince: list.StaleSince}
	for _, row := range list.Items {
		kept := KeptRow{Row: row, Term: g.Retention.Of(row.Matter(), f.Now)}
		kept.Allowed = keepingOnly(allowedBy(kept.Term, keptRequest(row).Allowed(c.By.Actor)))
		out.Items = append(out.Items, kept)
	}
	return out, err
}

// keptRequest is what a row tells of its request: enough for the rules of rows 28 and 29. Of whom the routing excludes,
// the watch has hidden the row.
func keptRequest(row board.Row) verification.Request {
	r := verification.Request{ID: row.ID, State: row.State, Erased: row.Keeping == nil}
	if k := row.Keeping; k != nil && !k.HeldAt.IsZero() {
		r.Hold = &verification.LegalHold{By: k.HeldBy, At: k.HeldAt}
	}
	if k := row.Keeping; k != nil && !k.ProposedAt.IsZero() {
		r.Erasure = &verification.ErasureProposal{By: k.ProposedBy, At: k.ProposedAt}
	}
	return r
}

// allowedBy takes from what the rules of a request allow what those of retention do not: what is not due is neither
// proposed nor confirmed.
func allowedBy(t retention.Term, names []verification.Name) []verification.Name {
	if t.Standing == retention.Due {
		return names
	}
	return slices.DeleteFunc(names, func(n verification.Name) bool {
		return n == verification.NameProposeErasure || n == verification.NameConfirmErasure
	})
}

func keepingOnly(names []verification.Name) []verification.Name {
	return slices.DeleteFunc(names, func(n verification.Name) bool {
		switch n {
		case verification.NamePlaceLegalHold, verification.NameLiftLegalHold, verification.NameProposeErasure,
			verification.NameConfirmErasure, verification.NameDropErasure:
			return false
		default:
			return true
		}
	})
}
