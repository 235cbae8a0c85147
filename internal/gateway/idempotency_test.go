package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/marking"
	"verigate/internal/record"
	"verigate/internal/verification"
)

func TestAKeyRepeatedByManyClientsAtOnceMakesOneRequest(t *testing.T) {
	t.Parallel()
	w := still(t)
	gateways := []*gateway.Gateway{w.Gateway, w.Another()}
	body := w.Example("S01", nil)
	const clients, repeats = 64, 5
	got := make([][]gateway.Created, clients)
	var all sync.WaitGroup
	for c := range clients {
		got[c] = make([]gateway.Created, repeats)
		for n := range repeats {
			all.Go(func() {
				call := gatewaytest.Keyed(gatewaytest.Partner("NG"), access.OpSubmitRequest, fmt.Sprint("key ", c), body)
				var err error
				if got[c][n], err = gateways[(c+n)%2].Submit(t.Context(), call); err != nil {
					t.Errorf("client %d: %v", c, err)
				}
			})
		}
	}
	all.Wait()
	ids := map[verification.RequestID]bool{}
	for c := range clients {
		ids[got[c][0].ID] = true
		for n := range repeats {
			if !reflect.DeepEqual(got[c][0], got[c][n]) || got[c][n].Receipt == "" {
				t.Fatalf("client %d: answer %d differs from the first", c, n)
			}
		}
	}
	end, err := w.Journal.Last(t.Context())
	if err != nil || end.Count() != clients || len(ids) != clients {
		t.Errorf("%d messages and %d requests for %d keys (%v)", end, len(ids), clients, err)
	}
}

func TestARepeatIsAnsweredAsTheFirstWhateverHappenedSince(t *testing.T) {
	t.Parallel()
	w := still(t)
	body := w.Example("S01", nil)
	ng := gatewaytest.Partner("NG")
	first := w.Submit(ng, "k", body)
	w.Clock.Move(2 * time.Hour)
	w.DoTask(gatewaytest.Officer("03"), access.OpAcceptTask, first.ID, 1, gatewaytest.Accept)
	w.Do(ng, access.OpWithdrawRequest, first.ID, verification.Withdraw{})
	for name, g := range map[string]*gateway.Gateway{"warm": w.Gateway, "cold": w.Another()} {
		again, err := g.Submit(t.Context(), gatewaytest.Keyed(ng, access.OpSubmitRequest, "k", body))
		if err != nil || !reflect.DeepEqual(first, again) {
			t.Errorf("%s: got %+v and %v, want %+v", name, again, err, first)
		}
		other := w.Example("S01", map[string]any{"own_reference": "another"})
		_, err = g.Submit(t.Context(), gatewaytest.Keyed(ng, access.OpSubmitRequest, "k", other))
		want(t, err, gateway.ErrKeyReused)
	}
	if other := w.Submit(gatewaytest.Partner("TH"), "k", body); other.ID == first.ID {
		t.Error("two partners share a key")
	}
}

func TestAnAcceptedBodyIsNotRefusedWhenTheReferenceDataChanged(t *testing.T) {
	t.Parallel()
	w := still(t)
	before := w.Directory()
	campaign, _ := before.Campaign("golden-strike-2021")
	campaign.ID = "another-2021"
	with, err := before.WithCampaign(campaign)
	if err != nil {
		t.Fatal(err)
	}
	w.SetDirectory(with)
	body := w.Example("S01", map[string]any{"campaign": "another-2021"})
	ng := gatewaytest.Partner("NG")
	first := w.Submit(ng, "k", body)
	w.SetDirectory(before)
	again, err := w.Another().Submit(t.Context(), gatewaytest.Keyed(ng, access.OpSubmitRequest, "k", body))
	if err != nil || !reflect.DeepEqual(first, again) {
		t.Errorf("got %v", err)
	}
}

func TestWhileIntakeIsStoppedWhatWasAcknowledgedStaysSoAndItsWorkGoesOn(t *testing.T) {
	t.Parallel()
	w := still(t)
	ng, body := gatewaytest.Partner("NG"), w.Example("S01", nil)
	first := w.Submit(ng, "k", body)
	w.Gateway.Takes = func() bool { return false }
	cold := w.Another()
	cold.Takes = w.Gateway.Takes
	for name, g := range map[string]*gateway.Gateway{"warm": w.Gateway, "cold": cold} {
		again, err := g.Submit(t.Context(), gatewaytest.Keyed(ng, access.OpSubmitRequest, "k", body))
		if err != nil || !reflect.DeepEqual(first, again) {
			t.Errorf("%s: got %+v and %v, want %+v", name, again, err, first)
		}
		_, err = g.Submit(t.Context(), gatewaytest.Keyed(ng, access.OpSubmitRequest, "other", body))
		want(t, err, gateway.ErrIntakeStopped)
	}
	w.DoTask(gatewaytest.Officer("03"), access.OpAcceptTask, first.ID, 1, gatewaytest.Accept)
	w.Do(ng, access.OpWithdrawRequest, first.ID, verification.Withdraw{})
	w.Gateway.Takes = func() bool { return true }
	w.Submit(ng, "other", w.Example("S01", map[string]any{"own_reference": "another"}))
}

func TestALostAcknowledgementIsNoSecondRequest(t *testing.T) {
	t.Parallel()
	w := still(t)
	w.Journal.LoseAcks(1)
	first := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil))
	end, err := w.Journal.Last(t.Context())
	if err != nil || end.Count() != 1 || first.Receipt == "" {
		t.Errorf("%d messages, %v", end.Count(), err)
	}
}

func TestAWriteWithAnOpenOutcomeIsFoundByItsRepeat(t *testing.T) {
	t.Parallel()
	w := still(t)
	ng, body := gatewaytest.Partner("NG"), w.Example("S01", nil)
	w.Journal.FailAfterNext(record.ErrUnavailable)
	call := gatewaytest.Keyed(ng, access.OpSubmitRequest, "k", body)
	_, err := w.Gateway.Submit(t.Context(), call)
	want(t, err, gateway.ErrUnavailable)
	w.Clock.Move(time.Minute)
	again, err := w.Gateway.Submit(t.Context(), call)
	if err != nil || !again.ReceivedAt.Equal(gatewaytest.Night()) {
		t.Errorf("got %+v, %v: want the first", again, err)
	}
	w.Journal.FailNext(record.ErrUnavailable)
	_, err = w.Gateway.Submit(t.Context(), gatewaytest.Keyed(ng, access.OpSubmitRequest, "other", body))
	want(t, err, gateway.ErrUnavailable)

	w.Journal.FailAfterNext(record.ErrUnavailable)
	withdraw := gatewaytest.Keyed(ng, access.OpWithdrawRequest, "w", []byte(`{}`))
	_, err = w.Gateway.Do(t.Context(), withdraw, again.ID, verification.Withdraw{})
	want(t, err, gateway.ErrUnavailable)
	view, err := w.Gateway.Do(t.Context(), withdraw, again.ID, verification.Withdraw{})
	if err != nil || view.Request.State != verification.Withdrawn {
		t.Errorf("the repeat: %s, %v", view.Request.State, err)
	}
	if end, _ := w.Journal.Last(t.Context()); end.Count() != 2 {
		t.Errorf("%d messages, want 2", end)
	}
}

func TestACommandRepeatedUnderItsKeyHasOneEffect(t *testing.T) {
	t.Parallel()
	w := still(t)
	c := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil))
	note := func(key, text string) error {
		call := gatewaytest.Keyed(gatewaytest.Editor(), access.OpNoteRequest, key, fmt.Appendf(nil, `{"text":%q}`, text))
		_, err := w.Gateway.Do(t.Context(), call, c.ID, verification.AddNote{Text: text})
		return err
	}
	want(t, note("n", "a"), nil)
	want(t, note("n", "a"), nil)
	want(t, note("n", "b"), gateway.ErrKeyReused)
	want(t, note("m", "a"), nil)
	if notes := w.Latest()[string(c.ID)].Request.Notes; len(notes) != 2 {
		t.Errorf("%d notes, want 2", len(notes))
	}
}

func TestTheRepeatOfSomebodyWhoMaySeeItNoMoreIsHidden(t *testing.T) {
	t.Parallel()
	w := still(t)
	c := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil))
	claim := gatewaytest.Keyed(gatewaytest.Outsider(), access.OpClaimRequest, "c", []byte(`{}`))
	if _, err := w.Gateway.Do(t.Context(), claim, c.ID, verification.Claim{}); err != nil {
		t.Fatal(err)
	}
	w.Do(gatewaytest.Editor(), access.OpSealRequest, c.ID, verification.Seal{Compartment: "general-l3"})
	_, err := w.Gateway.Do(t.Context(), claim, c.ID, verification.Claim{})
	want(t, err, gateway.ErrHidden)
}

func TestWhatWasErasedIsGoneForItsKeyAndHiddenForAnybodyElse(t *testing.T) {
	t.Parallel()
	w := still(t)
	ng, body := gatewaytest.Partner("NG"), w.Example("S01", nil)
	c := w.Submit(ng, "k", body)
	withdraw := gatewaytest.Keyed(ng, access.OpWithdrawRequest, "w", []byte(`{}`))
	if _, err := w.Gateway.Do(t.Context(), withdraw, c.ID, verification.Withdraw{}); err != nil {
		t.Fatal(err)
	}
	all, err := w.Log.Read(t.Context(), record.Request(string(c.ID)))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Keys.Erase(t.Context(), all[0].KID); err != nil {
		t.Fatal(err)
	}
	w.ColdVault()
	g := w.Another()
	_, err = g.Submit(t.Context(), gatewaytest.Keyed(ng, access.OpSubmitRequest, "k", body))
	want(t, err, gateway.ErrGone)
	_, err = g.Do(t.Context(), withdraw, c.ID, verification.Withdraw{})
	want(t, err, gateway.ErrGone)
	for _, by := range []access.Caller{ng, gatewaytest.Partner("TH"), gatewaytest.Editor()} {
		_, err = g.Get(t.Context(), gatewaytest.Call(by, access.OpGetRequest), c.ID)
		want(t, err, gateway.ErrHidden)
	}
}

func TestACallerWhoLeavesEndsNoWrite(t *testing.T) {
	t.Parallel()
	w := still(t)
	ctx, leave := context.WithCancel(t.Context())
	c := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil))
	call := gatewaytest.Call(gatewaytest.Editor(), access.OpClaimRequest)
	call.Match = func(gateway.View) bool { leave(); return true } // in the middle of the loop
	if _, err := w.Gateway.Do(ctx, call, c.ID, verification.Claim{}); err != nil {
		t.Errorf("got %v", err)
	}
	if w.Latest()[string(c.ID)].Request.Holder != "p_editor" {
		t.Error("the claim is not in the record")
	}
	_, err := w.Gateway.Submit(ctx, gatewaytest.Keyed(gatewaytest.Partner("NG"), access.OpSubmitRequest, "x", w.Example("S01", nil)))
	if err != nil {
		want(t, err, gateway.ErrUnavailable)
	}
}

func TestASubmitRepeatedAfterItsContentWasErasedIsGone(t *testing.T) {
	t.Parallel()
	ng := gatewaytest.Partner("NG")
	for name, erase := range map[string]func(*gatewaytest.World, verification.RequestID){
		"above the ceiling": func(w *gatewaytest.World, id verification.RequestID) {
			v := w.Do(gatewaytest.Lead(), access.OpDeclareAboveCeiling, id, verification.FindAboveCeiling{Code: "mat"})
			if v.Request.Level != marking.L4 || !v.Request.Stub {
				t.Errorf("what was found is %s", v.Request.Level)
			}
		},
		"erased": func(w *gatewaytest.World, id verification.RequestID) {
			w.Do(ng, access.OpWithdrawRequest, id, verification.Withdraw{})
			w.Append(id, gatewaytest.Lead(), verification.ProposeErasure{Rule: "requests", DueAt: w.Clock.Now()})
			w.Append(id, gatewaytest.SecondLead(), verification.ConfirmErasure{DueAt: w.Clock.Now()})
		},
	} {
		w := still(t)
		call := gatewaytest.Keyed(ng, access.OpSubmitRequest, "k", w.Example("S01", nil))
		c, err := w.Gateway.Submit(t.Context(), call)
		want(t, err, nil)
		erase(w, c.ID)
		if _, err := w.Another().Submit(t.Context(), call); !errors.Is(err, gateway.ErrGone) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
