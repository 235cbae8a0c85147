package web_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"verigate/internal/web"
	"verigate/internal/web/story"
)

func TestOnlyADemonstrationHasItsPages(t *testing.T) {
	t.Parallel()
	strangers := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"status": 401, "code": "unauthenticated"}`))
	})
	s, err := web.New(web.Parts{API: strangers, Now: time.Now, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	for _, call := range []string{
		"GET /demo", "GET /demo/board", "POST /demo/enter", "GET /demo/story", "POST /demo/story", "GET /demo/story/x", "POST /demo/story/x/next",
	} {
		method, path, _ := strings.Cut(call, " ")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, nil))
		if w.Code != http.StatusNotFound && w.Code != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", call, w.Code)
		}
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	if to := w.Header().Get("Location"); to != "/sign-in" {
		t.Errorf("the first page leads to %q", to)
	}
}

// nobody is a demonstration that lets nobody in.
type nobody struct{ story.Play }

func (nobody) Enter(context.Context, string, string) (string, error) {
	return "", errors.New("nobody comes in")
}
