package gateway_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/follow"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/verification"
)

func sealing(by access.Caller) gateway.Call {
	return gatewaytest.Keyed(by, access.OpSealRequest, "seal", []byte(`{}`))
}

func TestASealingIsAnsweredWhenNobodyOutsideIsShownTheRequestAnywhere(t *testing.T) {
	t.Parallel()
	w := running(t)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	elsewhere := gateway.NewWatch() // another gateway's, which stops before the sealing
	other := gateway.New(w.Parts(elsewhere))
	stop := w.Start(follow.Watcher{Log: w.Log, Rules: w.Rules, Watch: elsewhere, Feed: gateway.NewFeed(), Now: w.Clock.Now}.Run)
	boardAt := func(g *gateway.Gateway, by access.Caller) (int, error) {
		list, err := g.BoardPage(t.Context(), gatewaytest.Call(by, access.OpGetBoard), board.Filter{}, gateway.Page{Limit: 10})
		return len(list.Items), err
	}
	w.Settle()
	w.Eventually("both gateways serve the row", func() bool {
		n, err := boardAt(other, gatewaytest.Outsider())
		return err == nil && n == 1
	})
	stop()

	before := time.Now()
	view, err := w.Gateway.SealInto(t.Context(), sealing(gatewaytest.Editor()), id, "general-l3", "names an informer")
	want(t, err, nil)
	took := time.Since(before)
	if took < 2*time.Second || view.Request.Compartment != "general-l3" || !view.Request.Level.Sealed() {
		t.Errorf("answered after %v: %q, %v", took, view.Request.Compartment, view.Request.Level)
	}
	w.Clock.Move(took)
	_, err = boardAt(other, gatewaytest.Outsider())
	want(t, err, gateway.ErrCatchingUp)
	w.Eventually("the board is served again without it", func() bool {
		n, err := boardAt(w.Gateway, gatewaytest.Outsider())
		return err == nil && n == 0
	})
	_, err = w.Gateway.Get(t.Context(), gatewaytest.Call(gatewaytest.Outsider(), access.OpGetRequest), id)
	want(t, err, gateway.ErrHidden)
	if n, err := boardAt(w.Gateway, gatewaytest.Reviewer()); err != nil || n != 1 {
		t.Errorf("a member is shown %d, %v", n, err)
	}
}

func TestWhoSealsIntoAnothersCompartmentKnowsNothingOfTheRequestAfterwards(t *testing.T) {
	t.Parallel()
	w := running(t)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	_, err := w.Gateway.SealInto(t.Context(), sealing(gatewaytest.Outsider()), id, "drugs", "a controlled delivery")
	want(t, err, nil)
	_, err = w.Gateway.SealInto(t.Context(), sealing(gatewaytest.Outsider()), id, "drugs", "a controlled delivery")
	want(t, err, gateway.ErrHidden)
}

func TestNothingIsSealedIntoACompartmentThatCannotWork(t *testing.T) {
	t.Parallel()
	w := running(t)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	_, err := w.Gateway.SealInto(t.Context(), sealing(gatewaytest.Editor()), id, "MA-TUY-2021-01", "a case of its own")
	if want := (&verification.Refusal{Code: verification.CompartmentTooSmall}); !errors.Is(err, want) {
		t.Errorf("%v, want %s", err, want.Code)
	}
	view, err := w.Gateway.Get(t.Context(), gatewaytest.Call(gatewaytest.Outsider(), access.OpGetRequest), id)
	if err != nil || view.Request.Level.Sealed() {
		t.Errorf("after a refusal: %v, %v", view.Request.Level, err)
	}
}

func TestASealingIsNotAnsweredWhileThisGatewayHasNotHeardOfIt(t *testing.T) {
	t.Parallel()
	w := still(t) // nothing follows the record
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
	defer cancel()
	_, err := w.Gateway.SealInto(ctx, sealing(gatewaytest.Editor()), id, "general-l3", "names an informer")
	want(t, err, gateway.ErrUnavailable)
}
