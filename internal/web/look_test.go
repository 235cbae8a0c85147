package web_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"verigate/internal/web/webtest"
)

// looked is a page that somebody looks at.
type looked struct{ name, who, path string }

// mainPages are those where people spend their night. Ids are of the seeded requests.
func mainPages(t *testing.T, w *webtest.World) map[string][]looked {
	t.Helper()
	var board struct {
		Items []struct{ ID, State string }
	}
	webtest.Eventually(t, 20*time.Second, "the board has the seeded requests", func() bool {
		r := w.Call(t, "desk:1", http.MethodGet, "/v1/board?limit=50", nil)
		return r.Status == http.StatusOK && json.Unmarshal(r.Raw, &board) == nil && len(board.Items) >= 11
	})
	ids := map[string]string{}
	for _, row := range board.Items {
		ids[row.State] = row.ID
	}
	if ids["in_review"] == "" || ids["triage"] == "" || ids["with_units"] == "" {
		t.Fatalf("of the seeded requests there are %v", ids)
	}
	review, triage, running := "/requests/"+ids["in_review"], "/requests/"+ids["triage"], "/requests/"+ids["with_units"]
	return map[string][]looked{
		"the desk": {
			{"board", "desk:1", "/board"},
			{"now", "desk:1", "/now"},
			{"shift", "desk:1", "/shift"},
			{"register", "desk:1", "/register"},
			{"request", "desk:1", running},
		},
		"a request": {
			{"triage", "desk:1", triage + "/triage"},
			{"clocks", "desk:1", running + "/clocks"},
			{"review", "desk:2", review + "/review"},
			{"account", "desk:2", "/account"},
			{"not-found", "desk:2", "/requests/00000000000000000000000000"},
		},
		"all others": {
			{"sign-in", "", "/sign-in"},
			{"story", "", "/"},
			{"wall-waits", "", "/wall"},
			{"screens", "lead", "/admin/screens"},
		},
		"staff": {
			{"briefing", "lead", "/briefing"},
			{"admin", "lead", "/admin"},
			{"inbox", "unit:03", "/inbox"},
			{"unit", "unit_lead:03", "/unit"},
		},
		"partners, keepers and auditors": {
			{"portal", "partner:NG", "/portal"},
			{"portal-new", "partner:NG", "/portal/new"},
			{"sealed", "keeper", "/sealed"},
			{"evidence", "auditor", "/evidence"},
			{"evidence-list", "auditor", "/evidence/list"},
			{"retention", "lead", "/retention"},
		},
	}
}

// On any device: from a telephone, or 1280 pixels at 400 %, to 4K; with text at 200 %; in more contrast, in forced colours,
// and without motion.
func TestMainPagesCanBeReadOnAnyDevice(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 25 s")
	}
	t.Parallel()
	w := webtest.StartSeeded(t)
	for whose, pages := range mainPages(t, w) {
		t.Run(whose, func(t *testing.T) {
			t.Parallel()
			tab := w.Open(t)
			who, speaks := "", ""
			for _, page := range pages {
				if page.who != who {
					who = page.who
					tab.Enter(who, page.path)
				}
				tab.Go(page.path)
				language := "vi"
				if page.who == "partner:NG" {
					language = "en"
				}
				if language != speaks {
					speaks = language
					tab.Speak(language)
				}
				if got := tab.Path(); got != page.path {
					t.Errorf("%s is at %s", page.path, got)
				}
				tab.Fits(page.name, 320, webtest.Telephone, webtest.Tablet, 1000, 1440, 3840)
				tab.Reflows(page.name)
				tab.Seen(page.name)
				tab.Devices("look-" + page.name)
			}
		})
	}
}

// What the frame keeps shut is opened: how a page is shown, and the keys.
func TestTheFramesOwnCanBeReadToo(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 8 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	tab.Enter("desk:1", "/board")
	for _, language := range []string{"vi", "en"} {
		tab.Speak(language)
		tab.Eval("document.querySelector('details.drop').open = true, ''")
		tab.Accessible("the display in " + language)
		tab.Screens("frame-display-" + language)
		tab.Go("/board")
		tab.Press("?")
		tab.Await("the keys", "document.querySelector('dialog[open]')")
		tab.Accessible("the keys in " + language)
		tab.Screens("frame-keys-" + language)
		tab.Go("/board")
	}
}
