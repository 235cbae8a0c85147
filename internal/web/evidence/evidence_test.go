package evidence_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"verigate/internal/demo"
	"verigate/internal/evidence"
	"verigate/internal/web/webtest"
	"verigate/schemas"
)

// pulled plays a story to its end: the partner has read what was released.
func pulled(t *testing.T, w *webtest.World) (id, number string) {
	t.Helper()
	if err := demo.Play(t.Context(), demo.Options{Credentials: w.Keys, Out: io.Discard, Stories: []string{"S01"}}); err != nil {
		t.Fatal(err)
	}
	return w.Newest(t, "partner:NG")
}

// sealed submits what is L3 from its arrival.
func sealed(t *testing.T, w *webtest.World) (id, number string) {
	t.Helper()
	content, err := schemas.Examples.ReadFile("examples/S12.json")
	if err != nil {
		t.Fatal(err)
	}
	var story struct {
		Partner string `json:"partner"`
		Steps   []struct {
			Partner string         `json:"partner"`
			Body    map[string]any `json:"body"`
		} `json:"steps"`
	}
	if err := json.Unmarshal(content, &story); err != nil {
		t.Fatal(err)
	}
	by := "partner:" + story.Steps[0].Partner
	made := w.Must(t, by, http.MethodPost, "/v1/verification-requests", story.Steps[0].Body, "Idempotency-Key", "sealed")
	return made.Body["id"].(string), made.Body["number"].(string)
}

func TestAnAuditorLearnsWhoHasSeenIt(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 8 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	id, number := pulled(t, w)
	_, hidden := sealed(t, w)
	for _, n := range []string{number, hidden} {
		webtest.Eventually(t, 20*time.Second, "the board has "+n, func() bool {
			return w.Call(t, "desk:1", http.MethodGet, "/v1/numbers/"+n, nil).Status == http.StatusOK
		})
	}
	tab := w.Open(t)
	tab.Enter("auditor", "/evidence")
	for language, words := range map[string]struct{ title, absent, mistyped, read, list, answered, opened, same string }{
		"vi": {"Ai đã xem, ai đã làm gì?", "Không có đề nghị nào như vậy", "Số gõ sai", "Đọc", "Mọi lần đọc, từ chối, xuất tệp, đăng nhập", "Đã trả lời", "Mở đề nghị", "hai người khác nhau"},
		"en": {"Who has seen this, who did what?", "There is no such request", "One character", "Read", "All reads, refusals, files and sign-ins", "Answered", "Request opened", "Two different persons"},
	} {
		tab.Go("/evidence")
		tab.Speak(language)
		if got := tab.Text("h1"); got != words.title {
			t.Errorf("titled %q", got)
		}
		look := func(typed string) {
			t.Helper()
			tab.Fill("#of", typed)
			tab.Submit(".evidence-ask button")
		}
		look(strings.ToLower(strings.ReplaceAll(number, "-", " ")))
		if got := tab.Path(); got != "/evidence?number="+number {
			t.Errorf("a number typed by hand leads to %s", got)
		}
		readers, history := tab.Text("table[aria-labelledby=readers]"), tab.Text("table[aria-labelledby=history]")
		if !strings.Contains(readers, "IP Abuja") || !strings.Contains(readers, "p_") {
			t.Errorf("who pulled it: %s", readers)
		}
		if !strings.Contains(readers, words.read) || !strings.Contains(readers, "Cán bộ trực") {
			t.Errorf("who of the desk read it: %s", readers)
		}
		if list := tab.Eval(`document.querySelector("a[href^='/evidence/list']").getAttribute('href')`); list != "/evidence/list?request="+id {
			t.Errorf("the list of its evidence is at %s", list)
		}
		if !strings.Contains(history, "Cán bộ trực 1") || strings.Contains(history, ".v1") {
			t.Errorf("who did what: %s", history)
		}
		for _, content := range []string{"ABJ", "FICT", "container", "MSKU"} {
			if strings.Contains(tab.Eval("document.body.innerHTML"), content) {
				t.Errorf("the page tells of content: %s", content)
			}
		}
		if tab.Has("a[href^='/requests/']") {
			t.Error("a link to a page that auditors may not open")
		}
		if language == "vi" {
			tab.Accessible("evidence")
			tab.Screens("evidence")
		}
		look(id)
		if got := tab.Path(); got != "/evidence?id="+id || tab.Text("#readers") == "" {
			t.Errorf("an id leads to %s", got)
		}
		tab.Go("/evidence/list?request=" + id)
		if got := tab.Text("main"); tab.Text("h1") != words.list || !strings.Contains(got, words.opened) || strings.Contains(got, number) {
			t.Errorf("the list: %s", got)
		}
		if language == "vi" {
			tab.Accessible("evidence list")
			tab.Screens("evidence-list")
		}
		tab.Go("/evidence/list?refused=1")
		if got := tab.Text("tbody"); !strings.Contains(got, words.same) || strings.Contains(got, words.answered) {
			t.Errorf("among refusals: %s", got)
		}
		tab.Go("/evidence")
		var said []string
		for _, typed := range []string{hidden, "VR-0000-0000-0000"} {
			look(typed)
			said = append(said, strings.ReplaceAll(tab.Eval("document.querySelector('main').innerHTML"), typed, ""))
		}
		if said[0] != said[1] || !strings.Contains(said[0], words.absent) {
			t.Errorf("a sealed matter is answered %s\nwhat does not exist %s", said[0], said[1])
		}
		look("VR-0000-0000-0001")
		if got := tab.Text("#of-hint"); !strings.Contains(got, words.mistyped) || tab.Path() != "/evidence" {
			t.Errorf("a wrong sign: %s at %s", got, tab.Path())
		}
		look("Nguyen Van A")
		if at := tab.Path(); at != "/evidence" || !tab.Has("#of[aria-invalid]") {
			t.Errorf("a name stands in the address: %s", at)
		}
		if language == "vi" {
			tab.Accessible("evidence of nothing")
			tab.Screens("evidence-nothing")
		}
	}
	tab.Go("/evidence/list?person=Nguyen+Van+A")
	if !tab.Has("#person[aria-invalid]") || tab.Has("table") || tab.Eval("document.querySelector('#person').value") != "" {
		t.Errorf("a name in the address of the list: %s", tab.Text("main"))
	}
	for _, made := range []string{"id=../../x", "id=Nguyen", "number=Nguyen+Van+A"} { // by hand
		tab.Go("/evidence?" + made)
		if !tab.Has("#of[aria-invalid]") || tab.Has("table") || tab.Eval("document.querySelector('#of').value") != "" {
			t.Errorf("%s: %s", made, tab.Text("main"))
		}
	}
	tab.Enter("unit:03", "/evidence?number="+number)
	if got := tab.Text("#trouble"); !strings.Contains(tab.Eval("document.querySelector('#trouble').dataset.code"), "not_permitted") {
		t.Errorf("a unit is told %s", got)
	}
	tab.Enter("desk:1", "/evidence?number="+number)
	if !tab.Has("a[href='/requests/" + id + "']") {
		t.Error("the desk has no way to the request")
	}
}

func TestAnAuditorSeesWhereTheEvidenceIsDamaged(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 5 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	id, _ := pulled(t, w)
	at, err := w.Parts.Conn.Evidence().Append(t.Context(), evidence.Message{
		Header: evidence.Header{Subject: evidence.Nobody, Writer: "intruder", Number: 1, KID: "never-stored", Wire: 1}, Data: []byte("x"),
	})
	if err != nil {
		t.Fatal(err)
	}
	tab := w.Open(t)
	tab.Enter("auditor", "/evidence")
	for language, words := range map[string][4]string{
		"vi": {fmt.Sprintf("từ số %d, không đọc được: Khóa của nó đã mất", at), "Báo ngay người vận hành", fmt.Sprintf("hỏng ở bản ghi số %d", at), "Đọc nhật ký xem"},
		"en": {fmt.Sprintf("Message %d of this log cannot be read: Its key is lost", at), "Call the operators at once", fmt.Sprintf("a damaged place, message %d", at), "Reader of the evidence"},
	} {
		tab.Go("/evidence/list?refused=1")
		tab.Speak(language)
		if got := tab.Text("tr.evidence-damaged"); !strings.Contains(got, words[0]) || !strings.Contains(got, words[1]) || !strings.Contains(got, fmt.Sprint("EVIDENCE sequence ", at)) {
			t.Errorf("the list says %s", got)
		}
		if got := tab.Text("main"); !strings.Contains(got, words[3]) {
			t.Errorf("which follower came upon it: %s", got)
		}
		if language == "vi" {
			tab.Accessible("evidence damaged list")
			tab.Screens("evidence-damaged-list")
		}
		tab.Go("/evidence?id=" + id)
		if got := tab.Text("p.evidence-damaged"); !strings.Contains(got, words[2]) {
			t.Errorf("who has read it: %s", got)
		}
		if language == "vi" {
			tab.Accessible("evidence damaged readers")
			tab.Screens("evidence-damaged-readers")
		}
	}
}
