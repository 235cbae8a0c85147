package request_test

import (
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

func TestTheLeadHoldsWhatAnotherLifts(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 8 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	bothRoles(t, w)
	tab := w.Open(t)
	for _, said := range []struct{ language, held, done string }{
		{"vi", "Đang giữ lại theo lệnh", "Đã đặt lệnh giữ lại"}, {"en", "Under legal hold", "The legal hold stands"},
	} {
		id := submitted(t, w, "H-"+said.language, "")
		tab.Enter("lead", "/requests/"+id)
		tab.Speak(said.language)
		if tab.Has("#do-propose_erasure") || tab.Has("#do-confirm_erasure") {
			t.Error("what is open may be erased")
		}
		tab.Click("#do-place_legal_hold > summary")
		tab.Fill("#do-place_legal_hold-reason", "Court file 12/2026.")
		tab.Submit("#do-place_legal_hold button")
		if got := tab.Text(".said"); !strings.Contains(got, said.done) {
			t.Errorf("placed, the page says %q", got)
		}
		if got := tab.Text(".request-head"); !strings.Contains(got, said.held) || !strings.Contains(tab.Text("#request-hold"), "Court file 12/2026.") {
			t.Errorf("the hold is not on the page: %q", got)
		}
		if tab.Has("#do-place_legal_hold") || tab.Has("#do-lift_legal_hold") {
			t.Error("a second hold, or who placed it lifts it")
		}
		tab.Screens("request-hold-" + said.language)
		tab.Accessible("a request under legal hold")
	}
}
