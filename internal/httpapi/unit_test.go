package httpapi_test

import (
	"encoding/json"
	"net/http"
	"testing"
)

func TestAUnitReadsNoClosedCaseByRepliesToItsCommands(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	task := "/v1/tasks/" + id + "-01"
	accept := ask{by: "unit03", method: http.MethodPost, path: task + "/acceptance", body: `{}`, header: withKey("k")}
	if open := r.call(t, accept).want(t, http.StatusOK); open.text(t, "statement") == "" {
		t.Errorf("an open task is shown: %s", open.body)
	}
	r.post(t, "ng", requests+"/"+id+"/withdrawal", `{}`).want(t, http.StatusOK)
	stop := ask{by: "unit03", method: http.MethodPost, path: task + "/stop-acknowledgement", body: `{}`}
	note := ask{by: "unit03", method: http.MethodPost, path: task + "/notes", body: `{"text":"Late."}`}
	for _, a := range []ask{stop, stop, note, accept} {
		got := r.call(t, a).want(t, http.StatusOK)
		r.fits(t, "task", got.body)
		var members map[string]any
		if err := json.Unmarshal(got.body, &members); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"task", "request", "number", "unit", "kind", "state", "degree", "level"} {
			delete(members, name)
		}
		if len(members) > 0 {
			t.Errorf("%s tells of a closed case: %v", a.path, members)
		}
	}
	r.get(t, "unit03", task).want(t, http.StatusNotFound)
	if desk := r.post(t, "desk", task+"/notes", `{"text":"Seen."}`).want(t, http.StatusOK); desk.text(t, "statement") == "" {
		t.Errorf("the desk reads it: %s", desk.body)
	}
}
