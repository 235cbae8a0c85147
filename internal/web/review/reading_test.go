package review_test

import (
	"net/http"
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

// What goes out of a search is read as it goes out, with who searched and when; what somebody wrote from right to left moves no
// number that stands beside it.
func TestWhatIsReviewedIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	const arabic = "شركة المثال للتجارة 2021"
	w := webtest.Start(t)
	id := submit(t, w, "partner:NG", "S01", "reading")
	task := text(t, w.Must(t, "desk:2", http.MethodGet, requests+"/"+id, nil), "tasks.0.task")
	w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+task+"/acceptance", map[string]any{})
	nothing := map[string]any{"registers": []string{"Tờ khai"}, "identifiers": []string{"ZZZU4002177"}, "from": "2018-01-01", "to": "2021-09-03", "done_at": "2021-09-03T02:00:00Z", "role": "Nguyễn Văn <Ví Dụ>"}
	w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+task+"/answer", map[string]any{"kind": "final", "questions": []any{
		map[string]any{"n": 1, "result": "held", "outcome": "ARRIVED", "facts": []any{map[string]any{
			"text": arabic, "language": "ar", "originator": "TH", "evaluation": map[string]any{"source": "A", "information": "1"}, "handling": map[string]any{"code": "H1"},
		}}},
		map[string]any{"n": 2, "result": "verified_negative", "search": nothing},
		map[string]any{"n": 3, "result": "cannot_say", "code": "no_records"},
	}})
	w.Must(t, "desk:1", http.MethodPost, requests+"/"+id+"/claim", map[string]any{})
	w.Must(t, "desk:2", http.MethodPost, requests+"/"+id+"/consent", map[string]any{"facts": factIDs(t, w, id), "originator": "TH", "text": arabic})
	consent := w.Asked(t, "partner:TH")
	w.Must(t, "partner:TH", http.MethodPost, "/v1/consents/"+consent+"/decision", map[string]any{"decision": "granted", "conditions": arabic + " 5 days"})
	prepared(t, w, "desk:1", id, map[string]any{"kind": "final"})
	page := w.Visit(t, "verigate-language=en; "+w.Cookie(t, "desk:2"), "/requests/"+id+"/review", nil)
	out, _, _ := strings.Cut(page.Body, `class="review-unit"`)
	if strings.Contains(out, "Nguyễn") {
		t.Fatalf("the first question has a search: %s", out)
	}
	_, second, _ := strings.Cut(page.Body, `id="q-2"`)
	second, _, _ = strings.Cut(second, `class="review-unit"`)
	for _, wanted := range []string{"<bdi>Nguyễn Văn &lt;Ví Dụ&gt;</bdi>", `<time datetime="2021-09-03T02:00:00Z"`} {
		if !strings.Contains(second, wanted) {
			t.Errorf("of a search that goes out the reviewer does not read %s: %s", wanted, second)
		}
	}
	if got := strings.Count(page.Body, `<q><bdi>`+arabic+` 5 days</bdi></q>`); got != 2 {
		t.Errorf("%d of two conditions stand by themselves", got)
	}
	for _, wanted := range []string{`<q><bdi>` + arabic + `</bdi></q>`, `<b>1.1</b> <bdi>` + arabic + `</bdi></p>`} {
		if !strings.Contains(page.Body, wanted) {
			t.Errorf("the page lacks %s", wanted)
		}
	}
}
