package unit_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"verigate/internal/web/webtest"
)

// An answer takes longer than a session lasts. The form says that it is neither saved nor sent, and keeps all of it; after a
// sign-in elsewhere it is saved, and sent when its button is pressed again.
func TestAnAnswerOutlivesTheSessionInWhichItIsTyped(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 15 s")
	}
	w := webtest.Start(t)
	task := routed(t, w, "over")
	w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+task+"/acceptance", map[string]any{})
	tab := w.Open(t)
	tab.Enter("unit:03", "/tasks/"+task+"/answer")
	tab.Speak("en")
	says := func(what string) {
		t.Helper()
		tab.Await(what, `document.querySelector('#unit-draft .unit-state')?.innerText.includes('session is over') && document.querySelector('#unit-draft .unit-state a[href="/sign-in"][target=_blank]')`)
		if got := tab.Eval(`document.querySelector('[name="q1.f1.text"]').value`); got != "Held since 03/09." {
			t.Errorf("%s: what was typed is %q", what, got)
		}
	}

	tab.Eval(`fetch('/sign-out', {method: 'POST'}).then(() => '')`)
	tab.Click(`[name="q1.result"][value="held"]`)
	tab.Fill(`[name="q1.f1.text"]`, "Held since 03/09.")
	says("that it is not saved")
	tab.Accessible("an answer whose session is over")
	tab.Screens("unit-answer-over")
	asked := tab.Eval(`(() => { const real = window.fetch; window.asked = 0; window.fetch = (...all) => { window.asked++; return real(...all); };
		return new Promise((on) => setTimeout(() => on(String(window.asked)), 5000)); })()`)
	if asked != "0" {
		t.Errorf("after the end the page has asked %s times", asked)
	}
	for _, n := range []string{"2", "3"} {
		tab.Click(`[name="q` + n + `.result"][value="refused"]`)
		tab.Fill(`[name="q`+n+`.refused"]`, "no_legal_basis")
	}
	tab.Click(`#unit-answer button[value="send"]`)
	tab.Await("that its button may be pressed again", `!document.querySelector('#unit-answer button[value="send"]').disabled`)
	says("that it is not sent")

	tab.Eval(`fetch('/demo/enter', {method: 'POST', body: new URLSearchParams({who: 'unit:03', to: '/demo'})}).then(() => '')`)
	tab.Eval(`window.dispatchEvent(new Event('focus')), ''`)
	tab.Await("the draft is saved", saved)
	tab.Click(`#unit-answer button[value="send"]`)
	webtest.Eventually(t, 20*time.Second, "the answer is taken", func() bool { return read(t, w, task)["state"] == "answered" })
	tab.Await("the task's page", fmt.Sprintf(`location.pathname === '/tasks/%s'`, task))
}

// A gateway that can show no page either does not take the place of the form: the answer stays, and is sent again.
func TestAnAnswerOutlivesAGatewayThatIsBusy(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 10 s")
	}
	w := webtest.Start(t)
	task := routed(t, w, "busy")
	w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+task+"/acceptance", map[string]any{})
	tab := w.Open(t)
	tab.Enter("unit:03", "/tasks/"+task+"/answer")
	tab.Speak("en")
	for _, n := range []string{"1", "2", "3"} {
		tab.Click(`[name="q` + n + `.result"][value="refused"]`)
		tab.Fill(`[name="q`+n+`.refused"]`, "no_legal_basis")
	}
	tab.Await("the draft is saved", saved)
	tab.Eval(`(() => { const real = window.fetch; window.busy = 0;
		window.fetch = (to, o) => window.busy++ ? real(to, o) : Promise.resolve(new Response('<main id="main"><section id="trouble"><h2>Busy</h2></section></main>', {status: 503})); return ''; })()`)
	tab.Click(`#unit-answer button[value="send"]`)
	tab.Await("that it is not sent", `document.querySelector('#unit-draft .unit-state')?.textContent.startsWith('Not sent:')`)
	webtest.Eventually(t, 20*time.Second, "the answer is taken", func() bool { return read(t, w, task)["state"] == "answered" })
	tab.Await("the task's page", fmt.Sprintf(`location.pathname === '/tasks/%s'`, task))
}
