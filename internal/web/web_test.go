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

	"verigate/internal/demo"
	"verigate/internal/web"
	"verigate/internal/web/story"
)

// stranger answers as the contract does to whoever is not signed in.
func stranger(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = w.Write([]byte(`{"status": 401, "code": "unauthenticated"}`))
}

func TestOnlyADemonstrationHasItsPages(t *testing.T) {
	t.Parallel()
	s, err := web.New(web.Parts{API: http.HandlerFunc(stranger), Now: time.Now, Logger: slog.New(slog.DiscardHandler)})
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

// shut is a demonstration that lets nobody in, and says why.
type shut struct {
	story.Play
	why error
}

func (s shut) Enter(context.Context, string, string) (string, error) { return "", s.why }

// Who is not of the demonstration is not found; that the gateway cannot let somebody in now is no answer about them.
func TestWhyNobodyIsLetInIsTold(t *testing.T) {
	t.Parallel()
	for why, want := range map[error]int{
		demo.ErrNobody:                   http.StatusNotFound,
		errors.New("no session is kept"): http.StatusInternalServerError,
	} {
		s, err := web.New(web.Parts{
			API: http.HandlerFunc(stranger), Now: time.Now, Logger: slog.New(slog.DiscardHandler), Play: shut{why: why},
		})
		if err != nil {
			t.Fatal(err)
		}
		q := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/demo/enter", strings.NewReader("who=lead"))
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, q)
		if w.Code != want {
			t.Errorf("%v: %d", why, w.Code)
		}
	}
}
