package review_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

// releasePart brings about that a fact of the first question has gone out while the others are pending.
func releasePart(t *testing.T, w *webtest.World, path, task string) {
	t.Helper()
	w.Must(t, "unit:03", http.MethodPost, task+"/acceptance", map[string]any{})
	w.Must(t, "unit:03", http.MethodPost, task+"/answer", map[string]any{"kind": "interim", "questions": []any{map[string]any{
		"n": 1, "result": "held", "outcome": "ARRIVED", "facts": []any{map[string]any{
			"text": "It arrived on <Friday>.", "language": "en", "evaluation": map[string]any{"source": "A", "information": "1"}, "handling": map[string]any{"code": "H1"},
		}},
	}}})
	w.Must(t, "desk:1", http.MethodPost, path+"/claim", map[string]any{})
	w.Must(t, "desk:1", http.MethodPost, path+"/review", map[string]any{})
	part := w.Must(t, "desk:1", http.MethodPut, path+"/package", map[string]any{"kind": "partial"})
	w.Must(t, "desk:2", http.MethodPost, path+"/release", map[string]any{"hash": part.Body["hash"]})
}

// A fact went out while its question was pending, and the unit finds in the end that it is wrong: the reviewer sees that the next
// version takes it back, and the partner reads it.
func TestWhatTheNextVersionTakesBackIsShownToReviewerAndPartner(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	id := w.Submit(t, "S01", "taken-back")
	path, task := "/v1/verification-requests/"+id, "/v1/tasks/"+id+"-01"
	releasePart(t, w, path, task)
	var none []any
	for n := range 3 {
		none = append(none, map[string]any{"n": n + 1, "result": "cannot_say", "code": "no_records"})
	}
	w.Must(t, "unit:03", http.MethodPost, task+"/answer", map[string]any{"kind": "final", "questions": none})
	put := w.Must(t, "desk:1", http.MethodPut, path+"/package", map[string]any{"kind": "final"})
	page := w.Visit(t, "verigate-language=en; "+w.Cookie(t, "desk:2"), "/requests/"+id+"/review", nil).Body
	_, shown, _ := strings.Cut(page, `id="taken-back"`)
	if shown, _, _ = strings.Cut(shown, "</section>"); !strings.Contains(shown, "It arrived on &lt;Friday&gt;.") {
		t.Errorf("the reviewer sees %q", shown)
	}
	w.Must(t, "desk:2", http.MethodPost, path+"/release", map[string]any{"hash": put.Body["hash"]})
	page = w.Visit(t, "verigate-language=en; "+w.Cookie(t, "partner:NG"), "/portal/"+id+"/answers", nil).Body
	_, shown, _ = strings.Cut(page, `portal-taken`)
	if shown, _, _ = strings.Cut(shown, "</section>"); !strings.Contains(shown, "Do not rely on it") || !strings.Contains(shown, "It arrived on &lt;Friday&gt;.") {
		t.Errorf("the partner reads %q", shown)
	}
}

// The unit takes back what a part gave after the next one was prepared: that may not go out any more. Reviewer, editor and desk
// are told at once, and why; nobody is asked to release it, and the API says the same.
func TestAPackageThatAnAnswerHasOvertakenIsShownAsVoid(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	id := w.Submit(t, "S01", "overtaken")
	path, task := "/v1/verification-requests/"+id, "/v1/tasks/"+id+"-01"
	releasePart(t, w, path, task)
	w.Must(t, "desk:1", http.MethodPost, path+"/review", map[string]any{})
	put := w.Must(t, "desk:1", http.MethodPut, path+"/package", map[string]any{"kind": "partial"})
	review, edit, request := "/requests/"+id+"/review", "/requests/"+id+"/package", "/requests/"+id
	const told = "a fact in it, or one that went out earlier, was taken back"
	read := func(who, at string) string {
		return strings.Join(strings.Fields(w.Visit(t, "verigate-language=en; "+w.Cookie(t, who), at, nil).Body), " ")
	}
	if page := read("desk:2", review); strings.Contains(page, told) || !strings.Contains(page, "/review/release") {
		t.Fatal("the reviewer is not asked to release what was prepared")
	}
	var none []any
	for n := range 3 {
		none = append(none, map[string]any{"n": n + 1, "result": "cannot_say", "code": "no_records"})
	}
	w.Must(t, "unit:03", http.MethodPost, task+"/answer", map[string]any{"kind": "final", "questions": none})
	for _, seen := range []struct{ who, at string }{{"desk:2", review}, {"desk:1", review}, {"desk:1", edit}, {"desk:2", request}} {
		page := read(seen.who, seen.at)
		if !strings.Contains(page, told) {
			t.Errorf("%s is not told on %s", seen.who, seen.at)
		}
		if strings.Contains(page, "Waits for a second reviewer") || strings.Contains(page, `<button class="main">Approve`) {
			t.Errorf("%s is asked to release on %s", seen.who, seen.at)
		}
	}
	if page := read("desk:2", "/now"); strings.Contains(page, `href="`+review+`"`) || !strings.Contains(page, `href="`+edit+`"`) {
		t.Error("what is next is not to prepare it again")
	}
	pack := w.Must(t, "desk:2", http.MethodGet, path+"/package", nil).Body
	view := w.Must(t, "desk:2", http.MethodGet, path, nil).Body
	of, _ := view["package"].(map[string]any)
	allowed, _ := view["allowed"].([]any)
	if pack["void_reason"] != "taken_back" || pack["barred"] != "package_void" || pack["missing"] != nil || pack["waits_since"] != nil {
		t.Errorf("the package is void %v, barred %v, misses %v since %v", pack["void_reason"], pack["barred"], pack["missing"], pack["waits_since"])
	}
	if of["void_reason"] != "taken_back" || slices.Contains(allowed, any("release")) {
		t.Errorf("the request says %v of its package, and allows %v", of["void_reason"], allowed)
	}
	if r := w.Call(t, "desk:2", http.MethodPost, path+"/release", map[string]any{"hash": put.Body["hash"]}); r.Status != http.StatusConflict || r.Body["code"] != "package_void" {
		t.Errorf("its release: %d %v", r.Status, r.Body["code"])
	}
}
