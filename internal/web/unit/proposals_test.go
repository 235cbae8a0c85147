package unit_test

import (
	"net/http"
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

// What a unit would have the partner asked stands on its task while it waits, and with the desk's reason when the desk said no.
func TestATaskShowsWhatBecameOfWhatItsUnitWouldAsk(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	id := w.Submit(t, "S01", "proposals")
	task := id + "-01"
	w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+task+"/acceptance", map[string]any{})
	w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+task+"/clarification", map[string]any{"code": "question_unclear", "text": "Which <seal>?"})
	head := func() string {
		page := w.Visit(t, "verigate-language=en; "+w.Cookie(t, "unit:03"), "/tasks/"+task, nil)
		_, rest, _ := strings.Cut(page.Body, `id="unit-head"`)
		head, _, _ := strings.Cut(rest, `class="columns`)
		return head
	}
	if shown := head(); !strings.Contains(shown, "which has not decided") || !strings.Contains(shown, "Which &lt;seal&gt;?") {
		t.Errorf("while it waits: %s", shown)
	}
	w.Must(t, "desk:1", http.MethodPost, "/v1/verification-requests/"+id+"/clarification/rejection", map[string]any{
		"proposal": 1, "code": "in_the_request", "text": "See <statement>.",
	})
	if shown := head(); !strings.Contains(shown, "does not ask the partner") || !strings.Contains(shown, "The request says it") || !strings.Contains(shown, "See &lt;statement&gt;.") {
		t.Errorf("turned down: %s", shown)
	}
	w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+task+"/clarification", map[string]any{"code": "other", "text": "And the lock?"})
	w.Must(t, "desk:1", http.MethodPost, "/v1/verification-requests/"+id+"/clarification", map[string]any{"code": "other", "text": "And the lock?"})
	if shown := head(); strings.Contains(shown, "And the lock?") {
		t.Errorf("what was asked waits no more: %s", shown)
	}
}
