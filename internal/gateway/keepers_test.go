package gateway_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

func TestASealedMatterIsKeptAndHeldOnlyByThoseWhoMayKnowOfIt(t *testing.T) {
	t.Parallel()
	w := running(t)
	now := w.Clock.Now()
	g := boardless(t, w, posted{duty: access.Duty{"drugs": {{Person: "p_editor", From: now.Add(-time.Hour), Until: now.AddDate(0, 0, 14)}}}})
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", map[string]any{"handling.compartment_hint": "drugs"})).ID
	for _, outside := range []verification.PersonID{"p_outsider", "p_reviewer", "p_lead"} { // in no compartment, members without keeping
		_, err := w.Gateway.AppointKeeper(t.Context(), gatewaytest.Call(gatewaytest.Lead(), access.OpAppointKeeper), id, outside)
		violated(t, err, "/person", "unknown_value")
	}
	w.Claim(gatewaytest.Editor(), id)
	for _, outside := range []verification.PersonID{"p_outsider", "p_lead"} {
		_, err := w.Gateway.Claim(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpClaimRequest), id, verification.Claim{To: outside})
		violated(t, err, "/to", "unknown_value")
	}
	v, err := w.Gateway.AppointKeeper(t.Context(), gatewaytest.Call(gatewaytest.Lead(), access.OpAppointKeeper), id, "p_editor")
	want(t, err, nil)
	if v.Request.Keeper != "p_editor" {
		t.Errorf("its keeper is %q", v.Request.Keeper)
	}
	v, err = w.Gateway.Claim(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpClaimRequest), id, verification.Claim{To: "p_reviewer"})
	want(t, err, nil)
	if v.Request.Holder != "p_reviewer" {
		t.Errorf("it is held by %q", v.Request.Holder)
	}
	w.Eventually("nobody is alarmed of what somebody inside holds", func() bool {
		return g.Watch.Current(w.Clock.Now()) == nil && len(rungs(t, g, id)) == 0
	})
}

func TestWhoKeptAMatterInAnotherCompartmentIsNotAlarmedOfItAnyMore(t *testing.T) {
	t.Parallel()
	w := running(t)
	g := boardless(t, w, posted{})
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", map[string]any{"handling.compartment_hint": "drugs"})).ID
	_, err := w.Gateway.AppointKeeper(t.Context(), gatewaytest.Call(gatewaytest.Lead(), access.OpAppointKeeper), id, "p_editor")
	want(t, err, nil)
	w.Eventually("its keeper is alarmed", func() bool {
		return g.Watch.Current(w.Clock.Now()) == nil && maps.Equal(rungs(t, g, id), map[verification.PersonID]gateway.Rung{"p_editor": gateway.RungKeeper})
	})
	v := w.Do(gatewaytest.Editor(), access.OpSealRequest, id, verification.Seal{Compartment: "case-corruption", Reason: "an informer"})
	if v.Request.Keeper != "" {
		t.Errorf("in the other compartment it is kept by %q", v.Request.Keeper)
	}
	w.Eventually("who kept it before is told nothing", func() bool {
		return g.Watch.Current(w.Clock.Now()) == nil && len(rungs(t, g, id)) == 0
	})
}

func TestWhatIsFoundAboveTheCeilingAlarmsTheLeadUntilItHasAKeeperAndTheKeeperUntilItIsClaimed(t *testing.T) {
	t.Parallel()
	w := running(t)
	g := boardless(t, w, posted{})
	id := w.Submit(gatewaytest.Partner("NG"), "a", w.Example("S01", nil)).ID
	w.Claim(gatewaytest.Outsider(), id)
	v := w.Do(gatewaytest.Lead(), access.OpDeclareAboveCeiling, id, verification.FindAboveCeiling{Code: "mat"})
	if v.Request.Holder != "" {
		t.Errorf("the stub is held by %q, who cannot read it", v.Request.Holder)
	}
	is := func(stage string, people map[verification.PersonID]gateway.Rung) {
		t.Helper()
		w.Eventually(stage, func() bool { return g.Watch.Current(w.Clock.Now()) == nil && maps.Equal(rungs(t, g, id), people) })
	}
	is("nobody keeps it", map[verification.PersonID]gateway.Rung{"p_lead": gateway.RungLead})
	told, err := g.Alarms(gatewaytest.Call(gatewaytest.Lead(), access.OpListAlarms))
	want(t, err, nil)
	if len(told) != 1 || !slices.Equal(told[0].Keepers, []verification.PersonID{"p_editor"}) {
		t.Errorf("the lead may appoint of %+v", told)
	}
	_, err = g.AppointAlarmed(t.Context(), gatewaytest.Call(gatewaytest.Lead(), access.OpAppointAlarmed), id, "p_editor")
	want(t, err, nil)
	w.Clock.Move(24 * time.Hour)
	is("its keeper has not claimed it", map[verification.PersonID]gateway.Rung{"p_editor": gateway.RungKeeper})
	_, err = g.Claim(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpClaimRequest), id, verification.Claim{})
	want(t, err, nil)
	is("claimed", map[verification.PersonID]gateway.Rung{})
}

func TestAStubInACompartmentIsAcknowledgedByWhoeverClaimsItThere(t *testing.T) {
	t.Parallel()
	w := running(t)
	now := w.Clock.Now()
	g := boardless(t, w, posted{duty: access.Duty{"drugs": {{Person: "p_editor", From: now.Add(-time.Hour), Until: now.AddDate(0, 0, 14)}}}})
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", map[string]any{"handling.compartment_hint": "drugs"})).ID
	w.Do(gatewaytest.Lead(), access.OpDeclareAboveCeiling, id, verification.FindAboveCeiling{Code: "mat"})
	w.Eventually("the keeper on duty is alarmed", func() bool {
		return g.Watch.Current(w.Clock.Now()) == nil && maps.Equal(rungs(t, g, id), map[verification.PersonID]gateway.Rung{"p_editor": gateway.RungKeeper})
	})
	v := w.Claim(gatewaytest.Reviewer(), id)
	if c, found := v.Clocks.Find(sla.Acknowledge, ""); !found || c.State != sla.Stopped {
		t.Errorf("acknowledge: %t %+v", found, c)
	}
	w.Eventually("nobody is", func() bool { return g.Watch.Current(w.Clock.Now()) == nil && len(rungs(t, g, id)) == 0 })
}

func TestSealedInformationClimbsUntilItIsClaimed(t *testing.T) {
	t.Parallel()
	w := running(t)
	now := w.Clock.Now()
	g := boardless(t, w, posted{duty: access.Duty{"drugs": {{Person: "p_editor", From: now.Add(-time.Hour), Until: now.AddDate(0, 0, 60)}}}})
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S20", map[string]any{"handling.compartment_hint": "drugs"})).ID
	is := func(stage string, people map[verification.PersonID]gateway.Rung) {
		t.Helper()
		w.Eventually(stage, func() bool { return g.Watch.Current(w.Clock.Now()) == nil && maps.Equal(rungs(t, g, id), people) })
	}
	is("on arrival", map[verification.PersonID]gateway.Rung{"p_editor": gateway.RungKeeper})
	w.Clock.Move(30 * 24 * time.Hour)
	is("a month later", map[verification.PersonID]gateway.Rung{"p_editor": gateway.RungKeeper, "p_lead": gateway.RungLead})
	w.Claim(gatewaytest.Editor(), id)
	is("claimed", map[verification.PersonID]gateway.Rung{})
}
