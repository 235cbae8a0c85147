package consent_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"verigate/internal/web/webtest"
	"verigate/schemas"
)

const requests = "/v1/verification-requests"

// step is one of a story in schemas/examples.
type step struct {
	Call string         `json:"call"`
	Body map[string]any `json:"body"`
}

// foreign is S05 as far as its unit's answer, in which the second fact belongs to NG: its id, and those of the facts.
func foreign(t *testing.T, w *webtest.World, key string) (id string, facts []string) {
	t.Helper()
	content, err := schemas.Examples.ReadFile("examples/S05-MW.json")
	if err != nil {
		t.Fatal(err)
	}
	var told struct{ Steps []step }
	if err := json.Unmarshal(content, &told); err != nil {
		t.Fatal(err)
	}
	for _, s := range told.Steps {
		switch s.Call {
		case "submitRequest":
			s.Body["own_reference"] = "S05/" + key
			id, _ = w.Must(t, "partner:MW", http.MethodPost, requests, s.Body, "Idempotency-Key", key).Body["id"].(string)
		case "acceptTask":
			w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+id+"-01/acceptance", map[string]any{})
		case "answerTask":
			question := s.Body["questions"].([]any)[1].(map[string]any)
			question["facts"].([]any)[0].(map[string]any)["handling"] = map[string]any{"code": "H2", "tlp": "AMBER", "marking_verbatim": "RESTRICTED (Fictional Service)"}
			w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+id+"-01/answer", s.Body)
		}
	}
	w.Must(t, "desk:1", http.MethodPost, requests+"/"+id+"/claim", map[string]any{})
	var view struct {
		Number string
		Tasks  []struct {
			Answers []struct {
				Questions []struct{ Facts []struct{ ID string } }
			}
		}
	}
	if err := json.Unmarshal(w.Must(t, "desk:1", http.MethodGet, requests+"/"+id, nil).Raw, &view); err != nil {
		t.Fatal(err)
	}
	for _, q := range view.Tasks[0].Answers[0].Questions {
		facts = append(facts, q.Facts[0].ID)
	}
	return id, facts
}

// visible waits until an originator's list or the board has something to show.
func visible(t *testing.T, tab *webtest.Tab, selector string) {
	t.Helper()
	webtest.Eventually(t, 20*time.Second, "the page has "+selector, func() bool {
		tab.Go("/consents")
		return tab.Has(selector)
	})
}

func TestAnOriginatorIsAskedAndAgreesWithoutLearningForWhom(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 12 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	for language, said := range map[string]struct{ locked, granted string }{
		"vi": {"Khóa: thông tin của bên khác", "Đồng ý"}, "en": {"Locked: this belongs to somebody else", "Granted"},
	} {
		id, facts := foreign(t, w, language)
		tab.Enter("desk:1", "/requests/"+id+"/package")
		tab.Speak(language)
		if got := tab.Text("#f-" + facts[1]); !strings.Contains(got, said.locked) {
			t.Fatalf("%s: the fact of another: %s", language, got)
		}
		tab.Screens("package-locked-" + language)
		tab.Enter("desk:2", "/requests/"+id+"/review")
		tab.Submit(`#ask-` + facts[1] + ` button`)

		tab.Enter("desk:1", "/consents")
		visible(t, tab, ".consent-request")
		if got := tab.Text(".consent-request"); !strings.Contains(got, "Công ty TNHH Ví Dụ Biển Đông") || !strings.Contains(got, "IP Abuja") {
			t.Errorf("%s: the desk waits for %s", language, got)
		}
		if got := tab.Text(".consent-request td .consent-fact"); !strings.Contains(got, "RESTRICTED (Fictional Service)") || !strings.Contains(got, "TLP:AMBER") || !strings.Contains(got, "(H2)") {
			t.Errorf("%s: beside the fact the desk does not read its marking: %s", language, got)
		}
		tab.Screens("consents-desk-" + language)
		tab.Accessible("consents, desk")

		tab.Enter("partner:NG", "/consents")
		visible(t, tab, ".consent-ask")
		if got := tab.Text("main"); strings.Contains(got, id) || strings.Contains(got, "MW") || strings.Contains(got, "VR-") || !strings.Contains(got, "Ví Dụ Biển Đông") {
			t.Errorf("%s: the originator reads %s", language, got)
		}
		if got := tab.Text(".consent-ask blockquote"); !strings.Contains(got, "RESTRICTED (Fictional Service)") || !strings.Contains(got, "TLP:AMBER") || !strings.Contains(got, "(H2)") {
			t.Errorf("%s: beside its fact the originator does not read the marking: %s", language, got)
		}
		tab.Screens("consents-" + language)
		tab.Accessible("consents, originator")
		tab.Click(".consent-answers details:first-of-type summary")
		tab.Fill(".consent-answers textarea", "Without naming us as the source.")
		tab.Submit(".consent-answers details:first-of-type button")
		if !tab.Has(`button[value="withdrawn"]`) {
			t.Errorf("%s: nothing offers to take it back: %s", language, tab.Text("main"))
		}
		tab.Screens("consents-granted-" + language)

		tab.Enter("desk:2", "/requests/"+id+"/review")
		if got := tab.Text("#ask-" + facts[1]); !strings.Contains(got, said.granted) || !strings.Contains(got, "Without naming us") {
			t.Errorf("%s: the desk is told %s", language, got)
		}
		w.Must(t, "desk:1", http.MethodPut, requests+"/"+id+"/package", map[string]any{"kind": "final"})
	}
}

func TestWhatWasAllowedIsTakenBackAndWhatWasDeniedStaysLocked(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 8 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	id, facts := foreign(t, w, "back")
	ask := func() {
		w.Must(t, "desk:2", http.MethodPost, requests+"/"+id+"/consent", map[string]any{"facts": []string{facts[1]}, "originator": "NG", "text": "May we?"})
		visible(t, tab, ".consent-ask")
	}
	tab.Enter("partner:NG", "/consents")
	if !tab.Has(".empty") {
		t.Error("nothing is asked, and the page does not say so")
	}
	tab.WithoutScripts()
	ask()
	tab.Submit(`.consent-answers > form button[value="granted"]`)
	tab.Submit(`button[value="withdrawn"]`)
	if r := w.Call(t, "desk:1", http.MethodPut, requests+"/"+id+"/package", map[string]any{"kind": "final", "facts": []any{
		map[string]any{"fact": facts[1], "include": true},
	}}); r.Status != http.StatusConflict {
		t.Errorf("a fact whose consent was taken back goes out: %d %s", r.Status, r.Raw)
	}
	ask()
	tab.Eval(`document.querySelectorAll('details').forEach(d => { d.open = true; }), ''`)
	tab.Submit(`button[value="denied"]`)
	list := w.Must(t, "desk:2", http.MethodGet, requests+"/"+id, nil)
	if !strings.Contains(string(list.Raw), `"state":"denied"`) {
		t.Errorf("after the no: %s", list.Raw)
	}
}

func TestConsentsAreNotThereForOthers(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 4 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	for _, who := range []string{"unit:03", "unit_lead:03", "lead", "supervisor", "auditor"} {
		tab.Enter(who, "/consents")
		if code := tab.Eval(`fetch('/consents').then(r => String(r.status))`); code != "404" {
			t.Errorf("%s reads consents: %s", who, code)
		}
		if tab.Has(`nav a[href="/consents"]`) {
			t.Errorf("%s has them in the menu", who)
		}
	}
}

// An originator lives by its own clock: until when it may say yes has weekday, zone and its own time. What is asked is read in the
// direction in which it was written.
func TestAnOriginatorReadsUntilWhenByItsOwnClock(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	id, facts := foreign(t, w, "clock")
	w.Must(t, "desk:2", http.MethodPost, requests+"/"+id+"/consent", map[string]any{"facts": facts[1:2], "originator": "NG"})
	page := w.Visit(t, "verigate-language=en; verigate-zone=Africa.Lagos; "+w.Cookie(t, "partner:NG"), "/consents", nil)
	_, ask, _ := strings.Cut(page.Body, `class="card consent-ask"`)
	if n, own := strings.Count(ask, " Hanoi (UTC&#43;7)</bdi>"), strings.Count(ask, " Lagos (UTC&#43;1)</bdi>"); n != 2 || own != 2 {
		t.Errorf("%d of two times are of Hanoi and %d of Lagos: %s", n, own, ask)
	}
	if !strings.Contains(ask, `<bdi class="consent-words" lang=`) {
		t.Errorf("the fact has no direction of its own: %s", ask)
	}
}
