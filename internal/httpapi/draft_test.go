package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestADraftIsKeptToldOfAndThrownAway(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	path := "/v1/tasks/" + r.submit(t, "a") + "-01/draft"
	put := func(by, text string) reply {
		return r.call(t, ask{by: by, method: http.MethodPut, path: path, body: `{"fields":{"q1.result":["held"],"q1.text":["` + text + `"]}}`})
	}
	empty := r.get(t, "unit03", path).want(t, http.StatusOK)
	r.fits(t, "draft-view", empty.body)
	if strings.Contains(string(empty.body), "saved_at") {
		t.Errorf("there is none: %s", empty.body)
	}
	kept := put("unit03", "Seal broken.").want(t, http.StatusOK)
	r.fits(t, "draft-view", kept.body)
	if kept.text(t, "saved_at") != "2021-09-02T16:40:00Z" || !strings.Contains(string(kept.body), `"q1.text":["Seal broken."]`) {
		t.Errorf("kept as %s", kept.body)
	}
	other := put("lead03", "Nothing held.").want(t, http.StatusOK)
	if other.text(t, "others.0.label") != "unit03" || strings.Contains(string(other.body), "Seal broken") {
		t.Errorf("of a colleague it is told: %s", other.body)
	}
	gone := r.call(t, ask{by: "unit03", method: http.MethodDelete, path: path}).want(t, http.StatusOK)
	if strings.Contains(string(gone.body), "fields") || gone.text(t, "others.0.label") != "lead03" {
		t.Errorf("thrown away: %s", gone.body)
	}
}

func TestADraftThatIsNoneIsRefusedWithoutItsWords(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	path := "/v1/tasks/" + r.submit(t, "a") + "-01/draft"
	for name, body := range map[string]string{
		"no fields":         `{}`,
		"something besides": `{"fields":{},"name":"Adaeze"}`,
		"a field's name":    `{"fields":{"Adaeze Okafor":["x"]}}`,
		"not a list":        `{"fields":{"q1.text":"Adaeze"}}`,
		"an empty list":     `{"fields":{"q1.text":[]}}`,
		"too long":          `{"fields":{"q1.text":["` + strings.Repeat("Adaeze ", 3000) + `"]}}`,
	} {
		got := r.call(t, ask{by: "unit03", method: http.MethodPut, path: path, body: body})
		got.problem(t, http.StatusUnprocessableEntity, "invalid_body")
		if strings.Contains(string(got.body), "Adaeze") {
			t.Errorf("%s: it tells what was written: %s", name, got.body)
		}
	}
	r.call(t, ask{by: "unit03", method: http.MethodPut, path: path, body: `{"fields":{"a":["` + strings.Repeat("x", 300<<10) + `"]}}`}).
		problem(t, http.StatusRequestEntityTooLarge, "too_large")
}

func TestATaskExplainsItsClocksAndNoOtherUnits(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	got := r.get(t, "unit03", "/v1/tasks/"+id+"-01/clocks").want(t, http.StatusOK)
	r.fitsOperation(t, "getTaskClocks", got.body)
	clocks, _ := got.field(t, "clocks").([]any)
	if len(clocks) == 0 || got.text(t, "clocks.0.explanation.vi") == "" {
		t.Errorf("no clock is explained: %s", got.body)
	}
	for _, c := range clocks {
		if of := c.(map[string]any)["task"]; of != id+"-01" {
			t.Errorf("a clock of %v", of)
		}
	}
}

func TestATaskTellsWhatWasMissedOnIt(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	r.tick(t, id, "2021-09-03T01:40:00+07:00") // accept within 2 h of 23:40
	task := r.get(t, "unit03", "/v1/tasks/"+id+"-01").want(t, http.StatusOK)
	r.fits(t, "task", task.body)
	if task.text(t, "breaches.0.clock") != "accept" || task.field(t, "breaches.0.n") != 1.0 {
		t.Errorf("missed: %v", task.field(t, "breaches"))
	}
}
