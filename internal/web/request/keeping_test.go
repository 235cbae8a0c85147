package request_test

import (
	"strings"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/verification"
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

// What is erased says how far it is gone: since when here, and until when a backup may have its keys.
func TestWhatIsErasedSaysHowFarItIsGone(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 8 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	ends := time.Now().AddDate(0, 3, 0)
	backup := access.TakeKeysBackup{Backup: "20261129T020000Z-abcdefgh", Taken: time.Now(), End: ends}
	for _, said := range []struct{ language, done, none, backups string }{
		{"vi", "không ổ đĩa nào còn khóa", "Không ghi nhận bản sao lưu khóa nào", "Bản sao lưu khóa cuối cùng hết hạn"},
		{"en", "no disk has a key", "No backup of the keys is known", "Last backup of its keys ends"},
	} {
		id := submitted(t, w, "G-"+said.language, "")
		does(t, w, "lead", id, "above-ceiling", map[string]any{"code": "state_secret_content"})
		webtest.Eventually(t, time.Minute, "the store is searched", func() bool {
			_, done := w.Parts.Registry.Custody().Searched(verification.RequestID(id))
			return done
		})
		tab.Enter("lead", "/requests/"+id)
		tab.Speak(said.language)
		if got := tab.Text("#request-gone"); !strings.Contains(got, said.done) {
			t.Errorf("the page says %q", got)
		}
		got := tab.Text("#request-gone-backups")
		if _, known := w.Parts.Registry.Custody().Backup(backup.Backup); known == strings.Contains(got, said.none) || !strings.Contains(tab.Text(".request-head"), said.backups) {
			t.Errorf("of backups it says %q", got)
		}
		if err := w.Parts.Registry.Keep(t.Context(), verification.System(), backup); err != nil {
			t.Fatal(err)
		}
		tab.Go("/requests/" + id)
		if got := tab.Text("#request-gone-backups"); strings.Contains(got, said.none) || !strings.Contains(got, ends.Format("2006")) {
			t.Errorf("with a backup it says %q", got)
		}
		tab.Screens("request-gone-" + said.language)
		tab.Accessible("a request that is erased")
	}
}
