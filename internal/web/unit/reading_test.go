package unit_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"verigate/internal/web/webtest"
)

// ids are those of a page, and of each label the id of its field.
func ids(t *testing.T, body string) (all map[string]int, labels []string) {
	t.Helper()
	tree, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	all = map[string]int{}
	for n := range tree.Descendants() {
		for _, a := range n.Attr {
			switch {
			case a.Key == "id":
				all[a.Val]++
			case a.Key == "for" && n.Data == "label":
				labels = append(labels, a.Val)
			}
		}
	}
	return all, labels
}

// Two holds wait for a lead: a label leads into the form that it stands in, and not into that of another hold.
func TestEachLabelOfALeadIsOfItsOwnForm(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	for i := range 2 {
		task := w.Submit(t, "S01", fmt.Sprint("label-", i), func(body map[string]any) { body["own_reference"] = fmt.Sprint("LABEL/", i) }) + "-01"
		w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+task+"/acceptance", map[string]any{})
		w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+task+"/hold", map[string]any{"code": "laboratory"})
	}
	cookies := w.Cookie(t, "unit_lead:03")
	var body string
	webtest.Eventually(t, 20*time.Second, "both holds wait", func() bool {
		body = w.Visit(t, cookies, "/unit", nil).Body
		return strings.Count(body, `/hold-rejection"`) == 2
	})
	all, labels := ids(t, body)
	for _, of := range labels {
		if all[of] != 1 {
			t.Errorf("a label is of %d fields %q", all[of], of)
		}
	}
	for id, n := range all {
		if n != 1 {
			t.Errorf("%d elements are %q", n, id)
		}
	}
	if len(labels) < 8 {
		t.Errorf("%d labels: %s", len(labels), body)
	}
}

// What a partner or the desk wrote from right to left moves no number beside it, many files hide no subject, and a day is
// written as its reader writes it.
func TestATaskIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	const arabic = "شركة المثال 2021"
	w := webtest.Start(t)
	var files []any
	for i := range 30 {
		files = append(files, map[string]any{"id": fmt.Sprint("a", i), "name": fmt.Sprintf("%s-%d.pdf", arabic, i), "size": 1200, "sha256": strings.Repeat("ab", 32)})
	}
	id := w.Submit(t, "S01", "reading", func(body map[string]any) {
		body["attachments"] = files
		for _, s := range body["subjects"].([]any) {
			if s := s.(map[string]any); s["names"] != nil {
				s["names"] = []any{map[string]any{"text": arabic}, map[string]any{"text": "2022 Example"}}
			}
		}
		body["questions"].([]any)[0].(map[string]any)["look_back_from"] = "2018-03-01"
	})
	w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+id+"-01/acceptance", map[string]any{})
	w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+id+"-01/answer", map[string]any{"kind": "interim", "questions": []any{map[string]any{
		"n": 1, "result": "held", "outcome": "ARRIVED", "facts": []any{map[string]any{
			"text": arabic, "language": "ar", "evaluation": map[string]any{"source": "A", "information": "1"}, "handling": map[string]any{"code": "H2", "marking_verbatim": "سري 3"},
		}},
	}}})
	page := w.Visit(t, "verigate-language=vi; "+w.Cookie(t, "unit:03"), "/tasks/"+id+"-01", nil)
	for _, wanted := range []string{
		`<details class="unit-files"><summary>Tài liệu kèm theo (30)</summary>`, "01/03/2018", `<li><bdi class="unit-text">` + arabic + `</bdi> <span class="quiet">H2`,
		"\u2068" + arabic + "\u2069; 2022 Example",
	} {
		if !strings.Contains(page.Body, wanted) {
			t.Errorf("the page lacks %s", wanted)
		}
	}
	if strings.Contains(page.Body, "2018-03-01") {
		t.Error("a day is written as the contract writes it")
	}
}
