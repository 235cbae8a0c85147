package board_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"verigate/internal/app"
	"verigate/internal/board"
	"verigate/internal/board/boardtest"
	"verigate/internal/rdb/redistest"
	"verigate/internal/web/webtest"
)

// crowd writes the rows of requests that nobody ever made, due years from now.
func crowd(t *testing.T, w *webtest.World, from, to int) {
	t.Helper()
	const batch = 1000
	for first := from; first < to; first += batch {
		var b board.Batch
		for n := first; n < min(first+batch, to); n++ {
			rows := boardtest.Sample(n, func(r *board.Rows) {
				r.Request.DueAt = time.Now().AddDate(10, 0, n).UTC()
				r.Due = r.Request.DueAt
			})
			b.Updates = append(b.Updates, board.Update{Sequence: 1, Rows: rows})
		}
		if err := w.Parts.Store.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
}

var (
	aRow   = regexp.MustCompile(`<tr id="row-`)
	onward = regexp.MustCompile(`href="(/board\?[^"]*cursor=[^"]+)"`)
)

// What makes the board quick beside ten thousand open requests is what a page and a change do not carry: a page is fifty
// rows and goes on by its cursor, a change is one row.
func TestThePagesOfTheBoardDoNotGrowWithWhatIsOpen(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: 10,000 rows are written, 8 s")
	}
	t.Parallel()
	const rows, few, many = 50, 100, 10_000
	redis := redistest.Start(t)
	w := webtest.Start(t, func(o *app.Options) { o.Stores.Redis = redis })
	id := open(t, w, 1)[0]
	crowd(t, w, 0, few)
	cookie := w.Cookie(t, "desk:1")
	read := func(path string) string {
		t.Helper()
		status, body := visit(t, w, cookie, path)
		if status != http.StatusOK || len(aRow.FindAllString(body, -1)) != rows {
			t.Fatalf("%s: %d with %d rows", path, status, len(aRow.FindAllString(body, -1)))
		}
		return body
	}
	before := read("/board")
	crowd(t, w, few, many)
	began := time.Now()
	page := read("/board")
	const longer = 1000 // the numbers in its tiles have more digits
	if len(page) > len(before)+longer || len(page) > 100_000 {
		t.Errorf("beside %d open requests a page has %d bytes, beside %d it has %d", many, len(page), few, len(before))
	}
	for n := range 3 {
		next := onward.FindStringSubmatch(page)
		if next == nil {
			t.Fatalf("page %d does not go on", n+1)
		}
		page = read(strings.ReplaceAll(next[1], "&amp;", "&"))
		if len(page) > len(before)+longer {
			t.Errorf("page %d has %d bytes", n+2, len(page))
		}
	}
	if took := time.Since(began); took > 20*time.Second { // generous: each is some ten milliseconds
		t.Errorf("four pages took %s", took)
	}
	told := listen(t, w, "/board/events", "Cookie", cookie)
	begun := told()
	w.Must(t, "desk:2", http.MethodPost, "/v1/verification-requests/"+id+"/notes", map[string]any{"text": "One change."})
	var change string
	webtest.Eventually(t, 20*time.Second, "the change is told", func() bool {
		change = strings.TrimPrefix(told(), begun)
		return strings.Contains(change, fmt.Sprintf(`<tr id="row-%s"`, id))
	})
	if n := strings.Count(change, "event: "); n != 1 || len(change) > 4000 {
		t.Errorf("one change is told by %d events, %d bytes", n, len(change))
	}
}
