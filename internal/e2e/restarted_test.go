package e2e_test

import (
	"net/http"
	"testing"

	"verigate/internal/web/webtest"
)

// A gateway that is started again knows who is signed in before its door opens, and lets in who comes at once: nobody is
// asked to sign in, or to wait, because it was quicker than the gateway.
func TestWhoIsSignedInIsSoAtTheFirstCallAfterAStart(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	cookie := w.Cookie(t, "desk:1")
	for range 5 {
		w.Restart(t)
		q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.URL+"/v1/session", nil)
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Cookie", cookie)
		r, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != http.StatusOK {
			t.Errorf("the first call is answered %d", r.StatusCode)
		}
	}
}
