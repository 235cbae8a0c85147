package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Whose form is not there any more when it is sent, because somebody else has acted or the object is hidden by now, has the words
// before them to copy: a page of its own says why, and there is no form to send again.
func TestWhatWasTypedIsThereToCopyWhenItsFormIsGone(t *testing.T) {
	t.Parallel()
	s, _ := made(t, nil)
	ours := []string{"Sec-Fetch-Site", "same-origin", "Accept-Language", "en", "Cookie", "who=Lan"}
	form := url.Values{
		"key": {"page-1"}, "version": {`"7"`}, "id": {"01jc5x5z8n3q4r5s6t7v8w9x0y"}, "code": {"goods_moved"},
		"text": {"\nHai dòng\r\n\"<b>\" " + strings.Repeat("x", 5000)}, "note": {"Once more."},
	}
	for path, status := range map[string]int{"/hidden": http.StatusNotFound, "/conflict": http.StatusConflict} {
		r := ask(t, s, http.MethodPost, path, form, ours...)
		page := body(t, r)
		if r.StatusCode != status {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
		for _, wanted := range []string{"readonly>\nHai dòng\r\n&#34;&lt;b&gt;&#34; xxx", "\nOnce more.</textarea>", "What you typed is here, to be copied", `data-code="`} {
			if !strings.Contains(page, wanted) {
				t.Errorf("%s: the page lacks %q: %s", path, wanted, page)
			}
		}
		for _, none := range []string{"page-1", "goods_moved", "01jc5x5z8n3q4r5s6t7v8w9x0y", "&#34;7&#34;"} {
			if strings.Contains(page, none) {
				t.Errorf("%s: the page shows %q, which nobody typed", path, none)
			}
		}
		if page := body(t, ask(t, s, http.MethodPost, path, form, "Cookie", "who=Lan")); strings.Contains(page, "Once more") {
			t.Errorf("%s: what another site sends is shown: %s", path, page)
		}
		if page := body(t, ask(t, s, http.MethodPost, path, url.Values{"key": {"page-1"}, "code": {"goods_moved"}}, ours...)); strings.Contains(page, "to be copied") {
			t.Errorf("%s: nothing was typed: %s", path, page)
		}
	}
	// Of a page that answers a form the display leads to a page, not to the form's address.
	for path, to := range map[string]string{"/page/refused/now": "/page", "/conflict": "/"} {
		if page := body(t, ask(t, s, http.MethodPost, path, form, ours...)); !strings.Contains(page, `action="/settings" class="panel"><input type="hidden" name="to" value="`+to+`">`) {
			t.Errorf("%s: the language is chosen for another page: %s", path, page)
		}
	}
	if vi := body(t, ask(t, s, http.MethodPost, "/hidden", form, "Sec-Fetch-Site", "same-origin", "Cookie", "who=Lan")); !strings.Contains(vi, "Nội dung quý vị đã nhập còn ở đây để sao chép") {
		t.Errorf("in Vietnamese: %s", vi)
	}
}

// The address of a form that was refused stays in the browser. Opened again, as a telephone does with a page that it had put away,
// it leads to the form's page; an address that is nothing stays nothing.
func TestTheAddressOfAFormLeadsToItsPage(t *testing.T) {
	t.Parallel()
	s, _ := made(t, nil)
	for path, want := range map[string]string{"/page/refused/now": "/page", "/page/nothing": "", "/hidden": "", "/page/refused": ""} {
		r := ask(t, s, http.MethodGet, path, nil, "Cookie", "who=Lan")
		if got := r.Header.Get("Location"); got != want || want == "" && r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d to %q", path, r.StatusCode, got)
		}
	}
}
