package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"verigate/internal/web/webtest"
)

// marked is how a partner marks a request, and what that request says elsewhere: whoever reads any of it reads the marking.
const marked = "RESTRICTED <Fictional Service> & friends only"

// contents are words that stand in what partner, unit and desk write of the request.
func contents() []string {
	return []string{"stmt-walrus", "quest-walrus", "subj-walrus", "fact-walrus", "repl-walrus"}
}

// asMarked is a request under that marking.
func asMarked() map[string]any {
	return map[string]any{
		"own_reference": "MARKED/1", "language": "en", "urgency": map[string]any{"degree": "priority"},
		"purpose":   map[string]any{"statement": "stmt-walrus: a container."},
		"handling":  map[string]any{"code": "H2", "tlp": "AMBER", "marking_verbatim": marked},
		"subjects":  []any{map[string]any{"id": "s1", "kind": "company", "names": []any{map[string]any{"text": "subj-walrus"}}, "country": "VN"}, map[string]any{"id": "s2", "kind": "consignment", "form": "sea", "bl_no": "FICT-1"}},
		"questions": []any{map[string]any{"n": 1, "code": "COM", "text": "quest-walrus: who?", "subjects": []string{"s1"}}, map[string]any{"n": 2, "code": "CON", "text": "quest-walrus: where?", "subjects": []string{"s2"}}},
	}
}

// found is what a unit answers to both questions.
func found() map[string]any {
	held := func(n int, outcome string) map[string]any {
		return map[string]any{"n": n, "result": "held", "outcome": outcome, "facts": []any{map[string]any{
			"text": "fact-walrus", "language": "vi", "evaluation": map[string]any{"source": "A", "information": "1"}, "handling": map[string]any{"code": "H1"},
		}}}
	}
	return map[string]any{"kind": "final", "questions": []any{held(1, "CONFIRMED"), held(2, "ARRIVED")}}
}

// Whatever page shows something of a request shows how its partner marked it, word for word: found by going through all
// pages at each stage, so that a new page cannot be forgotten.
func TestTheMarkingStandsWordForWordOnEveryPageThatShowsContent(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: it visits all pages of a request at each of its stages, 3 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	id := fmt.Sprint(w.Must(t, "partner:NG", http.MethodPost, "/v1/verification-requests", asMarked(), "Idempotency-Key", "marked").Body["id"])
	at, task := "/v1/verification-requests/"+id, "/v1/tasks/"+id+"-01"
	does := func(who, path string, body map[string]any) { t.Helper(); w.Must(t, who, http.MethodPost, path, body) }
	shown := map[string]bool{}
	visited := func(stage string, everybody ...string) {
		t.Helper()
		for _, who := range everybody {
			v := &visitor{t: t, world: w, who: who + ", " + stage, cookie: "verigate-language=en; " + w.Cookie(t, who), seen: map[string]bool{}}
			v.look = func(page, body string) {
				kind, _ := v.kind(page)
				for _, content := range contents() {
					if !strings.Contains(body, content) {
						continue
					}
					shown[kind] = true
					if !strings.Contains(body, "RESTRICTED &lt;Fictional Service&gt; &amp; friends only") {
						t.Errorf("%s: %s shows %q without the partner's marking", v.who, page, content)
					}
				}
			}
			for _, from := range []string{"/", "/requests/" + id, "/requests/" + id + "/triage", "/requests/" + id + "/package", "/requests/" + id + "/review", "/tasks/" + id + "-01", "/tasks/" + id + "-01/answer", "/portal/" + id, "/portal/" + id + "/reply", "/portal/" + id + "/follow-up"} {
				if r, _ := v.get(from); r.StatusCode == http.StatusOK || r.StatusCode == http.StatusSeeOther {
					v.visit(from, "a test")
				}
			}
		}
	}
	does("desk:1", at+"/claim", map[string]any{})
	visited("in triage", "desk:1", "partner:NG")
	does("desk:1", at+"/routing", map[string]any{"assignments": []any{map[string]any{"unit": "03", "questions": []int{1, 2}}}})
	does("unit:03", task+"/acceptance", map[string]any{})
	visited("with a unit", "unit:03", "unit_lead:03", "supervisor")
	does("desk:1", at+"/clarification", map[string]any{"code": "other", "text": "repl-walrus: which one?"})
	visited("asked back", "partner:NG", "lead")
	does("partner:NG", at+"/clarifications", map[string]any{"text": "repl-walrus"})
	does("unit:03", task+"/answer", found())
	visited("answered by its unit", "unit:03", "desk:2")
	var view struct {
		Tasks []struct {
			Answers []struct {
				Questions []struct{ Facts []struct{ ID string } }
			}
		}
	}
	if err := json.Unmarshal(w.Must(t, "desk:2", http.MethodGet, at, nil).Raw, &view); err != nil {
		t.Fatal(err)
	}
	does("desk:2", at+"/consent", map[string]any{"facts": []string{view.Tasks[0].Answers[0].Questions[0].Facts[0].ID}, "originator": "TH"})
	webtest.Eventually(t, 20*time.Second, "the consent on the desk's page", func() bool {
		reader := visitor{t: t, world: w, cookie: w.Cookie(t, "desk:1")}
		_, body := reader.get("/consents")
		return strings.Contains(body, "fact-walrus")
	})
	visited("waiting for a consent", "desk:1")
	consent := w.Asked(t, "partner:TH")
	does("partner:TH", fmt.Sprint("/v1/consents/", consent, "/decision"), map[string]any{"decision": "granted"})
	hash := w.Must(t, "desk:1", http.MethodPut, at+"/package", map[string]any{"kind": "final"}).Body["hash"]
	visited("prepared", "desk:1", "desk:2")
	does("desk:2", at+"/release", map[string]any{"hash": hash})
	visited("answered", "partner:NG", "desk:1", "lead")
	for _, page := range []string{"/requests/{id}", "/requests/{id}/triage", "/requests/{id}/package", "/requests/{id}/review", "/tasks/{id}", "/tasks/{id}/answer", "/portal/{id}", "/portal/{id}/reply", "/portal/{id}/answers", "/consents"} {
		if !shown[page] {
			t.Errorf("%s showed nothing at any stage: this test does not see it", page)
		}
	}
}
