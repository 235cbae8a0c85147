package evidence_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"verigate/internal/web/webtest"
)

func TestAnAuditorSeesHowFarTheRecordIsProved(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of some seconds")
	}
	t.Parallel()
	w := webtest.Start(t)
	logs := func() []any {
		return w.Must(t, "auditor", http.MethodGet, "/v1/ledger", nil).Body["logs"].([]any)
	}
	webtest.Eventually(t, 20*time.Second, "a checkpoint is signed", func() bool {
		return logs()[0].(map[string]any)["signed"].(float64) > 0
	})
	origin := logs()[0].(map[string]any)["origin"].(string)
	tab := w.Open(t)
	tab.Enter("auditor", "/evidence/ledger")
	for language, words := range map[string]struct{ title, state string }{
		"vi": {"Sổ ghi và sổ bằng chứng được chứng minh đến đâu", "không có bên chứng kiến"},
		"en": {"How far record and evidence are proved", "there is no witness"},
	} {
		tab.Speak(language)
		if got := tab.Text("h1"); got != words.title {
			t.Errorf("titled %q", got)
		}
		if got := tab.Text("table[aria-labelledby=logs]"); !strings.Contains(got, origin) || !strings.Contains(got, words.state) {
			t.Errorf("the logs: %s", got)
		}
		if got := tab.Text(".ledger-keys"); !strings.Contains(got, origin+"+") {
			t.Errorf("the keys: %s", got)
		}
		if language == "vi" {
			tab.Accessible("ledger")
			tab.Fits("ledger", 1440, 360)
			tab.Screens("ledger")
		}
	}
	tab.Enter("desk:1", "/evidence/ledger")
	if !strings.Contains(tab.Eval("document.querySelector('#trouble').dataset.code"), "not_permitted") {
		t.Errorf("the desk is told %s", tab.Text("main"))
	}
}
