package httpapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"verigate/internal/verification"
)

// submitDrugs is a sealed matter of the compartment of drugs, and its number.
func (r *rig) submitDrugs(t *testing.T, key string) (id, number string) {
	t.Helper()
	var body map[string]any
	if err := json.Unmarshal([]byte(submitted(t)), &body); err != nil {
		t.Fatal(err)
	}
	body["handling"] = map[string]any{"code": "H2", "compartment_hint": "drugs"}
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	got := r.call(t, ask{by: "ng", method: http.MethodPost, path: requests, body: string(raw), header: withKey(key)}).want(t, http.StatusCreated)
	return got.text(t, "id"), got.text(t, "number")
}

// onDuty lets two keepers of drugs be on duty for a week, and a lead who is no member lead.
func (r *rig) onDuty(t *testing.T) {
	t.Helper()
	drugs := []verification.Compartment{"drugs"}
	r.keys.add("keeper1", person("keeper1", "", "A1K1", drugs, verification.RoleKeeper))
	r.keys.add("keeper2", person("keeper2", "", "A1K1", drugs, verification.RoleKeeper))
	r.keys.add("boss", person("boss", "", "A1K1", nil, verification.RoleLead))
	now := r.clock.now()
	body := fmt.Sprintf(`{"person":"p_keeper1000000000","deputy":"p_keeper2000000000","from":%q,"until":%q}`, now.Format(time.RFC3339), now.Add(7*24*time.Hour).Format(time.RFC3339))
	r.call(t, ask{by: "keeper1", method: http.MethodPut, path: "/v1/compartments/drugs/duty", body: body}).want(t, http.StatusOK)
}

// alarmed waits until who is alarmed of the matter are those and nobody else.
func (r *rig) alarmed(t *testing.T, id, stage string, want ...string) {
	t.Helper()
	eventually(t, stage+": alarmed are "+strings.Join(want, ", "), func() bool {
		for _, who := range []string{"keeper1", "keeper2", "boss", "desk", "supervisor"} {
			listed := r.get(t, who, "/v1/alarms")
			if who == "supervisor" {
				listed.want(t, http.StatusForbidden)
				continue
			}
			told, on := false, bytes.Contains(listed.body, []byte(id))
			for _, w := range want {
				told = told || w == who
			}
			if listed.status != http.StatusOK || told != on || bytes.Contains(r.get(t, who, onCall).body, []byte(id)) != told {
				return false
			}
		}
		return true
	})
}

func TestASealedMatterAlarmsTheKeeperThenTheDeputyThenTheLeadUntilItIsClaimed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.onDuty(t)
	id, number := r.submitDrugs(t, "sealed")
	r.alarmed(t, id, "on arrival", "keeper1")
	got := r.get(t, "keeper1", "/v1/alarms")
	r.fits(t, "alarms", got.body)
	r.fits(t, "on-call", r.get(t, "keeper1", onCall).body)
	due, err := time.Parse(time.RFC3339, got.text(t, "items.0.due_at"))
	if err != nil {
		t.Fatal(err)
	}
	whole := due.Sub(r.clock.now())
	r.pass(t, whole/2-time.Minute)
	r.alarmed(t, id, "a minute before half", "keeper1")
	r.pass(t, time.Minute+time.Second)
	r.alarmed(t, id, "at half", "keeper1", "keeper2")
	r.pass(t, whole/4)
	r.alarmed(t, id, "at three quarters", "keeper1", "keeper2", "boss")

	got = r.get(t, "boss", "/v1/alarms")
	r.fits(t, "alarms", got.body)
	if got.text(t, "items.0.number") != number || got.text(t, "items.0.rung") != "lead" || bytes.Contains(got.body, []byte("drugs")) {
		t.Errorf("the lead is told %s", got.body)
	}
	r.get(t, "boss", requests+"/"+id).want(t, http.StatusNotFound)
	r.post(t, "boss", requests+"/"+id+"/keeper", `{"person":"p_keeper2000000000"}`).want(t, http.StatusNotFound)
	appoint := func(by, who string) reply {
		return r.post(t, by, "/v1/alarms/"+id+"/keeper", `{"person":"`+who+`"}`)
	}
	appoint("boss", "p_desk000000000000").problem(t, http.StatusUnprocessableEntity, "invalid_body")
	appoint("keeper1", "p_keeper2000000000").want(t, http.StatusForbidden)
	if done := appoint("boss", "p_keeper2000000000").want(t, http.StatusOK); bytes.Contains(done.body, []byte("NG")) {
		t.Errorf("appointing tells the lead more than the alarm: %s", done.body)
	}
	eventually(t, "the appointed one is alarmed as keeper", func() bool {
		return bytes.Contains(r.get(t, "keeper2", "/v1/alarms").body, []byte(`"rung":"keeper"`))
	})
	if history := r.get(t, "keeper1", requests+"/"+id+"/history"); !bytes.Contains(history.body, []byte("keeper_appointed")) {
		t.Errorf("the history is silent of it: %s", history.body)
	}
	r.post(t, "keeper2", requests+"/"+id+"/claim", `{}`).want(t, http.StatusOK)
	r.alarmed(t, id, "claimed")
	appoint("boss", "p_keeper1000000000").want(t, http.StatusNotFound)
}

func TestALeadWhomAMatterDoesNotAlarmYetFindsNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.onDuty(t)
	id, _ := r.submitDrugs(t, "first")
	r.alarmed(t, id, "on arrival", "keeper1")
	there, absent := r.post(t, "boss", "/v1/alarms/"+id+"/keeper", `{"person":"p_keeper1000000000"}`), r.post(t, "boss", "/v1/alarms/"+nothing+"/keeper", `{"person":"p_keeper1000000000"}`)
	if there.status != http.StatusNotFound || absent.status != http.StatusNotFound {
		t.Errorf("before three quarters the lead is answered %d, of what is not there %d", there.status, absent.status)
	}
}
