package request_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"verigate/internal/web/webtest"
)

func TestTheDeskTakesARequestFromTriageToItsRelease(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 12 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	for _, said := range []struct{ language, claimed, routed, asked, unread string }{
		{"vi", "Quý vị đang giữ đề nghị này.", "Cục Hải quan TP. Hải Phòng", "Hỏi lại đối tác", "chưa đọc"},
		{"en", "You hold this request now.", "Hai Phong", "Ask the partner", "not read yet"},
	} {
		id := submitted(t, w, "J-"+said.language, "")
		body := fmt.Sprintf("/requests/%s", id)
		tab.Enter("desk:1", body)
		tab.Speak(said.language)
		if got := tab.Text(".request-marking"); got != "RESTRICTED - FICTIONAL SERVICE" {
			t.Errorf("the marking is %q, not as the partner wrote it", got)
		}
		if got := tab.Text("#subject-s1"); !strings.Contains(got, "ZZZU4002170") || !tab.Has("#subject-s1 .request-warning") {
			t.Errorf("the wrong check digit is not marked: %q", got)
		}
		if said.language == "vi" {
			tab.Screens("request-received")
			tab.Accessible("a request")
		}
		// By keyboard alone: claim, choose the unit of each question, route.
		tab.Go(body + "/triage")
		tab.Press("c")
		tab.Await("the claim", "document.querySelector('#routing') && document.querySelector('.said')")
		if got := tab.Text(".said"); got != said.claimed {
			t.Errorf("after the claim: %q", got)
		}
		if said.language == "vi" {
			tab.Screens("request-triage")
			tab.Accessible("triage")
		}
		tab.Press("j")
		for _, question := range []string{"other-1", "other-2"} {
			tab.Press(kb.Tab)
			tab.Press("03")
			tab.Await("the unit of "+question, "document.activeElement.id === '"+question+"' && document.activeElement.value === '03'")
		}
		for range 3 { // past who must not know and the remark, to the button
			tab.Press(kb.Tab)
		}
		tab.Await("the button", "document.activeElement.matches('#routing button')")
		tab.Press(kb.Enter)
		tab.Await("the routing", "location.pathname === '"+body+"' && document.querySelector('.request-task')")
		if got := tab.Text(".request-task h3"); !strings.Contains(got, said.routed) {
			t.Errorf("routed to %q", got)
		}
		does(t, w, "unit:03", id, "-01/acceptance", none())
		does(t, w, "unit:03", id, "-01/answer", answer("final", 1, 2))
		prepared := does(t, w, "desk:1", id, "package", prepared(t, w, id))
		tab.Go(body)
		if !tab.Has(`a[href="`+body+`/package"]`) || tab.Has(`form[action="`+body+`/claim"]`) {
			t.Errorf("the package is not where work goes on, or a claim is: %s", tab.Text("main"))
		}
		does(t, w, "desk:2", id, "release", map[string]any{"hash": prepared.Body["hash"]})
		tab.Go(body)
		tab.Await("the release that nobody has read", fmt.Sprintf("document.querySelector('main')?.innerText.includes(%q)", said.unread))
		w.Must(t, "partner:NG", "GET", "/v1/verification-requests/"+id+"/answers", nil)
		tab.Enter("desk:1", body)
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
		tab.Enter("auditor", body+"/readers")
		if got := tab.Text("tbody"); !strings.Contains(got, "IP Abuja") {
			t.Errorf("the auditor is not told who has pulled it: %q", got)
		}
		tab.Go(body + "/history")
		if got := tab.Text("main"); strings.Contains(got, "ivory") || !strings.Contains(got, "Cán bộ trực 2") {
			t.Errorf("the history has content, or nobody: %s", got)
		}
		if said.language == "vi" {
			tab.Screens("request-history")
			tab.Accessible("the history")
			tab.Go(body + "/readers")
			tab.Screens("request-readers")
			tab.Accessible("the readers")
			tab.Enter("desk:1", body+"/clocks")
			tab.Screens("request-clocks")
			tab.Accessible("the clocks")
			tab.Go(body)
			tab.Screens("request-answered")
			tab.Accessible("an answered request")
		}
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
		arrived := time.Now().Add(-30 * 24 * time.Hour).UTC().Format(time.RFC3339)
		request := asks("late-"+said.language, "")
		id := fmt.Sprint(w.Must(t, "desk:1", "POST", "/v1/registrations", map[string]any{
			"partner": "NG", "received_at": arrived, "register_number": "L-" + said.language, "request": request,
		}, "Idempotency-Key", "late-"+said.language).Body["id"])
		webtest.Eventually(t, 20*time.Second, "a breach is on record", func() bool {
			found, _ := w.Must(t, "desk:1", "GET", "/v1/verification-requests/"+id, nil).Body["breaches"].([]any)
			return len(found) > 0
		})
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
