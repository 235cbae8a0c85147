package contract

import (
	"encoding/json"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"verigate/schemas"
)

// What a judge is sure of is what the library says: of a request and subjects of every kind, as they are and hurt in one
// place.
func TestAJudgeThatIsSureJudgesAsTheLibrary(t *testing.T) {
	t.Parallel()
	c, err := New(schemas.FS)
	if err != nil {
		t.Fatal(err)
	}
	sure, all := 0, 0
	for body, schema := range judgedBodies(t) {
		for broken := range mutations(t, body) {
			if all++; agrees(t, c, schema, broken) {
				sure++
			}
		}
		if value, _ := decode([]byte(body)); !plainly(c.schemas[schema], value, c.known) {
			t.Errorf("%s of a story is not plain", schema)
		}
	}
	if all < 1000 || sure < all*4/5 {
		t.Errorf("sure of %d in %d", sure, all)
	}
}

// agrees fails when a judge is sure and the library says something else.
func agrees(t *testing.T, c *Contract, schema, body string) (sure bool) {
	t.Helper()
	value, wrong := decode([]byte(body))
	if len(wrong) > 0 {
		return false
	}
	j := judge{known: c.known}
	fits := j.fits(c.schemas[schema], value, 0)
	if err := c.schemas[schema].Validate(value); !j.unsure && fits != (err == nil) {
		t.Fatalf("%s: a judge says %t of %s, the library %v", schema, fits, body, err)
	}
	return !j.unsure
}

// Every schema and every keyword, on whatever a body may be.
func FuzzJudge(f *testing.F) {
	c, err := New(schemas.FS)
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range c.Names() {
		f.Add(name, `{}`)
	}
	f.Add("routing", `{"assignments":[{"unit":"03","questions":[1,2,10,1e0,-0]}],"all":true}`)
	f.Add("extension", `{"due_at":"2400-01-01T00:00:00Z","code":"laboratory"}`)
	f.Add("subject", `{"id":"s1","kind":"person","names":[{"text":"x"}],"dob":"1985-02-30"}`)
	f.Add("verification-request", `{"purpose":{"statement":"x"},"handling":{"code":"H0"},"questions":[{"n":1.0,"code":"CON","text":"?"}]}`)
	f.Fuzz(func(t *testing.T, schema, body string) {
		if c.schemas[schema] != nil {
			agrees(t, c, schema, body)
		}
	})
}

func TestAJudgeIsUnsureOfWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	var itself jsonschema.Schema // a body that fits it is none
	itself.Ref = &itself
	object := map[string]any{"a": nil}
	for _, unsure := range []struct {
		of    *jsonschema.Schema
		value any
	}{
		{&itself, object},
		{&jsonschema.Schema{AnyOf: []*jsonschema.Schema{{}}}, object},
		{&jsonschema.Schema{AdditionalProperties: &jsonschema.Schema{}}, object},
		{&jsonschema.Schema{Not: &jsonschema.Schema{MinProperties: new(int)}}, object},
		{&jsonschema.Schema{Extensions: []jsonschema.SchemaExt{unheardOf{}}}, object},
		{&jsonschema.Schema{UniqueItems: true}, []any{object, object}},
		{&jsonschema.Schema{UniqueItems: true}, []any{json.Number("1"), json.Number("1.0")}},
		{&jsonschema.Schema{UniqueItems: true}, make([]any, fewItems+1)},
	} {
		known := map[*jsonschema.Schema]bool{}
		judgeable(unsure.of, known)
		if plainly(unsure.of, unsure.value, known) {
			t.Errorf("sure of %v", unsure.value)
		}
	}
}

type unheardOf struct{}

func (unheardOf) Validate(*jsonschema.ValidatorContext, any) {}
