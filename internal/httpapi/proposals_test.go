package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
)

// What a unit would have the partner asked waits on the board until the desk asks it or says no. Then the unit reads why, on
// its task; the partner sees nothing of it.
func TestTheDeskTurnsDownWhatAUnitWouldAskAndTheUnitReadsWhy(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	r.say(
		t, id,
		said{"unit03", "{task}/acceptance", `{}`},
		said{"unit03", "{task}/clarification", `{"code":"other","text":"Which seal?","questions":[2]}`},
		said{"desk", "{id}/claim", `{}`},
	)
	task := "/v1/tasks/" + id + "-01"
	if own := r.get(t, "unit03", task); own.field(t, "proposals.0.waits") != true || own.text(t, "proposals.0.text") != "Which seal?" {
		t.Errorf("its unit reads %v", own.field(t, "proposals"))
	}
	view := r.get(t, "desk", requests+"/"+id)
	if view.field(t, "proposals.0.n") != 1.0 || view.field(t, "proposals.0.waits") != true || !strings.Contains(string(view.body), `"reject_clarification"`) {
		t.Errorf("the desk reads %v and may %v", view.field(t, "proposals"), view.field(t, "allowed"))
	}
	eventually(t, "it is flagged", func() bool { return r.flagged(t, id) })
	before := r.get(t, "ng", requests+"/"+id)

	no := requests + "/" + id + "/clarification/rejection"
	r.post(t, "unit03", no, `{"proposal":1,"code":"other"}`).problem(t, http.StatusForbidden, "not_permitted")
	r.post(t, "desk", no, `{"proposal":1,"code":"nobody says so"}`).problem(t, http.StatusUnprocessableEntity, "invalid_body")
	r.post(t, "desk", no, `{"proposal":2,"code":"other"}`).problem(t, http.StatusConflict, "no_proposal")
	done := r.post(t, "desk", no, `{"proposal":1,"code":"in_the_request","text":"It is in the statement."}`).want(t, http.StatusOK)
	if done.field(t, "proposals.0.rejected.code") != "in_the_request" || strings.Contains(string(done.body), `"reject_clarification"`) {
		t.Errorf("the desk reads %v and may %v", done.field(t, "proposals"), done.field(t, "allowed"))
	}
	own := r.get(t, "unit03", task)
	if own.text(t, "proposals.0.rejected.code") != "in_the_request" || own.text(t, "proposals.0.rejected.text") != "It is in the statement." {
		t.Errorf("its unit reads %v", own.field(t, "proposals"))
	}
	eventually(t, "it is flagged no more", func() bool { return !r.flagged(t, id) })
	if after := r.get(t, "ng", requests+"/"+id); string(after.body) != string(before.body) || strings.Contains(string(after.body), "statement.") {
		t.Errorf("the partner sees it: %s", after.body)
	}
}

// flagged says whether the board shows the request among those with a proposed clarification.
func (r *rig) flagged(t *testing.T, id string) bool {
	t.Helper()
	return strings.Contains(string(r.get(t, "desk", "/v1/board?flag=clarification_proposed").body), id)
}
