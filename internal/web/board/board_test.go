package board_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"verigate/internal/web/webtest"
)

// open submits n requests, of several degrees, and waits until the board has them.
func open(t *testing.T, w *webtest.World, n int) []string {
	t.Helper()
	degrees := []string{"urgent", "priority", "routine", "look_back"}
	var ids []string
	for i := range n {
		ids = append(ids, w.Submit(t, "S01", fmt.Sprint("board-", i), func(body map[string]any) {
			body["own_reference"] = fmt.Sprint("Ref ", i)
			body["urgency"] = map[string]any{"degree": degrees[i%len(degrees)], "justification": "goods_in_motion"}
		}))
	}
	webtest.Eventually(t, 20*time.Second, "the board has them", func() bool {
		items, _ := w.Call(t, "desk:1", http.MethodGet, "/v1/board?limit=200", nil).Body["items"].([]any)
		return len(items) >= n
	})
	return ids
}

func TestADutyOfficerReadsTheBoard(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 15 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	ids := open(t, w, 12)
	tab := w.Open(t)
	tab.Enter("desk:1", "/board")
	for _, language := range []struct{ code, title, overdue string }{{"vi", "Bảng theo dõi thời hạn", "Quá hạn"}, {"en", "Board", "Overdue"}} {
		tab.Speak(language.code)
		if got := tab.Text("h1"); got != language.title {
			t.Errorf("the title is %q", got)
		}
		if got := tab.Text(".tile"); got != "0\n"+language.overdue {
			t.Errorf("the tile is %q", got)
		}
		tab.Accessible("the board in " + language.code)
		tab.Screens("board-" + language.code)
	}
	tab.Press("j")
	tab.Press(kb.Enter)
	tab.Await("the explanation", "document.querySelector('.board-why dd')")
	tab.Screens("board-why")
	tab.Press(kb.Enter)
	tab.Await("that it closes", "!document.querySelector('.board-why')")
	tab.Go("/board/clock/" + ids[0])
	tab.Accessible("the explanation")

	tab.Go("/board?degree=urgent")
	if got := tab.Eval("String(document.querySelectorAll('#board-rows tr').length)"); got != "3" {
		t.Errorf("%s urgent rows", got)
	}
	number := tab.Text("#board-rows .board-number")
	tab.Go("/board")
	tab.Press("/")
	tab.Fill("#board-text", number[3:7]+number[8:12]+number[13:])
	tab.Submit(".board-search button")
	if got := tab.Path(); got != "/board?number="+number {
		t.Errorf("a number without dashes leads to %s", got)
	}
	if got := tab.Eval("[...document.querySelectorAll('.board-number')].map(n => n.innerText).join()"); got != number {
		t.Errorf("of the number %s it shows %q", number, got)
	}
	tab.Go("/board")
	tab.Fill("#board-text", "REF/5") // as its partner calls it, from paper
	tab.Submit(".board-search button")
	if got := tab.Path(); got != "/requests/"+ids[5] {
		t.Errorf("a partner's own reference leads to %s", got)
	}
	tab.Go("/board")
	tab.Fill("#board-text", "hai")
	tab.Submit(".board-search button")
	if got := tab.Path(); len(got) < 20 || got[:13] != "/board?found=" {
		t.Errorf("words lead to %s", got)
	}
	tab.Accessible("what was found")
	tab.Screens("board-found")
	tab.Go("/board?degree=routine")
	tab.Click(".board-keep summary")
	tab.Fill("#board-name", "Chậm")
	tab.Submit(".board-keep .main")
	if got := tab.Text(".board-view"); got != "★\nChậm" && got != "★ Chậm" {
		t.Errorf("the view kept is %q", got)
	}
}

// The board without scripts: as old as it is, and whole. Rows are chosen by a form, a row opens its explanation as a page,
// the list goes on by a link.
func TestTheBoardWorksWithoutScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 8 s")
	}
	t.Parallel()
	const rows = "String(document.querySelectorAll('#board-rows tr').length)"
	w := webtest.Start(t)
	open(t, w, 54)
	tab := w.Open(t)
	tab.Enter("desk:1", "/board")
	tab.WithoutScripts()
	for _, said := range []struct{ language, title, why, none string }{
		{"vi", "Bảng theo dõi thời hạn", "Vì sao", "như vậy"}, {"en", "Board", "Why", "is like that"},
	} {
		tab.Go("/board")
		tab.Click(".drop summary")
		tab.Submit(`form[action="/settings"] button[value="` + said.language + `"]`)
		if got := tab.Text("h1"); got != said.title {
			t.Errorf("the title is %q", got)
		}
		if got := tab.Eval(rows); got != "50" {
			t.Errorf("the first page has %s rows", got)
		}
		last := tab.Eval("[...document.querySelectorAll('#board-rows tr')].at(-1).dataset.at")
		tab.Submit(".board-pages a:last-child")
		if got := tab.Eval(rows); got != "4" || tab.Eval("document.querySelector('#board-rows tr').dataset.at") < last {
			t.Errorf("the second page has %s rows, or begins before %s", got, last)
		}
		tab.Submit(".board-pages a") // to the beginning
		tab.Click(".board-choose summary")
		tab.Fill("#board-degree", "urgent")
		tab.Submit(".board-choose button.main")
		if got := tab.Eval(rows); got != "14" || tab.Path() == "/board" {
			t.Errorf("%s shows %s urgent rows", tab.Path(), got)
		}
		tab.Submit("#board-rows .board-open")
		if got := tab.Text("main"); !strings.HasPrefix(tab.Path(), "/board/clock/") || !strings.Contains(got, said.why) || !tab.Has("dl.board-clocks dd") {
			t.Errorf("the first row opens %s: %s", tab.Path(), got)
		}
		tab.Go("/board?degree=urgent&unit=20")
		if got := tab.Text(".empty"); !strings.Contains(got, said.none) {
			t.Errorf("where nothing is to be shown it says %q", got)
		}
	}
}
