package gateway

import (
	"encoding/json"
	"io/fs"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/canonical"
	"verigate/schemas"
)

// Bodies are on record that were read with encoding/json.
func TestABodyIsReadAsEncodingJSONReadsIt(t *testing.T) {
	t.Parallel()
	forms := []string{
		`{}`, `null`, `{"urgency":null,"subjects":null,"questions":[]}`, `{"subjects":[{"n":1.5,"deep":{"list":[1,"x",null,true]}}]}`,
		`{"urgency":{"wanted_by":"2021-09-03T6:00:00Z"}}`, `{"urgency":{"wanted_by":"2021-09-03T06:00:00,5+07:00"}}`,
		`{"urgency":{"physical_event":{"at":"2021-09-03T06:00:00.000000001+07:00"}}}`, `{"urgency":{"wanted_by":"2021-02-30T06:00:00Z"}}`,
		`{"questions":[{"n":1.5}]}`, `{"questions":[{"n":"1"}]}`, `{"handling":{"codes":["H3"],"do_not_alert":true}}`, `[]`,
	}
	for _, body := range exampleBodies(t) {
		form, err := canonical.Bytes(body)
		if err != nil {
			t.Fatal(err)
		}
		forms = append(forms, string(form))
	}
	for _, form := range forms {
		var want body
		refused := json.Unmarshal([]byte(form), &want)
		got, err := bodyOf(json.RawMessage(form))
		if (err == nil) != (refused == nil) {
			t.Errorf("%s: %v, encoding/json says %v", form, err, refused)
			continue
		}
		if diff := cmp.Diff(want, got); err == nil && diff != "" {
			t.Errorf("%s (-encoding/json +bodyOf):\n%s", form, diff)
		}
	}
}

// exampleBodies are what partners post in the stories.
func exampleBodies(t *testing.T) (bodies []json.RawMessage) {
	t.Helper()
	names, err := fs.Glob(schemas.Examples, "examples/S*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		raw, err := fs.ReadFile(schemas.Examples, name)
		if err != nil {
			t.Fatal(err)
		}
		var story struct {
			Steps []struct{ Body json.RawMessage }
		}
		if err := json.Unmarshal(raw, &story); err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, story.Steps[0].Body)
	}
	if len(bodies) < 10 {
		t.Fatalf("only %d stories", len(bodies))
	}
	return bodies
}
