package unit_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"verigate/internal/web/webtest"
)

// routed submits an example under a key and waits until its task is in the queue of unit 03.
func routed(t *testing.T, w *webtest.World, key string) (task string) {
	t.Helper()
	task = w.Submit(t, "S01", key) + "-01"
	webtest.Eventually(t, 20*time.Second, "the task is in the queue", func() bool {
		r := w.Call(t, "unit:03", http.MethodGet, "/v1/units/03/queue?limit=200", nil)
		return strings.Contains(string(r.Raw), task)
	})
	return task
}

// held is a task in a state of S01's officer's work, as its unit reads it.
func read(t *testing.T, w *webtest.World, task string) map[string]any {
	t.Helper()
	return w.Must(t, "unit:03", http.MethodGet, "/v1/tasks/"+task, nil).Body
}

func draftOf(t *testing.T, w *webtest.World, who, task string) map[string]any {
	t.Helper()
	return w.Must(t, who, http.MethodGet, "/v1/tasks/"+task+"/draft", nil).Body
}

// does opens a command's form on the task's page and sends it.
func does(tab *webtest.Tab, path string, fill func()) {
	tab.Await("the form of "+path, fmt.Sprintf(`document.querySelector('form[action$="/%s"]')`, path))
	tab.Eval(fmt.Sprintf(`(() => { const d = document.querySelector('form[action$="/%s"]').closest('details'); if (d) d.open = true; return ''; })()`, path))
	fill()
	tab.Submit(fmt.Sprintf(`form[action$="/%s"] button`, path))
}

const saved = `document.querySelector('#unit-draft .unit-state').textContent.match(/^(Đã lưu|Saved) \d\d:\d\d:\d\d$/)`

// The unit's journey: accept, hold, resume, a draft that survives a reload and a restart of the gateway, an answer with a
// verified negative.
func TestAUnitTakesATaskHoldsItAndAnswersThatNothingIsHeld(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 15 s")
	}
	w := webtest.Start(t)
	tab := w.Open(t)
	for language, say := range map[string]struct {
		width                   int64
		accepted, held, resumed string
		restart                 bool
	}{
		"vi": {360, "Đã nhận", "Tạm dừng", "Đang xác minh", true},
		"en": {1440, "Accepted", "On hold", "In progress", false},
	} {
		task := routed(t, w, "journey-"+language)
		tab.Enter("unit:03", "/inbox")
		tab.Speak(language)
		tab.Width(say.width)
		tab.Submit(fmt.Sprintf(`form[action="/tasks/%s/accept"] button`, task))
		if got := tab.Text("#unit-" + task + " .state"); got != say.accepted {
			t.Errorf("%s: accepted from the inbox it is %q", language, got)
		}
		tab.Go("/tasks/" + task)
		does(tab, "hold", func() {
			tab.Fill(`form[action$="/hold"] [name="code"]`, "laboratory")
			tab.Fill(`form[action$="/hold"] [name="evidence_reference"]`, "PM-7/2021")
		})
		if got := tab.Text("#unit-head"); !strings.Contains(got, say.held) || !strings.Contains(got, "PM-7/2021") {
			t.Errorf("%s: on hold the page says %q", language, got)
		}
		tab.Submit("#unit-undo button")
		if got := tab.Text("#unit-head"); !strings.Contains(got, say.resumed) {
			t.Errorf("%s: resumed the page says %q", language, got)
		}
		w.Must(t, "unit_lead:03", http.MethodPut, "/v1/tasks/"+task+"/draft", map[string]any{"fields": map[string]any{"q3.text": []string{"the lead's own"}}})
		tab.Go("/tasks/" + task + "/answer")
		if got := tab.Text("#unit-draft .warn"); !strings.Contains(got, "Lãnh đạo đơn vị 03") {
			t.Errorf("%s: nobody is warned of a colleague who writes: %q", language, got)
		}
		tab.Click(`[name="q1.result"][value="verified_negative"]`)
		tab.Fill(`[name="q1.registers"]`, "Sổ theo dõi tàu\nSổ gác cổng")
		tab.Await("the draft is saved", saved)
		tab.Go("/tasks/" + task + "/answer")
		if say.restart {
			w.Restart(t)
			tab.Go("/tasks/" + task + "/answer")
		}
		if got := tab.Eval(`document.querySelector('[name="q1.registers"]').value`); got != "Sổ theo dõi tàu\nSổ gác cổng" {
			t.Fatalf("%s: of the draft there is %q", language, got)
		}
		for _, n := range []string{"2", "3"} {
			tab.Click(`[name="q` + n + `.result"][value="cannot_say"]`)
			tab.Fill(`[name="q`+n+`.cannot_say"]`, "no_records")
			if tab.Eval(`String(document.querySelector('[name="q`+n+`.result"][value="cannot_say"]').checked)`) != "true" {
				t.Errorf("%s: the choice of question %s is out of reach", language, n)
			}
		}
		tab.Accessible("the answer in " + language)
		tab.Screens("unit-answer-" + language)
		tab.Width(say.width)
		tab.Submit(`#unit-answer button[value="send"]`)
		tab.Await("the task's page", fmt.Sprintf(`location.pathname === '/tasks/%s'`, task))
		body := read(t, w, task)
		answers, _ := body["answers"].([]any)
		if len(answers) != 1 || body["state"] != "answered" || !strings.Contains(fmt.Sprint(answers), "Sổ gác cổng") || !strings.Contains(fmt.Sprint(answers), "verified_negative") {
			t.Errorf("%s: the desk has %v", language, answers)
		}
		if d := draftOf(t, w, "unit:03", task); d["saved_at"] != nil {
			t.Errorf("%s: the draft stayed behind: %v", language, d)
		}
	}
}

// "Searched, nothing held" takes four taps on a telephone, from the inbox.
func TestNothingHeldTakesFourTaps(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 4 s")
	}
	w := webtest.Start(t)
	task := routed(t, w, "taps")
	tab := w.Open(t)
	tab.Enter("unit:03", "/inbox")
	tab.Speak("vi")
	tab.Width(360)
	tab.Submit(".unit-card button.main")
	tab.Submit(".unit-card a.button.main")
	tab.Click(".unit-quick > summary")
	sent := tab.Eval(`new URLSearchParams([...new FormData(document.querySelector('.unit-quick form')), ['do', 'negative']]).toString()`)
	tab.Submit(`button[value="negative"]`)
	tab.Await("the task's page", fmt.Sprintf(`location.pathname === '/tasks/%s'`, task))
	tab.Screens("unit-answered")
	again := tab.Eval(fmt.Sprintf(`fetch('/tasks/%s/answer', {method: 'POST', body: new URLSearchParams(%q)}).then(r => r.text())`, task, sent))
	if !strings.Contains(again, "không gửi lại") {
		t.Errorf("sent again it is answered %.300s", again)
	}
	said := fmt.Sprint(read(t, w, task)["answers"])
	if strings.Count(said, "verified_negative") != 3 || !strings.Contains(said, "ZZZU4002177") || !strings.Contains(said, "2018-01-01") || strings.Contains(said, "Hải Phòng") {
		t.Errorf("the desk has %s", said)
	}
	if n := strings.Count(said, "final"); n != 1 {
		t.Errorf("it was taken %d times", n)
	}
	tab.Accessible("an answered task")
}

// The same without a mouse: the keys of the page, Tab, Enter, the space bar and what is typed.
func TestAUnitWorksByKeyboardAlone(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 6 s")
	}
	w := webtest.Start(t)
	task := routed(t, w, "keys")
	tab := w.Open(t)
	tab.Enter("unit:03", "/inbox")
	tab.Speak("vi")
	tab.Press("j")
	tab.Follow(fmt.Sprintf(`form[action="/tasks/%s/accept"] button`, task))
	tab.Press("j")
	tab.Follow(fmt.Sprintf(`a[href="/tasks/%s/answer"]`, task))
	tab.Reach(`[name="q1.result"]`)
	tab.Press(" ")
	tab.Reach(`[name="q1.f1.text"]`)
	tab.Press("Công-te-nơ đã dỡ tại cảng.")
	tab.Await("what was typed", `document.activeElement.value === 'Công-te-nơ đã dỡ tại cảng.'`)
	for _, n := range []string{"2", "3"} {
		tab.Reach(`[name="q` + n + `.result"]`)
		tab.Press(" ")
		tab.Press(kb.ArrowDown) // of the four results the second, then the third
		tab.Press(kb.ArrowDown)
		tab.Await("the result of question "+n, `document.activeElement.value === 'cannot_say' && document.activeElement.checked`)
		tab.Reach(`[name="q` + n + `.cannot_say"]`)
		tab.Press(kb.ArrowDown)
	}
	tab.Follow(`#unit-answer button[value="send"]`)
	tab.Await("the task's page", fmt.Sprintf(`location.pathname === '/tasks/%s'`, task))
	if said := fmt.Sprint(read(t, w, task)["answers"]); strings.Count(said, "cannot_say") < 2 || !strings.Contains(said, "đã dỡ tại cảng") {
		t.Errorf("the desk has %s", said)
	}
}

func TestAUnitWorksWithoutScripts(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 5 s")
	}
	w := webtest.Start(t)
	task := routed(t, w, "plain")
	tab := w.Open(t)
	tab.Enter("unit:03", "/inbox")
	tab.WithoutScripts()
	tab.Width(360)
	tab.Go("/inbox")
	tab.Submit(".unit-card button.main")
	tab.Go("/tasks/" + task + "/answer")
	tab.Click(`[name="q1.result"][value="held"]`)
	tab.Fill(`[name="q1.f1.text"]`, "Công-te-nơ đã dỡ tại cảng.")
	tab.Fill(`[name="q1.f1.handling"]`, "H2")
	tab.Fill(`[name="q1.f1.marking"]`, "RESTRICTED (Fictional Service)")
	tab.Submit(`button[value="more.1"]`)
	tab.Fill(`[name="q1.f2.text"]`, "Chưa có tờ khai.")
	tab.Fill(`[name="q1.f2.observed_at"]`, "the day before yesterday")
	tab.Submit(`button[value="save"]`)
	if got := tab.Text("#unit-draft"); !strings.Contains(got, "Đã lưu") && !strings.Contains(got, "Saved") {
		t.Errorf("after the button it says %q", got)
	}
	tab.Click(`[name="kind"][value="interim"]`)
	tab.Submit(`button[value="send"]`)
	if got := tab.Eval(`document.querySelector('[name="q1.f2.observed_at"]').closest('div').innerText`); !strings.Contains(got, "\n") || !tab.Has(".trouble") {
		t.Errorf("beside a moment that nobody can read it says %q", got)
	}
	tab.Fill(`[name="q1.f2.observed_at"]`, "03/09/2021 08:15")
	tab.Submit(`button[value="send"]`)
	said := fmt.Sprint(read(t, w, task)["answers"])
	if !strings.Contains(said, "Chưa có tờ khai.") || !strings.Contains(said, "2021-09-03T01:15:00Z") || !strings.Contains(said, "interim") {
		t.Errorf("the desk has %s", said)
	}
	tab.Go("/tasks/" + task)
	if got := tab.Text(`article li:has(.quiet)`); !strings.Contains(got, "dỡ tại cảng") || !strings.Contains(got, "H2 · RESTRICTED (Fictional Service)") {
		t.Errorf("beside its fact the unit reads %s", got)
	}
}

// An L2 matter of unit 03 shows no byte at another unit.
func TestAnotherUnitSeesNothing(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 5 s")
	}
	w := webtest.Start(t)
	task := routed(t, w, "secret")
	number, _ := read(t, w, task)["number"].(string)
	tab := w.Open(t)
	for _, other := range []string{"unit:02", "unit_lead:02", "unit:20", "unit_lead:20"} {
		tab.Enter(other, "/inbox")
		paths := []string{"/inbox", "/tasks/" + task, "/tasks/" + task + "/answer"}
		if strings.HasPrefix(other, "unit_lead") {
			paths = append(paths, "/unit")
		}
		for _, path := range paths {
			page := tab.Eval(fmt.Sprintf(`fetch(%q).then(async r => r.status + ' ' + await r.text())`, path))
			if strings.Contains(page, number) || strings.Contains(page, "ZZZU4002177") || strings.HasPrefix(path, "/tasks/") != strings.HasPrefix(page, "404") {
				t.Errorf("%s reads at %s: %.200s", other, path, page)
			}
		}
	}
}
