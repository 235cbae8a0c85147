package unit_test

import (
	"net/http"
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

// A hold stands until the lead rejects it, also when it is over: the task shows each, and one that was rejected is as if it had
// never been (lifecycle.md, rejected pause).
func TestATaskShowsEachHoldThatStands(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	task := w.Submit(t, "S01", "holds") + "-01"
	does := func(who, what string, body map[string]any) {
		w.Must(t, who, http.MethodPost, "/v1/tasks/"+task+"/"+what, body)
	}
	does("unit:03", "acceptance", map[string]any{})
	does("unit:03", "hold", map[string]any{"code": "laboratory", "evidence_reference": "LAB-<17>"})
	does("unit:03", "resume", map[string]any{})
	does("unit:03", "hold", map[string]any{"code": "other_force", "evidence_reference": "CA-04"})
	head := func() string {
		page := w.Visit(t, "verigate-language=en; "+w.Cookie(t, "unit:03"), "/tasks/"+task, nil)
		_, rest, _ := strings.Cut(page.Body, `id="unit-head"`)
		head, _, _ := strings.Cut(rest, `class="columns`)
		return head
	}
	shown := head()
	if n := strings.Count(shown, "waits for the lead&#39;s confirmation"); n != 2 || !strings.Contains(shown, "LAB-&lt;17&gt;") || !strings.Contains(shown, "CA-04") {
		t.Errorf("%d of two holds are shown: %s", n, shown)
	}
	if over := strings.Index(shown, "LAB-"); over < 0 || over > strings.Index(shown, "CA-04") || strings.Count(shown, "Was on hold:") != 1 || strings.Count(shown, "On hold:") != 1 {
		t.Errorf("what is over and what lasts: %s", shown)
	}
	does("unit_lead:03", "hold/confirmation", map[string]any{})
	if shown = head(); strings.Count(shown, "confirmed by the lead") != 1 || strings.Count(shown, "waits for the lead") != 1 {
		t.Errorf("after the first was confirmed: %s", shown)
	}
	does("unit_lead:03", "hold/rejection", map[string]any{"code": "not_justified"})
	if shown = head(); strings.Contains(shown, "CA-04") || !strings.Contains(shown, "LAB-") {
		t.Errorf("after the second was rejected: %s", shown)
	}
}
