package sealed_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"verigate/api/client"
	"verigate/internal/web/webtest"
)

// An appointment that is refused is shown with whom it named, not with the first of the list.
func TestARefusedAppointmentRemembersWhomItNamed(t *testing.T) {
	t.Parallel()
	w, pass := late(t)
	id, _ := flash(t, w, "precursor", "named")
	pass(12 * time.Minute) // three quarters of a quarter of an hour
	cookies := "verigate-language=en; " + w.Cookie(t, "lead")
	var form string
	webtest.Eventually(t, 20*time.Second, "the lead is alarmed", func() bool {
		_, form, _ = strings.Cut(w.Visit(t, cookies, "/sealed", nil).Body, `id="appoint-`+id)
		return form != ""
	})
	form, _, _ = strings.Cut(form, "</select>")
	keepers := regexp.MustCompile(`<option value="([^"]+)"`).FindAllStringSubmatch(form, -1)
	if len(keepers) < 2 {
		t.Fatalf("there is nobody to choose among: %s", form)
	}
	last := keepers[len(keepers)-1][1]
	pages := w.Refusing(t, func(r *http.Request) *client.Problem {
		if r.Method == http.MethodGet {
			return nil
		}
		return &client.Problem{Status: http.StatusConflict, Code: "conflict_of_interest"}
	})
	page := pages.Visit(t, cookies, "/sealed/keeper", url.Values{"id": {id}, "person": {last}, "key": {"page-named"}}, "Sec-Fetch-Site", "same-origin")
	if page.Status != http.StatusConflict || !strings.Contains(page.Body, `data-code="conflict_of_interest"`) {
		t.Errorf("it is answered %d", page.Status)
	}
	if !strings.Contains(page.Body, `<option value="`+last+`" selected>`) {
		t.Errorf("whom it named is forgotten: %s", page.Body)
	}
}
