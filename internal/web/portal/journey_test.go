package portal_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"verigate/internal/web/webtest"
)

// patience is for a machine with much else to do.
const patience = 20 * time.Second

// journeys starts a demonstration; a quick run leaves out what a browser does in it.
func journeys(t *testing.T) *webtest.World {
	t.Helper()
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 10 to 32 s")
	}
	t.Parallel()
	return webtest.Start(t)
}

// Names from right to left, and with marks.
const (
	arabic = "شركة المثال للتجارة"
	french = "Société Fictive de Côte-d’Ivoire"
)

// again presses a button that changes the form, and waits for what it brings.
func again(tab *webtest.Tab, button, brings string) {
	tab.Click(button)
	tab.Await(brings, fmt.Sprintf("document.querySelector(%q)", brings))
}

// fillIn fills in the form of a new request, about a container and a company.
func fillIn(tab *webtest.Tab, container string) {
	tab.Fill(`[name="add-kind"]`, "container")
	again(tab, `button[value="add:/subjects"]`, `[name="/subjects/0/number"]`)
	tab.Fill(`[name="/subjects/0/number"]`, container)
	tab.Fill(`[name="add-kind"]`, "company")
	again(tab, `button[value="add:/subjects"]`, `[name="/subjects/1/names/0/text"]`)
	tab.Fill(`[name="/subjects/1/names/0/text"]`, arabic)
	again(tab, `button[value="add:/subjects/1/names"]`, `[name="/subjects/1/names/1/text"]`)
	tab.Fill(`[name="/subjects/1/names/1/text"]`, french)
	tab.Fill(`[name="/questions/0/code"]`, "CON")
	tab.Fill(`[name="/questions/0/text"]`, "Has the container arrived at Hai Phong?")
	tab.Click(`[name="/questions/0/subjects"][value="s1"]`)
	tab.Fill(`[name="/purpose/statement"]`, "Believed to hold scales.\nLoaded at Apapa.")
	tab.Fill(`[name="/handling/code"]`, "H2")
	tab.Fill(`[name="/handling/tlp"]`, "AMBER")
	tab.Fill(`[name="/handling/marking_verbatim"]`, "DIFFUSION RESTREINTE")
	tab.Fill(`[name="/own_reference"]`, "NCB/FICT/77")
}

// degree chooses one.
func degree(tab *webtest.Tab, code string) {
	tab.Click(fmt.Sprintf(`[name="/urgency/degree"][value=%q]`, code))
}

// here is the id of the request whose page a tab shows.
func here(tab *webtest.Tab) string {
	path, _, _ := strings.Cut(strings.TrimPrefix(tab.Path(), "/portal/"), "?")
	return path
}

// desk lets somebody of the desk give a command on a request, as it is now.
func desk(t *testing.T, w *webtest.World, who, id, command string, body any) {
	t.Helper()
	w.Must(t, who, http.MethodPost, "/v1/verification-requests/"+id+"/"+command, body)
}

// work lets unit 03 and the desk answer a request: one question with a negative that looked for other numbers.
func work(t *testing.T, w *webtest.World, id string) {
	t.Helper()
	view := w.Must(t, "desk:1", http.MethodGet, "/v1/verification-requests/"+id, nil)
	if view.Body["state"] == "received" || view.Body["state"] == "triage" {
		desk(t, w, "desk:1", id, "claim", map[string]any{})
		desk(t, w, "desk:1", id, "routing", map[string]any{"assignments": []any{map[string]any{"unit": "03", "questions": []int{1}}}})
	}
	task := "/v1/tasks/" + id + "-01/"
	w.Must(t, "unit:03", http.MethodPost, task+"acceptance", map[string]any{})
	w.Must(t, "unit:03", http.MethodPost, task+"answer", map[string]any{"kind": "final", "questions": []any{map[string]any{
		"n": 1, "result": "verified_negative", "outcome": "NOT_FOUND", "search": map[string]any{
			"registers": []string{"import declarations", "gate records", "manifests"}, "identifiers": []string{"FICT-LOS-1"},
			"from": "2018-01-01", "to": time.Now().In(time.FixedZone("", 7*3600)).Format(time.DateOnly),
			"done_at": time.Now().UTC().Format(time.RFC3339), "role": "officer",
		},
	}}})
	if view.Body["state"] != "triage" {
		w.Call(t, "desk:1", http.MethodPost, "/v1/verification-requests/"+id+"/claim", map[string]any{})
	}
	put := w.Must(t, "desk:1", http.MethodPut, "/v1/verification-requests/"+id+"/package", map[string]any{"kind": "final"})
	desk(t, w, "desk:2", id, "release", map[string]any{"hash": hash(t, put, w, id)})
}

func hash(t *testing.T, put webtest.Reply, w *webtest.World, id string) string {
	t.Helper()
	if h, ok := put.Body["hash"].(string); ok {
		return h
	}
	got := w.Must(t, "desk:2", http.MethodGet, "/v1/verification-requests/"+id+"/package", nil)
	h, _ := got.Body["hash"].(string)
	return h
}

func TestALiaisonOfficerAsksIsAskedReadsAndConfirms(t *testing.T) {
	w := journeys(t)
	tab := w.Open(t)
	for _, speaks := range []struct{ language, menu, waiting, searched, confirmed string }{
		{"en", "Requests", "Waiting for you", "Searched: 3 registers, 2018-01-01 to ", "Confirmed. Thank you."},
		{"vi", "Đề nghị của tôi", "Đang chờ quý cơ quan bổ sung", "Đã tra cứu 3 cơ sở dữ liệu, từ 01/01/2018 đến ", "Đã xác nhận. Xin cảm ơn."},
	} {
		tab.Enter("partner:NG", "/portal")
		tab.Speak(speaks.language)
		if got := tab.Text("nav a"); got != speaks.menu {
			t.Errorf("%s: the menu says %q", speaks.language, got)
		}
		see(tab, speaks.language, "list")
		tab.Go("/portal/new")
		fillIn(tab, "ZZZU4002177")
		degree(tab, "urgent")
		tab.Fill(`[name="/urgency/justification"]`, "goods_in_motion")
		see(tab, speaks.language, "new")
		tab.Submit(`button[value="send"]`)
		tab.Await("the receipt", `document.querySelector('#receipt')`)
		id := here(tab)
		see(tab, speaks.language, "sent")
		receipt(t, w, tab, id)

		desk(t, w, "desk:1", id, "claim", map[string]any{})
		desk(t, w, "desk:1", id, "clarification", map[string]any{"code": "identifier_incomplete", "text": "Which terminal?"})
		tab.Await("the question, without loading the page again", `document.querySelector('.portal-needs')`)
		tab.GoUntil("/portal", "the list", fmt.Sprintf(`document.querySelector('#portal-needs #r-%s')`, id))
		if got := tab.Text("#r-" + id + " .state"); !strings.Contains(got, speaks.waiting) {
			t.Errorf("%s: it is %q", speaks.language, got)
		}
		tab.Submit("#r-" + id + " a")
		see(tab, speaks.language, "asked")
		tab.Submit(`a[href$="/reply"]`)
		tab.Fill(`[name="/text"]`, "Terminal Dinh Vu.")
		tab.Fill(`[name="/handling/code"]`, "H1")
		tab.Fill(`[name="/handling/tlp"]`, "GREEN")
		see(tab, speaks.language, "reply")
		tab.Submit(`button[value="send"]`)
		if tab.Has(".portal-needs") {
			t.Errorf("%s: it still asks", speaks.language)
		}
		if got := tab.Text("main"); !strings.Contains(got, "TLP:GREEN") {
			t.Errorf("%s: the marking stated in the reply is not on the page: %q", speaks.language, got)
		}

		work(t, w, id)
		tab.GoUntil("/portal", "the answer", fmt.Sprintf(`document.querySelector('#portal-unread #r-%s')`, id))
		see(tab, speaks.language, "list-answered")
		tab.Go("/portal/" + id)
		see(tab, speaks.language, "answered")
		if !unread(t, w, id) {
			t.Errorf("%s: to look at the request is to read its answer", speaks.language)
		}
		tab.Submit(`a[href$="/answers"]`)
		if unread(t, w, id) {
			t.Errorf("%s: the answer was opened and is unread", speaks.language)
		}
		if got := tab.Text(".portal-searched strong"); !strings.HasPrefix(got, speaks.searched) {
			t.Errorf("%s: %q", speaks.language, got)
		}
		if got := tab.Text(".portal-result .warn"); !strings.Contains(got, "ZZZU4002177") {
			t.Errorf("%s: of what was not searched it says %q", speaks.language, got)
		}
		see(tab, speaks.language, "answer")
		tab.Click(`[name="useful"][value="yes"]`)
		tab.Submit(".portal-confirm button.main")
		if got := tab.Text(".said"); got != speaks.confirmed {
			t.Errorf("%s: %q", speaks.language, got)
		}
		see(tab, speaks.language, "confirmed")
		tab.Submit(`a[href$="/follow-up"]`)
		see(tab, speaks.language, "follow-up")
	}
}

// A list that is left open shows what waits for its reader, and takes nothing out of their hands.
func TestAListThatIsLeftOpenRenewsItself(t *testing.T) {
	w := journeys(t)
	tab := w.Open(t)
	tab.Enter("partner:TH", "/portal")
	id := w.Submit(t, "S03", "left-open") // it waits for the desk
	desk(t, w, "desk:1", id, "claim", map[string]any{})
	desk(t, w, "desk:1", id, "clarification", map[string]any{"code": "identifier_incomplete", "text": "Which terminal?"})
	tab.Eval(`(() => { document.querySelector('main a.main').focus(); return ''; })()`)
	webtest.Eventually(t, 45*time.Second, "it is in the list", func() bool { return tab.Has("#portal-needs #r-" + id) })
	if tab.Eval("String(document.activeElement.matches('main a.main'))") != "true" || tab.Has("#stale:not([hidden])") {
		t.Error("it was taken from its reader's hands, or is said to be away")
	}
}

// The whole way once more in a browser that runs no scripts, with a number whose check digit is wrong.
func TestWithoutScriptsALiaisonOfficerCanDoEverything(t *testing.T) {
	w := journeys(t)
	tab := w.Open(t)
	tab.Enter("partner:NG", "/portal")
	tab.WithoutScripts()
	tab.Go("/portal/new")
	if tab.Eval("typeof window.verigate") != "undefined" {
		t.Fatal("scripts run")
	}
	fillIn(tab, "ZZZU4002178")
	again(tab, `button[value="add:/attachments"]`, `[name="/attachments/0/name"]`)
	tab.Fill(`[name="/attachments/0/name"]`, "bl_scan.pdf")
	tab.Fill(`[name="/attachments/0/sha256"]`, strings.Repeat("0a", 32))
	degree(tab, "flash")
	tab.Submit(`button[value="send"]`)
	if !tab.Has("#portal-unconfirmed") {
		t.Fatal("a wrong check digit goes out unasked")
	}
	tab.Screens("portal-unconfirmed")
	tab.Click(`[name="seen:/subjects/0/number"]`)
	tab.Submit(`button[value="send"]`)
	if got := tab.Text(".portal-flaws"); !strings.Contains(got, "Why it is urgent is needed") {
		t.Errorf("without a reason for flash it says %q", got)
	}
	if got := tab.Eval(`document.querySelector('[name="/subjects/1/names/0/text"]').value`); got != arabic {
		t.Errorf("of the name is left %q", got)
	}
	tab.Screens("portal-refused")
	tab.Fill(`[name="/urgency/justification"]`, "goods_in_motion")
	tab.Submit(`button[value="send"]`)
	id := here(tab)
	if got := tab.Text("main"); !strings.Contains(got, "kept as seen") {
		t.Errorf("of the check digit it says nothing: %s", got)
	}
	desk(t, w, "desk:1", id, "claim", map[string]any{})
	desk(t, w, "desk:1", id, "clarification", map[string]any{"code": "other", "text": "Which terminal?"})
	tab.Go("/portal/" + id)
	tab.Submit(`a[href$="/reply"]`)
	tab.Fill(`[name="/text"]`, "Terminal Dinh Vu.")
	tab.Fill(`[name="add-kind"]`, "place")
	again(tab, `button[value="add:/subjects"]`, `[name="/subjects/0/locode"]`)
	tab.Fill(`[name="/subjects/0/locode"]`, "VNHPH")
	tab.Screens("portal-reply-subject")
	tab.Submit(`button[value="send"]`)
	work(t, w, id)
	tab.Go("/portal/" + id)
	tab.Submit(`a[href$="/answers"]`)
	tab.Submit(".portal-confirm button.main")
	tab.Submit(`a[href$="/follow-up"]`)
	tab.Fill(`[name="/questions/0/code"]`, "COM")
	tab.Fill(`[name="/questions/0/text"]`, "Who is the consignee?")
	if got := tab.Text(".portal-ticks"); !strings.Contains(got, arabic) || !strings.Contains(got, "VNHPH") {
		t.Errorf("the question may be about %q", got)
	}
	tab.Screens("portal-follow-up")
	tab.Submit(`button[value="send"]`)
	tab.Screens("portal-second-round")
	if got := tab.Text("main"); !strings.Contains(got, "Who is the consignee?") {
		t.Errorf("the second round is not there: %s", got)
	}
	tab.Submit(`a[href$="/withdrawal"]`)
	tab.Screens("portal-withdrawal")
	tab.Submit("button.grave")
	if got := tab.Text(".portal-status"); got != "Withdrawn" {
		t.Errorf("in the end it is %q", got)
	}
}

// What scripts add: a number is checked when it is left, a file's fingerprint is taken and the file stays, and what is
// typed is kept while rows come and go.
func TestScriptsCheckAsOneTypesAndTakeTheFingerprintOfAFile(t *testing.T) {
	w := journeys(t)
	tab := w.Open(t)
	tab.Enter("partner:KE", "/portal/new")
	tab.Fill(`[name="/purpose/statement"]`, "Typed before.")
	tab.Fill(`[name="add-kind"]`, "vessel")
	again(tab, `button[value="add:/subjects"]`, `[name="/subjects/0/imo"]`)
	if got := tab.Eval(`document.activeElement.name`); got != "/subjects/0/imo" {
		t.Errorf("after adding a vessel one types into %q", got)
	}
	tab.Fill(`[name="/subjects/0/imo"]`, "9074720")
	tab.Await("the warning", `document.querySelector('[name="seen:/subjects/0/imo"]')`)
	tab.Fill(`[name="/subjects/0/imo"]`, "9074729")
	tab.Await("no warning", `!document.querySelector('[name="seen:/subjects/0/imo"]')`)
	again(tab, `button[value="add:/attachments"]`, `[data-attachment]:not([hidden]) input`)
	tab.Eval(`(() => { const f = document.querySelector('[data-attachment] input'), t = new DataTransfer();
		t.items.add(new File(['abc'], 'scan.txt', {type: 'text/plain'})); f.files = t.files; f.dispatchEvent(new Event('change', {bubbles: true})); return ''; })()`)
	tab.Await("the fingerprint", `document.querySelector('[name="/attachments/0/sha256"]').value`)
	for name, want := range map[string]string{
		"/attachments/0/sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		"/attachments/0/size":   "3", "/attachments/0/name": "scan.txt", "/attachments/0/media_type": "text/plain", "/purpose/statement": "Typed before.",
	} {
		if got := tab.Eval(fmt.Sprintf(`document.querySelector('[name=%q]').value`, name)); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	see(tab, "en", "attachment")
	again(tab, `button[value="remove:/subjects/0"]`, `#portal-form:not(:has(.portal-subject))`)
	if got := tab.Eval(`document.querySelector('[name="/purpose/statement"]').value`); got != "Typed before." {
		t.Errorf("of the statement is left %q", got)
	}
	fillIn(tab, "ZZZU4002178")
	tab.Submit(`button[value="send"]`)
	tab.Screens("portal-unconfirmed-en")
	degree(tab, "flash")
	tab.Click(`[name="seen:/subjects/0/number"]`)
	tab.Submit(`button[value="send"]`)
	see(tab, "en", "refused")
	tab.Fill(`[name="/urgency/justification"]`, "goods_in_motion")
	tab.Submit(`button[value="send"]`)
	tab.Submit(`a[href$="/withdrawal"]`)
	see(tab, "en", "withdrawal")
}

// see looks at a page as everybody should be able to.
func see(tab *webtest.Tab, language, page string) {
	tab.Accessible(page + " in " + language)
	tab.Screens("portal-" + page + "-" + language)
}

// receipt holds the file that the page hands out against what the contract says, and its due time against the page's.
func receipt(t *testing.T, w *webtest.World, tab *webtest.Tab, id string) {
	t.Helper()
	view := w.Must(t, "partner:NG", http.MethodGet, "/v1/verification-requests/"+id, nil)
	if got := tab.Eval(`fetch(document.querySelector('a[href$="/receipt"]').href).then(r => r.text())`); got != view.Body["receipt"] {
		t.Errorf("the file is %q", got)
	}
	body := tab.Eval(`fetch(document.querySelector('a[href$="/body"]').href).then(r => r.text())`)
	want, _ := json.Marshal(view.Body["request"])
	var got any
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	if again, _ := json.Marshal(got); string(again) != string(want) {
		t.Errorf("the body is %s, not %s", again, want)
	}
	if names := tab.Text(".portal-plain"); !strings.Contains(names, arabic) || !strings.Contains(names, french) {
		t.Errorf("the subjects are %q", names)
	}
}

func unread(t *testing.T, w *webtest.World, id string) bool {
	t.Helper()
	view := w.Must(t, "partner:NG", http.MethodGet, "/v1/verification-requests/"+id, nil)
	answers, _ := view.Body["answers"].([]any)
	if len(answers) != 1 {
		t.Fatalf("%d answers", len(answers))
	}
	read, _ := answers[0].(map[string]any)["read"].(bool)
	return !read
}

func TestAButtonOfAFormThatOutlivedItsSessionLosesNothing(t *testing.T) {
	w := journeys(t)
	tab := w.Open(t)
	tab.Enter("partner:NG", "/portal/new")
	tab.Speak("en")
	tab.Fill(`[name="/purpose/statement"]`, "Loaded at Apapa.\nBound for Hai Phong.")
	tab.Eval(`fetch('/sign-out', {method: 'POST'}).then(() => 'out')`)
	tab.Click(`button[value="add:/questions"]`)
	tab.Await("that the session is over", `document.querySelector('#main #over')`)
	tab.Accessible("a session that is over")
	tab.Screens("over")
	tab.Eval(`fetch('/demo/enter', {method: 'POST', body: new URLSearchParams({who: 'partner:NG', to: '/demo'})}).then(() => 'in')`)
	tab.Submit(`form[action="/portal/new"] button`)
	if got := tab.Eval(`document.querySelector('[name="/purpose/statement"]')?.value ?? ''`); got != "Loaded at Apapa.\nBound for Hai Phong." {
		t.Errorf("kept: %q %s", got, tab.Text("main"))
	}
	if !tab.Has(`[name="/questions/1/text"]`) {
		t.Error("the question is not added")
	}
}
