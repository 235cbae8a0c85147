package evidence_test

import (
	"net/http"
	"strings"
	"testing"

	"verigate/internal/verification"
	"verigate/internal/web/webtest"
)

func TestAnAuditorSeesWhatWasOpenedToWhomAndByWhichTwo(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of some seconds")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	tab.Enter("auditor", "/evidence/grants")
	tab.Speak("vi")
	if got := tab.Text(".empty"); !strings.Contains(got, "Chưa có quyền nào được cấp") {
		t.Errorf("without grants: %s", got)
	}
	w.Admit(t, "one", "A1K1", verification.RoleDesk)
	w.Admit(t, "two", "03", verification.RoleUnitLead)

	page := w.Must(t, "auditor", http.MethodGet, "/v1/grants?limit=1", nil)
	items := page.Body["items"].([]any)
	if g := items[0].(map[string]any); len(items) != 1 || g["role"] != "unit_lead" || g["state"] != "open" || g["proposed_by"] == g["confirmed_by"] {
		t.Errorf("the newest: %s", page.Raw)
	}
	if strings.Contains(string(page.Raw), "on the roster") {
		t.Errorf("it is told why: %s", page.Raw)
	}
	next := w.Must(t, "auditor", http.MethodGet, "/v1/grants?limit=1&cursor="+page.Body["next_cursor"].(string), nil)
	if g := next.Body["items"].([]any)[0].(map[string]any); g["role"] != "desk" || next.Body["next_cursor"] != nil {
		t.Errorf("the one before: %s", next.Raw)
	}
	if r := w.Call(t, "auditor", http.MethodGet, "/v1/grants?cursor=made-up", nil); r.Status != 400 || r.Body["code"] != "invalid_cursor" {
		t.Errorf("a cursor of nobody: %d %s", r.Status, r.Raw)
	}
	for _, who := range []string{"desk:1", "lead", "supervisor", "unit_lead:03", "partner:NG"} {
		if r := w.Call(t, who, http.MethodGet, "/v1/grants", nil); r.Status != 403 {
			t.Errorf("%s: %d %s", who, r.Status, r.Raw)
		}
	}

	tab.Go("/evidence")
	tab.Click(`a[href="/evidence/grants"]`)
	tab.Await("the grants", `location.pathname === '/evidence/grants' && document.querySelectorAll('tbody tr').length === 2`)
	if got := tab.Text("tbody"); !strings.Contains(got, "Đang mở") || !strings.Contains(got, "Officer one") {
		t.Errorf("the grants: %s", got)
	}
	tab.Accessible("grants")
	tab.Fits("grants", 1440, 360)
	tab.Screens("grants")
	tab.Speak("en")
	if got := tab.Text("h1"); got != "What was opened to whom" {
		t.Errorf("titled %q", got)
	}
}
