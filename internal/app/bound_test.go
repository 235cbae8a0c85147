package app

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// What is to be bound is a few kilobytes. Another file is named, with what it may be.
func TestAFileThatIsTooLargeToBeBoundIsNamed(t *testing.T) {
	t.Parallel()
	large := secret(t, strings.Repeat("x", 70<<10), 0o600)
	for _, act := range []string{"certificate", "signer"} {
		var out, errs bytes.Buffer
		args := []string{"key", act, "p_x", large, "--data", t.TempDir()}
		if code := Main(t.Context(), args, &out, &errs); code != 1 || !strings.Contains(errs.String(), large) || !strings.Contains(errs.String(), "32768 bytes at most") {
			t.Errorf("%s: code %d: %s", act, code, &errs)
		}
	}
}

// What is too long is not called a defect of the version.
func TestARequestThatIsTooLongIsCalledThat(t *testing.T) {
	t.Parallel()
	p, err := Open(t.Context(), options(newVault(t).data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	w := httptest.NewRecorder()
	body := `{"act":"list","label":"` + strings.Repeat("x", saysAtMost) + `"}`
	p.adminHandler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/key", strings.NewReader(body)))
	if !strings.Contains(w.Body.String(), "more than 65536 bytes") {
		t.Error(w.Body)
	}
}
