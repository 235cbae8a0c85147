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

// Failing is Refusing of what `away` chooses, as by a gateway whose record is away.
func (w *World) Failing(t testing.TB, away func(*http.Request) bool) *World {
	t.Helper()
	return w.Refusing(t, func(r *http.Request) *client.Problem {
		if !away(r) {
			return nil
		}
		return &client.Problem{Status: http.StatusServiceUnavailable, Code: "unavailable"}
	})
}

// Refusing serves the pages over the world's contract on a line on which some calls are answered with a problem; nil: the world
// answers. It gives their address, and is a world of pages alone.
func (w *World) Refusing(t testing.TB, refused func(*http.Request) *client.Problem) *World {
	t.Helper()
	to, err := url.Parse(w.URL)
	if err != nil {
		t.Fatal(err)
	}
	line := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) }}
	api := http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		p := refused(r)
		if p == nil {
			line.ServeHTTP(rw, r)
			return
		}
		rw.Header().Set("Content-Type", "application/problem+json")
		if p.Status == http.StatusServiceUnavailable || p.Status == http.StatusTooManyRequests {
			rw.Header().Set("Retry-After", "3")
		}
		rw.WriteHeader(p.Status)
		if err := json.NewEncoder(rw).Encode(p); err != nil {
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
