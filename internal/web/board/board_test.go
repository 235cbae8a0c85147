package board_test

import (
	"fmt"
	"net/http"
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

func TestTheWallHasNoNumberAndNoPartner(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 8 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	open(t, w, 4)
	tab := w.Open(t)
	tab.Enter("lead", "/wall")
	tab.Await("the timers", "document.querySelectorAll('.wall-timers li').length === 4")
	for _, name := range []string{"VR-", "Nigeria", "NG "} {
		if tab.Eval(fmt.Sprintf("String(document.body.innerText.includes(%q))", name)) == "true" {
			t.Errorf("the wall shows %s", name)
		}
	}
	tab.Accessible("the wall")
	tab.Screens("wall")
	tab.Eval("document.getElementById('wall').removeAttribute('hx-get'), document.getElementById('wall').dataset.at = String(Date.now() - 60000), ''")
	tab.Await("that it greys out", "document.getElementById('wall').classList.contains('wall-old')")
}
