package duty_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

// Up to where somebody has read the page says, not its reader: what is none is refused in words.
func TestAnUnreadableEndOfABriefingIsRefused(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	cookies := "verigate-language=en; " + w.Cookie(t, "lead")
	for _, until := range []string{"", "yesterday", "2021-09-02"} {
		page := w.Visit(t, cookies, "/briefing", url.Values{"from": {"2021-09-01T00:00:00Z"}, "until": {until}})
		if page.Status != http.StatusBadRequest || !strings.Contains(page.Body, "The form cannot be read") {
			t.Errorf("%q is answered %d: %s", until, page.Status, page.Body)
		}
	}
}
