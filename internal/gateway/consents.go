package gateway

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// ConsentView is an ask as its originator sees it: the facts, never the request or its partner.
type ConsentView struct {
	ID string // sealed (request, number): found again without an index, and telling nothing
	verification.Consent
	Texts []verification.Fact
	DueAt time.Time
}

// consentBinding is what the id of an ask is bound to.
const consentBinding = "consent"

// Consents lists the asks that wait for a partner as originator.
func (g *Gateway) Consents(ctx context.Context, c Call) ([]ConsentView, error) {
	if err := g.serves(c, access.Absent()); err != nil {
		return nil, err
	}
	asks := g.Watch.Asks(c.By.Partner)
	out := make([]ConsentView, 0, len(asks))
	for _, ask := range asks {
		a, err := g.load(ctx, ask.Request)
		if err != nil {
			return nil, err
		}
		view, err := g.consentView(a, ask)
		if errors.Is(err, ErrHidden) {
			continue
		}
		if err != nil {
			return nil, err
		}
		c.Sheet.Saw(sightOf(c, a.request))
		out = append(out, view)
	}
	slices.SortFunc(out, func(a, b ConsentView) int { return a.At.Compare(b.At) })
	return out, nil
}

func (g *Gateway) consentView(a aggregate, ask Ask) (ConsentView, error) {
	if ask.N < 1 || ask.N > len(a.request.Consents) {
		return ConsentView{}, ErrHidden // its request was erased
	}
	id, err := g.Blinds.SealCursor(consentBinding, []byte(string(ask.Request)+" "+strconv.Itoa(ask.N)))
	if err != nil {
		return ConsentView{}, fmt.Errorf("seal the id of an ask: %w", err)
	}
	v := ConsentView{ID: id, Consent: a.request.Consents[ask.N-1]}
	for _, f := range v.Facts {
		if fact, _, _, ok := a.request.Fact(f); ok {
			v.Texts = append(v.Texts, fact)
		}
	}
	due, _ := a.clocks.Consent(ask.N)
	v.DueAt = due.DueAt // as asked, whatever became of the degree since
	return v, nil
}

// DecideConsent is row 14 by the originator.
func (g *Gateway) DecideConsent(ctx context.Context, c Call, id string, state verification.ConsentState, conditions string) (ConsentView, error) {
	ask, err := g.openAsk(id)
	if err != nil {
		return ConsentView{}, err
	}
	a, err := g.act(ctx, c.onConsent(ask.N), ask.Request, just(verification.DecideConsent{N: ask.N, State: state, Conditions: conditions}))
	if err != nil {
		return ConsentView{}, err
	}
	return g.consentView(a, ask)
}

func (g *Gateway) openAsk(id string) (Ask, error) {
	plain, err := g.Blinds.OpenCursor(consentBinding, id)
	if err != nil {
		return Ask{}, ErrHidden
	}
	request, number, _ := strings.Cut(string(plain), " ")
	n, err := strconv.Atoi(number)
	if err != nil {
		return Ask{}, ErrHidden
	}
	return Ask{Request: verification.RequestID(request), N: n}, nil
}

// ConsentID is the sealed id of the n-th ask of a request, as staff see it.
func (g *Gateway) ConsentID(r verification.RequestID, n int) (string, error) {
	return g.Blinds.SealCursor(consentBinding, []byte(string(r)+" "+strconv.Itoa(n)))
}
