package gateway_test

import (
	"context"
	"errors"
	"testing"

	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/month"
	"verigate/internal/record"
)

// Who may not know of the months is refused before they are read, and months that cannot be read are told as that.
func TestTheEndOfAMonthIsAskedInVain(t *testing.T) {
	t.Parallel()
	w := still(t)
	away, asked := record.ErrUnavailable, 0
	parts := w.Parts(w.Watch)
	parts.Months = func(context.Context) ([]month.Month, error) { asked++; return nil, away }
	g := gateway.New(parts)
	propose := func(m month.Month, due bool) access.Change {
		return access.ProposeMonthEnd{Month: m.Month, Reason: "over", Due: due}
	}
	for _, by := range []access.Caller{gatewaytest.Outsider(), gatewaytest.Partner("NG"), gatewaytest.Officer("03")} {
		if _, err := g.MonthEnds(t.Context(), gatewaytest.Call(by, access.OpListMonthEnds)); !errors.Is(err, gateway.ErrForbidden) {
			t.Errorf("%s reads: %v", by.Person, err)
		}
		if _, err := g.EndMonth(t.Context(), gatewaytest.Call(by, access.OpProposeMonthEnd), "2021-01", propose); !errors.Is(err, gateway.ErrForbidden) {
			t.Errorf("%s proposes: %v", by.Person, err)
		}
	}
	for _, odd := range []string{"", "2021-13", "2021-01-2", "names", "../x"} {
		if _, err := g.EndMonth(t.Context(), gatewaytest.Call(gatewaytest.Lead(), access.OpProposeMonthEnd), odd, propose); !errors.Is(err, gateway.ErrHidden) {
			t.Errorf("%q: %v", odd, err)
		}
	}
	if asked != 0 {
		t.Errorf("the months were read %d times for nobody", asked)
	}
	if _, err := g.MonthEnds(t.Context(), gatewaytest.Call(gatewaytest.Lead(), access.OpListMonthEnds)); !errors.Is(err, gateway.ErrUnavailable) {
		t.Errorf("a record that is away: %v", err)
	}
	if _, err := g.EndMonth(t.Context(), gatewaytest.Call(gatewaytest.Lead(), access.OpProposeMonthEnd), "2021-01", propose); !errors.Is(err, gateway.ErrUnavailable) {
		t.Errorf("a record that is away: %v", err)
	}
}
