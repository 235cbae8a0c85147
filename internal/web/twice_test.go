package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"verigate/internal/web/webtest"
)

// twice sends a form twice at once, as a double click does: both are told the same.
func twice(t *testing.T, w *webtest.World, cookie, path string, form url.Values) webtest.Page {
	t.Helper()
	var pages [2]webtest.Page
	var both sync.WaitGroup
	for i := range pages {
		both.Go(func() { pages[i] = w.Visit(t, cookie, path, form, "Sec-Fetch-Site", "same-origin") })
	}
	both.Wait()
	if pages[0].Status != pages[1].Status || pages[0].To != pages[1].To || codeOf(pages[0].Body) != codeOf(pages[1].Body) {
		t.Errorf("%s is answered %d %s %s, and %d %s %s", path, pages[0].Status, pages[0].To, codeOf(pages[0].Body), pages[1].Status, pages[1].To, codeOf(pages[1].Body))
	}
	if code := codeOf(pages[0].Body); code != "" {
		t.Errorf("%s is refused: %d %s", path, pages[0].Status, code)
	}
	return pages[0]
}

var halves = regexp.MustCompile(`(?s)class="wall-code"[^>]*>(.*?)</p>`)

// The forms beside those about a request, of which offered_test.go presses each.
func TestAFormThatIsSentTwiceIsDoneOnce(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	id := w.Submit(t, "S20", "twice-1")
	cookies := map[string]string{}
	for _, who := range []string{"desk:1", "desk:2", "lead", "keeper"} {
		cookies[who] = w.Cookie(t, who)
	}
	count := func(path, member string) int {
		t.Helper()
		list, _ := w.Must(t, "lead", http.MethodGet, path, nil).Body[member].([]any)
		return len(list)
	}
	for _, s := range []struct{ who, path, more string }{
		{"desk:1", "/now/claim", "id={id}"},
		{"desk:1", "/now/call", "id={id}&post=duty-03&again=21:15&text=Nobody+answers"},
		{"desk:1", "/shift/give", "id={id}&number-{id}=VR-1&text=All+of+it"},
		{"desk:2", "/shift/take", "id={id}&number-{id}=VR-1"},
		{"lead", "/shift/on-call", "from=2030-01-01T20:00&until=2030-01-02T06:00"},
		{"keeper", "/sealed/duty", "compartment=drugs&from=2030-01-01T20:00&until=2030-01-02T06:00"},
		{"keeper", "/sealed/alarm-test", "compartment=drugs"},
		{"lead", "/briefing", "from=2021-09-01T00:00:00Z&until=2021-09-02T00:00:00Z"},
	} {
		form, err := url.ParseQuery(strings.ReplaceAll(s.more, "{id}", id))
		if err != nil {
			t.Fatal(err)
		}
		form.Set("key", "page-twice-"+s.path[1:])
		if page := twice(t, w, cookies[s.who], s.path, form); page.Status != http.StatusSeeOther {
			t.Errorf("%s is answered %d: %s", s.path, page.Status, page.Body)
		}
	}
	whole := w.Must(t, "desk:1", http.MethodGet, "/v1/verification-requests/"+id, nil).Body
	if notes, _ := whole["notes"].([]any); len(notes) != 3 {
		t.Errorf("a call and both sides of a hand-over are %d notes: %v", len(notes), notes)
	}
	device := w.Visit(t, "", "/wall", nil)
	found := halves.FindStringSubmatch(device.Body)
	if found == nil {
		t.Fatalf("a device shows no code: %s", device.Body)
	}
	code := regexp.MustCompile(`<[^>]*>|\s`).ReplaceAllString(found[1], "")
	if page := twice(t, w, cookies["lead"], "/admin/screens", url.Values{"code": {code}, "label": {"Trực ban"}, "key": {"page-twice"}}); page.Status != http.StatusSeeOther {
		t.Errorf("a screen is answered %d: %s", page.Status, page.Body)
	}
	if n := count("/v1/screens", "items"); n != 1 {
		t.Errorf("%d screens are paired", n)
	}
}
