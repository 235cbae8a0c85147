package admin_test

import (
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

func TestTheLeadSeesHowTheGatewayIs(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 5 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	tab.Enter("lead", "/admin")
	for language, words := range map[string]struct{ record, redis, unit, kind string }{
		"vi": {"Sổ ghi", "chỉ để trình diễn", "Cục Hải quan TP. Hải Phòng", "Văn phòng INTERPOL quốc gia"},
		"en": {"The record", "for demonstrations only", "Hai Phong", "INTERPOL national bureau"},
	} {
		tab.Speak(language)
		page := tab.Text("main")
		for _, want := range []string{words.record, words.redis, words.unit, words.kind, "vn-1", "IP Abuja", "verigate person"} {
			if !strings.Contains(page, want) {
				t.Errorf("in %s the page does not say %q:\n%s", language, want, page)
			}
		}
		for _, code := range []string{"no_answer", "embedded", "admin."} {
			if strings.Contains(page, code) {
				t.Errorf("in %s the page says %s", language, code)
			}
		}
		if codes := tab.Eval(`[...document.querySelectorAll('td:first-child')].map(e => e.textContent.trim()).filter(said => /^[a-z_]+$/.test(said)).join()`); codes != "" {
			t.Errorf("in %s parts have no name but %s", language, codes)
		}
		if language == "vi" {
			tab.Accessible("admin")
			tab.Screens("admin")
		}
	}
	tab.Enter("desk:1", "/admin")
	if tab.Eval("document.querySelector('#trouble').dataset.code") != "not_permitted" {
		t.Errorf("a duty officer sees %s", tab.Text("main"))
	}
}
