package review_test

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"verigate/internal/web/webtest"
)

// What is printed of the review is what was read: the exact words, without what is pressed on the screen.
func TestTheReviewIsPrintedWithWhatGoesOut(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 4 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	id := container(t, w, "print")
	prepared(t, w, "desk:1", id, map[string]any{"kind": "final"})
	tab := w.Open(t)
	tab.Enter("desk:2", "/requests/"+id+"/review")
	if _, err := chromedp.Call(tab.Context, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}); err != nil {
		t.Fatal(err)
	}
	prints := func(selector string) bool {
		return tab.Eval(`String([...document.querySelectorAll('`+selector+`')].some(e => e.checkVisibility()))`) == "true"
	}
	for _, selector := range []string{"h1", ".marking", "#q-1 .review-out .review-text", ".review-fact", ".review-unit"} {
		if !prints(selector) {
			t.Errorf("%s is not printed", selector)
		}
	}
	for _, selector := range []string{"button", "input", "select", "textarea", "label", ".bar"} {
		if prints(selector) {
			t.Errorf("%s is printed", selector)
		}
	}
}
