package request_test

import (
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

func TestWhatOneOfficerDoesAppearsAtTheOther(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 4 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	id := submitted(t, w, "live", "")
	tab := w.Open(t)
	tab.Enter("desk:1", "/requests/"+id)
	tab.Speak("vi")
	tab.Await("the stream", "document.querySelector('#live[data-heard]')")
	tab.Eval(`(() => { const real = window.fetch; window.attended = 0;
		window.fetch = (to, o) => { if (!new Headers(o.headers).has('Verigate-Unattended')) window.attended++; return real(to, o); }; return ''; })()`)
	does(t, w, "desk:2", id, "claim", none())
	tab.Await("the holder, in the head", "document.querySelector('.request-head').innerText.includes('Cán bộ trực 2')")
	tab.Await("what may be done now", "document.querySelector('#do-take_over') && !document.querySelector('#do-claim')")
	if got := tab.Eval("String(window.attended)"); got != "0" {
		t.Errorf("%s reads of the page by itself count as somebody's activity", got)
	}
	// A form that is being filled in stays as it is until its writer wants the news.
	tab.Click("#do-note > summary")
	tab.Fill("#do-note-text", "Half a note")
	does(t, w, "desk:2", id, "notes", map[string]any{"text": "News of the ship."})
	tab.Await("the sign", "document.querySelector('#request-waits:not([hidden])')")
	if got := tab.Eval("document.querySelector('#do-note-text').value"); got != "Half a note" {
		t.Errorf("a form in hand has lost what was typed: %q", got)
	}
	tab.Eval("document.activeElement.blur(), ''")
	tab.Press(".")
	tab.Await("the news", "document.querySelector('#request-side').innerText.includes('News of the ship.')")
	if got := tab.Text("#request-side"); strings.Contains(got, "Half a note") {
		t.Errorf("the news were taken, and a half note with them: %s", got)
	}
}
