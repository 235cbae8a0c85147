package contract

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"verigate/schemas"
)

func TestABranchFoundByItsKindSaysWhatTheOneOfSays(t *testing.T) {
	t.Parallel()
	c, err := New(schemas.FS)
	if err != nil {
		t.Fatal(err)
	}
	d, is := c.schemas["subject"].Extensions[0].(dispatch)
	if !is || len(d.branches) != len(d.whole.OneOf) || len(d.branches) < 15 {
		t.Fatalf("the subjects are not found by their kind: %v", d.branches)
	}
	for _, body := range []string{
		`{"id":"s1","kind":"container","number":"ZZZU4002177"}`,
		`{"id":"s1","kind":"container"}`,
		`{"id":"s1","kind":"container","number":7,"extra":1}`,
		`{"id":"s1","kind":"vessel","number":"ZZZU4002177"}`,
		`{"id":"s1","kind":"person"}`,
		`{"id":"s 1","kind":"company","names":[]}`,
		`{"id":"s1","kind":"nothing","number":"x"}`,
		`{"id":"s1","number":"x"}`,
		`{"id":"s1","kind":1}`,
		`{"id":"s1","kind":null}`,
		`{}`, `[]`, `"container"`, `null`,
	} {
		value, wrong := decode([]byte(body))
		if len(wrong) > 0 {
			t.Fatal(body, wrong)
		}
		var want []Violation
		var invalid *jsonschema.ValidationError
		if errors.As(d.whole.Validate(value), &invalid) {
			want = tidy(flatten(invalid))
		}
		got, err := c.Check("subject", []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-oneOf +by kind):\n%s", body, diff)
		}
	}
}
