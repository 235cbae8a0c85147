package site_test

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/directory"
	"verigate/internal/web/site"
)

// edge stands in for the REST edge: whoever has the cookie is signed in, and each call is kept. While it is away it says so.
type edge struct {
	away atomic.Bool

	mu    sync.Mutex
	calls []*http.Request
}

func (e *edge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	e.calls = append(e.calls, r)
	e.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if e.away.Load() {
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
		_ = json.NewEncoder(w).Encode(client.Problem{Status: http.StatusServiceUnavailable, Code: "catching_up"})
		return
	}
	c, err := r.Cookie("who")
	if err != nil {
		w.WriteHeader(http.StatusUnauthorized)
		_ = json.NewEncoder(w).Encode(client.Problem{Status: http.StatusUnauthorized, Code: "unauthenticated"})
		return
	}
	_ = json.NewEncoder(w).Encode(client.Session{Label: c.Value, Person: "p_1", Roles: []string{"LEAD"}})
}

// made is a site of one group, whose pages show what the tests are about.
func made(t *testing.T, welcome site.Handler) (*site.Site, *edge) {
	t.Helper()
	refuse := func(status int, code string) site.Handler {
		return func(*site.Visit) error {
			return errors.Join(errors.New("while asking"), &site.Problem{Problem: client.Problem{Status: status, Code: code}, Retry: 90 * time.Second})
		}
	}
	group := site.Group{
		Files: fstest.MapFS{
			"page.html":       {Data: []byte(`{{define "page"}}{{template "top" .Frame}}<h1>{{.Title}}</h1><p>{{.Person}}</p>{{template "bottom" .Frame}}{{end}}`)},
			"text.vi.json":    {Data: []byte(`{"group.title": "Trang", "group.menu": "Mục"}`)},
			"text.en.json":    {Data: []byte(`{"group.title": "Page", "group.menu": "Entry"}`)},
			"assets/group.js": {Data: []byte(strings.Repeat("let a = 1;\n", 200))},
		},
		Menu: []site.Entry{{Text: "group.menu", Path: "/page", Operation: access.OpGetReference, Place: 1}},
		Pages: []site.Page{
			{Pattern: "GET /page", Handle: func(v *site.Visit) error {
				return v.Show("page", struct{ site.Frame }{v.Frame("group.title")})
			}},
			{Pattern: "POST /go", Handle: func(v *site.Visit) error { return v.Go(v.Form("to")) }},
			{Pattern: "GET /absent", Handle: refuse(http.StatusNotFound, "not_found")},
			{Pattern: "GET /busy", Handle: refuse(http.StatusTooManyRequests, "too_many_requests")},
			{Pattern: "GET /unfinished", Handle: refuse(http.StatusForbidden, "account_unfinished")},
			{Pattern: "GET /grave", Handle: refuse(http.StatusForbidden, "proof_needed")},
			{Pattern: "POST /grave", Handle: refuse(http.StatusForbidden, "proof_needed")},
			{Pattern: "POST /undone", Handle: refuse(http.StatusForbidden, "account_unfinished")},
			{Pattern: "POST /busy", Handle: refuse(http.StatusTooManyRequests, "too_many_requests")},
			{Pattern: "POST /away", Handle: refuse(http.StatusServiceUnavailable, "unavailable")},
			{Pattern: "GET /over", Handle: refuse(http.StatusUnauthorized, "unauthenticated")},
			{Pattern: "POST /over", Handle: refuse(http.StatusUnauthorized, "unauthenticated")},
			{Pattern: "POST /hidden", Handle: refuse(http.StatusNotFound, "not_found")},
			{Pattern: "POST /page/refused/now", Handle: func(v *site.Visit) error {
				return v.ShowAs(http.StatusConflict, "page", struct{ site.Frame }{v.Frame("group.title")})
			}},
			{Pattern: "POST /conflict", Handle: refuse(http.StatusConflict, "conflict")},
			{Pattern: "POST /secret", Handle: refuse(http.StatusUnauthorized, "unauthenticated"), Secret: true},
			{Pattern: "GET /defect", Handle: func(*site.Visit) error { return errors.New("the password is swordfish") }},
		},
	}
	e := &edge{}
	s, err := site.New(site.Parts{
		API: e, Glossary: []byte("id,en,vi\n"), Directory: func() *directory.Directory { return nil }, Welcome: welcome, Groups: []site.Group{group},
		Now: time.Now, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, e
}

func ask(t *testing.T, s http.Handler, method, target string, form url.Values, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// The edge is asked as the browser that visits, from where it is: by its cookies, and with what it says of the page that
// sends it. Nothing else of a visit reaches it.
func TestAPageAsksAsItsVisitorAndPassesOnNothingElse(t *testing.T) {
	t.Parallel()
	s, e := made(t, nil)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://gateway.example/page", nil)
	passed := map[string]string{"Cookie": "who=Lan", "Origin": "http://gateway.example", "Sec-Fetch-Site": "same-origin", "X-Request-Id": "of-the-visit"}
	for name, value := range passed {
		r.Header.Set(name, value)
	}
	for _, name := range []string{"Authorization", "X-Forwarded-For", "Forwarded", "Idempotency-Key", "If-Match", "Signature", "Accept-Language"} {
		r.Header.Set(name, "anything")
	}
	r.RemoteAddr = "192.0.2.7:4711"
	s.ServeHTTP(httptest.NewRecorder(), r)
	if len(e.calls) != 2 { // who visits, and what alarms them
		t.Fatalf("%d calls", len(e.calls))
	}
	for i, path := range []string{"/v1/session", "/v1/on-call"} {
		got := e.calls[i]
		if got.URL.Path != path || got.Host != "gateway.example" || got.RemoteAddr != "192.0.2.7:4711" || got.TLS != nil {
			t.Errorf("%s at %s from %s", got.URL, got.Host, got.RemoteAddr)
		}
		for name := range got.Header {
			if passed[name] == "" || got.Header.Get(name) != passed[name] {
				t.Errorf("%s: %q", name, got.Header.Values(name))
			}
		}
		if want := len(passed); len(got.Header) != want {
			t.Errorf("%s: %d headers, want %d: %v", path, len(got.Header), want, slices.Sorted(maps.Keys(got.Header)))
		}
	}
}

func TestAWayBackStaysOnThisSite(t *testing.T) {
	t.Parallel()
	s, _ := made(t, nil)
	for to, want := range map[string]string{
		"/page": "/page", "/page?a=b#c": "/page?a=b#c", "/": "/",
		"": "/", "page": "/", "https://evil.example/": "/", "//evil.example": "/", "///evil.example": "/", `/\evil.example`: "/", `\\evil.example`: "/",
		"/\\/evil.example": "/", "/\tevil": "/", "/\r\nSet-Cookie: a=b": "/", "/\x00": "/", "javascript:alert(1)": "/", "data:text/html,x": "/",
	} {
		r := ask(t, s, http.MethodPost, "/go", url.Values{"to": {to}})
		if got := r.Header.Get("Location"); r.StatusCode != http.StatusSeeOther || got != want {
			t.Errorf("%q leads to %q (%d)", to, got, r.StatusCode)
		}
	}
}

func TestWhatAVisitorCannotDoLeadsToWhereItIsDone(t *testing.T) {
	t.Parallel()
	s, _ := made(t, nil)
	for _, test := range []struct{ method, target, from, to string }{
		{http.MethodGet, "/over?a=b", "", "/sign-in?to=%2Fover%3Fa%3Db"},
		{http.MethodPost, "/over", "", "/sign-in?to=%2F"}, // of who does not say that a page of ours sent it
		{http.MethodGet, "/unfinished", "", "/account"},
		{http.MethodGet, "/grave", "", "/account/proof?to=%2Fgrave"},
		{http.MethodPost, "/grave", "/page", "/account/proof?to=%2Fpage"},
	} {
		r := ask(t, s, test.method, test.target, url.Values{"from": {test.from}})
		if got := r.Header.Get("Location"); r.StatusCode != http.StatusSeeOther || got != test.to {
			t.Errorf("%s %s leads to %q (%d)", test.method, test.target, got, r.StatusCode)
		}
		within := ask(t, s, test.method, test.target, url.Values{"from": {test.from}}, "HX-Request", "true")
		if test.method == http.MethodPost && (within.StatusCode != http.StatusNoContent || within.Header.Get("HX-Redirect") != test.to) {
			t.Errorf("a part of %s: %d, %q", test.target, within.StatusCode, within.Header.Get("HX-Redirect"))
		}
	}
}

// What a page asks for by itself, or by a link that opens a part of it, does not lead away from what was typed there.
func TestAPartOfAPageStaysAsTheSessionEnds(t *testing.T) {
	t.Parallel()
	s, _ := made(t, nil)
	for target, header := range map[string][]string{"/over": {"HX-Request", "true"}, "/hidden": {"HX-Request", "true"}, "/over?stream": {"Accept", "text/event-stream"}} {
		r := ask(t, s, http.MethodGet, target, nil, header...)
		if h := r.Header; r.StatusCode != http.StatusUnauthorized || h.Get("HX-Redirect") != "" || h.Get("HX-Reswap") != "none" || body(t, r) != "" {
			t.Errorf("%s: %d %v", target, r.StatusCode, h)
		}
	}
	if r := ask(t, s, http.MethodGet, "/hidden", nil, "HX-Request", "true", "Cookie", "who=Lan"); r.StatusCode != http.StatusNotFound {
		t.Errorf("what is hidden from who is signed in: %d", r.StatusCode)
	}
}

// Who typed for longer than a session lasts keeps what they typed, to send it again as the same form: its key with it.
func TestAFormOutlivesTheSession(t *testing.T) {
	t.Parallel()
	s, _ := made(t, nil)
	form := url.Values{"key": {"page-1"}, "text": {"Hai dòng\r\n\"<b>\""}, "id": {"b", "a"}, "do": {"add:/questions"}}
	ours := []string{"Sec-Fetch-Site", "same-origin", "Accept-Language", "en"}
	r := ask(t, s, http.MethodPost, "/over?a=b", form, ours...)
	page := body(t, r)
	if r.StatusCode != http.StatusUnauthorized || !strings.Contains(page, "Your session is over") {
		t.Fatalf("%d to %q: %s", r.StatusCode, r.Header.Get("Location"), page)
	}
	for _, wanted := range []string{
		`<form method="post" action="/over?a=b">`, `name="key" value="page-1"`, `name="text" value="Hai dòng` + "\r\n" + `&#34;&lt;b&gt;&#34;"`,
		`name="id" value="b"><input type="hidden" name="id" value="a"`, `name="do" value="add:/questions"`, `href="/sign-in" target="_blank"`,
	} {
		if !strings.Contains(page, wanted) {
			t.Errorf("the page lacks %s: %s", wanted, page)
		}
	}
	if vi := body(t, ask(t, s, http.MethodPost, "/over", form, "Sec-Fetch-Site", "same-origin")); !strings.Contains(vi, "Phiên làm việc đã hết") {
		t.Errorf("in Vietnamese: %s", vi)
	}

	pressed := ask(t, s, http.MethodPost, "/over", form, append(ours, "HX-Request", "true", "HX-Source", "button#add")...)
	if h := pressed.Header; pressed.StatusCode != http.StatusUnauthorized || h.Get("HX-Redirect") != "" || h.Get("HX-Retarget") != "#main" || !strings.Contains(body(t, pressed), `name="key" value="page-1"`) {
		t.Errorf("a button of a part: %d %v", pressed.StatusCode, h)
	}
	typing := ask(t, s, http.MethodPost, "/over", form, append(ours, "HX-Request", "true", "HX-Source", "textarea#q-1-text")...)
	if h := typing.Header; typing.StatusCode != http.StatusUnauthorized || h.Get("HX-Redirect") != "" || h.Get("HX-Reswap") != "none" || body(t, typing) != "" {
		t.Errorf("a field that is typed in: %d %v", typing.StatusCode, h)
	}

	if hidden := ask(t, s, http.MethodPost, "/hidden", form, ours...); !strings.Contains(body(t, hidden), `name="key" value="page-1"`) {
		t.Errorf("a page that hides from strangers: %d", hidden.StatusCode)
	}
	if hidden := ask(t, s, http.MethodPost, "/hidden", form, append(ours, "Cookie", "who=Lan")...); hidden.StatusCode != http.StatusNotFound {
		t.Errorf("a page that hides from who is signed in: %d", hidden.StatusCode)
	}

	for what, header := range map[string][]string{
		"another site": {"Sec-Fetch-Site", "cross-site"}, "a sister site": {"Sec-Fetch-Site", "same-site"}, "the bar of addresses": {"Sec-Fetch-Site", "none"}, "nobody": nil,
	} {
		r := ask(t, s, http.MethodPost, "/over", form, header...)
		if page := body(t, r); r.StatusCode != http.StatusSeeOther || strings.Contains(page, "Hai dòng") {
			t.Errorf("what %s sends is shown: %d %s", what, r.StatusCode, page)
		}
	}
	secret := ask(t, s, http.MethodPost, "/secret", url.Values{"password": {"swordfish"}}, ours...)
	if page := body(t, secret); secret.StatusCode != http.StatusSeeOther || strings.Contains(page, "swordfish") {
		t.Errorf("a secret is shown: %d %s", secret.StatusCode, page)
	}
}

// A form that cannot be taken whole is not taken as an empty one: its sender is told so, and what to do.
func TestAFormThatCannotBeReadIsRefused(t *testing.T) {
	t.Parallel()
	s, e := made(t, nil)
	for language, words := range map[string][2]string{
		"en": {"at most 1 MiB (1,048,576 bytes)", "Go back in the browser"}, "vi": {"không quá 1 MiB (1.048.576 byte)", "Quay lại trang trước"},
	} {
		form := url.Values{"to": {"/page"}, "text": {strings.Repeat("Đ", 200_000)}} // 1.2 MB as it is sent
		for _, target := range []string{"/go", "/over", "/alarm", "/none/such"} {
			r := ask(t, s, http.MethodPost, target, form, "Cookie", "who=Lan", "Accept-Language", language)
			page := body(t, r)
			if r.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(page, words[0]) || !strings.Contains(page, words[1]) {
				t.Errorf("%s in %s: %d %s", target, language, r.StatusCode, page)
			}
		}
	}
	for what, sent := range map[string]string{"an escape that is none": "to=%zz", "a semicolon": "to=/page;a=b"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/go", strings.NewReader(sent))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept-Language", "en")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if page := w.Body.String(); w.Code != http.StatusBadRequest || !strings.Contains(page, "cannot be read") {
			t.Errorf("%s: %d %s", what, w.Code, page)
		}
	}
	for _, c := range e.calls {
		if path := c.URL.Path; path != "/v1/session" && path != "/v1/on-call" {
			t.Errorf("the edge was asked %s", path)
		}
	}
	if r := ask(t, s, http.MethodPost, "/go", url.Values{"to": {"/page"}, "text": {strings.Repeat("a", 1_000_000)}}); r.StatusCode != http.StatusSeeOther {
		t.Errorf("a form within the limit: %d", r.StatusCode)
	}
}

func TestAProblemIsAPageWithItsStatusAndADefectTellsNothing(t *testing.T) {
	t.Parallel()
	s, _ := made(t, nil)
	for target, want := range map[string]int{
		"/absent": http.StatusNotFound, "/none/such": http.StatusNotFound, "/busy": http.StatusTooManyRequests, "/defect": http.StatusInternalServerError,
	} {
		r := ask(t, s, http.MethodGet, target, nil, "Accept-Language", "en", "Cookie", "who=Lan")
		page := body(t, r)
		if r.StatusCode != want || !strings.Contains(page, `class="trouble"`) || r.Header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("%s: %d %s", target, r.StatusCode, page)
		}
		if strings.Contains(page, "swordfish") || strings.Contains(page, "while asking") {
			t.Errorf("%s tells of the defect: %s", target, page)
		}
		if !strings.HasPrefix(r.Header.Get("Content-Security-Policy"), "default-src 'self'; ") || strings.Contains(r.Header.Get("Content-Security-Policy"), "unsafe") {
			t.Errorf("%s: the policy is %q", target, r.Header.Get("Content-Security-Policy"))
		}
		if retry := strings.Contains(page, "1\u00a0min"); retry != (target != "/defect" && target != "/none/such") { // those two do not say
			t.Errorf("%s says when to come back: %t", target, retry)
		}
	}
}

func TestAVisitorBeginsWithTheFirstPageOfTheMenu(t *testing.T) {
	t.Parallel()
	s, _ := made(t, nil)
	for cookie, want := range map[string]string{"who=Lan": "/page", "": "/sign-in"} {
		if got := ask(t, s, http.MethodGet, "/", nil, "Cookie", cookie).Header.Get("Location"); got != want {
			t.Errorf("%q begins at %s", cookie, got)
		}
	}
	welcomed, _ := made(t, func(v *site.Visit) error { return v.Go("/welcome") })
	if got := ask(t, welcomed, http.MethodGet, "/", nil).Header.Get("Location"); got != "/welcome" {
		t.Errorf("a stranger to a demonstration begins at %s", got)
	}
	page := body(t, ask(t, s, http.MethodGet, "/page", nil, "Cookie", "who=<b>Lan</b>", "Accept-Language", "vi"))
	if !strings.Contains(page, `<a href="/page" aria-current="page">Mục</a>`) || strings.Contains(page, "<b>Lan") {
		t.Errorf("%s", page)
	}
}

var asset = regexp.MustCompile(`/assets/([0-9a-f]{16})/([a-z.-]+)`)

func TestAFileLiesUnderTheHashOfItsContentForEver(t *testing.T) {
	t.Parallel()
	s, _ := made(t, nil)
	page := body(t, ask(t, s, http.MethodGet, "/page", nil))
	found := asset.FindAllStringSubmatch(page, -1)
	if len(found) < 4 {
		t.Fatalf("%s", page)
	}
	for _, f := range found {
		r, zipped := ask(t, s, http.MethodGet, f[0], nil), ask(t, s, http.MethodGet, f[0], nil, "Accept-Encoding", "gzip, br")
		plain := body(t, r)
		if r.StatusCode != http.StatusOK || r.Header.Get("Content-Encoding") != "" || r.Header.Get("Vary") != "Accept-Encoding" ||
			r.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || r.Header.Get("Content-Type") == "" {
			t.Errorf("%s: %d %v", f[2], r.StatusCode, r.Header)
		}
		unpacked, err := gzip.NewReader(zipped.Body)
		if err != nil {
			t.Fatalf("%s: %v", f[2], err)
		}
		if b, err := io.ReadAll(unpacked); err != nil || string(b) != plain || zipped.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: compressed it is another, or %v", f[2], err)
		}
		for _, other := range []string{"/assets/0000000000000000/" + f[2], "/assets/" + f[1] + "/none.js", "/assets/" + f[1] + "/" + f[2] + "/x"} {
			if got := ask(t, s, http.MethodGet, other, nil); got.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %d", other, got.StatusCode)
			}
		}
	}
}

func TestWhatAReaderChoosesIsKeptInTheBrowserAlone(t *testing.T) {
	t.Parallel()
	s, e := made(t, nil)
	chosen := url.Values{"language": {"en"}, "theme": {"dark"}, "keys": {"off"}, "zone": {"America/Argentina/Buenos_Aires"}, "to": {"/page"}}
	r := ask(t, s, http.MethodPost, "/settings", chosen)
	if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/page" || len(r.Cookies()) != 4 {
		t.Fatalf("%d %v", r.StatusCode, r.Header)
	}
	var kept []string
	for _, c := range r.Cookies() {
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.MaxAge != 365*24*3600 || c.Secure {
			t.Errorf("%+v", c)
		}
		kept = append(kept, c.Name+"="+c.Value)
	}
	page := body(t, ask(t, s, http.MethodGet, "/page", nil, "Cookie", strings.Join(kept, "; "), "Accept-Language", "vi"))
	if !strings.Contains(page, `<html lang="en" dir="ltr" data-theme="dark" data-keys="off"`) {
		t.Errorf("%.400s", page)
	}
	for _, c := range e.calls {
		if c.URL.Path != "/v1/session" {
			t.Errorf("the edge is told: %s", c.URL)
		}
	}
	for name, values := range map[string]url.Values{
		"what there is not": {"language": {"fr"}, "theme": {"pink"}, "keys": {"maybe"}, "zone": {"Mars/Olympus"}},
		"a path":            {"zone": {"../../etc/passwd"}}, "the machine's zone": {"zone": {"Local"}}, "nothing": {},
		"a way out": {"to": {"//evil.example"}},
	} {
		r := ask(t, s, http.MethodPost, "/settings", values)
		if len(r.Cookies()) != 0 || r.Header.Get("Location") != "/" {
			t.Errorf("%s: %v to %s", name, r.Cookies(), r.Header.Get("Location"))
		}
	}
	odd := body(t, ask(t, s, http.MethodGet, "/page", nil, "Cookie", "verigate-theme=x\"onload=; verigate-zone=..; verigate-language=zz; verigate-keys=1"))
	if !strings.Contains(odd, `<html lang="vi" dir="ltr" data-theme="auto" data-keys="on"`) {
		t.Errorf("%.400s", odd)
	}
}

func TestASiteIsWholeOrNone(t *testing.T) {
	t.Parallel()
	texts := fstest.MapFS{"text.vi.json": {Data: []byte(`{}`)}, "text.en.json": {Data: []byte(`{}`)}, "x.html": {Data: []byte(`{{define "x"}}{{end}}`)}}
	with := func(name, content string) fstest.MapFS {
		f := maps.Clone(texts)
		f[name] = &fstest.MapFile{Data: []byte(content)}
		return f
	}
	for name, test := range map[string]struct {
		files fstest.MapFS
		want  string
	}{
		"a page that is no template": {with("x.html", `{{define "x"}}`), "parse pages"},
		"a text that is the site's":  {with("text.vi.json", `{"frame.skip": "x"}`), "given twice"},
		"a file that is the site's":  {with("assets/app.js", "x"), "two groups have a file app.js"},
	} {
		_, err := site.New(site.Parts{API: http.NotFoundHandler(), Glossary: []byte("id,en,vi\n"), Now: time.Now, Groups: []site.Group{{Files: test.files}}})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
