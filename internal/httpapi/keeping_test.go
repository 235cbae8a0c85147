package httpapi_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"verigate/internal/verification"
)

const register = "/v1/retention"

// due is a request whose retention has run out today.
func (r *rig) due(t *testing.T, keys ...string) (ids []string) {
	t.Helper()
	r.keys.add("deputy", person("deputy", "", "A1K1", nil, verification.RoleLead))
	for _, key := range keys {
		id := r.submit(t, key)
		r.say(t, id, said{"ng", "{id}/withdrawal", `{"text":"not needed"}`})
		ids = append(ids, id)
		r.pass(t, time.Minute)
	}
	r.pass(t, 10*366*24*time.Hour)
	return ids
}

func TestWhatIsDueIsErasedByTwoPersonsOverHTTP(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ids := r.due(t, "a", "b", "c")
	at := func(i int) string { return requests + "/" + ids[i] }
	full := r.eventuallyGet(t, "lead", register, func(g reply) bool {
		return g.status == http.StatusOK && len(listed(t, g, "items")) == 3
	})
	r.fitsOperation(t, "listRetention", full.body)
	if full.text(t, "items.0.request") != ids[0] || full.text(t, "items.0.retention.standing") != "due" || full.text(t, "items.0.retention.rule") == "" {
		t.Errorf("%s", full.body)
	}
	if strings.Contains(string(full.body), "ENS/FICT") {
		t.Error("the register shows what the partner wrote")
	}
	first := r.get(t, "lead", register+"?limit=2").want(t, http.StatusOK)
	second := r.get(t, "lead", register+"?limit=2&cursor="+url.QueryEscape(first.text(t, "next_cursor"))).want(t, http.StatusOK)
	if second.text(t, "items.0.request") != ids[2] {
		t.Errorf("the second page: %s", second.body)
	}

	view := r.post(t, "lead", at(0)+"/legal-hold", `{"reason":"court file 12"}`).want(t, http.StatusOK)
	r.fits(t, "staff-view", view.body)
	if view.text(t, "legal_hold.reason") != "court file 12" || view.text(t, "retention.standing") != "held" {
		t.Errorf("%s", view.body)
	}
	r.post(t, "lead", at(0)+"/legal-hold", `{"reason":"again"}`).problem(t, http.StatusConflict, "already_held")
	r.post(t, "lead", at(0)+"/legal-hold", `{"reason":""}`).problem(t, http.StatusUnprocessableEntity, "invalid_body")
	r.post(t, "lead", at(0)+"/erasure", `{}`).problem(t, http.StatusConflict, "under_legal_hold")
	r.post(t, "lead", at(0)+"/legal-hold/lifting", `{"reason":"it is over"}`).problem(t, http.StatusConflict, "same_person")
	batch := `{"requests":["` + strings.Join(ids[:2], `","`) + `"]}`
	done := r.post(t, "lead", register+"/proposals", batch).want(t, http.StatusOK)
	r.fitsOperation(t, "proposeErasures", done.body)
	if done.text(t, "items.0.code") != "under_legal_hold" || strings.Contains(string(done.body[strings.Index(string(done.body), ids[1]):]), "code") {
		t.Errorf("%s", done.body)
	}
	r.post(t, "lead", at(1)+"/erasure/confirmation", `{}`).problem(t, http.StatusConflict, "same_person")
	proposed := r.get(t, "deputy", at(1)).want(t, http.StatusOK)
	r.fits(t, "staff-view", proposed.body)
	if proposed.text(t, "erasure.rule") == "" || !strings.Contains(fmt.Sprint(proposed.field(t, "allowed")), "confirm_erasure") {
		t.Errorf("%s", proposed.body)
	}
	r.eventuallyGet(t, "deputy", register+"?list=proposed", func(g reply) bool { return len(listed(t, g, "items")) == 1 })
	r.eventuallyGet(t, "deputy", register+"?list=held", func(g reply) bool { return len(listed(t, g, "items")) == 1 })
	erased := r.post(t, "deputy", at(1)+"/erasure/confirmation", `{}`).want(t, http.StatusOK)
	r.fits(t, "staff-view", erased.body)
	if erased.text(t, "retention.standing") != "erased" || erased.field(t, "erased") != true {
		t.Errorf("%s", erased.body)
	}
	r.post(t, "deputy", at(1)+"/erasure/confirmation", `{}`).problem(t, http.StatusConflict, "content_erased")

	// The same key again; and what its partner still has: number, times, an end.
	r.call(t, ask{by: "ng", method: http.MethodPost, path: requests, body: submitted(t), header: withKey("b")}).problem(t, http.StatusGone, "erased")
	kept := r.get(t, "ng", at(1)).want(t, http.StatusOK)
	if kept.text(t, "number") == "" || strings.Contains(string(kept.body), "ENS/FICT") || strings.Contains(string(kept.body), "not needed") {
		t.Errorf("%s", kept.body)
	}

	r.post(t, "deputy", at(2)+"/erasure", `{}`).want(t, http.StatusOK)
	r.post(t, "deputy", at(2)+"/erasure", `{}`).problem(t, http.StatusConflict, "erasure_waits")
	r.post(t, "deputy", at(2)+"/erasure/dropped", `{"reason":"the trial goes on"}`).want(t, http.StatusOK)
	r.post(t, "lead", at(2)+"/erasure/confirmation", `{}`).problem(t, http.StatusConflict, "no_proposal")
	lifted := r.post(t, "deputy", at(0)+"/legal-hold/lifting", `{"reason":"it is over"}`).want(t, http.StatusOK)
	if lifted.text(t, "retention.standing") != "due" || strings.Contains(string(lifted.body), `"legal_hold"`) {
		t.Errorf("%s", lifted.body)
	}
	history := r.get(t, "lead", at(1)+"/history").want(t, http.StatusOK)
	for _, kind := range []string{"erasure_proposed.v1", "erased.v1"} {
		if !strings.Contains(string(history.body), kind) {
			t.Errorf("the history lacks %s: %s", kind, history.body)
		}
	}
}

func TestWhatIsAskedOfTheRegisterInVain(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "young")
	r.post(t, "lead", requests+"/"+id+"/erasure", `{}`).problem(t, http.StatusConflict, "wrong_state")
	r.say(t, id, said{"ng", "{id}/withdrawal", `{}`})
	got := r.post(t, "lead", requests+"/"+id+"/erasure", `{}`).problem(t, http.StatusConflict, "not_due")
	if !strings.Contains(string(got.body), "has not run out") {
		t.Errorf("%s", got.body)
	}
	r.get(t, "lead", register+"?list=all").problem(t, http.StatusBadRequest, "invalid_parameter")
	r.get(t, "desk", register).problem(t, http.StatusForbidden, "not_permitted")
	many := `"` + strings.Join(hundredAndOne(), `","`) + `"`
	r.post(t, "lead", register+"/proposals", `{"requests":[`+many+`]}`).problem(t, http.StatusUnprocessableEntity, "invalid_body")
	r.post(t, "lead", register+"/proposals", `{"requests":[]}`).problem(t, http.StatusUnprocessableEntity, "invalid_body")
	r.post(t, "desk", register+"/confirmations", `{"requests":["`+id+`"]}`).problem(t, http.StatusForbidden, "not_permitted")
}

func hundredAndOne() (ids []string) {
	for n := range 101 {
		ids = append(ids, fmt.Sprintf("%026d", n))
	}
	return ids
}
