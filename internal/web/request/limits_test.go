package request_test

import (
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

func TestAStaleFormSaysWhoChangedWhatWhen(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 7 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	for _, said := range []struct{ language, changed, event string }{
		{"vi", "Đã thay đổi từ khi quý vị mở biểu mẫu", "Ghi chú"}, {"en", "Changed since you opened the form", "Noted"},
	} {
		id := submitted(t, w, "S-"+said.language, "")
		tab.Enter("desk:1", "/requests/"+id)
		tab.Speak(said.language)
		tab.Await("the stream", "document.querySelector('#live[data-heard]')")
		tab.Click("#do-note > summary")
		tab.Fill("#do-note-text", "I have telephoned.")
		does(t, w, "desk:2", id, "notes", map[string]any{"text": "The ship is early."})
		tab.Await("the sign that something has changed", "document.querySelector('#request-waits:not([hidden])')")
		tab.Submit("#do-note button")
		got := tab.Text("#since")
		for _, part := range []string{said.changed, "Cán bộ trực 2", said.event, ":"} {
			if !strings.Contains(got, part) {
				t.Errorf("%s: no %q in %q", said.language, part, got)
			}
		}
		if typed := tab.Eval("document.querySelector('#do-note-text').value"); typed != "I have telephoned." {
			t.Errorf("what was typed is lost: %q", typed)
		}
		if said.language == "vi" {
			tab.Screens("request-stale")
			tab.Accessible("a stale form")
		}
		tab.Submit("#do-note button")
		if got := tab.Text("#main"); !strings.Contains(got, "I have telephoned.") || tab.Has("#since") {
			t.Errorf("sent again, it is not taken: %s", got)
		}
	}
}

func TestWhoMayNotSeeARequestGetsWhatNobodyGets(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	id := submitted(t, w, "hidden", "VNHPH")
	tab := w.Open(t)
	for _, who := range []string{"partner:NG", "partner:KE", "unit:03", "unit:45", "auditor"} {
		tab.Enter(who, "/requests/"+id)
		if got := tab.Eval("document.querySelector('#trouble')?.dataset.code ?? ''"); got != "not_found" {
			t.Errorf("%s gets %q: %s", who, got, tab.Text("main"))
		}
	}
	tab.Enter("supervisor", "/requests/"+id)
	if got := tab.Text("main"); !strings.Contains(got, "ZZZU4002170") {
		t.Errorf("supervision does not see the request: %s", got)
	}
	for _, selector := range []string{`main form`, `main button`, `a[href$="/triage"]`, `a[href$="/history"]`, `a[href$="/review"]`} {
		if tab.Has(selector) {
			t.Errorf("supervision is offered %s", selector)
		}
	}
	tab.Screens("request-supervisor")
	tab.Accessible("the request of a supervisor")
}

// send posts a form as a browser without any checks of its own would.
func send(tab *webtest.Tab, form string, without ...string) {
	for _, name := range without {
		tab.Eval(`document.querySelector('` + form + ` [name="` + name + `"]').remove(), ''`)
	}
	tab.Eval(`document.querySelector('` + form + `').noValidate = true, ''`)
	tab.Submit(form + " button")
}

func TestBadInputIsSaidBesideItsField(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 8 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	id := submitted(t, w, "bad", "")
	tab := w.Open(t)
	tab.Enter("lead", "/requests/"+id)
	tab.Click("#do-extend > summary")
	tab.Eval("document.querySelector('#do-extend-due_at').type = 'text', document.querySelector('#do-extend-due_at').value = 'tomorrow', ''")
	send(tab, "#do-extend form")
	if !tab.Has("#do-extend-due_at-flaw") || !tab.Has("#do-extend-due_at[aria-invalid=true]") {
		t.Errorf("a time that is none: %s", tab.Text("#do-extend"))
	}
	tab.Eval("document.querySelector('#do-extend-due_at').value = '2030-01-01T10:00', ''")
	send(tab, "#do-extend form")
	if !tab.Has("#do-extend-code-flaw") {
		t.Errorf("no reason was chosen: %s", tab.Text("main"))
	}
	tab.Click("#do-find_above_ceiling > summary")
	tab.Fill("#do-find_above_ceiling-code", "aggregation")
	send(tab, "#do-find_above_ceiling form")
	if !tab.Has("#do-find_above_ceiling .flaw") || tab.Has(".request-head .warn p") {
		t.Errorf("content was erased that nobody agreed to: %s", tab.Text("main"))
	}

	tab.Enter("desk:1", "/requests/"+id+"/triage")
	tab.Submit("#do-claim button")
	tab.Submit("#routing button.main")
	if !tab.Has("#trouble[data-code=invalid_body]") {
		t.Errorf("routed to nobody: %s", tab.Text("main"))
	}
	tab.Fill("#other-1", "03")
	tab.Fill("#routing-note", "The port is theirs.")
	tab.Submit("#routing button.main")
	if !tab.Has("#trouble[data-code=question_unassigned]") {
		t.Errorf("a question with nobody: %s", tab.Text("main"))
	}
	if got := tab.Eval("document.querySelector('#other-1').value + document.querySelector('#routing-note').value"); got != "03The port is theirs." {
		t.Errorf("what was chosen is lost: %q", got)
	}
	tab.Click("#at-desk > summary")
	tab.Fill("#result-2", "elsewhere")
	tab.Fill("#code-2", "proper_channel")
	tab.Submit("#at-desk button")
	if !tab.Has("#at-desk[open] #flaw-2") {
		t.Errorf("elsewhere, without saying where: %s", tab.Text("main"))
	}
	tab.Fill("#channel-2", "tax")
	tab.Submit("#at-desk button")
	if got := tab.Text("#question-2"); !strings.Contains(got, "Tax") && !strings.Contains(got, "Thuế") {
		t.Errorf("the desk's answer: %s", got)
	}
	for _, path := range []string{"/breaches/99/cause", "/breaches/x/cause", "/recall", "/handled-outside", "/closure", "/answers"} {
		tab.Eval(`(() => { window.left = 'behind'; const f = document.createElement('form'); f.method = 'post'; f.action = '/requests/` + id + path + `'; document.body.append(f); f.submit(); return ''; })()`)
		tab.Await(path, "document.readyState === 'complete' && window.left !== 'behind'")
		if !tab.Has("#trouble") {
			t.Errorf("%s with nothing in it: %s", path, tab.Text("main"))
		}
	}
}

func TestTriageWorksWithoutScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 5 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	id := submitted(t, w, "plain", "")
	tab := w.Open(t)
	tab.Enter("desk:2", "/requests/"+id+"/triage")
	tab.WithoutScripts()
	tab.Go("/requests/" + id + "/triage")
	tab.Submit("#do-claim button")
	tab.Fill("#other-1", "03")
	tab.Fill("#other-2", "02")
	tab.Submit("#routing button.main")
	if got := tab.Text("main"); !strings.Contains(got, "03 ") || !strings.Contains(got, "02 ") || !strings.HasPrefix(tab.Path(), "/requests/"+id+"?done=route") {
		t.Errorf("without scripts: %s %s", tab.Path(), got)
	}
}

func TestAnInformationIsDistributedAndClosed(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 6 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	body := asks("info", "")
	delete(body, "questions")
	delete(body, "urgency")
	body["kind"] = "information"
	id, _ := w.Must(t, "partner:NG", "POST", "/v1/verification-requests", body, "Idempotency-Key", "info-1").Body["id"].(string)
	tab := w.Open(t)
	tab.Enter("desk:1", "/requests/"+id+"/triage")
	tab.Speak("vi")
	tab.Submit("#do-claim button")
	tab.Screens("request-distribute")
	tab.Accessible("the distribution of an information")
	tab.Click(`#routing input[value="03"]`)
	tab.Click(`#routing input[value="20"]`)
	tab.Submit("#routing button.main")
	if got := tab.Text("main"); strings.Count(got, "Cục Hải quan") < 2 {
		t.Errorf("distributed to: %s", got)
	}
	does(t, w, "unit:03", id, "-01/acceptance", none())
	tab.Go("/requests/" + id)
	tab.Click("#do-close_information > summary")
	tab.Click("#do-close_information input[name=sure]")
	tab.Submit("#do-close_information button")
	if !tab.Has(".request-state.closed") {
		t.Errorf("closed: %s", tab.Text("main"))
	}
}
