package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"verigate/internal/e2e/canarytest"
	"verigate/schemas"
)

// told is a step of a sample.
type told struct {
	By, Unit, Call string
	Body           map[string]any
}

func steps(t *testing.T, sample string) (all []told) {
	t.Helper()
	content, err := schemas.Examples.ReadFile("examples/" + sample + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var story struct{ Steps []told }
	if err := json.Unmarshal(content, &story); err != nil {
		t.Fatal(err)
	}
	return story.Steps
}

// leaves adds the texts of a body that are told by nothing else, by their place.
func leaves(words canarytest.Words, at string, body any) {
	const telling = 9 // a shorter one is a code, or a word of the pages
	switch v := body.(type) {
	case map[string]any:
		for name, member := range v {
			leaves(words, at+"/"+name, member)
		}
	case []any:
		for i, member := range v {
			leaves(words, fmt.Sprint(at, "/", i), member)
		}
	case string:
		if len(v) >= telling && strings.ContainsAny(v, " 0123456789-") {
			words[at] = v
		}
	}
}

// S08: somebody at the port may be part of it. Unit 03 is excluded, and sees the same bytes whether there is such a case or
// not, from the request to the pulled answer.
func TestAPossibleInsiderAtThePortSeesNotAByteOfS08(t *testing.T) {
	t.Parallel()
	w := watch(t)
	words := canarytest.Words{}
	c := w.guard(t, words, "unit:03", "unit_lead:03")
	who := map[string]string{"partner": "partner:NL", "keeper": "keeper", "unit": "unit_lead:A1S2", "reviewer": "desk:1", "lead": "lead"}
	calls := map[string]string{
		"claimRequest": "POST /claim", "answerQuestions": "POST /answers", "routeRequest": "POST /routing", "putPackage": "PUT /package",
		"releasePackage": "POST /release", "listAnswers": "GET /answers", "acceptTask": "POST /acceptance", "answerTask": "POST /answer",
	}
	var of, hash string
	for i, s := range steps(t, "S08") {
		body := s.Body
		leaves(words, s.Call, body)
		method, path, _ := strings.Cut(calls[s.Call], " ")
		switch s.Call {
		case "submitRequest":
			r := w.Must(t, who[s.By], http.MethodPost, "/v1/verification-requests", body, "Idempotency-Key", "S08")
			of = c.about(fmt.Sprint(r.Body["id"]), fmt.Sprint(r.Body["number"]))
			if r.Body["level"] != nil {
				t.Errorf("its partner is told the level: %s", r.Raw)
			}
			if len(words) < 8 {
				t.Fatalf("only %v is looked for", words)
			}
		case "acceptTask", "answerTask":
			w.Must(t, who[s.By], method, "/v1/tasks/"+c.id+"-01"+path, body)
		case "putPackage":
			delete(body, "facts") // all of them, as they are
			hash = fmt.Sprint(w.Must(t, who[s.By], method, of+path, body).Body["hash"])
		case "releasePackage":
			w.Must(t, who[s.By], method, of+path, map[string]any{"hash": hash})
		case "listAnswers":
			if r := w.Must(t, who[s.By], method, of+path, nil); len(words.Found(r.Raw)) == 0 {
				t.Errorf("who asked is shown nothing of it: %s", r.Raw)
			}
		default:
			w.Must(t, who[s.By], method, of+path, body)
		}
		if i%2 == 0 || s.Call == "listAnswers" {
			c.compare(fmt.Sprintf("after step %d, %s,", i+1, s.Call))
		}
	}
	if r := w.Must(t, "keeper", http.MethodGet, of, nil); r.Body["state"] != "answered" {
		t.Errorf("the story ends as %v", r.Body["state"])
	}
}
