package request_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"verigate/internal/demo"
	"verigate/internal/web/webtest"
)

// late is a request that somebody handed in a month ago and that is registered only now: it was late before anybody could
// do anything about it.
func late(t *testing.T, w *webtest.World, reference string) string {
	t.Helper()
	id := fmt.Sprint(w.Must(t, "desk:1", "POST", "/v1/registrations", map[string]any{
		"partner": "NG", "received_at": time.Now().Add(-30 * 24 * time.Hour).UTC().Format(time.RFC3339), "register_number": reference,
		"request": asks(reference, ""),
	}, "Idempotency-Key", reference).Body["id"])
	webtest.Eventually(t, 20*time.Second, "a breach is on record", func() bool {
		found, _ := w.Must(t, "desk:1", "GET", "/v1/verification-requests/"+id, nil).Body["breaches"].([]any)
		return len(found) > 0
	})
	return id
}

// The desk's journey, by pages alone, of who registered it and so holds it: triage, route, review, release, and why it was late.
func TestTheDeskTakesARequestFromTriageToItsRelease(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 20 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	for _, said := range []struct{ language, routed, unread, cause string }{
		{"vi", "Cục Hải quan TP. Hải Phòng", "chưa đọc", "Mất đường truyền"},
		{"en", "Hai Phong", "not read yet", "Line down"},
	} {
		id := late(t, w, "J-"+said.language)
		body := "/requests/" + id
		seen := func(name, what string) { // in one language is enough
			if said.language == "vi" {
				tab.Screens(name)
				tab.Accessible(what)
			}
		}
		tab.Enter("desk:1", body)
		tab.Speak(said.language)
		if got := tab.Text(".marking"); got != "RESTRICTED - FICTIONAL SERVICE" {
			t.Errorf("the marking is %q, not as the partner wrote it", got)
		}
		if got := tab.Text("#subject-s1"); !strings.Contains(got, "ZZZU4002170") || !tab.Has("#subject-s1 .request-warning") {
			t.Errorf("the wrong check digit is not marked: %q", got)
		}
		seen("request-received", "a request")
		tab.Go(body + "/triage")
		seen("request-triage", "triage")
		tab.Fill("#other-1", "03")
		tab.Fill("#other-2", "03")
		tab.Submit("#routing button.main")
		if got := tab.Text(".request-task h3"); !strings.Contains(got, said.routed) {
			t.Errorf("routed to %q", got)
		}
		answeredByItsUnit(tab, id)
		tab.Enter("desk:1", body+"/package")
		tab.Eval(`document.querySelectorAll('textarea[name^="f-"][name$="-text"]').forEach(f => { f.value = 'It arrived on 03/09.'; }), ''`)
		tab.Submit(`button[value="save"]`)
		tab.Go(body)
		if !tab.Has(`a[href="`+body+`/package"]`) || tab.Has(`form[action="`+body+`/claim"]`) {
			t.Errorf("the package is not where work goes on, or a claim is: %s", tab.Text("main"))
		}
		tab.Enter("desk:2", body+"/review")
		tab.Eval(`document.querySelectorAll('input[name="seen"]').forEach(b => b.click()), ''`)
		tab.Submit(".review-approve button")
		if got := tab.Path(); got != body+"/review?done=release" {
			t.Fatalf("after the approval: %s %s", got, tab.Text("main"))
		}
		tab.Enter("desk:1", body)
		tab.Await("the release that nobody has read", fmt.Sprintf("document.querySelector('main')?.innerText.includes(%q)", said.unread))
		tab.Click("#do-explain_breach1 > summary")
		tab.Fill("#do-explain_breach1-code", "line_down")
		tab.Fill("#do-explain_breach1-text", "The line to headquarters was cut.")
		tab.Submit("#do-explain_breach1 button")
		if got := tab.Text("#breach-1"); !strings.Contains(got, said.cause) || !strings.Contains(got, "was cut") {
			t.Errorf("the breach has not got its cause: %q", got)
		}
		corrected(t, tab)
		seen("request-answered", "an answered request")
		tab.Go(body + "/clocks")
		seen("request-clocks", "the clocks")
	}
}

// answeredByItsUnit is the unit's work, which is told in its own journey.
func answeredByItsUnit(tab *webtest.Tab, id string) {
	tab.Enter("unit:03", "/inbox")
	tab.Submit(fmt.Sprintf(`form[action="/tasks/%s-01/accept"] button`, id))
	tab.Go("/tasks/" + id + "-01/answer")
	for n, outcome := range map[int]string{1: "ARRIVED", 2: "CONFIRMED"} {
		tab.Click(fmt.Sprintf(`[name="q%d.result"][value="held"]`, n))
		tab.Fill(fmt.Sprintf(`[name="q%d.outcome"]`, n), outcome)
		tab.Fill(fmt.Sprintf(`[name="q%d.f1.text"]`, n), "Đã đến cảng ngày 03/09.")
		tab.Fill(fmt.Sprintf(`[name="q%d.f1.source"]`, n), "A")
		tab.Fill(fmt.Sprintf(`[name="q%d.f1.information"]`, n), "1")
	}
	tab.Submit(`#unit-answer button[value="send"]`)
	tab.Await("the task's page", fmt.Sprintf(`location.pathname === '/tasks/%s-01'`, id))
}

// corrected is a correction that is begun and, since it was pressed by mistake, dropped.
func corrected(t *testing.T, tab *webtest.Tab) {
	t.Helper()
	tab.Click("#do-correct > summary")
	tab.Fill("#do-correct-code", "quantity_error")
	tab.Submit("#do-correct button")
	if !tab.Has(".request-state.in_review") {
		t.Errorf("a correction has not begun: %s", tab.Text("main"))
	}
	tab.Submit(".request-undo button")
	if !tab.Has(".request-state.answered") {
		t.Errorf("the correction was not dropped: %s", tab.Text("main"))
	}
}

// From the board to the release without a mouse: by the keys of the page, Tab, Enter and what is typed.
func TestTheDeskWorksByKeyboardAlone(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 12 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	id := submitted(t, w, "keys", "")
	webtest.Eventually(t, 20*time.Second, "the board has it", func() bool {
		return strings.Contains(string(w.Call(t, "desk:1", "GET", "/v1/board", nil).Raw), id)
	})
	body := "/requests/" + id
	tab := w.Open(t)
	tab.Enter("desk:1", "/board")
	tab.Press("j")
	tab.Follow(`#board-rows a[href="` + body + `"]`)
	tab.Follow(`a[href="` + body + `/triage"]`)
	tab.Eval("window.left = 'behind', ''")
	tab.Press("c") // the claim
	tab.Await("the claim", "window.left !== 'behind' && document.querySelector('#routing') && document.querySelector('.said')")
	tab.Press("j")
	for _, question := range []string{"other-1", "other-2"} {
		tab.Reach("#" + question)
		tab.Press("03")
		tab.Await("the unit of "+question, "document.activeElement.value === '03'")
	}
	tab.Follow("#routing button.main")
	if !tab.Has(".request-task") {
		t.Fatalf("it is not routed: %s", tab.Text("main"))
	}
	does(t, w, "unit:03", id, "-01/acceptance", none())
	does(t, w, "unit:03", id, "-01/answer", answer("final", 1, 2))
	tab.Go(body)
	tab.Follow(`a[href="` + body + `/package"]`)
	for n := range 2 {
		tab.Reach(`textarea[name^="f-"][name$="-text"]:placeholder-shown, textarea[name^="f-"][name$="-text"]`)
		tab.Press(fmt.Sprintf("It arrived on 03/09, fact %d.", n+1))
		tab.Press(kb.Tab)
	}
	tab.Follow(`button[value="save"]`)
	tab.Enter("desk:2", body+"/review")
	for tab.Has(`input[name="seen"]:not(:checked)`) {
		tab.Reach(`input[name="seen"]:not(:checked)`)
		tab.Press(" ")
	}
	tab.Follow(".review-approve button")
	if got := tab.Path(); got != body+"/review?done=release" {
		t.Fatalf("after the approval: %s %s", got, tab.Text("main"))
	}
}

// Who has pulled it, and who did what to it: for an auditor, without content.
func TestAnAuditorReadsWhoHasPulledIt(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 8 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	if err := demo.Play(t.Context(), demo.Options{Credentials: w.Keys, Out: io.Discard, Stories: []string{"S01"}}); err != nil {
		t.Fatal(err)
	}
	id, _ := w.Newest(t, "partner:NG")
	body := "/requests/" + id
	for _, language := range []string{"vi", "en"} {
		tab.Enter("auditor", body+"/readers")
		tab.Speak(language)
		if got := tab.Text("tbody"); !strings.Contains(got, "IP Abuja") {
			t.Errorf("the auditor is not told who has pulled it: %q", got)
		} else if !strings.Contains(got, "Cán bộ trực 1") {
			t.Errorf("the auditor is not told who of the desk has read it: %q", got)
		}
		tab.Screens("request-readers-" + language)
		tab.Accessible("the readers in " + language)
		tab.Go(body + "/history")
		if got := tab.Text("main"); strings.Contains(got, "ZZZU4002177") || !strings.Contains(got, "Cán bộ trực 2") {
			t.Errorf("the history has content, or nobody: %s", got)
		}
		tab.Screens("request-history-" + language)
		tab.Accessible("the history in " + language)
	}
}

// What was registered late is late at once: its breaches are on record, and their cause is asked.
func TestABreachIsExplainedAndAWrongOneAnnulled(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 9 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	for _, said := range []struct{ language, none, cause string }{
		{"vi", "chưa nêu nguyên nhân", "Mất đường truyền"}, {"en", "no cause given yet", "Line down"},
	} {
		id := late(t, w, "late-"+said.language)
		tab.Enter("desk:1", "/requests/"+id)
		tab.Speak(said.language)
		if got := tab.Text("#breach-1"); !strings.Contains(got, said.none) {
			t.Errorf("the breach says %q", got)
		}
		tab.Click("#do-explain_breach1 > summary")
		tab.Fill("#do-explain_breach1-code", "line_down")
		tab.Fill("#do-explain_breach1-text", "The line to headquarters was cut.")
		if said.language == "vi" {
			tab.Screens("request-breach")
		}
		tab.Submit("#do-explain_breach1 button")
		if got := tab.Text("#breach-1"); !strings.Contains(got, said.cause) || !strings.Contains(got, "was cut") {
			t.Errorf("the breach has not got its cause: %q", got)
		}
		if tab.Has("#do-explain_breach1") || tab.Has("#do-annul_breach1") {
			t.Error("the desk is asked again, or may annul")
		}
		tab.Enter("lead", "/requests/"+id)
		tab.Click("#do-annul_breach1 > summary")
		tab.Fill("#do-annul_breach1-code", "wrong_start")
		tab.Click("#do-annul_breach1 input[name=sure]")
		tab.Submit("#do-annul_breach1 button")
		if tab.Has("#do-annul_breach1") {
			t.Error("an annulled breach is annulled again")
		}
	}
}
