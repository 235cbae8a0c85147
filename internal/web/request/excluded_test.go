package request_test

import (
	"fmt"
	"strings"
	"testing"

	"verigate/internal/verification"
	"verigate/internal/web/webtest"
)

// idOf is who has that name.
func idOf(t *testing.T, w *webtest.World, label string) verification.PersonID {
	t.Helper()
	for _, p := range w.Parts.Registry.Keyring().Principals() {
		if p.Label == label {
			return p.ID
		}
	}
	t.Fatalf("nobody is called %s", label)
	return ""
}

func TestWhoMustNotKnowIsShownAndOfferedNowhere(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 6 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab, away := w.Open(t), w.Open(t)
	away.Enter("desk:2", "/account")
	person := idOf(t, w, "Cán bộ trực 2")
	for _, said := range []struct{ language, title, why string }{
		{"vi", "Không được biết", "Xung đột lợi ích"}, {"en", "Must not know of it", "A conflict of interest"},
	} {
		id := submitted(t, w, "E-"+said.language, "")
		page := "/requests/" + id
		does(t, w, "desk:1", id, "claim", none())
		does(t, w, "desk:1", id, "routing", map[string]any{
			"assignments": []any{map[string]any{"unit": "02", "questions": []int{1, 2}}},
			"exclude":     map[string]any{"units": []string{"03"}, "persons": []any{person}},
		})
		tab.Enter("desk:1", page)
		tab.Speak(said.language)
		if got := tab.Text("#request-excluded"); !strings.Contains(got, "03 ") || !strings.Contains(got, "Cán bộ trực 2") || !strings.Contains(got, said.why) || !strings.Contains(tab.Text(".request-head"), said.title) {
			t.Errorf("who must not know of it is not on the page: %q", got)
		}
		tab.Go(page + "/triage")
		if got := tab.Text("#triage-excluded"); !strings.Contains(got, "Cán bộ trực 2") || !strings.Contains(got, said.why) {
			t.Errorf("nor in triage: %q", got)
		}
		offered := fmt.Sprintf(`[...document.querySelectorAll('select option, input[type=checkbox]')].filter(o => ['03', %q].includes(o.value)).map(o => o.value).join()`, person)
		if got := tab.Eval(offered); got != "" {
			t.Errorf("triage offers %s", got)
		}
		if got := tab.Eval(`[...document.querySelectorAll('#other-1 option')].some(o => o.value === '02') ? 'yes' : ''`); got != "yes" {
			t.Error("triage offers no unit at all")
		}
		tab.Screens("triage-excluded-" + said.language)
		tab.Accessible("a triage with a conflict of interest")
		away.Go(page)
		if !away.Has("#trouble[data-code=not_found]") || strings.Contains(away.Eval("document.documentElement.outerHTML"), "E-"+said.language) {
			t.Errorf("who is excluded finds it: %s", away.Text("main"))
		}
	}
}
