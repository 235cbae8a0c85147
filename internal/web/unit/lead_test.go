package unit_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"verigate/internal/app"
	"verigate/internal/web/webtest"
)

// What waits for a unit's lead: a hold to confirm, a cause to give.
func TestALeadConfirmsAHoldAndExplainsWhatWasLate(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 8 s")
	}
	var ahead atomic.Int64
	w := webtest.Start(t, func(o *app.Options) {
		began := time.Now()
		o.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
		o.Elapsed = func() time.Duration { return time.Since(began) + time.Duration(ahead.Load()) }
	})
	task := routed(t, w, "late")
	ahead.Store(int64(3 * time.Hour)) // an urgent task is to be accepted within two
	webtest.Eventually(t, 20*time.Second, "it is accepted", func() bool {
		return w.Call(t, "unit:03", http.MethodPost, "/v1/tasks/"+task+"/acceptance", map[string]any{}).Status == http.StatusOK
	})
	w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+task+"/hold", map[string]any{"code": "laboratory", "evidence_reference": "PM-7"})
	webtest.Eventually(t, 20*time.Second, "the breach is listed", func() bool {
		r := w.Call(t, "unit_lead:03", http.MethodGet, "/v1/notices?open=true", nil)
		queue := w.Call(t, "unit_lead:03", http.MethodGet, "/v1/units/03/queue", nil)
		return strings.Contains(string(r.Raw), "cause_due_at") && strings.Contains(string(queue.Raw), "laboratory")
	})
	tab := w.Open(t)
	tab.Enter("unit_lead:03", "/unit")
	for _, language := range []string{"vi", "en"} {
		tab.Speak(language)
		tab.Accessible("the lead's page in " + language)
		tab.Screens("unit-lead-" + language)
	}
	tab.Eval(`document.querySelector('form[action$="/hold-confirmation"]').closest('details').open = true, ''`)
	tab.Fill(`form[action$="/hold-confirmation"] [name="code"]`, "evidence_seen")
	tab.Submit(`form[action$="/hold-confirmation"] button`)
	if hold, _ := read(t, w, task)["hold"].(map[string]any); hold["confirmed"] != true {
		t.Errorf("the hold is %v", hold)
	}
	tab.Go("/unit")
	if got := tab.Text("main"); strings.Contains(got, "PM-7") {
		t.Errorf("a confirmed hold waits still: %s", got)
	}
	tab.Submit(`a[href="/tasks/` + task + `#breach-1"]`)
	tab.Eval(`document.querySelector('form[action$="/breaches/1"]').closest('details').open = true, ''`)
	tab.Accessible("a task that was late")
	tab.Screens("unit-late")
	tab.Fill(`form[action$="/breaches/1"] [name="code"]`, "staffing")
	tab.Submit(`form[action$="/breaches/1"] button`)
	if got := tab.Text("#breach-1"); !strings.Contains(got, "Cause") || tab.Has(`form[action$="/breaches/1"]`) {
		t.Errorf("explained it says %s", got)
	}
}
