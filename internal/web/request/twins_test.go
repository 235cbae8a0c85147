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
	tab.Enter("desk:1", "/requests/"+first+"/triage")
	tab.Speak("vi")
	awaitTwin(tab, second)
	if got := tab.Text("section[aria-labelledby=twins-title]"); !strings.Contains(got, "đến sau: đánh dấu đề nghị đó") {
		t.Errorf("the earlier one says of the later: %q", got)
	}
	if got := tab.Eval("document.querySelector('#do-mark_duplicate-of').value"); got != "" {
		t.Errorf("the earlier one offers %q to be merged into", got)
	}
	tab.Go("/requests/" + second + "/triage")
	awaitTwin(tab, first)
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
	for language, says := range map[string]string{"vi": "Trả lời cho cả hai", "en": "The answer to both"} {
		tab.Enter("partner:NG", "/portal/"+second)
		tab.Speak(language)
		if got := tab.Text("main"); !strings.Contains(got, says) || tab.Text(`main a[href="/portal/`+first+`"]`) != number {
			t.Errorf("its partner is told: %s", got)
		}
	}
	tab.Enter("desk:1", "/requests/"+second)
	tab.Speak("vi")
	third := submitted(t, w, "twin-3", "")
	tab.Go("/requests/" + third + "/triage")
	awaitTwin(tab, first)
	awaitTwin(tab, second)
	if got := tab.Text(`li:has(a[href="/requests/` + second + `"])`); !strings.Contains(got, "không có trả lời") {
		t.Errorf("the merged one says %q", got)
	}
}

// awaitTwin opens the page again until it tells of a twin.
func awaitTwin(tab *webtest.Tab, twin string) {
	tab.Await("the twin", `document.querySelector('a[href="/requests/`+twin+`"]') || (setTimeout(() => location.reload(), 300), false)`)
}
