package gateway_test

import (
	"slices"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/verification"
)

// Thirty days after the last answer a partner sends a new request: its view offers nothing that is refused as too late.
func TestAViewOffersNothingThatIsTooLate(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Released("k")
	offered := func() bool {
		v, err := w.Gateway.Get(t.Context(), gatewaytest.Call(gatewaytest.Partner("NG"), access.OpGetRequest), id)
		want(t, err, nil)
		return slices.Contains(v.Allowed(), verification.NameFollowUp)
	}
	if w.Clock.Move(30 * 24 * time.Hour); !offered() {
		t.Error("nothing more is offered within the thirty days")
	}
	if w.Clock.Move(time.Second); offered() {
		t.Error("more is offered, and would be refused as too late")
	}
}
