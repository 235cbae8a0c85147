package review_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

// Whoever comes too late with a package reads all of what they made of it, ticks and choices too, and cannot send it.
func TestAPackageThatMayNotBeEditedAnyMoreIsShownAsItWasTyped(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	id := container(t, w, "frozen")
	facts := factIDs(t, w, id)
	cookies := "verigate-language=en; " + w.Cookie(t, "desk:1")
	typed := url.Values{
		"key": {"page-frozen"}, "do": {"save"}, "language": {"fr"}, "note": {"Read <this> & go."}, "q-1-result": {"cannot_say"}, "q-1-code": {"no_records"},
		"f-" + facts[1] + "-include": {"yes"}, "f-" + facts[1] + "-mask": {"Nguyễn"}, "f-" + facts[1] + "-mask-code": {"third_party"}, "f-" + facts[1] + "-mask-with": {"a person"},
	}
	w.Must(t, "partner:NG", http.MethodPost, requests+"/"+id+"/withdrawal", map[string]any{})
	page := w.Visit(t, cookies, "/requests/"+id+"/package", typed, "Sec-Fetch-Site", "same-origin")
	if page.Status < http.StatusBadRequest || !strings.Contains(page.Body, `id="trouble"`) {
		t.Fatalf("it is answered %d", page.Status)
	}
	for _, wanted := range []string{
		`id="frozen"`, `<option value="fr" selected>`, "Read &lt;this&gt; &amp; go.</textarea>", `<option value="cannot_say" selected>`, `<option value="no_records" selected>`,
		`name="f-` + facts[1] + `-include" value="yes" checked disabled`, `value="Nguyễn"`, `<option value="third_party" selected>`, `value="a person"`,
	} {
		if !strings.Contains(page.Body, wanted) {
			t.Errorf("the page lacks %s", wanted)
		}
	}
	if strings.Contains(page.Body, `name="do"`) || strings.Contains(page.Body, `action="/requests/`+id+`/package"`) || strings.Contains(page.Body, `id="kept"`) || strings.Contains(page.Body, "Look without saving") {
		t.Error("it can be sent once more, or stands there twice")
	}
	if !testing.Short() {
		tab := w.Open(t)
		tab.Enter("desk:1", "/requests/"+id+"/package")
		tab.Speak("en")
		tab.Eval(`(() => { window.left = 'behind'; const f = document.createElement('form'); f.method = 'post'; f.action = location.pathname; for (const [n, v] of new URLSearchParams(` + "`" + typed.Encode() + "`" + `)) { const i = document.createElement('input'); i.name = n; i.value = v; f.append(i); } document.body.append(f); f.submit(); return ''; })()`)
		tab.Await("the package as it was typed", `window.left !== 'behind' && document.querySelector('#frozen')`)
		tab.Accessible("a package that may not be edited any more")
		tab.Screens("review-frozen")
	}
	if fresh := w.Visit(t, cookies, "/requests/"+id+"/package", nil); strings.Contains(fresh.Body, `class="review-edit"`) {
		t.Error("who typed nothing is shown a form")
	}
}
