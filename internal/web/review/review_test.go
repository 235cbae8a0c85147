package review_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

// said is what the pages say in a language.
var said = map[string]struct{ waiting, barred, could, missed, gone, overtaken string }{
	"vi": {"Chờ người duyệt thứ hai", "Quý vị đã soạn bản này", "Một cán bộ khác của Phòng", "mục chưa đánh dấu", "Đã gửi", "lần duyệt đó không còn giá trị"},
	"en": {"Waits for a second reviewer", "You prepared this version", "Another officer of the desk", "not ticked off", "Sent to", "that approval no longer counts"},
}

func TestAPackageIsEditedReviewedAndReadByteForByte(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 20 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	for _, language := range []string{"vi", "en"} {
		id := container(t, w, language)
		facts := factIDs(t, w, id)
		edit(t, tab, language, id, facts)
		refusedToItsEditor(t, tab, language, id)
		hash := approve(t, w, tab, language, id, facts)
		item, ofBytes := pulled(t, w, "partner:NG", id)
		if ofBytes != hash || !strings.Contains(string(item["facts"]), "Mr […]") || strings.Contains(string(item["facts"]), "Tran Van Mau") {
			t.Errorf("%s: approved %s, pulled %s: %s", language, hash, ofBytes, item["facts"])
		}
		tab.Go("/requests/" + id + "/review")
		if got := tab.Text(".review-gone"); !strings.Contains(got, hash) || !strings.Contains(got, said[language].gone) {
			t.Errorf("%s: what went out: %s", language, got)
		}
		tab.Screens("review-gone-" + language)
	}
	tab.Accessible("what went out")
}

// edit is the editor's work: two facts in English, a name masked, the rest stays.
func edit(t *testing.T, tab *webtest.Tab, language, id string, facts []string) {
	t.Helper()
	tab.Enter("desk:1", "/requests/"+id+"/package")
	tab.Speak(language)
	for i, f := range facts {
		if i != 3 && i != 4 {
			tab.Click(field(f, "include"))
		}
	}
	tab.Fill(field(facts[3], "text"), "Consignee: Cong ty TNHH Vi Du Bien Dong, tax code 9900000129, represented by Mr Tran Van Mau; four imports of raw cashew nuts in 2020-2021.")
	tab.Fill(field(facts[4], "text"), "At 13:30 we found 26 bags of scales, about 1,240 kg.")
	tab.Await("the figure that differs", `[...document.querySelectorAll('mark.review-differs')].some(m => m.innerText === '26')`)
	tab.Fill(field(facts[4], "text"), "At 13:30 we found 62 bags of scales, about 1,240 kg.")
	tab.Await("no figure that differs", `![...document.querySelectorAll('mark.review-differs')].some(m => /26|62/.test(m.innerText))`)
	tab.Fill(field(facts[3], "mask"), "Tran Van Mao")
	tab.Fill("#conditions", "This information may not be passed to a third party without our consent (H2).")
	if language == "vi" {
		tab.Screens("package")
		tab.Accessible("package")
	}
	tab.Submit(`button[value="save"]`)
	if !tab.Has("#trouble") || !tab.Has(".review-mask .flaw") {
		t.Errorf("a mask that misses is taken: %s", tab.Text("main"))
	}
	tab.Fill(field(facts[3], "mask"), "Tran Van Mau")
	tab.Submit(`button[value="save"]`)
}

func field(fact, name string) string { return fmt.Sprintf(`[name="f-%s-%s"]`, fact, name) }

func refusedToItsEditor(t *testing.T, tab *webtest.Tab, language, id string) {
	t.Helper()
	if got := tab.Path(); got != "/requests/"+id+"/review?done=prepare_package" {
		t.Fatalf("after saving: %s %s", got, tab.Text("main"))
	}
	for _, want := range []string{said[language].waiting, said[language].barred, said[language].could} {
		if got := tab.Text("main"); !strings.Contains(got, want) {
			t.Errorf("the editor is not told %q: %s", want, got)
		}
	}
	if tab.Has(".review-approve") {
		t.Error("the editor is offered the approval")
	}
	tab.Screens("review-editor-" + language)
	tab.Eval(`window.left = 'behind', document.querySelector('.review-form').submit(), ''`) // as if the button were there
	tab.Await("the refusal", `document.querySelector('#trouble')?.dataset.code === 'same_person'`)
}

// approve is the reviewer's work, and returns the hash that was approved.
func approve(t *testing.T, w *webtest.World, tab *webtest.Tab, language, id string, facts []string) string {
	t.Helper()
	tab.Enter("desk:2", "/requests/"+id+"/review")
	if got := tab.Text(".review-masked"); !strings.Contains(got, "Tran Van Mau") {
		t.Errorf("the mask is not shown: %s", got)
	}
	if language == "vi" {
		tab.Screens("review")
		tab.Accessible("review")
		const beside = `String(document.querySelector('.review-unit').checkVisibility())`
		if tab.Width(webtest.Telephone); tab.Eval(beside) != "false" {
			t.Error("on a telephone there is more than the exact bytes")
		}
		if tab.Width(320); tab.Eval(beside) != "true" {
			t.Error("at 400 % the unit's answer is lost")
		}
		tab.Width(1440)
	}
	tab.Eval(`document.querySelector('.review-form').noValidate = true, ''`)
	tab.Submit(".review-approve button")
	if got := tab.Text("#missed"); !strings.Contains(got, said[language].missed) {
		t.Errorf("what was not ticked is taken: %s", got)
	}
	tab.Eval(`document.querySelectorAll('input[name="seen"]').forEach(b => b.click()), ''`)
	for _, f := range []int{0, 1, 2, 5} {
		tab.Fill(fmt.Sprintf(`[name="stay-%s"]`, facts[f]), "not_needed")
	}
	hash := text(t, w.Must(t, "desk:2", http.MethodGet, requests+"/"+id+"/package", nil), "hash")
	tab.Submit(".review-approve button")
	if got := tab.Path(); got != "/requests/"+id+"/review?done=release" {
		t.Fatalf("after the approval: %s %s", got, tab.Text("main"))
	}
	notes := string(w.Must(t, "desk:2", http.MethodGet, requests+"/"+id, nil).Raw)
	if stays := map[string]string{"vi": "không cần cho câu hỏi", "en": "not needed for the question"}[language]; !strings.Contains(notes, stays) {
		t.Errorf("the note does not say why facts stay: %s", notes)
	}
	return hash
}

func TestWithoutScriptsTicksAreAskedForAndWhatNobodySeesBlocks(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 12 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	id := container(t, w, "unseen")
	facts := factIDs(t, w, id)
	hash := prepared(t, w, "desk:1", id, map[string]any{"kind": "final", "facts": []any{
		map[string]any{"fact": facts[1], "include": true, "released_text": map[string]any{"language": "en", "text": "Nothing\u200b was lodged \u200ffor it."}},
		map[string]any{"fact": facts[3], "include": true},
		map[string]any{"fact": facts[4], "include": true},
	}})
	tab.Enter("desk:2", "/requests/"+id+"/review")
	tab.Speak("en")
	tab.WithoutScripts()
	tab.Go("/requests/" + id + "/review")
	if got := tab.Text(".review-raw"); !strings.Contains(got, "U+200F") || !strings.Contains(got, "U+200B") || strings.ContainsAny(got, "\u200b\u200f") {
		t.Errorf("the bytes are drawn as %s", got)
	}
	tab.Screens("review-unseen")
	whole := map[string]string{"hash": hash, "accept-unseen": "yes", "seen": strings.Join([]string{"q-1", facts[1], facts[3], facts[4]}, " ")}
	for _, f := range []int{0, 2, 5} {
		whole["stay-"+facts[f]] = "not_needed"
	}
	for _, left := range []string{"seen", "accept-unseen", "stay-" + facts[2]} {
		form := maps.Clone(whole)
		delete(form, left)
		if code := post(t, tab, "/requests/"+id+"/review/release", form); code != http.StatusUnprocessableEntity {
			t.Errorf("released without %s: %d", left, code)
		}
	}
	if code := post(t, tab, "/requests/"+id+"/review/release", whole); code != http.StatusOK {
		t.Errorf("with everything ticked: %d", code)
	}
	if _, ofBytes := pulled(t, w, "partner:NG", id); ofBytes != hash {
		t.Errorf("approved %s, pulled %s", hash, ofBytes)
	}
	sixHundred(t, w, tab)
	sentBack(t, w, tab)
}

// sixHundred facts are reviewed: what is ticked off is too long for a note, which counts it then.
func sixHundred(t *testing.T, w *webtest.World, tab *webtest.Tab) {
	t.Helper()
	id := submit(t, w, "partner:NG", "S01", "many")
	w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+id+"-01/acceptance", map[string]any{})
	var questions []any
	for n := 1; n <= 3; n++ {
		var facts []any
		for i := range 200 {
			facts = append(facts, map[string]any{"text": fmt.Sprintf("Bao %d nặng %d kg.", i, 20+i), "language": "vi", "evaluation": map[string]any{"source": "A", "information": "1"}})
		}
		questions = append(questions, map[string]any{"n": n, "result": "held", "facts": facts})
	}
	w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+id+"-01/answer", map[string]any{"kind": "final", "questions": questions})
	hash := prepared(t, w, "desk:1", id, map[string]any{"kind": "final"})
	if code := post(t, tab, "/requests/"+id+"/review/release", map[string]string{"hash": hash, "seen": strings.Join(factIDs(t, w, id), " ")}); code != http.StatusOK {
		t.Errorf("%d", code)
	}
	if _, ofBytes := pulled(t, w, "partner:NG", id); ofBytes != hash {
		t.Errorf("approved %s, pulled %s", hash, ofBytes)
	}
}

// sentBack is an answer that a reviewer returns.
func sentBack(t *testing.T, w *webtest.World, tab *webtest.Tab) {
	t.Helper()
	id := container(t, w, "returned")
	prepared(t, w, "desk:1", id, map[string]any{"kind": "final"})
	tab.Go("/requests/" + id + "/review")
	tab.Submit(`form[action$="/review/return"] button`)
	if got := tab.Text("#void"); !strings.Contains(got, "an answer was returned to its unit") {
		t.Errorf("after the return: %s", tab.Text("main"))
	}
	if task := w.Must(t, "unit:03", http.MethodGet, "/v1/tasks/"+id+"-01", nil); text(t, task, "state") != "returned" {
		t.Errorf("the task: %s", task.Raw)
	}
	tab.Screens("review-returned")
}

func TestThePagesOfThePackageAreNotThereForOthers(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 6 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	id := container(t, w, "hidden")
	prepared(t, w, "desk:1", id, map[string]any{"kind": "final"})
	for _, who := range []string{"unit:03", "unit_lead:03", "unit:20", "partner:NG", "partner:AO", "auditor", "supervisor"} {
		tab.Enter(who, "/requests/"+id+"/review")
		for _, path := range []string{"review", "package", "package/marks", "review/release"} {
			if code := reach(t, tab, "/requests/"+id+"/"+path); code != http.StatusNotFound {
				t.Errorf("%s reads %s: %d", who, path, code)
			}
		}
	}
	tab.Enter("lead", "/requests/"+id+"/review")
	if got := tab.Text("#barred"); !strings.Contains(got, "Vai của quý vị không duyệt") && !strings.Contains(got, "Your role") {
		t.Errorf("the lead, whom an open answer does not need, is told %s", tab.Text("main"))
	}
	if code := reach(t, tab, "/requests/"+id+"/package"); code != http.StatusNotFound {
		t.Errorf("the lead edits: %d", code)
	}
}

// The kind of a package follows from what is in it: nobody chooses one that would be refused.
func TestThePageSaysWhetherAPackageIsAPartOrFinal(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 8 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	id := container(t, w, "kind")
	page := "/requests/" + id + "/package"
	kind := func() string {
		return text(t, w.Must(t, "desk:1", http.MethodGet, requests+"/"+id+"/package", nil), "kind")
	}
	tab.Enter("desk:1", page)
	tab.Speak("en")
	tab.Go(page)
	if got := tab.Text("#kind"); tab.Has(`[name="kind"]`) || !strings.Contains(got, "the final answer") || !strings.Contains(got, "Pending") {
		t.Errorf("with every question answered: %q, a choice: %t", got, tab.Has(`[name="kind"]`))
	}
	tab.Eval(`document.querySelectorAll('details').forEach(d => d.open = true), ''`)
	tab.Fill(`[name="q-2-result"]`, "pending")
	tab.Submit(`button[value="check"]`)
	if got := tab.Text("#kind"); !strings.Contains(got, "A part") || !strings.Contains(got, "question 2") {
		t.Errorf("with a question left for later: %q", got)
	}
	tab.Submit(`button[value="save"]`)
	if got := kind(); got != "partial" {
		t.Fatalf("a question is left for later, and it is %s: %s", got, tab.Text("main"))
	}
	hash := text(t, w.Must(t, "desk:2", http.MethodGet, requests+"/"+id+"/package", nil), "hash")
	w.Must(t, "desk:2", http.MethodPost, requests+"/"+id+"/release", map[string]any{"hash": hash})
	tab.Go(page)
	for n, want := range map[int]bool{1: false, 2: true, 3: false} {
		if got := tab.Has(fmt.Sprintf(`[name="q-%d-result"] option[value="pending"]`, n)); got != want {
			t.Errorf("question %d may be left for later: %t", n, got)
		}
	}
	tab.Submit(`button[value="save"]`)
	if got := kind(); got != "final" {
		t.Errorf("the rest of the answer is %s: %s", got, tab.Text("main"))
	}
	facts := factIDs(t, w, id)
	w.Must(t, "desk:2", http.MethodPost, requests+"/"+id+"/consent", map[string]any{"facts": facts[:1], "originator": "TH", "text": "May it go out?"})
	tab.Go(page)
	if got := tab.Text("#kind"); !strings.Contains(got, "A part") || !strings.Contains(got, "originator") {
		t.Errorf("while an originator is asked: %q", got)
	}
	tab.Submit(`button[value="save"]`)
	if got := kind(); got != "partial" {
		t.Errorf("while an originator is asked it is %s: %s", got, tab.Text("main"))
	}
}

// reach is the status that an address answers with to who the tab is.
func reach(t *testing.T, tab *webtest.Tab, path string) int {
	t.Helper()
	method := http.MethodGet
	if strings.HasSuffix(path, "/marks") || strings.HasSuffix(path, "/release") {
		method = http.MethodPost
	}
	code := 0
	_, _ = fmt.Sscan(tab.Eval(fmt.Sprintf(`fetch(%q, {method: %q}).then(r => String(r.status))`, path, method)), &code)
	return code
}

// post sends a form by hand; several values of a field are parted by spaces.
func post(t *testing.T, tab *webtest.Tab, path string, form map[string]string) int {
	t.Helper()
	code := 0
	script := `(() => { const f = new URLSearchParams();`
	for name, value := range form {
		for _, one := range strings.Fields(value) {
			script += fmt.Sprintf(`f.append(%q, %q);`, name, one)
		}
	}
	_, _ = fmt.Sscan(tab.Eval(script+fmt.Sprintf(`return fetch(%q, {method: 'POST', body: f}).then(r => String(r.status)); })()`, path)), &code)
	return code
}
