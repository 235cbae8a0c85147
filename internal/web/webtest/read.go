package webtest

import (
	_ "embed" // the script that reads
	"fmt"

	"github.com/chromedp/chromedp"
)

//go:embed read.js
var reader string

// reads sees to it that the page has one heading, that what it says is in words and in its reader's language but for what
// somebody wrote, and that at a desk and on a telephone no word is broken, cut off or covered; on a telephone what is touched
// is 44 pixels high (ui.md, Night).
func (tab *Tab) reads(what string) {
	tab.t.Helper()
	_, err := chromedp.Run(tab.Context, chromedp.Evaluate[chromedp.Void](reader+";0"))
	tab.do("load what reads", err)
	for _, of := range []string{"head", "codes", "tongue"} {
		tab.list(what, "read."+of+"()")
	}
	for _, width := range []int64{1440, Telephone} {
		tab.Width(width)
		at := fmt.Sprintf("%s, %d pixels wide", what, width)
		tab.list(at, "read.words()")
		tab.list(at, "read.over()")
	}
	tab.list(what, "read.touch()")
	tab.Width(1440)
}
