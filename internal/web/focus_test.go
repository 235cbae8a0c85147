package web_test

import (
	"fmt"
	"net/http"
	"testing"

	"verigate/internal/web/webtest"
)

// Who works by the keyboard or by ear keeps their place when a part of the page is replaced under them: the focus stays on the
// same link or field, or goes to what is next to it, and never to the beginning of the page.
func TestFocusOutlivesWhatIsReplaced(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 15 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	id := w.Submit(t, "S01", "focus-1")
	task := id + "-01"
	tab := w.Open(t)
	focused := func(what, selector string) {
		t.Helper()
		if got := tab.Eval(fmt.Sprintf(`(e => e.matches(%q) ? '' : e.outerHTML.slice(0, 160))(document.activeElement)`, selector)); got != "" {
			t.Errorf("%s: the focus is on %s", what, got)
		}
	}
	// The queue of a unit: another task comes in before the one that has the focus.
	tab.Enter("unit:03", "/inbox")
	link := `#unit-` + task + ` a[href="/tasks/` + task + `"]`
	tab.Await("the stream", `document.getElementById('live')._htmx?.sse && document.querySelector('`+link+`')`)
	tab.Eval(`document.querySelector('` + link + `').focus(), ''`)
	other := w.Submit(t, "S01", "focus-2", func(body map[string]any) { body["own_reference"] = "FOCUS/2" }) + "-01"
	tab.Await("the other task", `document.getElementById('unit-`+other+`')`)
	focused("a task came into the queue", link)
	// The button that accepts it is gone when a colleague has accepted.
	button := `#unit-` + task + ` .actions button`
	tab.Eval(`document.querySelector('` + button + `').focus(), ''`)
	w.Must(t, "unit_lead:03", http.MethodPost, "/v1/tasks/"+task+"/acceptance", map[string]any{})
	tab.Await("that it is accepted", `!document.querySelector('`+button+`')`)
	focused("a button went under the focus", `#unit-`+task+` *`)
	// A colleague has sent the task away: the row that has come into its place has the focus.
	w.Must(t, "unit_lead:03", http.MethodPost, "/v1/tasks/"+task+"/forward", map[string]any{"unit": "02", "code": "goods_moved"})
	tab.Await("that it is gone", `!document.getElementById('unit-`+task+`')`)
	focused("a row went under the focus", `#unit-`+other+` *`)
	// What waits for somebody on duty.
	tab.Enter("desk:1", "/now")
	tab.Await("a row", `document.querySelector('#duty-rows a')`)
	tab.Eval(`document.querySelector('#duty-rows a').focus(), window.swaps = 0, document.addEventListener('htmx:after:swap', () => window.swaps++), ''`)
	w.Submit(t, "S02", "focus-3")
	tab.Eval(`htmx.trigger('#duty-now', 'verigate:again'), ''`)
	tab.Await("the part again", `window.swaps > 0`)
	focused("the page of now is loaded again", `#duty-rows a`)
	// The keeper's test of an alarm, which asks again every five seconds.
	tab.Enter("keeper", "/sealed")
	tab.Await("the rooms", `document.querySelector('#room-drugs form[action="/sealed/alarm-test"] button')`)
	tab.Eval(`document.querySelector('#room-drugs form[action="/sealed/alarm-test"] button').focus(), window.swaps = 0, document.addEventListener('htmx:after:swap', () => window.swaps++), ''`)
	tab.Eval(`htmx.trigger('#trial-drugs', 'verigate:again'), ''`)
	tab.Await("the part again", `window.swaps > 0`)
	focused("the test of an alarm is loaded again", `#room-drugs form[action="/sealed/alarm-test"] button`)
}

// Behind a refused form the focus is on what was wrong with it, which is read out, and not at the beginning of the page: with
// scripts and without, and where a part of the page is replaced.
func TestTheFocusIsOnWhatWasRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 8 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	id := w.Submit(t, "S01", "focus-refused")
	tab := w.Open(t)
	focused := func(what, selector string) {
		t.Helper()
		tab.Await(what+": the focus on "+selector, fmt.Sprintf(`document.activeElement.matches('%s[role=alert]')`, selector))
	}
	stale := func(n int) {
		t.Helper()
		tab.Go("/requests/" + id)
		tab.Eval(`document.querySelector('#do-note').open = true, ''`)
		tab.Fill("#do-note-text", "I have telephoned.")
		w.Must(t, "desk:2", http.MethodPost, "/v1/verification-requests/"+id+"/notes", map[string]any{"text": fmt.Sprint("The ship is early, ", n)})
		tab.Submit("#do-note button")
		focused("a form that is stale", "#trouble")
	}
	tab.Enter("desk:1", "/requests/"+id)
	stale(1)
	tab.Screens("focus-refused")
	// The session is over under a form of which a part is asked for again.
	tab.Enter("partner:NG", "/portal/new")
	tab.Eval(`fetch('/sign-out', {method: 'POST'}).then(() => '')`)
	tab.Click(`button[value="like"]`)
	focused("a session that is over", "#over")
	tab.Enter("desk:1", "/requests/"+id)
	tab.WithoutScripts()
	stale(2)
}
