package gateway_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/access"
	"verigate/internal/draft"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/verification"
)

func typed(text string) draft.Fields { return draft.Fields{"q1.text": {text}} }

func TestADraftIsKeptWhileItsTaskIsLiveAndGoesWithTheAnswer(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	task, officer := verification.NewTaskID(id, 1), gatewaytest.Officer("03")
	get, put := gatewaytest.Call(officer, access.OpGetDraft), gatewaytest.Call(officer, access.OpPutDraft)
	if _, err := w.Gateway.SaveDraft(t.Context(), put, task, typed("one")); err != nil {
		t.Fatal(err)
	}
	w.Clock.Move(time.Minute)
	if _, err := w.Gateway.SaveDraft(t.Context(), gatewaytest.Call(gatewaytest.Chief("03"), access.OpPutDraft), task, typed("lead's")); err != nil {
		t.Fatal(err)
	}
	w.ColdVault()
	got, err := w.Another().Drafts(t.Context(), get, task)
	want := draft.Drafts{
		Own:    draft.Draft{Mark: draft.Mark{Person: officer.Person, Began: gatewaytest.Night(), Saved: gatewaytest.Night()}, Fields: typed("one")},
		Others: []draft.Mark{{Person: "p_chief_03", Began: gatewaytest.Night().Add(time.Minute), Saved: gatewaytest.Night().Add(time.Minute)}},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Fatal(err, diff)
	}
	w.DoTask(officer, access.OpAcceptTask, id, 1, gatewaytest.Accept)
	w.Answer(officer, id, 1, true, gatewaytest.Held(1, "ARRIVED", "x"), gatewaytest.Held(2, "", "y"), gatewaytest.Held(3, "", "z"))
	if got, err = w.Gateway.Drafts(t.Context(), get, task); err != nil || got.Has() || len(got.Others) != 1 {
		t.Errorf("after the answer: %+v, %v", got, err)
	}
	_, err = w.Gateway.SaveDraft(t.Context(), put, task, typed("too late"))
	refused(t, err, verification.WrongState)
	if got, err = w.Gateway.DropDraft(t.Context(), gatewaytest.Call(gatewaytest.Chief("03"), access.OpDeleteDraft), task); err != nil || got.Has() {
		t.Errorf("thrown away: %+v, %v", got, err)
	}
}

func TestNobodyButTheUnitHasADraft(t *testing.T) {
	t.Parallel()
	w := still(t)
	open := verification.NewTaskID(w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID, 1)
	sealed := verification.NewTaskID(w.Submit(gatewaytest.Partner("AO"), "k", w.Example("S12", nil)).ID, 1)
	for name, c := range map[string]struct {
		by   access.Caller
		task verification.TaskID
		want error
	}{
		"another unit":              {gatewaytest.Officer("02"), open, gateway.ErrHidden},
		"a partner":                 {gatewaytest.Partner("NG"), open, gateway.ErrHidden},
		"the desk":                  {gatewaytest.Editor(), open, gateway.ErrForbidden},
		"a sealed matter":           {gatewaytest.Officer("03"), sealed, gateway.ErrHidden},
		"no such task":              {gatewaytest.Officer("03"), "0123456789abcdefghjkmnpqrs-01", gateway.ErrHidden},
		"what is no id of any task": {gatewaytest.Officer("03"), "x", gateway.ErrHidden},
	} {
		_, err := w.Gateway.SaveDraft(t.Context(), gatewaytest.Call(c.by, access.OpPutDraft), c.task, typed("x"))
		want(t, err, c.want)
		_, err = w.Gateway.Drafts(t.Context(), gatewaytest.Call(c.by, access.OpGetDraft), c.task)
		if want(t, err, c.want); t.Failed() {
			t.Fatal(name)
		}
	}
}
