package httpapi

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"verigate/api/server"
	"verigate/internal/access"
	"verigate/internal/contract"
	"verigate/schemas"
)

func TestANarrowedFormHasWhatItsTagsSpeakOf(t *testing.T) {
	t.Parallel()
	type (
		leaf struct {
			ID, Name string
			Size     int `validate:"max=3"`
		}
		whole struct {
			json.RawMessage

			Code string `validate:"len=2"`
		}
		outer struct {
			Free   []leaf
			Tagged []leaf `json:"tagged" validate:"unique=ID,dive"`
			Deep   *struct{ In []*leaf }
			Whole  whole
			From   string
			To     string `validate:"gtfield=From"`
			Plain  struct{ Name string }
			Text   string
		}
	)
	got := reflect.TypeOf(narrow(outer{}))
	var names []string
	for f := range got.Fields() {
		names = append(names, f.Name)
	}
	if want := "Free Tagged Deep Whole From To"; strings.Join(names, " ") != want {
		t.Errorf("the members are %v, not %s", names, want)
	}
	tagged, _ := got.FieldByName("Tagged")
	if want := `json:"tagged" validate:"unique=ID,dive"`; tagged.Tag != reflect.StructTag(want) {
		t.Errorf("the tag is %s", tagged.Tag)
	}
	if elem := tagged.Type.Elem(); elem.NumField() != 2 || elem.Field(0).Name != "ID" || elem.Field(1).Name != "Size" {
		t.Errorf("what is unique is %s", elem)
	}
	if f, _ := got.FieldByName("Whole"); f.Type != reflect.TypeFor[whole]() {
		t.Errorf("what decodes itself is %s", f.Type)
	}
}

func TestARequestIsReadForThreeOfItsMembers(t *testing.T) {
	t.Parallel()
	got := reflect.TypeOf(bodies()[access.OpSubmitRequest].form)
	if got.NumField() != 3 || got.Field(2).Type.Elem().NumField() != 1 {
		t.Errorf("it is read as %s", got)
	}
}

// Bodies with every member whose Go type is no text.
const (
	fullRequest = `{"purpose":{"statement":"x"},"handling":{"code":"H1","do_not_alert":true},"language":"en",
		"urgency":{"degree":"urgent","justification":"life_threat","wanted_by":"2021-09-03T12:00:00Z",
			"physical_event":{"type":"vessel_arrival","at":"2021-09-03T12:00:00Z","place":"VNHPH","lead":"PT2H"}},
		"attachments":[{"id":"a1","name":"x","size":7,"media_type":"application/pdf"}],
		"subjects":[{"id":"s1","kind":"phone"}],
		"questions":[{"n":1,"code":"CON","text":"x","subjects":["s1"],"look_back_from":"2021"}]}`
	fullFollowUp = `{"questions":[{"n":1,"code":"CON","text":"x"}],"attachments":[{"id":"a1","name":"x","size":7}],
		"subjects":[{"id":"s1","kind":"phone"}],"own_reference":"x","text":"x"}`
)

// Members that a narrowed form leaves out are decoded by nobody at the edge: the schema alone keeps what does not fit
// them from the rules.
func TestWhatTheSchemaOfAKeptBodyLetsPassFitsItsType(t *testing.T) {
	t.Parallel()
	checks, err := contract.New(schemas.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		schema, body string
		form         any
	}{
		{"verbatim-request", fullRequest, server.VerificationRequest{}},
		{"follow-up", fullFollowUp, server.FollowUp{}},
	} {
		passed := 0
		for _, odd := range variants(t, []byte(c.body)) {
			found, err := checks.Check(c.schema, odd)
			if err != nil {
				t.Fatal(err)
			}
			if len(found) > 0 {
				continue
			}
			passed++
			if err := json.Unmarshal(odd, reflect.New(reflect.TypeOf(c.form)).Interface()); err != nil {
				t.Errorf("%s lets pass what its type refuses: %v: %s", c.schema, err, odd)
			}
		}
		if passed < 10 {
			t.Errorf("only %d variants of the body of %s fit", passed, c.schema)
		}
	}
}

// variants are the body and all those in which one value is another.
func variants(t *testing.T, body []byte) [][]byte {
	t.Helper()
	var doc any
	if err := json.Unmarshal(body, &doc); err != nil {
		t.Fatal(err)
	}
	out := [][]byte{body}
	write := func() {
		form, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, form)
	}
	var each func(value any, put func(any))
	each = func(value any, put func(any)) {
		for _, odd := range []string{
			`null`, `true`, `0`, `-1`, `999`, `1.0`, `1e0`, `1e400`, `1099511627776`, `9223372036854775808`, `""`, `"x"`,
			`"2021-09-03T12:00:60Z"`, `"2021-02-29T12:00:00Z"`, `"2021-09-03t12:00:00z"`, `"2021-09-03T12:00:00,5Z"`,
			`"2021-09-03T24:00:00Z"`, `"2021-09-03T12:00:00+24:00"`, `"12021-09-03T12:00:00Z"`, `[]`, `{}`,
		} {
			put(json.RawMessage(odd))
			write()
		}
		put(value)
		switch value := value.(type) {
		case map[string]any:
			for name, inner := range value {
				each(inner, func(v any) { value[name] = v })
			}
		case []any:
			for i, inner := range value {
				each(inner, func(v any) { value[i] = v })
			}
		}
	}
	each(doc, func(v any) { doc = v })
	return out
}
