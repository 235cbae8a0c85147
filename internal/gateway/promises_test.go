package gateway_test

import (
	"errors"
	"testing"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/verification"
)

func TestARequestIsPromisedWhatItsPartnerWasToldBefore(t *testing.T) {
	t.Parallel()
	w := running(t)
	ng := gatewaytest.Partner("NG")
	for _, of := range []struct {
		campaign string
		around   map[verification.Degree]bool // which degrees count all hours; S01 comes in the peak of its campaign
	}{
		{"golden-strike-2021", map[verification.Degree]bool{"flash": true, "urgent": true, "priority": true, "routine": true, "look_back": true, "complex": true}},
		{"", map[verification.Degree]bool{"flash": true, "urgent": true}},
	} {
		promises, err := w.Gateway.Promises(gatewaytest.Call(ng, access.OpListPromises), of.campaign)
		if err != nil || len(promises) != len(verification.Degrees()) {
			t.Fatalf("%d promises, %v", len(promises), err)
		}
		for _, p := range promises {
			body := map[string]any{"urgency.degree": p.Degree, "urgency.justification": "goods_in_motion", "urgency.physical_event": nil}
			if of.campaign == "" {
				body["campaign"] = nil
			}
			if got := w.Submit(ng, string(p.Degree)+of.campaign, w.Example("S01", body)); !got.DueAt.Equal(p.DueAt) {
				t.Errorf("%s of campaign %q: promised %s, told %s", p.Degree, of.campaign, got.DueAt, p.DueAt)
			}
			if p.Around != of.around[p.Degree] {
				t.Errorf("%s of campaign %q counts all hours: %v", p.Degree, of.campaign, p.Around)
			}
		}
	}
	_, err := w.Gateway.Promises(gatewaytest.Call(gatewaytest.Editor(), access.OpListPromises), "")
	if !errors.Is(err, gateway.ErrForbidden) {
		t.Errorf("the desk is told %v", err)
	}
}

func TestAListSaysWhatItsPartnerHasNotPulled(t *testing.T) {
	t.Parallel()
	w := running(t)
	ng := gatewaytest.Partner("NG")
	id := w.Released("k")
	unread := func() bool {
		t.Helper()
		w.Settle()
		got, err := w.Gateway.RequestPage(t.Context(), gatewaytest.Call(ng, access.OpListRequests), board.PartnerFilter{}, gateway.Page{Limit: 10})
		if err != nil || len(got.Items) != 1 {
			t.Fatalf("%d items, %v", len(got.Items), err)
		}
		return got.Items[0].Unread
	}
	if !unread() {
		t.Error("what was released counts as read")
	}
	w.Pull(ng, id)
	if unread() {
		t.Error("what was pulled counts as unread")
	}
}
