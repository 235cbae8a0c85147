package webtest

import (
	"encoding/json"
	"net/http"
	"testing"

	"verigate/schemas"
)

// Submit submits the request of an example (schemas/examples) for its partner, under an idempotency key, and returns the
// request's id. A change may be made to the body before.
func (w *World) Submit(t testing.TB, example, key string, change ...func(body map[string]any)) string {
	t.Helper()
	raw, err := schemas.Examples.ReadFile("examples/" + example + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var story struct {
		Partner string
		Steps   []struct{ Body map[string]any }
	}
	if err := json.Unmarshal(raw, &story); err != nil {
		t.Fatal(err)
	}
	body := story.Steps[0].Body
	for _, c := range change {
		c(body)
	}
	r := w.Must(t, "partner:"+story.Partner, http.MethodPost, "/v1/verification-requests", body, "Idempotency-Key", key)
	id, _ := r.Body["id"].(string)
	return id
}
