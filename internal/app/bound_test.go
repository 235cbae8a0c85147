package app

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"verigate/internal/admin"
)

// What is too long is not called a defect of the version.
func TestARequestThatIsTooLongIsCalledThat(t *testing.T) {
	t.Parallel()
	p, err := Open(t.Context(), options(newVault(t).data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	w := httptest.NewRecorder()
	body := `{"act":"list","label":"` + strings.Repeat("x", admin.SaysAtMost) + `"}`
	admin.Handler(p, p.Log).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/key", strings.NewReader(body)))
	if !strings.Contains(w.Body.String(), "more than 65536 bytes") {
		t.Error(w.Body)
	}
}
