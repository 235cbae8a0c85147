package web_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	parser "golang.org/x/net/html"

	"verigate/api/client"
	"verigate/internal/web"
	"verigate/internal/web/webtest"
)

// sending is a form that somebody sends, with the fields into which words are typed; silent says why it has none.
type sending struct {
	who, words, more, silent string
}

// sendings are all forms of the pages, by their patterns.
func sendings() map[string]sending {
	all := map[string]sending{
		"POST /requests/{id}/routing":          {who: "desk:1", words: "note", more: "other-1=03"},
		"POST /requests/{id}/answers":          {who: "desk:1", words: "text-1", more: "result-1=refused&code-1=other"},
		"POST /requests/{id}/review/return":    {who: "desk:2", words: "text", more: "task={id}-01&code=wording"},
		"POST /requests/{id}/review/consent":   {who: "desk:2", words: "text", more: "fact=f_1&originator=TH"},
		"POST /requests/{id}/review/release":   {who: "desk:2", words: "note", more: "hash=0"},
		"POST /requests/{id}/package":          {who: "desk:1", words: "conditions note", more: "kind=final"},
		"POST /requests/{id}/package/marks":    {silent: "it looks at what is being typed, and is drawn beside it"},
		"POST /tasks/{task}/answer":            {who: "unit:03", words: "q1.text note", more: "kind=final&q1.result=cannot_say&q1.cannot_say=other&do=send"},
		"POST /tasks/{task}/draft":             {silent: "a script sends it beside the form, which stays"},
		"POST /tasks/{task}/accept":            {who: "unit:03"},
		"POST /tasks/{task}/resume":            {who: "unit:03"},
		"POST /now/claim":                      {who: "desk:1", more: "id={id}"},
		"POST /now/call":                       {who: "desk:1", words: "text", more: "id={id}&post=duty-03&again=21:15"},
		"POST /shift/give":                     {who: "desk:1", words: "text", more: "id={id}&number-{id}=VR-1"},
		"POST /shift/take":                     {who: "desk:1", more: "id={id}&number-{id}=VR-1"},
		"POST /shift/on-call":                  {who: "lead", more: "from=2030-01-01T20:00&until=2030-01-02T06:00"},
		"POST /briefing":                       {who: "lead", more: "from=2021-09-01T00:00:00Z&until=2021-09-02T00:00:00Z"},
		"POST /sealed/duty":                    {who: "keeper", more: "compartment=drugs&from=2030-01-01T20:00&until=2030-01-02T06:00"},
		"POST /sealed/keeper":                  {who: "lead", more: "id={id}&person=p_1"},
		"POST /sealed/alarm-test":              {who: "keeper", more: "compartment=drugs"},
		"POST /consents":                       {who: "partner:TH", words: "conditions", more: "id=none&decision=granted"},
		"POST /register":                       {who: "desk:1", words: "statement question-0 remark-0 sender_name", more: "received_at=2021-09-01T10:00&do=enter&questions=3&subjects=3&code-0=COM&kind-0=company&named-0=X"},
		"POST /register/stub":                  {who: "desk:1", words: "own_reference register_number", more: "received_at=2021-09-01T10:00"},
		"POST /retention":                      {who: "lead", more: "do=propose&request={id}+VR-1"},
		"POST /retention/months":               {who: "lead", words: "reason", more: "do=propose&month=2021-09"},
		"POST /admin/screens":                  {who: "lead", words: "label", more: "code=ABCD"},
		"POST /admin/screens/{screen}/removal": {who: "lead"},
		"POST /evidence":                       {silent: "it looks something up and records nothing"},
		"POST /board/search":                   {silent: "it looks something up and records nothing"},
		"POST /board/views":                    {silent: "the browser keeps it, and the gateway is not asked"},
		"POST /portal/new":                     {who: "partner:NG", words: "/purpose/statement /questions/0/text", more: "do=send&zone=UTC&/kind=request&/questions/0/=&/questions/0/n=1"},
		"POST /portal/check":                   {silent: "it checks a number, and is drawn beside it"},
		"POST /portal/{id}/reply":              {who: "partner:NG", words: "/text", more: "do=send&zone=UTC"},
		"POST /portal/{id}/follow-up":          {who: "partner:NG", words: "/text /questions/0/text", more: "do=send&zone=UTC&/questions/0/=&/questions/0/n=1"},
		"POST /portal/{id}/confirmation":       {who: "partner:NG", words: "text", more: "answer=1"},
		"POST /portal/{id}/withdrawal":         {who: "partner:NG", words: "text"},
		"POST /portal/{id}/reopening":          {who: "partner:NG", words: "text"},
	}
	for _, path := range []string{"decline=note", "forward=note", "hold=evidence_reference note", "clarification=text", "assignment=sub_department note", "notes=text", "stop-acknowledgement=note", "hold-confirmation=text", "hold-rejection=text", "breaches/{n}=text"} {
		at, words, _ := strings.Cut(path, "=")
		all["POST /tasks/{task}/"+at] = sending{who: "unit:03", words: words, more: "code=other"}
	}
	for at, words := range map[string]string{
		"claim": "", "take-over": "reason", "hand-over": "reason", "send-to-review": "note", "notes": "text", "agency": "text reference", "clarification": "text", "clarification/rejection": "text",
		"duplicate": "note of", "refusal": "text", "not-competent": "text", "extension": "text", "degree": "text", "policy": "policy calendar", "breaches/{n}/cause": "text",
		"breaches/{n}/annulment": "text", "refusal/approval": "", "refusal/rejection": "text", "correction": "text", "correction/dropped": "text", "recall": "text",
		"reopening": "text", "closure": "note", "handled-outside": "", "legal-hold": "reason", "legal-hold/lifting": "reason", "erasure": "", "erasure/confirmation": "",
		"erasure/dropped": "reason", "keeper": "", "compartment": "named reason", "level": "text", "above-ceiling": "",
	} {
		who := "lead"
		if slices.Contains([]string{"agency", "clarification", "clarification/rejection", "duplicate", "refusal", "not-competent"}, at) {
			who = "desk:1"
		}
		all["POST /requests/{id}/"+at] = sending{who: who, words: words, more: "sure=yes&code=other&due_at=2030-01-01T10:00&recalled=1&proposal=1&level=L1&agreed_in=1"}
	}
	return all
}

// secret are forms whose words prove who somebody is, or that nobody types into: account_test.go has them.
func secret(pattern string) bool {
	return strings.HasPrefix(pattern, "POST /account/") || strings.HasPrefix(pattern, "POST /sign-")
}

// form is what is sent, and the words that have to be there afterwards.
func (s sending) form(t *testing.T, id string) (url.Values, []string) {
	t.Helper()
	form, err := url.ParseQuery(strings.ReplaceAll(s.more, "{id}", id))
	if err != nil {
		t.Fatal(err)
	}
	form.Set("key", "page-refused")
	var words []string
	for i, name := range strings.Fields(s.words) {
		word := fmt.Sprintf("Kho mở <%d> giờ", i)
		form.Set(name, word)
		words = append(words, html.EscapeString(word))
	}
	return form, words
}

// begins says where else than at its one alert a page of a refused form has the focus when it opens; empty: there.
func begins(t *testing.T, page string) string {
	t.Helper()
	tree, err := parser.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var at []string
	for n := range tree.Descendants() {
		if n.Type == parser.ElementNode && has(n, "autofocus") {
			at = append(at, strings.TrimSpace(n.Data+" "+attr(n, "id")+" "+attr(n, "role")+" "+attr(n, "tabindex")))
		}
	}
	if len(at) == 1 && strings.HasSuffix(at[0], " alert -1") {
		return ""
	}
	return fmt.Sprintf("%q", at)
}

// Whatever a form is answered with but that it was done, what was typed into it is on the page that follows, which says what has
// happened: all forms of all pages, so that a new one cannot be forgotten.
func TestARefusedFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	id, ended := w.Submit(t, "S01", "refused-1"), w.Submit(t, "S01", "refused-2", func(body map[string]any) { body["own_reference"] = "ENDED/1" })
	w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+id+"-01/acceptance", map[string]any{})
	w.Must(t, "partner:NG", http.MethodPost, "/v1/verification-requests/"+ended+"/withdrawal", map[string]any{})
	w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+ended+"-01/stop-acknowledgement", map[string]any{})
	cookies := map[string]string{"": "verigate-language=en"}
	for _, who := range []string{"desk:1", "desk:2", "lead", "keeper", "unit:03", "partner:NG", "partner:TH"} {
		cookies[who] = "verigate-language=en; " + w.Cookie(t, who)
	}
	webtest.Eventually(t, 20*time.Second, "the board has both", func() bool {
		raw := string(w.Call(t, "desk:1", http.MethodGet, "/v1/board?limit=200", nil).Raw)
		return strings.Contains(raw, id)
	})
	var answer atomic.Pointer[client.Problem]
	pages := w.Refusing(t, func(r *http.Request) *client.Problem {
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			return nil
		}
		return answer.Load()
	})
	all, seen := sendings(), 0
	for _, pattern := range web.Patterns() {
		if !strings.HasPrefix(pattern, "POST ") || secret(pattern) {
			continue
		}
		s, known := all[pattern]
		if !known {
			t.Errorf("%s: nobody has said what is typed into it", pattern)
		}
		seen++
		if s.silent != "" || !known {
			continue
		}
		path := strings.NewReplacer("POST ", "", "{id}", id, "{task}", id+"-01", "{n}", "1", "{screen}", "s_1").Replace(pattern)
		check := func(what string, from *webtest.World, cookies, path, id string, status int) {
			t.Helper()
			form, words := s.form(t, id)
			page := from.Visit(t, cookies, path, form, "Sec-Fetch-Site", "same-origin")
			if status == 0 && page.Status == http.StatusSeeOther { // it was done
				return
			}
			if strings.HasPrefix(path, "/shift/") && page.Status == http.StatusConflict { // of several, each with its own reason
				status = http.StatusConflict
			}
			if status != 0 && page.Status != status || page.Status < http.StatusBadRequest {
				t.Errorf("%s, %s: %d to %q", pattern, what, page.Status, page.To)
				return
			}
			for _, word := range words {
				if !strings.Contains(page.Body, word) {
					t.Errorf("%s, %s: the page lacks %q", pattern, what, word)
				}
			}
			if !strings.Contains(page.Body, `role="alert"`) {
				t.Errorf("%s, %s: it is not said what has happened", pattern, what)
			}
			if at := begins(t, page.Body); at != "" {
				t.Errorf("%s, %s: the page does not begin at what has happened: %s", pattern, what, at)
			}
		}
		for _, p := range []client.Problem{
			{Status: http.StatusConflict, Code: "wrong_state"},
			{Status: http.StatusPreconditionFailed, Code: "stale"},
			{Status: http.StatusUnprocessableEntity, Code: "invalid_body"},
			{Status: http.StatusForbidden, Code: "not_permitted"},
			{Status: http.StatusTooManyRequests, Code: "too_many_requests"},
			{Status: http.StatusServiceUnavailable, Code: "unavailable"},
		} {
			answer.Store(&p)
			check(p.Code, pages, cookies[s.who], path, id, p.Status)
		}
		check("a session that is over", w, cookies[""], path, id, http.StatusUnauthorized)
		if strings.Contains(path, id) { // of one that has ended no form is offered any more
			check("an end", w, cookies[s.who], strings.ReplaceAll(path, id, ended), ended, 0)
		}
	}
	if seen != len(all) {
		t.Errorf("%d forms are sent, and %d are known", seen, len(all))
	}
}
