package retention_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"verigate/internal/web/webtest"
)

// While the record is away nothing is proposed or confirmed, and nothing has to be chosen twice: the form comes back as it was,
// with the reason and under its own key.
func TestWhatWasChosenOutlivesARecordThatIsAway(t *testing.T) {
	t.Parallel()
	w, passes := later(t)
	id, other := closed(t, w, "kept-1"), closed(t, w, "kept-2")
	passes()
	webtest.Eventually(t, 20*time.Second, "sessions are served", func() bool {
		return w.Visit(t, "", "/demo/enter", url.Values{"who": {"lead"}, "to": {"/demo"}}).Status == http.StatusSeeOther
	})
	cookies := "verigate-language=en; " + w.Cookie(t, "lead")
	pages := w.Failing(t, func(r *http.Request) bool {
		return r.Method != http.MethodGet && r.URL.Path != "/v1/session"
	})
	webtest.Eventually(t, 20*time.Second, "both are due", func() bool {
		page := w.Visit(t, cookies, "/retention?list=due", nil)
		return strings.Contains(page.Body, `value="`+id+" ") && strings.Contains(page.Body, `value="`+other+" ")
	})
	send := func(at, do string, more url.Values) webtest.Page {
		form := url.Values{"key": {"page-kept"}, "do": {do}, "request": {id + " VR-1"}}
		for name, values := range more {
			form[name] = values
		}
		page := pages.Visit(t, cookies, at, form, "Sec-Fetch-Site", "same-origin")
		if page.Status != http.StatusServiceUnavailable || !strings.Contains(page.Body, `id="trouble"`) || !strings.Contains(page.Body, `name="key" value="page-kept"`) {
			t.Errorf("%s at %s: %d to %q: %s", do, at, page.Status, page.To, page.Body)
		}
		return page
	}
	page := send("/retention?list=due", "propose", nil)
	for of, chosen := range map[string]bool{id: true, other: false} {
		_, row, _ := strings.Cut(page.Body, `value="`+of+" ")
		if box, _, _ := strings.Cut(row, ">"); strings.Contains(box, "checked") != chosen {
			t.Errorf("a box comes back as %s", box)
		}
	}
	page = send("/retention?list=proposed", "confirm", nil)
	if !strings.Contains(page.Body, `value="`+id+` VR-1"`) || !strings.Contains(page.Body, `name="do" value="confirm"`) {
		t.Errorf("what was to be confirmed has to be chosen again: %s", page.Body)
	}
}
