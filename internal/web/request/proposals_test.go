package request_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

// The desk turns down by a form what a unit would have the partner asked; a second unit's wish stays.
func TestTheDeskTurnsDownAProposedQuestionByAForm(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	id := submitted(t, w, "proposals", "")
	does(t, w, "desk:1", id, "claim", none())
	does(t, w, "desk:1", id, "routing", map[string]any{"assignments": []any{
		map[string]any{"unit": "03", "questions": []int{1}}, map[string]any{"unit": "02", "questions": []int{2}},
	}})
	for task, who := range map[string]string{"-01": "unit:03", "-02": "unit:02"} {
		does(t, w, who, id, task+"/acceptance", none())
		does(t, w, who, id, task+"/clarification", map[string]any{"code": "question_unclear", "text": "Which seal?"})
	}
	cookie := "verigate-language=en; " + w.Cookie(t, "desk:1")
	page := func() string { return w.Visit(t, cookie, "/requests/"+id+"/triage", nil).Body }
	form := func(body string) string {
		_, rest, _ := strings.Cut(body, `id="do-reject_clarification"`)
		found, _, _ := strings.Cut(rest, "</form>")
		return found
	}
	if shown := form(page()); !strings.Contains(shown, `<option value="1">`) || !strings.Contains(shown, `<option value="2">`) {
		t.Fatalf("the form is %s", shown)
	}
	sent := w.Visit(t, cookie, "/requests/"+id+"/clarification/rejection", url.Values{
		"proposal": {"1"}, "code": {"not_needed"}, "text": {"The date will do."}, "key": {"turn-down-1"}, "at": {"/triage"},
	})
	if sent.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", sent.Status, sent.Body)
	}
	if shown := form(page()); strings.Contains(shown, `<option value="1">`) || !strings.Contains(shown, `<option value="2">`) {
		t.Errorf("one was turned down, and the form is %s", shown)
	}
	if shown := w.Visit(t, cookie, "/requests/"+id, nil).Body; !strings.Contains(shown, "Not needed to answer") || !strings.Contains(shown, "The date will do.") {
		t.Error("the request does not show why")
	}
}
