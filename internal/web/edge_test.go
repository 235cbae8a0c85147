package web_test

import (
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"verigate/deploy"
	"verigate/internal/directory"
	"verigate/internal/web"
	"verigate/internal/web/webtest"
)

func send(t *testing.T, to, path string, header ...string) *http.Response {
	t.Helper()
	form := url.Values{"who": {"desk:1"}, "to": {"/demo"}}
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		q.Header.Set(header[i], header[i+1])
	}
	stay := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Timeout: 30 * time.Second}
	r, err := stay.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	return r
}

// What a page of another site makes a browser send is refused before any page of ours hears of it.
func TestAFormOfAnotherSiteIsRefused(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	for _, path := range []string{"/demo/enter", "/settings", "/sign-in", "/sign-out", "/account/password"} {
		for name, header := range map[string][]string{
			"another site":    {"Sec-Fetch-Site", "cross-site"},
			"a sister site":   {"Sec-Fetch-Site", "same-site"},
			"another origin":  {"Origin", "https://evil.example"},
			"a page of none":  {"Origin", "null"},
			"another port":    {"Origin", "http://127.0.0.1:1"},
			"a claim of both": {"Origin", w.URL, "Sec-Fetch-Site", "cross-site"},
		} {
			r := send(t, w.URL, path, header...)
			if r.StatusCode != http.StatusForbidden || len(r.Cookies()) != 0 {
				t.Errorf("%s from %s: %d, cookies %v", path, name, r.StatusCode, r.Cookies())
			}
		}
	}
	for name, header := range map[string][]string{
		"our own page": {"Origin", w.URL, "Sec-Fetch-Site", "same-origin"}, "an old browser": {"Origin", w.URL}, "no browser": {},
	} {
		if r := send(t, w.URL, "/demo/enter", header...); r.StatusCode != http.StatusSeeOther || len(r.Cookies()) != 1 {
			t.Errorf("%s: %d, cookies %v", name, r.StatusCode, r.Cookies())
		}
	}
}

func TestOnlyADemonstrationLetsAnybodyInAsAnybody(t *testing.T) {
	t.Parallel()
	glossary, err := fs.ReadFile(deploy.Data, "glossary.csv")
	if err != nil {
		t.Fatal(err)
	}
	s, err := web.New(web.Parts{
		API: http.HandlerFunc(strangers), Glossary: glossary, Directory: func() *directory.Directory { return nil }, Now: time.Now,
		Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	for path, want := range map[string]int{"/demo/enter": http.StatusNotFound, "/settings": http.StatusSeeOther} {
		if r := send(t, server.URL, path); r.StatusCode != want || len(r.Cookies()) != 0 {
			t.Errorf("%s: %d, cookies %v", path, r.StatusCode, r.Cookies())
		}
	}
}

// strangers is an edge at which nobody is signed in.
func strangers(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = w.Write([]byte(`{"status":401,"code":"unauthenticated"}`))
}
