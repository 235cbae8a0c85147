package board_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"verigate/internal/app"
	"verigate/internal/rdb/redistest"
	"verigate/internal/web/webtest"
)

func TestWhatOneOfficerDoesAppearsAtTheOther(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 12 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	ids := open(t, w, 10)
	tab := w.Open(t)
	tab.Enter("desk:1", "/board")
	tab.Speak("en")
	tab.Await("the stream", "document.getElementById('board').dataset.live === 'yes'")

	// Focus on row 7: what changes in place does, what would move waits, and the focus stays.
	tab.Eval("document.querySelectorAll('#board-rows tr')[6].querySelector('a').focus(), ''")
	seventh := tab.Eval("document.querySelectorAll('#board-rows tr')[6].id")
	order := tab.Eval("[...document.querySelectorAll('#board-rows tr')].map(r => r.id).join()")
	id := strings.TrimPrefix(tab.Eval("document.querySelectorAll('#board-rows tr')[0].id"), "row-")
	began := time.Now()
	w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+id+"-01/acceptance", map[string]any{})
	tab.Await("the next clock of the first row", fmt.Sprintf("!document.querySelector('#row-%s .board-clock').innerText.includes('Accept')", id))
	t.Logf("seen %s after the call began", time.Since(began).Round(time.Millisecond))
	for n := range 100 {
		w.Must(t, "desk:2", http.MethodPost, "/v1/verification-requests/"+ids[n%len(ids)]+"/notes", map[string]any{"text": fmt.Sprint("note ", n)})
	}
	tab.Await("that one row waits to move", "!document.getElementById('board-waiting').hidden")
	if got := tab.Text("#board-waiting"); got != "1 row changed, press ." {
		t.Errorf("it says %q", got)
	}
	if got := tab.Eval("document.activeElement.closest('tr')?.id ?? 'nothing'"); got != seventh {
		t.Errorf("after 100 updates the focus is on %s, not %s", got, seventh)
	}
	if got := tab.Eval("[...document.querySelectorAll('#board-rows tr')].map(r => r.id).join()"); got != order {
		t.Error("rows moved under the focus")
	}
	tab.Screens("board-waiting")
	fresh := w.Submit(t, "S01", "fresh", func(body map[string]any) { body["own_reference"] = "fresh" })
	tab.Await("that two wait", "document.getElementById('board-waiting').innerText.startsWith('2 ')")
	tab.Press(".")
	tab.Await("the new row", fmt.Sprintf("document.getElementById('row-%s') && document.getElementById('board-waiting').hidden", fresh))
	if got := tab.Eval("document.activeElement.closest('tr')?.id ?? 'nothing'"); got != seventh {
		t.Errorf("after the rows moved the focus is on %s", got)
	}
	sorted := tab.Eval("(() => { const a = [...document.querySelectorAll('#board-rows tr')].map(r => r.dataset.at); return String(a.join() === [...a].sort().join()); })()")
	if sorted != "true" {
		t.Error("the rows are not in order")
	}
	w.Must(t, "partner:NG", http.MethodPost, "/v1/verification-requests/"+fresh+"/withdrawal", map[string]any{})
	tab.Await("that what was withdrawn goes", fmt.Sprintf("document.querySelector('#row-%s.board-gone')", fresh))
	tab.Press(".")
	tab.Await("that it is gone", fmt.Sprintf("!document.getElementById('row-%s')", fresh))
}

// listen collects what a stream sends, to who shows himself by a header, until the test ends. A gateway that has not caught up
// with its record is asked again, as any client does.
func listen(t *testing.T, w *webtest.World, path, header, value string) func() string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, w.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set(header, value)
	var r *http.Response
	webtest.Eventually(t, 20*time.Second, "a stream is to be had", func() bool {
		if r, err = http.DefaultClient.Do(q); err != nil {
			t.Fatal(err)
		}
		if r.StatusCode == http.StatusServiceUnavailable {
			_ = r.Body.Close()
			return false
		}
		return true
	})
	lines := make(chan string, 1000)
	go func() {
		defer r.Body.Close()
		defer close(lines)
		for s := bufio.NewScanner(r.Body); s.Scan(); {
			lines <- s.Text()
		}
	}()
	var heard strings.Builder
	return func() string {
		for {
			select {
			case line, open := <-lines:
				if !open {
					return heard.String()
				}
				heard.WriteString(line + "\n")
			case <-time.After(300 * time.Millisecond):
				return heard.String()
			}
		}
	}
}

func TestACaseOfUnit03NeverShowsAByteAtUnit20(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	key, _ := w.Keys.Of("unit:20")
	queue := listen(t, w, "/v1/units/20/queue/events", "Authorization", "Bearer "+key)
	begun := queue()
	if !strings.Contains(begun, "event: changed") {
		t.Fatalf("the stream of unit 20 begins with %q", begun)
	}
	id := open(t, w, 1)[0]
	w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+id+"-01/acceptance", map[string]any{})
	time.Sleep(500 * time.Millisecond) // nothing comes, for as long as it takes to come elsewhere
	if got := queue(); got != begun {
		t.Errorf("unit 20 was told %q", strings.TrimPrefix(got, begun))
	}
	number, _ := w.Must(t, "partner:NG", http.MethodGet, "/v1/verification-requests/"+id, nil).Body["number"].(string)
	for _, path := range []string{"/v1/units/20/queue", "/v1/tasks/" + id + "-01", "/v1/tasks/" + id + "-01/events", "/v1/units/03/queue/events"} {
		if r := w.Call(t, "unit:20", http.MethodGet, path, nil); strings.Contains(string(r.Raw), number) {
			t.Errorf("%s shows unit 20 %s", path, r.Raw)
		}
	}
	cookie := enter(t, w, "unit:20")
	for _, path := range []string{"/board", "/board?number=" + number, "/board/events", "/board/clock/" + id} {
		if status, body := visit(t, w, cookie, path); status < 400 || strings.Contains(strings.ReplaceAll(body, path, ""), number) {
			t.Errorf("%s answers unit 20 with %d %s", path, status, body)
		}
	}
}

// enter opens a session for somebody and returns its cookie.
func enter(t *testing.T, w *webtest.World, who string) string {
	t.Helper()
	return w.Cookie(t, who)
}

// visit reads a page in a session, without what a browser does with it.
func visit(t *testing.T, w *webtest.World, cookie, path string) (status int, body string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, w.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Cookie", cookie)
	r, err := http.DefaultTransport.RoundTrip(q)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	content, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(content)
}

func TestABoardThatDoesNotFollowSaysSo(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 10 s")
	}
	t.Parallel()
	redis, cut := webtest.Between(t, redistest.Start(t))
	w := webtest.Start(t, func(o *app.Options) { o.Stores.Redis = redis })
	open(t, w, 2)
	tab := w.Open(t)
	tab.Enter("desk:1", "/board")
	tab.Speak("vi")
	tab.Await("the stream", "document.getElementById('board').dataset.live === 'yes'")
	if tab.Eval("String(document.getElementById('stale').hidden)") != "true" {
		t.Error("the board says that it is old")
	}
	cut()
	w.Submit(t, "S01", "while-away", func(body map[string]any) { body["own_reference"] = "while away" })
	tab.Await("the sign", "!document.getElementById('stale').hidden && /\\d\\d:\\d\\d:\\d\\d/.test(document.getElementById('stale-since').textContent)")
	tab.Await("the row all the same, by the record", "document.querySelectorAll('#board-rows tr').length === 3")
	tab.Screens("board-away")
	tab.Go("/board") // html that says so, and no rows that are old
	if got := tab.Text(".trouble h2"); got == "" || tab.Has("#board-rows tr") {
		t.Errorf("without its store the page says %q", got)
	}
	tab.AccessibleThoughAway("the board without its store")
}
