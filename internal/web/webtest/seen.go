package webtest

import (
	_ "embed" // the script that looks
	"encoding/json"
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

//go:embed seen.js
var seen string

// Seen sees to it that the page can be read whatever a device does to its colours: focus is seen and not covered in each of
// light, dark, more contrast and forced colours, and in forced colours, where no ground is left, what is told by a ground is
// told by a line too. It moves the focus.
func (tab *Tab) Seen(what string) {
	tab.t.Helper()
	_, err := run(tab, chromedp.Evaluate[chromedp.Void](seen+";0"))
	tab.do("load what looks", err)
	tab.Prefer(nil)
	tab.Eval("seen.note()")
	tab.Press(kb.Tab) // the focus is a keyboard's from here on
	for _, device := range []struct {
		name    string
		prefers Media
	}{{"light", nil}, {"dark", Dark()}, {"more contrast", Contrast()}, {"forced colours", Forced()}} {
		tab.Prefer(device.prefers)
		tab.list(what+", "+device.name, "seen.focus()")
	}
	tab.list(what+", forced colours", "seen.forced()")
	tab.Prefer(nil)
}

// list fails the test by each line that expressions in the page give.
func (tab *Tab) list(what string, expressions ...string) {
	tab.t.Helper()
	var wrong [][]string
	tab.do("read what is wrong", json.Unmarshal([]byte(tab.Eval("JSON.stringify(["+strings.Join(expressions, ", ")+"])")), &wrong))
	const enough = 6
	for _, lines := range wrong {
		for _, w := range lines[:min(enough, len(lines))] {
			tab.t.Errorf("%s: %s", what, w)
		}
		if more := len(lines) - enough; more > 0 {
			tab.t.Errorf("%s: and %d more", what, more)
		}
	}
}
