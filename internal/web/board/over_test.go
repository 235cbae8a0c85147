package board_test

import (
	"fmt"
	"testing"

	"verigate/internal/web/webtest"
)

// A board whose reader's session is over says so in place of its rows, asks for nothing more, and goes on for who comes back.
func TestABoardWhoseSessionIsOverSaysSoAndRests(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 25 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	ids := open(t, w, 1)
	tab := w.Open(t)
	tab.Enter("desk:1", "/board")
	tab.Speak("en")
	row := fmt.Sprintf(`document.getElementById('row-%s')`, ids[0])
	tab.Await("the stream", "document.getElementById('board').dataset.live === 'yes' && "+row)
	tab.Eval(`(() => { window.asked = 0; const real = window.fetch, Stream = window.EventSource;
		window.fetch = (to, o) => { if (!/^\/(alarm|sign-out|demo|v1)/.test(to)) window.asked++; return real(to, o); };
		window.EventSource = class extends Stream { constructor(to) { super(to); window.asked++; } }; return ''; })()`)
	tab.Eval(`fetch('/sign-out', {method: 'POST'}).then(() => '')`)
	tab.Await("that the session is over", `document.getElementById('over-now')?.checkVisibility()`)
	if tab.Path() != "/board" || tab.Eval(`String(`+row+`?.checkVisibility() ?? false)`) == "true" {
		t.Errorf("at %s rows are shown to nobody: %s", tab.Path(), tab.Text("main"))
	}
	tab.Accessible("a board whose session is over")
	was := tab.Eval(`new Promise((on) => setTimeout(() => on(String(window.asked)), 2000))`)
	if got := tab.Eval(`new Promise((on) => setTimeout(() => on(String(window.asked)), 16000))`); got != was {
		t.Errorf("after the end the board has asked %s times, before %s", got, was)
	}
	tab.Eval(`fetch('/demo/enter', {method: 'POST', body: new URLSearchParams({who: 'desk:1', to: '/demo'})}).then(() => '')`)
	fresh := w.Submit(t, "S01", "over-fresh", func(body map[string]any) { body["own_reference"] = "over-fresh" })
	tab.Eval(`window.dispatchEvent(new Event('focus')), ''`)
	tab.Await("what came meanwhile", fmt.Sprintf(`document.getElementById('row-%s')?.checkVisibility()`, fresh))
	if tab.Eval(`String(document.getElementById('over-now').hidden)`) != "true" {
		t.Error("the board is live and says that the session is over")
	}
}
