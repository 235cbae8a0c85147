package portal_test

import (
	"net/http"
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

// A liaison officer lives by a clock of their own: until when a reply is asked for, and when something was observed, stands in it
// beside that of Hanoi.
func TestALiaisonOfficerReadsTimesByTheirOwnClock(t *testing.T) {
	t.Parallel()
	const requests = "/v1/verification-requests/"
	w := webtest.Start(t)
	id := w.Submit(t, "S01", "clock")
	does := func(who, path string, body map[string]any) {
		t.Helper()
		w.Must(t, who, http.MethodPost, path, body)
	}
	read := func(path string) string {
		t.Helper()
		return w.Visit(t, "verigate-language=en; verigate-zone=Africa.Lagos; "+w.Cookie(t, "partner:NG"), path, nil).Body
	}
	does("desk:1", requests+id+"/claim", map[string]any{})
	does("unit:03", "/v1/tasks/"+id+"-01/acceptance", map[string]any{})
	does("desk:1", requests+id+"/clarification", map[string]any{"code": "other", "text": "Which one?"})
	for _, page := range []string{"/portal/" + id, "/portal/" + id + "/reply"} {
		_, asked, _ := strings.Cut(read(page), "reply by ")
		asked, _, _ = strings.Cut(asked, "</p>")
		if !strings.Contains(asked, "Hanoi (UTC&#43;7)</bdi><br>") || !strings.Contains(asked, "Lagos (UTC&#43;1)</bdi>") {
			t.Errorf("%s: a reply is asked for by %s", page, asked)
		}
	}
	does("partner:NG", requests+id+"/clarifications", map[string]any{"text": "This one."})
	none := func(n int) map[string]any {
		return map[string]any{"n": n, "result": "cannot_say", "code": "no_records"}
	}
	does("unit:03", "/v1/tasks/"+id+"-01/answer", map[string]any{"kind": "final", "questions": []any{
		map[string]any{"n": 1, "result": "held", "outcome": "ARRIVED", "facts": []any{map[string]any{
			"text": "Seen.", "language": "en", "observed_at": "2021-09-03T02:00:00Z", "evaluation": map[string]any{"source": "A", "information": "1"},
			"handling": map[string]any{"code": "H1"},
		}}},
		none(2), none(3),
	}})
	hash := w.Must(t, "desk:1", http.MethodPut, requests+id+"/package", map[string]any{"kind": "final"}).Body["hash"]
	does("desk:2", requests+id+"/release", map[string]any{"hash": hash})
	if got := read("/portal/" + id + "/answers"); !strings.Contains(got, `observed <time datetime="2021-09-03T02:00:00Z"><bdi>Fri 3 Sep 2021, 09:00 Hanoi (UTC&#43;7)</bdi><br><bdi class="quiet">Fri 3 Sep 2021, 03:00 Lagos (UTC&#43;1)</bdi></time>`) {
		t.Errorf("a fact was observed at %s", got)
	}
}
