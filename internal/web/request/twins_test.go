package request_test

import (
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

func TestATwinIsFoundAndMergedAfterOneAsk(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 5 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	first := submitted(t, w, "twin-1", "")
	second := submitted(t, w, "twin-2", "")
	tab := w.Open(t)
	tab.Enter("desk:1", "/requests/"+second+"/triage")
	tab.Speak("vi")
	tab.Await("the twin", `document.querySelector('a[href="/requests/`+first+`"]') || (setTimeout(() => location.reload(), 300), false)`)
	number := tab.Text(`a[href="/requests/` + first + `"]`)
	tab.Click("#do-mark_duplicate > summary")
	if got := tab.Eval("document.querySelector('#do-mark_duplicate-of').value"); got != number {
		t.Errorf("the form names %q, the twin is %q", got, number)
	}
	if got := tab.Text("#do-mark_duplicate"); !strings.Contains(got, "IP Abuja") {
		t.Errorf("who is told is not named: %q", got)
	}
	tab.Screens("request-twin")
	tab.Click("#do-mark_duplicate input[name=sure]")
	tab.Submit("#do-mark_duplicate button")
	if !tab.Has(".request-state.duplicate") || !tab.Has(`.request-head a[href="/requests/`+first+`"]`) {
		t.Errorf("merged: %s", tab.Text("main"))
	}
	if tab.Has("#do-mark_duplicate") || tab.Has("#do-claim") {
		t.Error("an end is not one")
	}
}
