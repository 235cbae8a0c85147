package site_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"verigate/internal/web/webtest"
)

func TestAPageIsAskedForAgainWhenThatMayHelp(t *testing.T) {
	t.Parallel()
	s, e := made(t, nil)
	e.away.Store(true)
	page := body(t, ask(t, s, http.MethodGet, "/page?a=b&c=d", nil, "Accept-Language", "en"))
	if !strings.Contains(page, `<a href="/page?a=b&amp;c=d">Try again</a> <span data-again="1" hidden>`) {
		t.Errorf("a page that is away: %s", page)
	}
	posted := ask(t, s, http.MethodPost, "/go", url.Values{"to": {"/page"}})
	e.away.Store(false)
	for what, r := range map[string]*http.Response{
		"what a form did": posted, "what is not there": ask(t, s, http.MethodGet, "/absent", nil),
		"what was asked for too often": ask(t, s, http.MethodGet, "/busy", nil), "a defect": ask(t, s, http.MethodGet, "/defect", nil),
	} {
		if page := body(t, r); r.StatusCode < http.StatusBadRequest || strings.Contains(page, "data-again") {
			t.Errorf("%s is asked for again: %d %s", what, r.StatusCode, page)
		}
	}
}

// Nobody may be before it: the screen on the wall is opened by the device, perhaps while its gateway starts.
func TestAPageThatIsAwayOpensByItself(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 4 s")
	}
	t.Parallel()
	s, e := made(t, nil)
	e.away.Store(true)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	tab := (&webtest.World{URL: server.URL}).Open(t)
	tab.Go("/page?a=b")
	tab.Await("that it says so", `document.querySelector('#trouble') && !document.querySelector('[data-again]').hidden`)
	tab.Screens("away")
	asked := func() (n int, attended bool) {
		e.mu.Lock()
		defer e.mu.Unlock()
		for _, c := range e.calls {
			attended = attended || n > 0 && c.Header.Get("Verigate-Unattended") != "1"
			n++
		}
		return n, attended
	}
	was, _ := asked()
	webtest.Eventually(t, 20*time.Second, "it was asked for again in vain", func() bool { n, _ := asked(); return n >= was+2 })
	if _, attended := asked(); attended {
		t.Error("a page that asks by itself counts as its reader's activity")
	}
	e.away.Store(false)
	tab.Await("the page", `document.readyState === 'complete' && !document.querySelector('#trouble')`)
	if got := tab.Path(); got != "/page?a=b" {
		t.Errorf("it opened %s", got)
	}
}
