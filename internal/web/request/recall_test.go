package request_test

import (
	"fmt"
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

// The version that is recalled is chosen in a form that carries the version of the request as well.
func TestTheLeadRecallsAnAnswerFromThePage(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 4 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	id := submitted(t, w, "R-1", "VNHPH")
	does(t, w, "unit:03", id, "-01/acceptance", none()) // routed by rule
	does(t, w, "unit:03", id, "-01/answer", answer("final", 1, 2))
	put := w.Must(t, "desk:1", "PUT", "/v1/verification-requests/"+id+"/package", map[string]any{"kind": "final"})
	does(t, w, "desk:2", id, "release", map[string]any{"hash": put.Body["hash"]})
	lead := w.Open(t)
	lead.Enter("lead", "/requests/"+id)
	lead.Speak("en")
	lead.Click("#do-recall > summary")
	lead.Fill("#do-recall-recalled", "1")
	lead.Fill("#do-recall-code", "factual_error")
	lead.Click("#do-recall input[name=sure]")
	lead.Submit("#do-recall button")
	if got := lead.Text(".said"); !strings.Contains(got, "Recalled") {
		t.Errorf("recalled, the page says %q: %s", got, lead.Text("#trouble"))
	}
	lead.Screens("request-recalled")
	all, _ := w.Must(t, "partner:NG", "GET", "/v1/verification-requests/"+id, nil).Body["answers"].([]any)
	if len(all) == 0 || !strings.Contains(fmt.Sprint(all[0]), "recalled:true") {
		t.Errorf("the partner sees %v", all)
	}
}
