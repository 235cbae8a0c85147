package unit_test

import (
	"fmt"
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

// What is sent wrong is refused with the form and what was typed, never with a page of ours that broke.
func TestWhatIsSentWrongIsShownAgain(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 4 s")
	}
	w := webtest.Start(t)
	task := routed(t, w, "input")
	tab := w.Open(t)
	tab.Enter("unit:03", "/inbox")
	tab.Submit(".unit-card button.main")
	for name, c := range map[string]struct {
		path, body string
		status     int
		shows      string
	}{
		"no reason":                     {"hold", "", 422, `aria-invalid="true"`},
		"a reason that there is not":    {"hold", "code=coffee&note=Typed", 422, "Typed"},
		"a moment that is none":         {"hold", "code=laboratory&review_at=tomorrow", 422, "tomorrow"},
		"a question that is no number":  {"forward", "unit=02&code=other&questions=x", 422, `id="trouble"`},
		"to itself":                     {"forward", "unit=03&code=other&questions=1", 409, `id="trouble"`},
		"an older version":              {"notes", "text=Typed&version=%220%22", 412, "Typed"},
		"a command that is over":        {"decline", "code=other", 409, `id="trouble"`},
		"a breach that there is not":    {"breaches/x", "code=other", 403, `id="trouble"`},
		"nothing answered":              {"answer", "do=send&kind=final", 422, `id="trouble"`},
		"a kind that there is not":      {"answer", "do=send&kind=never&q1.result=refused&q1.refused=other", 422, `class="flaw"`},
		"a result that there is not":    {"answer", "do=send&kind=interim&q1.result=maybe", 422, `id="trouble"`},
		"nothing searched":              {"answer", "do=send&kind=interim&q1.result=verified_negative", 422, `class="flaw"`},
		"no time of the search":         {"answer", "do=send&kind=interim&q1.result=verified_negative&q1.register=A&q1.identifiers=B&q1.from=2018&q1.to=x&q1.role=C&q1.done_at=soon", 422, `class="flaw"`},
		"a size that is none":           {"answer", "do=send&kind=interim&q1.result=refused&q1.refused=other&q1.a1.name=x.pdf&q1.a1.size=-3", 422, `class="flaw"`},
		"a hash that is none":           {"answer", "do=send&kind=interim&q1.result=refused&q1.refused=other&q1.a1.name=x.pdf&q1.a1.sha256=zz", 422, `class="flaw"`},
		"above the ceiling, as script":  {"answer", "do=send&kind=interim&q1.result=held&q1.f1.text=%3Cscript%3E&q1.f1.handling=H9", 422, "&lt;script&gt;"},
		"half an evaluation":            {"answer", "do=send&kind=interim&q1.result=held&q1.f1.text=x&q1.f1.source=A", 422, `class="flaw"`},
		"a draft with strange names":    {"draft", "q1.text=x&q%20%3Cb%3E=y", 422, "unit-state"},
		"a draft of a great many facts": {"draft", "q1.f99999999.text=x", 200, "unit-state"},
	} {
		said := tab.Eval(fmt.Sprintf(`fetch('/tasks/%s/%s', {method: 'POST', redirect: 'manual', body: new URLSearchParams(%q)}).then(async r => r.status + ' ' + await r.text())`, task, c.path, c.body))
		if !strings.HasPrefix(said, fmt.Sprint(c.status)) || !strings.Contains(said, c.shows) {
			t.Errorf("%s: answered %.3s, without %q", name, said, c.shows)
		}
	}
	if long := tab.Eval(fmt.Sprintf(`fetch('/tasks/%s/draft', {method: 'POST', body: new URLSearchParams({'q1.text': 'x'.repeat(2000000)})}).then(r => String(r.status))`, task)); long != "413" {
		t.Errorf("two megabytes are answered %s", long)
	}
}
