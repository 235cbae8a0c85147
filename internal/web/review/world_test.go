package review_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"verigate/internal/web/webtest"
	"verigate/schemas"
)

// step is one of a story in schemas/examples.
type step struct {
	Call string         `json:"call"`
	Unit string         `json:"unit"`
	Body map[string]any `json:"body"`
}

func story(t *testing.T, name string) []step {
	t.Helper()
	content, err := schemas.Examples.ReadFile("examples/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var told struct{ Steps []step }
	if err := json.Unmarshal(content, &told); err != nil {
		t.Fatal(err)
	}
	return told.Steps
}

// nth is the body of the nth call of that name, from 1.
func nth(t *testing.T, steps []step, call string, n int) map[string]any {
	t.Helper()
	for _, s := range steps {
		if s.Call == call {
			if n--; n == 0 {
				return s.Body
			}
		}
	}
	t.Fatalf("the story has no such %s", call)
	return nil
}

const requests = "/v1/verification-requests"

// submit sends a story's request under a reference of its own and returns its id.
func submit(t *testing.T, w *webtest.World, by, name, key string) string {
	t.Helper()
	body := nth(t, story(t, name), "submitRequest", 1)
	body["own_reference"] = name + "/" + key
	id, _ := w.Must(t, by, http.MethodPost, requests, body, "Idempotency-Key", name+key).Body["id"].(string)
	return id
}

// text reads a member of a reply by its path: tasks.0.task.
func text(t *testing.T, r webtest.Reply, path string) string {
	t.Helper()
	var at any = r.Body
	for _, name := range strings.Split(path, ".") {
		switch node := at.(type) {
		case map[string]any:
			at = node[name]
		case []any:
			if i := int(name[0] - '0'); i < len(node) {
				at = node[i]
			}
		}
	}
	s, ok := at.(string)
	if !ok {
		t.Fatalf("there is no %s: %s", path, r.Raw)
	}
	return s
}

// answered brings a story of one task to review: accepted and answered by its unit as told.
func answered(t *testing.T, w *webtest.World, id, by, name string) {
	t.Helper()
	task := text(t, w.Must(t, "desk:2", http.MethodGet, requests+"/"+id, nil), "tasks.0.task")
	w.Must(t, by, http.MethodPost, "/v1/tasks/"+task+"/acceptance", map[string]any{})
	for _, s := range story(t, name) {
		if s.Call == "answerTask" {
			w.Must(t, by, http.MethodPost, "/v1/tasks/"+task+"/answer", s.Body)
		}
	}
}

// container is S01 as far as its unit's final answer.
func container(t *testing.T, w *webtest.World, key string) string {
	t.Helper()
	id := submit(t, w, "partner:NG", "S01", key)
	answered(t, w, id, "unit:03", "S01")
	w.Must(t, "desk:1", http.MethodPost, requests+"/"+id+"/claim", map[string]any{})
	return id
}

// factIDs are those of the first task's answers, in their order.
func factIDs(t *testing.T, w *webtest.World, id string) []string {
	t.Helper()
	var view struct {
		Tasks []struct {
			Answers []struct {
				Questions []struct {
					N     int
					Facts []struct{ ID string }
				}
			}
		}
	}
	if err := json.Unmarshal(w.Must(t, "desk:2", http.MethodGet, requests+"/"+id, nil).Raw, &view); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, a := range view.Tasks[0].Answers {
		for _, q := range a.Questions {
			for _, f := range q.Facts {
				out = append(out, f.ID)
			}
		}
	}
	return out
}

// prepared puts a package over the contract and returns its hash.
func prepared(t *testing.T, w *webtest.World, by, id string, body map[string]any) string {
	t.Helper()
	return text(t, w.Must(t, by, http.MethodPut, requests+"/"+id+"/package", body), "hash")
}

// pulled is what the partner receives of the last version, and its hash over the bytes as approved: without clock and
// release.
func pulled(t *testing.T, w *webtest.World, by, id string) (item map[string]json.RawMessage, hash string) {
	t.Helper()
	var page struct{ Items []json.RawMessage }
	if err := json.Unmarshal(w.Must(t, by, http.MethodGet, requests+"/"+id+"/answers", nil).Raw, &page); err != nil || len(page.Items) == 0 {
		t.Fatalf("%d answers, %v", len(page.Items), err)
	}
	raw := page.Items[len(page.Items)-1]
	approved, _, behind := strings.Cut(string(raw), `,"clock":`)
	if !behind {
		t.Fatalf("no clock stands behind the answer: %s", raw)
	}
	sum := sha256.Sum256([]byte(approved + "}"))
	if err := json.Unmarshal(raw, &item); err != nil {
		t.Fatal(err)
	}
	return item, hex.EncodeToString(sum[:])
}
