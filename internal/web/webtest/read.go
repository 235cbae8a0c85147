package webtest

import (
	_ "embed" // the script that reads
	"fmt"

	"github.com/chromedp/chromedp"
)

//go:embed read.js
var reader string

// reads sees to it that the page has one heading, that what it says is in words and in its reader's language but for what
// somebody wrote, and that in a window of 1440 pixels no word is broken, cut off or covered. The page then has read.
func (tab *Tab) reads(what string) {
	tab.t.Helper()
	_, err := run(tab, chromedp.Evaluate[chromedp.Void](reader+";0"))
	tab.do("load what reads", err)
	tab.list(what, "read.head()", "read.codes()", "read.tongue()")
	tab.list(what+", 1440 pixels wide", "read.words()", "read.over()")
}

// touches sees to the words in the window of a telephone, after reads, and to it that what is touched is 44 pixels high
// (ui.md, Night).
func (tab *Tab) touches(what string) {
	tab.t.Helper()
	tab.list(fmt.Sprintf("%s, %d pixels wide", what, Telephone), "read.words()", "read.over()", "read.touch()")
}
