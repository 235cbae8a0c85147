package duty_test

import (
	"fmt"
	"testing"

	"verigate/internal/web/webtest"
)

// A unit's officer has no alarm in the frame, and no stream: the list itself has to say that it is old.
func TestTheListOfNowSaysWhenItIsOldAndIsNobodysActivity(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 12 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	first := submit(t, w, "refresh-1", flash)
	onBoard(t, w, first)
	tab := w.Open(t)
	row := func(id string) string {
		return fmt.Sprintf(`document.querySelector('#duty-rows a[href^="/tasks/%s"]')`, id)
	}
	tab.Enter("unit:03", "/demo")
	tab.GoUntil("/now", "the task, which sounds", row(first)+` && document.querySelector('[data-alarm]')`)
	tab.Eval(`(() => { const real = window.fetch; window.line = true; window.refused = window.attended = window.ended = 0;
		window.fetch = (to, o) => { if (!String(to).startsWith('/now')) return real(to, o);
			if (!new Headers(o.headers).has('Verigate-Unattended')) window.attended++;
			return window.line ? real(to, o) : window.refused++ % 2 ? Promise.reject(new TypeError('no line')) : Promise.resolve(new Response('<main id="main">busy</main>', {status: 503})); };
		document.addEventListener('htmx:finally:request', () => window.ended++); return ''; })()`)
	polls := func() { tab.Eval(`htmx.trigger('#duty-now', 'every'), ''`) }

	tab.Eval(`window.line = false, ''`)
	polls()
	tab.Await("that the list is away, and asked for again", `!document.getElementById('stale').hidden && window.refused >= 2`)
	if got := tab.Eval(`String(!!` + row(first) + `)`); got != "true" {
		t.Errorf("an error stands in place of the list: %s", tab.Text("main"))
	}
	second := submit(t, w, "refresh-2", func(map[string]any) {})
	onBoard(t, w, second)
	tab.Eval(`document.querySelector('#duty-rows a').focus(), window.line = true, ''`)
	tab.Await("that it is back", `document.getElementById('stale').hidden`)
	if got := tab.Eval(`String(!!` + row(second) + `)`); got != "false" {
		t.Error("the list changed under who is in it")
	}
	tab.Eval(`document.activeElement.blur(), ''`)
	polls()
	tab.Await("what is new", row(second))
	if got := tab.Eval(`String(document.querySelector('.duty-test').hidden)`); got != "false" {
		t.Error("the button that tests the sound is gone after a refresh")
	}

	tab.Eval(`fetch('/sign-out', {method: 'POST'}).then(() => '')`)
	polls()
	tab.Await("that the session is over", `document.getElementById('over-now').checkVisibility()`)
	if tab.Eval(`String(document.querySelector('.duty-open').checkVisibility())`) != "false" {
		t.Errorf("the list is shown to nobody: %s", tab.Text("main"))
	}
	tab.Accessible("a list of now whose session is over")
	tab.Screens("duty-now-over")
	if !tab.Has("[data-alarm]") || tab.Path() != "/now" {
		t.Errorf("what nobody has opened falls silent as the session ends, at %s", tab.Path())
	}
	if got := tab.Eval(`String(window.attended)`); got != "0" {
		t.Errorf("%s reads of the page by itself count as somebody's activity", got)
	}
	tab.Eval(`window.ended = 0, document.querySelector('[data-alarm]').remove(), ''`)
	polls()
	tab.Await("that it is not asked for", `window.ended > 0`)
	if tab.Path() != "/now" || tab.Eval(`String(window.refused)`) != tab.Eval(`window.line = false, htmx.trigger('#duty-now', 'every'), new Promise((on) => setTimeout(() => on(String(window.refused)), 500))`) {
		t.Errorf("after the end the list is asked for, or leads to %s", tab.Path())
	}
}
