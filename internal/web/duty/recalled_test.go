package duty_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"verigate/internal/web/webtest"
)

// Whose answer was recalled waits for the desk to correct it. It is nothing that is held: nobody can take it over.
func TestARecalledAnswerIsToBeCorrectedAndIsNoClaim(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	id := submit(t, w, "recalled-1", flash)
	path := "/v1/verification-requests/" + id
	w.Must(t, "desk:1", http.MethodPost, path+"/claim", map[string]any{})
	var answers []any
	for n := range 3 {
		answers = append(answers, map[string]any{"n": n + 1, "result": "cannot_say", "code": "no_records"})
	}
	w.Must(t, "desk:1", http.MethodPost, path+"/answers", map[string]any{"questions": answers})
	put := w.Must(t, "desk:1", http.MethodPut, path+"/package", map[string]any{"kind": "final"})
	w.Must(t, "desk:2", http.MethodPost, path+"/release", map[string]any{"hash": put.Body["hash"]})
	w.Must(t, "lead", http.MethodPost, path+"/recall", map[string]any{"version": 1, "code": "factual_error"})
	onBoard(t, w, id)
	cookies := "verigate-language=en; " + w.Cookie(t, "desk:2")
	webtest.Eventually(t, 20*time.Second, "now offers to correct it", func() bool {
		page := w.Visit(t, cookies, "/now", nil).Body
		return strings.Contains(page, `href="/requests/`+id+`#do-correct"`)
	})
	for _, who := range []string{"desk:1", "desk:2"} {
		if page := w.Visit(t, w.Cookie(t, who), "/shift", nil).Body; strings.Contains(page, `name="id" value="`+id+`"`) {
			t.Errorf("%s is to hand over or to take over what was answered", who)
		}
	}
	w.Must(t, "desk:2", http.MethodPost, path+"/correction", map[string]any{"code": "quantity_error"})
	webtest.Eventually(t, 20*time.Second, "nothing is to be begun any more", func() bool {
		return !strings.Contains(w.Visit(t, cookies, "/now", nil).Body, `#do-correct"`)
	})
}
