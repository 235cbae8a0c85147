package duty_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"verigate/internal/web/webtest"
)

func TestABriefingIsSinceTheLastOneAndEachNumberIsOfItsList(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 10 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	answered := prepared(t, w, "told-1")
	hash, _ := w.Must(t, "desk:2", http.MethodGet, requests+"/"+answered+"/package", nil).Body["hash"].(string)
	w.Must(t, "desk:2", http.MethodPost, requests+"/"+answered+"/release", map[string]any{"hash": hash})
	waits := prepared(t, w, "told-2")
	onBoard(t, w, waits)
	tab := w.Open(t)
	for language, want := range map[string]struct{ title, fresh, signed, last string }{
		"vi": {"Giao ban", "Trong 24 giờ qua", "Đã ghi: quý vị đọc đến đây.", "Từ lần giao ban trước của quý vị"},
		"en": {"Briefing", "In the last 24 hours", "Recorded: you have read until here.", "Since your last briefing"},
	} {
		who := map[string]string{"vi": "lead", "en": "supervisor"}[language]
		tab.Enter(who, "/briefing")
		tab.Speak(language)
		tab.Go("/briefing")
		tab.Await("the briefing", `document.querySelector('h1').firstChild.textContent.trim() === '`+want.title+`'`)
		tab.Await("a day", `document.querySelector('.duty-briefing h2').innerText.startsWith('`+want.fresh+`')`)
		tab.Await("two received, one answered", `[...document.querySelectorAll('.duty-told b')].slice(0, 3).map(b => b.innerText).join() === '2,1,0'`)
		if language == "vi" {
			tab.Accessible("briefing")
			tab.Screens("briefing")
			printed(t, tab)
			tab.Await("what waits for the lead is nothing, and twelve lines of what comes due at most", `document.querySelectorAll('.duty-briefing li').length === 1`)
		}
		for i, n := range []string{"2", "1", "0"} {
			tab.Go("/briefing")
			tab.Eval(`window.left = 'behind', document.querySelectorAll('.duty-told a')[` + strconv.Itoa(i) + `].click(), ''`)
			tab.Await("the list of a number", `window.left !== 'behind' && document.querySelectorAll('tbody tr').length == `+n+` && location.pathname === '/briefing/list'`)
			if i == 1 {
				tab.Accessible("list of a briefing")
				tab.Screens("briefing-list")
			}
		}
		tab.Go("/briefing")
		tab.Submit("a[href^='/briefing/waiting']")
		tab.Await("who waits for the desk", `document.querySelectorAll('tbody tr').length === 1`)
		tab.Go("/briefing")
		tab.Submit("form[action='/briefing'] button")
		if got := tab.Text(".said"); got != want.signed {
			t.Errorf("signed: %q", got)
		}
		tab.Go("/briefing")
		tab.Await("since the last one", `document.querySelector('.duty-briefing h2').innerText.startsWith('`+want.last+`')`)
	}
	many(t, w, tab)
	tab.Enter("unit:03", "/")
	tab.Go("/briefing")
	if got := tab.Eval(`document.querySelector('#trouble')?.dataset.code ?? ''`); got != "not_permitted" {
		t.Errorf("a unit is shown %q", got)
	}
	tab.Enter("lead", "/briefing/list?kind=secret")
	if got := tab.Eval(`document.querySelector('#trouble')?.dataset.code ?? ''`); got != "invalid_parameter" {
		t.Errorf("a kind that is none is answered with %q", got)
	}
}

// many come due within a day: the sheet stays one.
func many(t *testing.T, w *webtest.World, tab *webtest.Tab) {
	t.Helper()
	var last string
	for n := range 13 {
		last = submit(t, w, "many-"+strconv.Itoa(n), flash)
	}
	onBoard(t, w, last)
	tab.Enter("desk:1", "/briefing")
	tab.Await("twelve lines, and how many more", `document.querySelectorAll('.duty-briefing .columns > section:last-child li').length === 12 && document.querySelector('.duty-briefing .columns > section:last-child p')`)
	tab.Screens("briefing-many")
	printed(t, tab)
}

// printed sees to it that the page is one sheet of A4, and keeps it where pictures are kept.
func printed(t *testing.T, tab *webtest.Tab) {
	t.Helper()
	made, err := chromedp.Call(tab.Context, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: new(true)})
	if err != nil {
		t.Fatal(err)
	}
	sheets := regexp.MustCompile(`/Type\s*/Page\b`).FindAll(made.Data, -1)
	if len(sheets) != 1 {
		t.Errorf("the briefing is printed on %d sheets", len(sheets))
	}
	if dir := os.Getenv("VERIGATE_SCREENS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, "briefing.pdf"), made.Data, 0o600); err != nil {
			t.Error(err)
		}
	}
}
