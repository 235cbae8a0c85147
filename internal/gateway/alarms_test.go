package gateway_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/follow"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// posted is a roster that stands: the lead of the tests reads nothing and the keepers are on duty.
type posted struct {
	gateway.Roster
	duty access.Duty
	read map[access.Mark]time.Time
}

func (p posted) Duty() access.Duty                                    { return p.duty }
func (p posted) AlarmTests() access.AlarmTests                        { return nil }
func (p posted) OnCall() access.OnCall                                { return nil }
func (p posted) Read(verification.PersonID) map[access.Mark]time.Time { return p.read }

// boardless is a gateway that has no board at all: whatever asks it panics. It begins with the record, as after a restart.
func boardless(t *testing.T, w *gatewaytest.World, r gateway.Roster) *gateway.Gateway {
	t.Helper()
	watch := gateway.NewWatch()
	parts := w.Parts(watch)
	parts.Board = nil
	g := gateway.New(parts)
	g.Roster = r
	stop := w.Start(follow.Watcher{Log: w.Log, Rules: w.Rules, Watch: watch, Feed: gateway.NewFeed(), Now: w.Clock.Now}.Run)
	t.Cleanup(stop)
	w.Eventually("it has read the record", func() bool { return watch.Current(w.Clock.Now()) == nil })
	return g
}

// rungs are whom a gateway alarms of a matter, as what. It asks again when the gateway has followed the record meanwhile, for of
// the list and the pages only one would know of what came.
func rungs(t *testing.T, g *gateway.Gateway, id verification.RequestID) map[verification.PersonID]gateway.Rung {
	t.Helper()
	before := g.Watch.Position()
	out, differ := rungsNow(t, g, id)
	if before != g.Watch.Position() {
		return rungs(t, g, id)
	}
	for _, d := range differ {
		t.Error(d)
	}
	return out
}

func rungsNow(t *testing.T, g *gateway.Gateway, id verification.RequestID) (out map[verification.PersonID]gateway.Rung, differ []string) {
	t.Helper()
	out = map[verification.PersonID]gateway.Rung{}
	for _, by := range []access.Caller{gatewaytest.Editor(), gatewaytest.Reviewer(), gatewaytest.Lead(), gatewaytest.Outsider()} {
		all, err := g.Alarms(gatewaytest.Call(by, access.OpListAlarms))
		want(t, err, nil)
		for _, a := range all {
			if a.ID == id {
				out[by.Person] = a.Rung
			}
		}
		on, err := g.OnCall(t.Context(), gatewaytest.Call(by, access.OpGetOnCall))
		want(t, err, nil)
		if (on.Alarm.Request == id) != (out[by.Person] != "") {
			differ = append(differ, fmt.Sprintf("%s: the pages say %q, the list %q", by.Person, on.Alarm.Request, out[by.Person]))
		}
	}
	return out, differ
}

func TestTheAlarmIsMadeOfTheRecordAloneAndTheSameAfterEachRestart(t *testing.T) {
	t.Parallel()
	w := running(t)
	now := w.Clock.Now()
	roster := posted{duty: access.Duty{"drugs": {{Person: "p_editor", From: now.Add(-time.Hour), Until: now.AddDate(0, 0, 14)}}}}
	g := boardless(t, w, roster)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", map[string]any{"handling.compartment_hint": "drugs"})).ID
	is := func(stage string, g *gateway.Gateway, people map[verification.PersonID]gateway.Rung) {
		t.Helper()
		w.Eventually(stage, func() bool { return g.Watch.Current(w.Clock.Now()) == nil && maps.Equal(rungs(t, g, id), people) })
	}
	keeper := map[verification.PersonID]gateway.Rung{"p_editor": gateway.RungKeeper}
	both := map[verification.PersonID]gateway.Rung{"p_editor": gateway.RungKeeper, "p_lead": gateway.RungLead}
	is("on arrival", g, keeper)
	view, err := w.Gateway.Get(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetRequest), id)
	want(t, err, nil)
	acknowledge, _ := view.Clocks.Find(sla.Acknowledge, "")
	whole := acknowledge.DueAt.Sub(acknowledge.StartedAt)
	w.Clock.Move(whole/4*3 - time.Minute)
	is("a minute before three quarters", boardless(t, w, roster), keeper)
	w.Clock.Move(time.Minute)
	is("at three quarters", g, both)
	w.Clock.Move(6 * time.Hour)
	is("hours later, after a restart", boardless(t, w, roster), both)

	opened := roster
	opened.read = map[access.Mark]time.Time{access.MarkSealedMatter: w.Clock.Now()}
	on, err := boardless(t, w, opened).OnCall(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetOnCall))
	want(t, err, nil)
	if on.Alarm.Request != "" {
		t.Errorf("what was opened alarms again: %+v", on.Alarm)
	}
	w.Claim(gatewaytest.Editor(), id)
	is("claimed", g, map[verification.PersonID]gateway.Rung{})
}

func TestWhatIsSealedLaterAlarmsTheKeeperUnlessSomebodyInsideHoldsIt(t *testing.T) {
	t.Parallel()
	w := running(t)
	now := w.Clock.Now()
	g := boardless(t, w, posted{duty: access.Duty{"drugs": {{Person: "p_editor", From: now, Until: now.AddDate(0, 0, 14)}}}})
	outside, inside := w.Submit(gatewaytest.Partner("NG"), "a", w.Example("S01", nil)).ID, w.Submit(gatewaytest.Partner("NG"), "b", w.Example("S01", nil)).ID
	w.Claim(gatewaytest.Outsider(), outside)
	w.Claim(gatewaytest.Reviewer(), inside)
	w.Do(gatewaytest.Reviewer(), access.OpSealRequest, outside, verification.Seal{Compartment: "drugs", Reason: "an informer"})
	w.Do(gatewaytest.Reviewer(), access.OpSealRequest, inside, verification.Seal{Compartment: "drugs", Reason: "an informer"})
	w.Clock.Move(24 * time.Hour) // acknowledge ran out long ago, and stopped before
	w.Eventually("the keeper alone is alarmed, of what an outsider holds", func() bool {
		return g.Watch.Current(w.Clock.Now()) == nil &&
			maps.Equal(rungs(t, g, outside), map[verification.PersonID]gateway.Rung{"p_editor": gateway.RungKeeper}) && len(rungs(t, g, inside)) == 0
	})
}
