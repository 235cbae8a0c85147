package webtest

import (
	"encoding/json"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"

	"verigate/api/client"
	"verigate/deploy"
	"verigate/internal/web"
)

// Failing serves the pages over the world's contract on a line on which what `away` chooses is answered 503, as a gateway does
// whose record is away, and gives their address. It is a world of pages alone.
func (w *World) Failing(t testing.TB, away func(*http.Request) bool) *World {
	t.Helper()
	to, err := url.Parse(w.URL)
	if err != nil {
		t.Fatal(err)
	}
	line := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) }}
	api := http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !away(r) {
			line.ServeHTTP(rw, r)
			return
		}
		rw.Header().Set("Content-Type", "application/problem+json")
		rw.Header().Set("Retry-After", "3")
		rw.WriteHeader(http.StatusServiceUnavailable)
		if err := json.NewEncoder(rw).Encode(client.Problem{Status: http.StatusServiceUnavailable, Code: "unavailable"}); err != nil {
			t.Error(err)
		}
	})
	glossary, err := fs.ReadFile(deploy.Data, "glossary.csv")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := web.New(web.Parts{API: api, Glossary: glossary, Directory: w.Parts.Gateway.Directory, Now: w.options.Now, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(pages)
	t.Cleanup(server.Close)
	return &World{URL: server.URL}
}
