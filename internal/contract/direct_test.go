package contract

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verigate/schemas"
)

// A request and subjects of every kind, each of them hurt in one place, are judged as the schemas alone judge them.
func TestWhatMakesACheckFasterChangesNoJudgement(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: more than a thousand bodies are judged twice, 2 s")
	}
	t.Parallel()
	plain, err := compile(schemas.FS)
	if err != nil {
		t.Fatal(err)
	}
	fast, err := New(schemas.FS)
	if err != nil {
		t.Fatal(err)
	}
	judged := 0
	for body, schema := range judgedBodies(t) {
		for broken := range mutations(t, body) {
			want, _ := plain.Check(schema, []byte(broken))
			got, _ := fast.Check(schema, []byte(broken))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s of %s (-plain +fast):\n%s", schema, broken, diff)
			}
			judged++
		}
	}
	if judged < 1000 {
		t.Errorf("only %d judgements", judged)
	}
}

// judgedBodies are a request, and the first subject of each kind that the stories have, with their schemas.
func judgedBodies(t *testing.T) map[string]string {
	t.Helper()
	all, kinds := map[string]string{}, map[string]bool{}
	for _, file := range bodies(t) {
		var story struct {
			Steps []struct{ Body json.RawMessage }
		}
		if err := json.Unmarshal(file, &story); err != nil {
			t.Fatal(err)
		}
		body := story.Steps[0].Body
		var request struct{ Subjects []json.RawMessage }
		if json.Unmarshal(body, &request) != nil {
			continue
		}
		if len(all) == 0 {
			all[string(body)] = "verification-request"
		}
		for _, subject := range request.Subjects {
			var of struct{ Kind string }
			if err := json.Unmarshal(subject, &of); err == nil && !kinds[of.Kind] {
				kinds[of.Kind], all[string(subject)] = true, "subject"
			}
		}
	}
	return all
}

// mutations are the body itself and, for each value in it, the body without it and with each of some others in its
// place.
func mutations(t *testing.T, body string) map[string]bool {
	t.Helper()
	var whole any
	if err := json.Unmarshal([]byte(body), &whole); err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{body: true}
	hurt(whole, func(changed any) {
		written, err := json.Marshal(changed)
		if err != nil {
			t.Fatal(err)
		}
		all[string(written)] = true
	})
	return all
}

func others() []any {
	return []any{nil, 0, "", strings.Repeat("x", 600), []any{"x", "x"}, map[string]any{"kind": "vessel"}}
}

// hurt visits value changed in one place.
func hurt(value any, visit func(any)) {
	for _, other := range others() {
		visit(other)
	}
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			changed := maps.Clone(v)
			hurt(member, func(other any) { changed[name] = other; visit(changed) })
			delete(changed, name)
			visit(changed)
		}
		more := maps.Clone(v)
		more["unheard_of"] = 1
		visit(more)
	case []any:
		for i, item := range v {
			changed := slices.Clone(v)
			hurt(item, func(other any) { changed[i] = other; visit(changed) })
			visit(slices.Delete(changed, i, i+1))
		}
	}
}
