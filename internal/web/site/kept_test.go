package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// What is not taken because the record is away, or because who sends it has to prove once more who they are, is not typed
// twice: the page that says why holds all of it, to be sent once more as the same form.
func TestAFormThatWasNotTakenIsKept(t *testing.T) {
	t.Parallel()
	s, e := made(t, nil)
	ours := []string{"Sec-Fetch-Site", "same-origin", "Accept-Language", "en", "Cookie", "who=Lan"}
	form := url.Values{"key": {"page-1"}, "from": {"/page"}, "text": {"Hai dòng\r\n\"<b>\""}, "id": {"b", "a"}, "do": {"confirm"}}
	holds := func(what string, r *http.Response, status int, wanted ...string) {
		t.Helper()
		page := body(t, r)
		if r.StatusCode != status || r.Header.Get("Location") != "" || r.Header.Get("HX-Redirect") != "" {
			t.Errorf("%s: %d to %q %q", what, r.StatusCode, r.Header.Get("Location"), r.Header.Get("HX-Redirect"))
		}
		for _, one := range append(wanted, `name="key" value="page-1"`, `name="text" value="Hai dòng`+"\r\n"+`&#34;&lt;b&gt;&#34;"`,
			`name="id" value="b"><input type="hidden" name="id" value="a"`, `name="do" value="confirm"`, `role="alert"`) {
			if !strings.Contains(page, one) {
				t.Errorf("%s: the page lacks %s: %s", what, one, page)
			}
		}
	}
	holds("a proof that ran out", ask(t, s, http.MethodPost, "/grave", form, ours...), http.StatusForbidden,
		`<form method="post" action="/grave">`, `href="/account/proof?to=%2Fpage" target="_blank"`, "Nothing was recorded")
	holds("an account that is not in order", ask(t, s, http.MethodPost, "/undone", form, ours...), http.StatusForbidden, `href="/account" target="_blank"`)
	pressed := ask(t, s, http.MethodPost, "/grave", form, append(ours, "HX-Request", "true", "HX-Source", "button#add")...)
	if got := pressed.Header.Get("HX-Retarget"); got != "#main" {
		t.Errorf("what a button of a part sends is shown in %q", got)
	}
	holds("a button of a part", pressed, http.StatusForbidden)

	holds("a limit", ask(t, s, http.MethodPost, "/busy", form, ours...), http.StatusTooManyRequests, "Nothing was recorded", "1\u00a0min")

	keyless := url.Values{"text": {"Once."}}
	holds("a record that is away", ask(t, s, http.MethodPost, "/away", form, ours...), http.StatusServiceUnavailable,
		`<form method="post" action="/away">`, "it is done once", "1\u00a0min")
	if page := body(t, ask(t, s, http.MethodPost, "/away", keyless, ours...)); strings.Contains(page, "it is done once") || !strings.Contains(page, `value="Once."`) {
		t.Errorf("a form without a key: %s", page)
	}
	if vi := body(t, ask(t, s, http.MethodPost, "/away", form, "Sec-Fetch-Site", "same-origin", "Cookie", "who=Lan")); !strings.Contains(vi, "Nội dung quý vị đã nhập được giữ trong trang này") {
		t.Errorf("in Vietnamese: %s", vi)
	}
	if page := body(t, ask(t, s, http.MethodPost, "/away", form, "Cookie", "who=Lan")); strings.Contains(page, "Hai dòng") {
		t.Errorf("what another site sends is shown: %s", page)
	}
	e.away.Store(true) // not even who sends it can be asked
	holds("a gateway that does not know who sends it", ask(t, s, http.MethodPost, "/go", form, ours...), http.StatusServiceUnavailable)
	if page := body(t, ask(t, s, http.MethodPost, "/secret", url.Values{"password": {"swordfish"}}, ours...)); strings.Contains(page, "swordfish") {
		t.Errorf("a secret is shown: %s", page)
	}
}
