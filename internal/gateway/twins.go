package gateway

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"verigate/internal/board"
	"verigate/internal/verification"
)

// twins finds the other requests that name one of the same things by a strong identifier: a country or a code of goods in
// common is no sign of anything. Without Redis or while catching up there are
// none to tell: routing does not wait for them.
func (g *Gateway) twins(ctx context.Context, c Call, r verification.Request) ([]Twin, error) {
	if g.Watch.Current(g.Now()) != nil || len(r.Identifiers) == 0 {
		return nil, nil
	}
	var names []string
	for _, i := range r.Identifiers {
		if i.Strong() {
			names = append(names, board.IdentifierName(i))
		}
	}
	asking, stop := context.WithTimeout(ctx, boardWithin)
	defer stop()
	found, err := g.Board.Twins(asking, board.TwinQuery{Identifiers: names, Compartments: c.By.Members}, inside(c.By))
	if boardAway(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for twins: %w", err)
	}
	var out []Twin
	for _, f := range found {
		if f.Request != r.ID && !g.Watch.Hides(c.By, f.Request) {
			out = g.addTwin(ctx, c, out, r, f)
		}
	}
	return out, nil
}

func (g *Gateway) addTwin(ctx context.Context, c Call, out []Twin, r verification.Request, f board.Twin) []Twin {
	kind, _, _ := strings.Cut(f.Identifier, ":")
	if i := slices.IndexFunc(out, func(t Twin) bool { return t.ID == f.Request }); i >= 0 {
		if !slices.Contains(out[i].Identifiers, kind) {
			out[i].Identifiers = append(out[i].Identifiers, kind)
		}
		return out
	}
	view, err := g.Get(ctx, c, f.Request)
	if err != nil {
		return out // another moment sealed or erased it: not to be told
	}
	return append(out, Twin{
		ID: f.Request, Number: view.Request.Number, SamePartner: view.Request.Partner == r.Partner, Barred: barred(r, view.Request),
		Identifiers: []string{kind},
	})
}

// barred is the code with which the rules refuse to merge a request into its twin; empty when they would not.
func barred(r, twin verification.Request) verification.Code {
	refusal, refused := errors.AsType[*verification.Refusal](r.MergesInto(twin.Twin()))
	if !refused {
		return ""
	}
	return refusal.Code
}
