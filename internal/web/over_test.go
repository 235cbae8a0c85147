package web_test

import (
	"fmt"
	"net/http"
	"testing"

	"verigate/internal/web/webtest"
)

// counted counts what a page asks for by itself, and asks for it as a timer or a stream would.
const counted = `(() => { const real = window.fetch; window.asked = 0;
	window.fetch = (to, o) => { if (!/^\/(alarm|sign-out|demo|v1\/session)/.test(new URL(to, location.href).pathname)) window.asked++; return real(to, o); }; return ''; })()`

// signs signs in once more, as in another tab, and comes back to this one.
func signs(tab *webtest.Tab, who string) {
	tab.Eval(fmt.Sprintf(`fetch('/demo/enter', {method: 'POST', body: new URLSearchParams({who: %q, to: '/demo'})}).then(() => '')`, who))
	tab.Eval(`window.dispatchEvent(new Event('focus')), ''`)
}

// A session ends under an open page in which somebody types. The page stays, says so, covers what it shows, keeps what was
// typed, and asks for nothing more; to whoever comes back as the same person it is live again.
func TestWhatIsTypedOutlivesTheSessionUnderALivePage(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 20 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	task := w.Submit(t, "S01", "over-1") + "-01"
	w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+task+"/acceptance", map[string]any{})
	tab := w.Open(t)
	tab.Enter("unit:03", "/tasks/"+task)
	const note = `form[action$="/notes"] textarea`
	shows := func(selector string) bool {
		return tab.Eval(fmt.Sprintf(`String(!!document.querySelector(%q)?.checkVisibility())`, selector)) == "true"
	}
	for language, says := range map[string]string{"en": "Your session is over", "vi": "Phiên làm việc đã kết thúc"} {
		tab.Speak(language)
		tab.Eval(`document.querySelector('form[action$="/notes"]').closest('details').open = true, ''`)
		tab.Fill(note, "Kho mở cửa lúc 7 giờ.")
		tab.Await("the stream", `document.getElementById('live')._htmx?.sse`)
		tab.Eval(counted)

		tab.Eval(`fetch('/sign-out', {method: 'POST'}).then(() => '')`)
		tab.Eval(`htmx.trigger('#live', 'changed'), ''`)
		tab.Await("that the session is over", `document.getElementById('over-now')?.checkVisibility()`)
		if got := tab.Path(); got != "/tasks/"+task {
			t.Fatalf("%s: the page leads away to %s", language, got)
		}
		tab.Await("what it says", fmt.Sprintf(`document.querySelector('#over-now[role=alert]').innerText.includes(%q) && document.querySelector('#over-now a[href="/sign-in"][target=_blank]')`, says))
		if got := tab.Eval(fmt.Sprintf(`document.querySelector(%q).value`, note)); got != "Kho mở cửa lúc 7 giờ." || !shows(note) {
			t.Errorf("%s: what was typed is %q, in sight: %t", language, got, shows(note))
		}
		if shows("#unit-head") || shows(".unit-text") || shows(`form[action$="/hold"]`) {
			t.Errorf("%s: what the page showed is in sight though nobody is signed in: %s", language, tab.Text("main"))
		}
		if tab.Eval(`String(document.getElementById('stale').hidden)`) != "true" {
			t.Errorf("%s: a session that is over is said to be a line that is cut", language)
		}
		tab.Accessible("a live page whose session is over, " + language)
		tab.Screens("session-over-" + language)

		was := tab.Eval(`String(window.asked)`)
		tab.Eval(`htmx.trigger('#live', 'changed'), htmx.trigger('#unit-head', 'verigate:again'), new Promise((on) => setTimeout(() => on(''), 6000))`)
		if got := tab.Eval(`String(window.asked)`); got != was {
			t.Errorf("%s: after the end the page has asked %s times, before %s", language, got, was)
		}

		signs(tab, "unit:45")
		tab.Eval(`new Promise((on) => setTimeout(() => on(''), 500))`)
		if shows("#unit-head") || !shows("#over-now") {
			t.Errorf("%s: what one was shown is uncovered for another", language)
		}
		signs(tab, "unit:03")
		tab.Await("that it is live again", `!document.getElementById('over-now').checkVisibility() && document.getElementById('unit-head').checkVisibility()`)
		if got := tab.Eval(fmt.Sprintf(`document.querySelector(%q).value`, note)); got != "Kho mở cửa lúc 7 giờ." {
			t.Errorf("%s: after the session came back what was typed is %q", language, got)
		}
		tab.Await("its stream", `document.getElementById('live')._htmx?.sse`)
	}
	w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+task+"/hold", map[string]any{"code": "other_force"})
	tab.Await("what has changed", `document.getElementById('unit-head').innerText.includes('Tạm dừng') || document.getElementById('unit-head').innerText.includes('On hold')`)
}

// What was on its way when the session ended does not put back in sight what is covered.
func TestAnAnswerThatComesBehindTheEndOfASessionShowsNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 5 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	task := w.Submit(t, "S01", "over-2") + "-01"
	tab := w.Open(t)
	tab.Enter("unit:03", "/tasks/"+task)
	tab.Eval(`(() => { const real = window.fetch, let_go = new Promise((on) => { window.letGo = on; }); window.held = 0;
		window.fetch = async (to, o) => { const reply = await real(to, o);
			if (new URL(to, location.href).pathname.startsWith('/tasks/')) { window.held++; await let_go; } return reply; }; return ''; })()`)
	tab.Eval(`htmx.trigger('#unit-head', 'verigate:again'), ''`)
	tab.Await("an answer on its way", `window.held === 1`)
	tab.Eval(`fetch('/sign-out', {method: 'POST'}).then(() => '')`)
	tab.Eval(`document.dispatchEvent(new Event('verigate:over')), ''`)
	covered := `String(!document.getElementById('unit-head').checkVisibility())`
	if tab.Eval(covered) != "true" {
		t.Fatal("the page is not covered")
	}
	tab.Eval(`window.letGo(), new Promise((on) => setTimeout(() => on(''), 500))`)
	if tab.Eval(covered) != "true" {
		t.Error("what came behind the end of the session is in sight")
	}
}
