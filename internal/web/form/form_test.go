package form_test

import (
	"encoding/json"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/web/form"
	"verigate/schemas"
)

func shape(t *testing.T) form.Shape {
	t.Helper()
	all, err := form.Load(schemas.FS, "verification-request")
	if err != nil {
		t.Fatal(err)
	}
	s, err := all.Shape("verification-request")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func lagos(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Africa/Lagos")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// body is what a form of these fields sends, read as its receiver reads it.
func body(t *testing.T, v form.Values) map[string]any {
	t.Helper()
	content, err := json.Marshal(shape(t).Body(v, lagos(t)))
	if err != nil {
		t.Fatal(err)
	}
	var read map[string]any
	if err := json.Unmarshal(content, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

func TestABodyIsWhatWasTypedAsTheSchemaHasIt(t *testing.T) {
	t.Parallel()
	v := form.Read(url.Values{
		"do": {"send"}, "/own_reference": {"  NCB/1 "}, "/unknown": {"x"},
		"/purpose/statement": {"one\r\ntwo"}, "/purpose/legal_basis": {""}, // not typed, so not there
		"/handling/codes": {"H1", "H2"}, "/handling/do_not_alert": {"true"}, "/handling/caveats": {"a\r\n\r\n b "},
		"/urgency/wanted_by": {"2027-03-01T08:00"},
		"/subjects/0/kind":   {"specimen"}, "/subjects/0/id": {"s1"}, "/subjects/0/count": {"300"}, "/subjects/0/mass_kg": {"1.5"}, "/subjects/0/live": {"true"},
		"/subjects/1/kind": {"person"}, "/subjects/1/names/0/text": {"Nguye\u0302\u0303n"}, // composed on the way
		"/subjects/2/kind": {"place"}, "/subjects/2/lat": {"10.5"},
	})
	want := map[string]any{
		"own_reference": "NCB/1", "purpose": map[string]any{"statement": "one\ntwo"},
		"handling": map[string]any{"codes": []any{"H1", "H2"}, "do_not_alert": true, "caveats": []any{"a", "b"}},
		"urgency":  map[string]any{"wanted_by": "2027-03-01T08:00:00+01:00"},
		"subjects": []any{
			map[string]any{"kind": "specimen", "id": "s1", "count": 300.0, "mass_kg": "1.5", "live": true},
			map[string]any{"kind": "person", "names": []any{map[string]any{"text": "Nguy\u1ec5n"}}},
			map[string]any{"kind": "place", "lat": 10.5},
		},
	}
	if diff := cmp.Diff(want, body(t, v)); diff != "" {
		t.Error(diff)
	}
}

func TestWhatCannotBeReadStaysAsItWasTyped(t *testing.T) {
	t.Parallel()
	v := form.Values{}
	v.Set("/subjects/0/kind", "specimen")
	for _, typed := range []string{"a lot", "1 240", "1,5", "true", `"3"`, "null", "[1]", "0x10"} {
		v.Set("/subjects/0/count", typed)
		v.Set("/urgency/wanted_by", typed)
		got := body(t, v)
		if count := got["subjects"].([]any)[0].(map[string]any)["count"]; count != typed {
			t.Errorf("of the number %s was made %v", typed, count)
		}
		if at := got["urgency"].(map[string]any)["wanted_by"]; at != typed {
			t.Errorf("of the time %s was made %v", typed, at)
		}
	}
}

func TestABodyFillsTheFormThatMadeIt(t *testing.T) {
	t.Parallel()
	content, err := schemas.Examples.ReadFile("examples/S01.json")
	if err != nil {
		t.Fatal(err)
	}
	var story struct {
		Steps []struct{ Body map[string]any }
	}
	if err := json.Unmarshal(content, &story); err != nil {
		t.Fatal(err)
	}
	given := story.Steps[0].Body
	v := form.Values{}
	shape(t).Fill("", given, v, lagos(t))
	got := body(t, v)
	instants(t, given)
	instants(t, got)
	if diff := cmp.Diff(given, got); diff != "" {
		t.Error(diff)
	}
}

// instants writes every instant in UTC: a form may write it by another clock.
func instants(t *testing.T, value any) {
	t.Helper()
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if text, is := member.(string); is {
				if at, err := time.Parse(time.RFC3339, text); err == nil {
					value[name] = at.UTC().Format(time.RFC3339)
				}
			}
			instants(t, member)
		}
	case []any:
		for _, item := range value {
			instants(t, item)
		}
	}
}

func TestRowsAreAddedTakenOutAndTidied(t *testing.T) {
	t.Parallel()
	v := form.Values{}
	for i, text := range []string{"one", "", "three"} {
		at := "/questions/" + string(rune('0'+i))
		v.Set(at+"/text", text)
		v.Set(at+"/code", map[bool]string{true: "CON"}[text != ""])
	}
	if got := v.Rows("/questions"); got != 3 {
		t.Errorf("%d rows", got)
	}
	v.Tidy(shape(t), "")
	if got := v.Rows("/questions"); got != 2 || v.Get("/questions/1/text") != "three" {
		t.Errorf("%d rows, the second is %q", got, v.Get("/questions/1/text"))
	}
	v.Remove("/questions", 0)
	if got := v.Rows("/questions"); got != 1 || v.Get("/questions/0/text") != "three" || v.Get("/questions/0/code") != "CON" {
		t.Errorf("%d rows, the first is %q", got, v.Get("/questions/0/text"))
	}
	v.Set("/subjects/0/kind", "person")
	v.Set("/subjects/0/names/0/text", "")
	v.Set("/subjects/0/names/1/text", "Mai")
	v.Set("/subjects/12345678/kind", "person") // no form has such a row
	v.Tidy(shape(t), "")
	if got := v.Rows("/subjects"); got != 1 || v.Rows("/subjects/0/names") != 1 || v.Get("/subjects/0/names/0/text") != "Mai" {
		t.Errorf("%d subjects, %d names", got, v.Rows("/subjects/0/names"))
	}
}

func TestASchemaThatAFormCannotHaveIsRefused(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"subject", "nothing"} {
		all, err := form.Load(schemas.FS, name)
		if err == nil {
			_, err = all.Shape(name)
		}
		if err == nil {
			t.Errorf("%s made a form", name)
		}
	}
}
