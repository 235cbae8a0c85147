package duty_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"verigate/internal/app"
	"verigate/internal/verification"
	"verigate/internal/web/webtest"
)

const requests = "/v1/verification-requests"

// prepared takes a request to a package by the first duty officer, and returns its id.
func prepared(t *testing.T, w *webtest.World, key string) string {
	t.Helper()
	id := submit(t, w, key, func(map[string]any) {})
	w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+id+"-01/acceptance", map[string]any{})
	var questions []any
	for n := 1; n <= 3; n++ {
		questions = append(questions, map[string]any{"n": n, "result": "cannot_say", "code": "no_records"})
	}
	w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+id+"-01/answer", map[string]any{"kind": "final", "questions": questions})
	w.Must(t, "desk:1", http.MethodPost, requests+"/"+id+"/claim", map[string]any{})
	w.Must(t, "desk:1", http.MethodPut, requests+"/"+id+"/package", map[string]any{"kind": "final"})
	return id
}

// telephone is somebody's, 360 pixels wide, with an account of their own.
type telephone struct {
	*webtest.Tab
	t            *testing.T
	now          func() time.Time
	name, secret string
}

const password = "đêm nay tôi trực duyệt"

func (p *telephone) code(later time.Duration) string {
	p.t.Helper()
	code, err := totp.GenerateCode(p.secret, p.now().Add(later))
	if err != nil {
		p.t.Fatal(err)
	}
	return code
}

// settle signs in with a first password, chooses one and enrols the second factor.
func (p *telephone) settle(first string) {
	p.t.Helper()
	p.Width(360)
	p.Go("/sign-in")
	p.Fill("#name", p.name)
	p.Fill("#password", first)
	p.Submit("main form[action='/sign-in'] button")
	p.Fill("#password", first)
	p.Fill("#new", password)
	p.Fill("#again", password)
	p.Submit("form[action='/account/password'] button")
	p.Submit("form[action='/account/second-factor'] button")
	p.secret = strings.ReplaceAll(p.Text("#secret"), " ", "")
	p.Fill("#code", p.code(0))
	p.Submit("form[action='/account/second-factor/confirmation'] button")
}

func TestWhoIsOnCallIsAlarmedAndApprovesOnATelephone(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 15 s")
	}
	t.Parallel()
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	w := webtest.Start(t, func(o *app.Options) { o.Now = now })
	const label = "Officer night.lan"
	night := &telephone{Tab: w.Open(t), t: t, now: now, name: "night.lan"}
	night.settle(w.Admit(t, night.name, string(verification.DeskUnit), verification.RoleDesk))
	night.Speak("vi")

	desk := w.Open(t)
	desk.Enter("desk:1", "/shift")
	desk.Speak("en")
	if got := desk.Text("main"); !strings.Contains(got, "Nobody is on call") || desk.Has("form[action='/shift/on-call']") {
		t.Errorf("before anybody is on call a duty officer reads %s", got)
	}
	desk.Enter("lead", "/shift")
	desk.Eval(`document.querySelector('form[action="/shift/on-call"]').closest('details').open = true, ''`)
	person := desk.Eval(fmt.Sprintf(`[...document.querySelectorAll('#duty-person option')].find(o => o.text === %q).value`, label))
	desk.Fill("#duty-person", person)
	until := desk.Eval(`document.querySelector('#duty-until').value`)
	desk.Fill("#duty-until", "2021-09-02T08:00")
	desk.Submit("form[action='/shift/on-call'] button")
	if got := desk.Text("#duty-until-flaw"); !strings.Contains(got, "later than now") || desk.Eval(`document.querySelector('#duty-person').value`) != person {
		t.Errorf("a night of 2021: %s", desk.Text("main"))
	}
	desk.Screens("on-call-refused")
	desk.Fill("#duty-until", until)
	desk.Submit("form[action='/shift/on-call'] button")
	if got := desk.Text("main"); !strings.Contains(got, "Second reviewer on call: "+label) {
		t.Errorf("set: %s", got)
	}
	desk.Accessible("shift of a lead")
	desk.Screens("shift-lead")

	night.Go("/account")
	if night.Has("[data-alarm]") {
		t.Fatal("alarmed before anything waits")
	}
	id := prepared(t, w, "night")
	night.Await("the alarm by itself", `document.querySelector('[data-alarm]')?.innerText.includes('Chờ quý vị duyệt')`)
	night.Accessible("an alarm")
	night.Screens("alarm")
	desk.Enter("desk:1", "/board")
	if desk.Has("[data-alarm]") {
		t.Error("who is not on call is alarmed")
	}
	desk.Await("since when it waits", `/waits for a second reviewer since \d\d:\d\d/.test(document.querySelector('#row-`+id+`')?.innerText)`)

	ahead.Store(int64(6 * time.Minute))
	night.Width(360)
	webtest.Eventually(t, 20*time.Second, "sessions are heard", func() bool { return w.Parts.Sessions.Catch(t.Context()) == nil })
	night.Submit("[data-alarm] button")
	night.Await("the review", `location.pathname === '/requests/`+id+`/review'`)
	if night.Has("[data-alarm]") {
		t.Error("it sounds on after it was opened")
	}
	night.Submit("#proof a")
	night.Fill("#password", password)
	night.Fill("#code", "000000")
	night.Submit("form[action='/account/proof'] button")
	if !night.Has("#trouble") {
		t.Errorf("a wrong second factor is taken: %s", night.Text("main"))
	}
	webtest.Eventually(t, 20*time.Second, "the proof is taken, though the wrong one slows it", func() bool {
		night.Fill("#password", password)
		night.Fill("#code", night.code(0))
		night.Submit("form[action='/account/proof'] button")
		return !night.Has("#trouble[data-code=too_many_attempts]")
	})
	if got := night.Path(); got != "/requests/"+id+"/review" {
		t.Fatalf("after the proof at %s: %s", got, night.Text("main"))
	}
	night.Eval(`document.querySelectorAll('input[name="seen"]').forEach(b => b.click()), ''`)
	night.Submit(".review-approve button")
	if got := night.Text(".review-gone h2"); !strings.Contains(got, "Đã gửi") {
		t.Errorf("after the approval: %s", night.Text("main"))
	}
	if wide := night.Eval(`'' + document.documentElement.scrollWidth`); wide != "360" {
		t.Errorf("the page is %s pixels wide on a telephone of 360", wide)
	}
	desk.Go("/now")
	if got := desk.Text("main"); !strings.Contains(got, label) || !strings.Contains(got, "opened the alarm") {
		t.Errorf("the desk is not told that the alarm was opened: %s", got)
	}
}
