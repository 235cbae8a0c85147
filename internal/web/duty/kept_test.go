package duty_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"verigate/api/client"
	"verigate/internal/web/webtest"
)

// The record goes away in the middle of a hand-over: what was typed comes back with the reason and what is still to be done,
// and pressed again it is done once on each request.
func TestAHandOverOutlivesARecordThatGoesAway(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	ids := []string{submit(t, w, "away-1", flash), submit(t, w, "away-2", flash), submit(t, w, "away-3", flash)}
	whole := url.Values{"text": {"Unit 03 <calls> at 21:00."}, "key": {"page-away"}, "id": ids}
	for i, id := range ids {
		w.Must(t, "desk:1", http.MethodPost, "/v1/verification-requests/"+id+"/claim", map[string]any{})
		whole.Set("number-"+id, "VR-"+string(rune('1'+i)))
	}
	var away, all atomic.Bool
	away.Store(true)
	pages := w.Failing(t, func(r *http.Request) bool {
		return all.Load() && r.URL.Path != "/v1/session" || away.Load() && strings.HasSuffix(r.URL.Path, ids[1]+"/notes")
	})
	cookies := "verigate-language=en; " + w.Cookie(t, "desk:1")
	ticked := func(page webtest.Page, id string) bool {
		return strings.Contains(page.Body, `name="id" value="`+id+`" checked`)
	}
	webtest.Eventually(t, 20*time.Second, "the shift shows what is held, ticked", func() bool {
		page := w.Visit(t, cookies, "/shift", nil)
		return ticked(page, ids[0]) && ticked(page, ids[1]) && ticked(page, ids[2])
	})

	page := pages.Visit(t, cookies, "/shift/give", whole, "Sec-Fetch-Site", "same-origin")
	if page.Status != http.StatusServiceUnavailable || !strings.Contains(page.Body, "<bdi>VR-2</bdi>") || !strings.Contains(page.Body, "3\u00a0s") {
		t.Errorf("the second was not taken: %d to %q: %s", page.Status, page.To, page.Body)
	}
	if !strings.Contains(page.Body, `maxlength="4000">Unit 03 &lt;calls&gt; at 21:00.</textarea>`) || !strings.Contains(page.Body, `name="key" value="page-away"`) {
		t.Errorf("what was typed, or its key, is lost: %s", page.Body)
	}
	if ticked(page, ids[0]) || !ticked(page, ids[1]) || !ticked(page, ids[2]) {
		t.Errorf("ticked are %t %t %t", ticked(page, ids[0]), ticked(page, ids[1]), ticked(page, ids[2]))
	}

	all.Store(true) // nor can the page be had
	page = pages.Visit(t, cookies, "/shift/give", whole, "Sec-Fetch-Site", "same-origin")
	if page.Status != http.StatusServiceUnavailable || !strings.Contains(page.Body, `name="text" value="Unit 03 &lt;calls&gt; at 21:00."`) {
		t.Errorf("nothing can be had: %d to %q: %s", page.Status, page.To, page.Body)
	}
	all.Store(false)
	away.Store(false)
	if page = pages.Visit(t, cookies, "/shift/give", whole, "Sec-Fetch-Site", "same-origin"); page.Status != http.StatusSeeOther {
		t.Errorf("pressed again: %d %s", page.Status, page.Body)
	}
	for _, id := range ids {
		if got := w.Must(t, "desk:1", http.MethodGet, "/v1/verification-requests/"+id, nil); strings.Count(string(got.Raw), "21:00") != 1 {
			t.Errorf("%s is handed over %d times", id, strings.Count(string(got.Raw), "21:00"))
		}
	}
}

// The note of a call that is refused is in its form, which is open, under the reason; who opens a flash in vain stays on the page.
func TestACallThatIsRefusedIsThereAsItWasTyped(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	id := submit(t, w, "call-1", flash)
	onBoard(t, w, id)
	pages := w.Refusing(t, func(r *http.Request) *client.Problem {
		if r.Method == http.MethodGet {
			return nil
		}
		return &client.Problem{Status: http.StatusConflict, Code: "wrong_state"}
	})
	cookies := "verigate-language=en; " + w.Cookie(t, "desk:1")
	form := url.Values{"key": {"page-call"}, "id": {id}, "post": {"duty-03"}, "text": {"They look <now>."}, "again": {"21:15"}}
	for path, wanted := range map[string][]string{
		"/now/call":  {`<details class="duty-call" open>`, "They look &lt;now&gt;.</textarea>", `type="time" value="21:15"`},
		"/now/claim": {`<details class="duty-call">`},
	} {
		page := pages.Visit(t, cookies, path, form, "Sec-Fetch-Site", "same-origin")
		for _, one := range append(wanted, `data-code="wrong_state"`, `id="duty-rows"`) {
			if page.Status != http.StatusConflict || !strings.Contains(page.Body, one) {
				t.Errorf("%s: %d, and the page lacks %s: %s", path, page.Status, one, page.Body)
			}
		}
	}
}
