package unit_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"verigate/internal/web/webtest"
)

// most is what a full inbox may weigh after the first visit, in bytes (ui.md).
const most = 40_000

// On a line of 32 kbit/s and 2 s: the inbox is opened, an answer is written and sent, the line drops while it is written and
// while it is sent, and nothing is lost.
func TestOnASlowLineThatDropsNothingIsLost(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 35 s")
	}
	w := webtest.Start(t)
	for n := range 24 {
		w.Submit(t, "S01", "slow-"+strconv.Itoa(n))
	}
	task := routed(t, w, "slow")
	w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+task+"/acceptance", map[string]any{})
	tab := w.Open(t)
	tab.Enter("unit:03", "/tasks/"+task+"/answer")
	tab.Speak("vi")
	slow := webtest.Line{Bits: 32_000, Latency: 2 * time.Second}

	tab.Over(slow)
	tab.Go("/inbox")
	tab.Await("a full inbox", `document.querySelectorAll('.unit-card').length === 20`)
	weight, err := strconv.Atoi(tab.Eval(`String([...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].reduce((sum, e) => sum + e.transferSize, 0))`))
	if err != nil || weight == 0 || weight > most {
		t.Errorf("a full inbox weighs %d bytes, at most %d: %v", weight, most, err)
	}
	t.Logf("a full inbox weighs %d bytes after the first visit", weight)

	tab.Go("/tasks/" + task + "/answer")
	tab.Click(`[name="q1.result"][value="held"]`)
	tab.Fill(`[name="q1.f1.text"]`, "Trước khi mất mạng.")
	tab.Await("the draft is saved", saved)
	tab.Over(webtest.Line{Cut: true})
	tab.Fill(`[name="q1.f1.text"]`, "Trước khi mất mạng. Và sau đó.")
	tab.Await("the page says that the line is away", `/^Chưa lưu: mất mạng từ \d\d:\d\d, đang thử lại$/.test(document.querySelector('#unit-draft .unit-state').textContent)`)
	if kept := tab.Eval(`indexedDB.databases().then(all => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, all]))`); strings.Contains(kept, "mạng") || strings.Contains(kept, task) {
		t.Errorf("on the device is kept %s", kept)
	}
	tab.Over(slow)
	webtest.Eventually(t, 20*time.Second, "what was typed without a line is saved", func() bool {
		return strings.Contains(fmt.Sprint(draftOf(t, w, "unit:03", task)), "Và sau đó.")
	})

	for _, n := range []string{"2", "3"} {
		tab.Click(`[name="q` + n + `.result"][value="refused"]`)
		tab.Fill(`[name="q`+n+`.refused"]`, "no_legal_basis")
	}
	tab.Over(webtest.Line{Cut: true})
	tab.Click(`#unit-answer button[value="send"]`)
	tab.Await("the page says that it is not sent", `document.querySelector('#unit-draft .unit-state').textContent.startsWith('Chưa gửi: mất mạng từ')`)
	tab.Over(slow)
	webtest.Eventually(t, 20*time.Second, "the answer is taken", func() bool { return read(t, w, task)["state"] == "answered" })
	if said := fmt.Sprint(read(t, w, task)["answers"]); strings.Count(said, "final") != 1 || !strings.Contains(said, "Và sau đó.") {
		t.Errorf("the desk has %s", said)
	}
	tab.Over(webtest.Line{})
	tab.Await("the task's page", fmt.Sprintf(`location.pathname === '/tasks/%s'`, task))
}

// What one officer does appears at the other by itself.
func TestAnInboxFollowsWhatHappens(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 4 s")
	}
	w := webtest.Start(t)
	tab := w.Open(t)
	tab.Enter("unit:03", "/inbox")
	tab.Speak("vi")
	tab.Accessible("an empty inbox")
	tab.Screens("unit-inbox-empty")
	task := w.Submit(t, "S01", "live") + "-01"
	tab.Await("the task appears", fmt.Sprintf(`document.getElementById('unit-%s')`, task))
	w.Must(t, "unit_lead:03", http.MethodPost, "/v1/tasks/"+task+"/acceptance", map[string]any{})
	tab.Await("its state follows", fmt.Sprintf(`document.querySelector('#unit-%s .state').textContent === 'Đã nhận'`, task))
	tab.Accessible("an inbox")
	tab.Screens("unit-inbox")
	tab.Press("j")
	if got := tab.Eval(`document.activeElement.closest('[data-row]')?.id ?? ''`); got != "unit-"+task {
		t.Errorf("the key leads to %q", got)
	}
	tab.Go("/tasks/" + task)
	w.Must(t, "unit_lead:03", http.MethodPost, "/v1/tasks/"+task+"/hold", map[string]any{"code": "other_force"})
	tab.Await("the task's state follows", `document.querySelector('#unit-head').textContent.includes('Tạm dừng')`)
}
