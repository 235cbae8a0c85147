package httpapi_test

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"verigate/internal/verification"
)

func TestATestOfTheAlarmReachesWhomAMatterWouldAndSaysNothingOfTheCompartment(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.onDuty(t)
	r.keys.add("elsewhere", person("keeper9", "", "A1K1", []verification.Compartment{"precursor"}, verification.RoleKeeper))
	put := func(by, path string) reply {
		return r.call(t, ask{by: by, method: http.MethodPut, path: path, body: `{}`})
	}
	at := func(by, room string) reply { return put(by, "/v1/compartments/"+room+"/alarm-test") }
	at("desk", "drugs").problem(t, http.StatusForbidden, "not_permitted")
	if there, absent := at("elsewhere", "drugs"), at("elsewhere", "none"); there.status != http.StatusNotFound || absent.status != http.StatusNotFound {
		t.Errorf("who does not see to it is answered %d, of what is not there %d", there.status, absent.status)
	}
	at("boss", "drugs").want(t, http.StatusNotFound) // a lead who is no member

	r.eventuallyGet(t, "desk", onCall, func(g reply) bool { return g.status == http.StatusOK })
	settled := func() { // a list says of when it is
		r.eventuallyGet(t, "ng", requests, func(g reply) bool {
			return g.status == http.StatusOK && g.text(t, "as_of") == "2021-09-02T16:40:00Z"
		})
	}
	settled()
	before := map[string][]byte{}
	outside := map[string][]string{"elsewhere": {"/v1/compartments", onCall, "/v1/alarms"}, "desk": {onCall, "/v1/alarms", "/v1/board"}, "ng": {requests}}
	for by, paths := range outside {
		for _, path := range paths {
			before[by+path] = r.get(t, by, path).body
		}
	}
	done := at("keeper1", "drugs").want(t, http.StatusOK)
	r.fits(t, "compartments", done.body)
	settled() // the test is a message of the record, which the board passes over
	for by, paths := range outside {
		for _, path := range paths {
			if got := r.get(t, by, path).body; bytes.Contains(got, []byte("test")) || path != "/v1/board" && !bytes.Equal(got, before[by+path]) {
				t.Errorf("%s is told at %s of a test elsewhere: %s", by, path, got)
			}
		}
	}
	for _, by := range []string{"keeper1", "keeper2", "boss", "lead"} {
		screen, listed := r.get(t, by, onCall).want(t, http.StatusOK), r.get(t, by, "/v1/alarms").want(t, http.StatusOK)
		r.fits(t, "on-call", screen.body)
		r.fits(t, "alarms", listed.body)
		if screen.text(t, "alarm.mark") != "alarm_test" || screen.field(t, "alarm.request") != nil || listed.text(t, "test_since") == "" ||
			bytes.Contains(screen.body, []byte("drugs")) || bytes.Contains(listed.body, []byte("drugs")) {
			t.Errorf("%s: %s %s", by, screen.body, listed.body)
		}
	}
	r.pass(t, 2*time.Minute)
	r.eventuallyGet(t, "keeper2", onCall, func(g reply) bool { return g.status == http.StatusOK })
	confirmed := put("keeper2", "/v1/alarms/confirmation").want(t, http.StatusOK)
	if confirmed.field(t, "test_since") != nil || r.get(t, "keeper2", onCall).field(t, "alarm") != nil {
		t.Errorf("it still sounds: %s", confirmed.body)
	}
	put("boss", "/v1/alarms/confirmation").want(t, http.StatusOK)
	put("keeper2", "/v1/alarms/confirmation").want(t, http.StatusOK)
	heard := map[string]bool{}
	for _, one := range r.get(t, "keeper1", "/v1/compartments").field(t, "items.0.alarm_test.told").([]any) {
		row := one.(map[string]any)
		heard[row["person"].(string)+" "+row["rung"].(string)] = row["confirmed_at"] != nil
	}
	want := map[string]bool{"p_keeper1000000000 keeper": false, "p_keeper2000000000 deputy": true, "p_boss000000000000 lead": true, "p_lead000000000000 lead": false}
	for row, yes := range want {
		if got, there := heard[row]; !there || got != yes || len(heard) != len(want) {
			t.Errorf("confirmed are %v, want %v", heard, want)
		}
	}

	// A real matter goes before a test.
	id, _ := r.submitDrugs(t, "sealed")
	r.alarmed(t, id, "on arrival", "keeper1")
	r.pass(t, time.Hour)
	if late := r.eventuallyGet(t, "lead", onCall, func(g reply) bool { return g.status == http.StatusOK }); late.field(t, "alarm.mark") == "alarm_test" {
		t.Errorf("after an hour it sounds: %s", late.body)
	}
}
