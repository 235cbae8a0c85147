package site_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"verigate/internal/web/webtest"
)

// Who is on call leaves a page open and goes: what asks by itself keeps no session, and the page has to say when it ends.
func TestAnAlarmThatCannotBeHeardSaysSo(t *testing.T) {
	t.Parallel()
	s, _ := made(t, nil)
	for language, want := range map[string]string{"en": "Your session is over", "vi": "Phiên làm việc đã kết thúc"} {
		r := ask(t, s, http.MethodGet, "/alarm", nil, "HX-Request", "true", "Verigate-Unattended", "1", "Cookie", "verigate-language="+language)
		part := body(t, r)
		if r.StatusCode != http.StatusOK || r.Header.Get("HX-Redirect") != "" || !strings.Contains(part, `role="alert"`) || !strings.Contains(part, want) ||
			!strings.Contains(part, `href="/sign-in" target="_blank"`) {
			t.Errorf("%s: %d %s", language, r.StatusCode, part)
		}
		if strings.Contains(part, "data-alarm") {
			t.Errorf("what was silent sounds as the session ends: %s", part)
		}
	}
	if part := body(t, ask(t, s, http.MethodGet, "/alarm?mark=second_reviewer", nil)); !strings.Contains(part, "data-alarm") || !strings.Contains(part, `name="mark"`) {
		t.Errorf("what nobody has opened falls silent as the session ends: %s", part)
	}
	if part := body(t, ask(t, s, http.MethodGet, "/alarm", nil, "Cookie", "who=Lan")); strings.Contains(part, "alert") {
		t.Errorf("who is signed in is told %s", part)
	}
}

func TestAPageSaysThatItsAlarmIsAway(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 20 s")
	}
	t.Parallel()
	s, e := made(t, nil)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	tab := (&webtest.World{URL: server.URL}).Open(t)
	tab.Go("/page")
	tab.Eval(`document.cookie = 'who=Lan', ''`)
	tab.Go("/page?typed")
	asked := func() int {
		e.mu.Lock()
		defer e.mu.Unlock()
		return len(e.calls)
	}

	e.away.Store(true)
	const polls = 5 // as many as there are in a minute without the gateway
	for range polls {
		was := asked()
		tab.Eval(`htmx.trigger('#alarm', 'every'), ''`)
		webtest.Eventually(t, 20*time.Second, "it is asked for", func() bool { return asked() > was })
	}
	tab.Await("that it is away, since when and where that is", `/ \d\d:\d\d:\d\d Hanoi \(UTC\+7\)$/.test(document.getElementById('stale').innerText.trim())`)
	was := asked()
	time.Sleep(7 * time.Second) // what asks again every 3 s, beside what asks every 10 s, does so
	if n := asked() - was; n < 1 || n > 4 {
		t.Errorf("after %d that failed it is asked for %d times in 7 s", polls, n)
	}
	e.away.Store(false)
	tab.Await("that it is back", `document.getElementById('stale').hidden`)

	tab.Eval(`document.cookie = 'who=; max-age=0', ''`)
	tab.Await("that the session is over", `document.querySelector('#alarm [role=alert] a[target=_blank]')`)
	if got := tab.Path(); got != "/page?typed" {
		t.Errorf("it leads to %s", got)
	}
	tab.Accessible("a page whose session is over")
	tab.Screens("alarm-over")
	tab.Eval(`document.cookie = 'who=Lan', ''`)
	tab.Await("that it alarms again", `!document.querySelector('#alarm [role=alert]')`)
}

func TestSinceWhenTheLineIsAwayHasItsZone(t *testing.T) {
	t.Parallel()
	s, _ := made(t, nil)
	for language, want := range map[string]string{"en": "Hanoi (UTC&#43;7)", "vi": "(giờ Hà Nội)"} {
		page := body(t, ask(t, s, http.MethodGet, "/page", nil, "Accept-Language", language))
		if !strings.Contains(page, `<bdi id="stale-since"></bdi> `+want) {
			t.Errorf("%s: %s", language, page)
		}
	}
}
