package sealed_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"verigate/internal/web/webtest"
)

// What was answered and recalled is on the keeper's page, to be corrected: that nobody holds it is nothing to be claimed.
func TestARecalledAnswerIsNoUnclaimedMatter(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	id := w.Submit(t, "S01", "owed-1")
	path, task := "/v1/verification-requests/"+id, "/v1/tasks/"+id+"-01"
	w.Must(t, "unit:03", "POST", task+"/acceptance", map[string]any{}) // routed by rule: nobody has claimed it
	var answers []any
	for n := range 3 {
		answers = append(answers, map[string]any{"n": n + 1, "result": "cannot_say", "code": "no_records"})
	}
	w.Must(t, "unit:03", "POST", task+"/answer", map[string]any{"kind": "final", "questions": answers})
	put := w.Must(t, "desk:1", "PUT", path+"/package", map[string]any{"kind": "final"})
	w.Must(t, "desk:2", "POST", path+"/release", map[string]any{"hash": put.Body["hash"]})
	w.Must(t, "lead", "POST", path+"/recall", map[string]any{"version": 1, "code": "factual_error"})
	w.Must(t, "desk:1", "POST", path+"/compartment", map[string]any{"compartment": "precursor", "reason": "it names an informer"})
	webtest.Eventually(t, 20*time.Second, "the keeper's page has it, and nothing to be claimed", func() bool {
		page := w.Visit(t, "verigate-language=en; "+w.Cookie(t, "keeper"), "/sealed", nil).Body
		return strings.Contains(page, fmt.Sprintf(`href="/requests/%s"`, id)) && !strings.Contains(page, "nobody has claimed")
	})
}
