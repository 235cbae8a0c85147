package unit_test

import (
	"testing"

	"verigate/internal/web/webtest"
)

// Whose session is over, or who comes by a bookmark, is led to the sign-in and from there back.
func TestWhoIsNotSignedInIsLedToTheSignIn(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	for path, to := range map[string]string{
		"/inbox": "/sign-in?to=%2Finbox", "/inbox?cursor=x": "/sign-in?to=%2Finbox%3Fcursor%3Dx", "/unit": "/sign-in?to=%2Funit",
	} {
		if got := w.Visit(t, "", path, nil); got.Status != 303 || got.To != to {
			t.Errorf("%s: %d to %q", path, got.Status, got.To)
		}
	}
}
