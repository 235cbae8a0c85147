package review_test

import (
	"net/http"
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

// A fact went out while its question was pending, and the unit finds in the end that it is wrong: the reviewer sees that the next
// version takes it back, and the partner reads it.
func TestWhatTheNextVersionTakesBackIsShownToReviewerAndPartner(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	id := w.Submit(t, "S01", "taken-back")
	path, task := "/v1/verification-requests/"+id, "/v1/tasks/"+id+"-01"
	w.Must(t, "unit:03", http.MethodPost, task+"/acceptance", map[string]any{})
	w.Must(t, "unit:03", http.MethodPost, task+"/answer", map[string]any{"kind": "interim", "questions": []any{map[string]any{
		"n": 1, "result": "held", "outcome": "ARRIVED", "facts": []any{map[string]any{
			"text": "It arrived on <Friday>.", "language": "en", "evaluation": map[string]any{"source": "A", "information": "1"}, "handling": map[string]any{"code": "H1"},
		}},
	}}})
	w.Must(t, "desk:1", http.MethodPost, path+"/claim", map[string]any{})
	w.Must(t, "desk:1", http.MethodPost, path+"/review", map[string]any{})
	part := w.Must(t, "desk:1", http.MethodPut, path+"/package", map[string]any{"kind": "partial"})
	w.Must(t, "desk:2", http.MethodPost, path+"/release", map[string]any{"hash": part.Body["hash"]})
	var none []any
	for n := range 3 {
		none = append(none, map[string]any{"n": n + 1, "result": "cannot_say", "code": "no_records"})
	}
	w.Must(t, "unit:03", http.MethodPost, task+"/answer", map[string]any{"kind": "final", "questions": none})
	put := w.Must(t, "desk:1", http.MethodPut, path+"/package", map[string]any{"kind": "final"})
	page := w.Visit(t, "verigate-language=en; "+w.Cookie(t, "desk:2"), "/requests/"+id+"/review", nil).Body
	_, shown, _ := strings.Cut(page, `id="taken-back"`)
	if shown, _, _ = strings.Cut(shown, "</section>"); !strings.Contains(shown, "It arrived on &lt;Friday&gt;.") {
		t.Errorf("the reviewer sees %q", shown)
	}
	w.Must(t, "desk:2", http.MethodPost, path+"/release", map[string]any{"hash": put.Body["hash"]})
	page = w.Visit(t, "verigate-language=en; "+w.Cookie(t, "partner:NG"), "/portal/"+id+"/answers", nil).Body
	_, shown, _ = strings.Cut(page, `portal-taken`)
	if shown, _, _ = strings.Cut(shown, "</section>"); !strings.Contains(shown, "Do not rely on it") || !strings.Contains(shown, "It arrived on &lt;Friday&gt;.") {
		t.Errorf("the partner reads %q", shown)
	}
}
