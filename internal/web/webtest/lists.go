package webtest

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"
)

// Asked waits until an originator is asked for a consent, and returns the id of the first ask.
func (w *World) Asked(t testing.TB, originator string) string {
	t.Helper()
	return first[struct{ ID string }](t, w, originator, "/v1/consents").ID
}

// Newest waits until a partner's list has a request, and returns the id and the number of the first.
func (w *World) Newest(t testing.TB, partner string) (id, number string) {
	t.Helper()
	row := first[struct{ ID, Number string }](t, w, partner, "/v1/verification-requests?limit=1")
	return row.ID, row.Number
}

// first waits until a list has something, and returns what is at its head: a list may be a moment behind what was decided, and
// is refused while nobody knows how far.
func first[T any](t testing.TB, w *World, who, path string) (head T) {
	t.Helper()
	Eventually(t, 20*time.Second, who+" reads something in "+path, func() bool {
		var list struct{ Items []T }
		if err := json.Unmarshal(w.Call(t, who, http.MethodGet, path, nil).Raw, &list); err != nil || len(list.Items) == 0 {
			return false
		}
		head = list.Items[0]
		return true
	})
	return head
}
