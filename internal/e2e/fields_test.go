package e2e_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"verigate/api"
	"verigate/internal/e2e/canarytest"
)

// ofNoRequest are operations whose bodies say nothing of a request.
var ofNoRequest = []string{
	"signIn", "reauthenticate", "changePassword", "confirmSecondFactor", // who somebody is
	"pairScreen", "setKeepersOnDuty", "setOnCall", // who is on duty, and where a wall hangs
	"proposeMonthEnd", "dropMonthEnd", // of a month whose requests are all erased
}

// exceptions are fields that a schema leaves open, and into which no word is sent.
var exceptions = []string{
	"repinPolicy /policy", "repinPolicy /calendar", // names of what the gateway has: another is refused
	"reopenRequest /text", "dropErasure /reason", // said after days and months; their events are emptied by a test of package verification
	"registerStub /own_reference", "registerStub /register_number", // a stub has no content, and row 25 finds nothing to erase in it
	"askConsent /facts/*", "putPackage /facts/*/fact", "putPackage /masks/*/fact", // ids that the gateway gave
}

// fields are the fields of free text of the contract, each as the operation and its place in the body, and whether a word was
// sent there.
type fields struct {
	operations map[string]*openapi3.Operation // by method and path
	sent       map[string]bool
}

func fieldsOf(t *testing.T) *fields {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	f := &fields{operations: map[string]*openapi3.Operation{}, sent: map[string]bool{}}
	for path, item := range doc.Paths.Map() {
		for method, o := range item.Operations() {
			if body := bodyOf(o); body != nil && !slices.Contains(ofNoRequest, o.OperationID) {
				f.operations[method+" "+path] = o
				places(body, o.OperationID+" ", func(place string) { f.sent[place] = slices.Contains(exceptions, place) })
			}
		}
	}
	for _, place := range exceptions {
		if _, known := f.sent[place]; !known {
			t.Errorf("%s is an exception, and the contract has no such field", place)
		}
	}
	return f
}

func bodyOf(o *openapi3.Operation) *openapi3.Schema {
	if o.RequestBody == nil || o.RequestBody.Value.Content["application/json"] == nil {
		return nil
	}
	return o.RequestBody.Value.Content["application/json"].Schema.Value
}

// places gives each place of a body where any text may stand.
func places(s *openapi3.Schema, at string, give func(place string)) {
	if free(s) {
		give(at)
	}
	for _, all := range s.AllOf {
		places(all.Value, at, give)
	}
	for kind, one := range kinds(s) {
		places(one, at+"("+kind+")", give)
	}
	for name, member := range s.Properties {
		places(member.Value, at+"/"+name, give)
	}
	if s.Items != nil {
		places(s.Items.Value, at+"/*", give)
	}
	if further := s.AdditionalProperties.Schema; further != nil {
		places(further.Value, at+"/{}", give)
	}
}

// free says whether a text may be any, of some length. An address of e-mail may say anything before its @.
func free(s *openapi3.Schema) bool {
	return s.Type.Is("string") && len(s.Enum) == 0 && s.Const == nil && s.Pattern == "" && (s.Format == "" || s.Format == "email")
}

// kinds are the schemas of which an object's kind chooses one.
func kinds(s *openapi3.Schema) map[string]*openapi3.Schema {
	all := map[string]*openapi3.Schema{}
	for _, one := range s.OneOf {
		if kind := one.Value.Properties["kind"]; kind != nil {
			all[kind.Value.Const.(string)] = one.Value
		}
	}
	return all
}

// note takes down in which fields of a body that was sent a word stands.
func (f *fields) note(method, path string, body any, words canarytest.Words) {
	for of, o := range f.operations {
		want, pattern, _ := strings.Cut(of, " ")
		if want != method || !matches(pattern, path) {
			continue
		}
		var sent any
		raw, _ := json.Marshal(body)
		_ = json.Unmarshal(raw, &sent) // what was just written
		spelt := words.Spelt()
		filled(bodyOf(o), sent, o.OperationID+" ", func(place, text string) {
			if len(spelt.Found([]byte(text))) > 0 {
				f.sent[place] = true
			}
		})
	}
}

func matches(pattern, path string) bool {
	a, b := strings.Split(pattern, "/"), strings.Split(path, "/")
	return slices.EqualFunc(a, b, func(a, b string) bool { return a == b || strings.HasPrefix(a, "{") && b != "" })
}

// filled gives each text of a body that stands where any may.
func filled(s *openapi3.Schema, body any, at string, give func(place, text string)) {
	for _, all := range s.AllOf {
		filled(all.Value, body, at, give)
	}
	switch v := body.(type) {
	case string:
		if free(s) {
			give(at, v)
		}
	case []any:
		for _, item := range v {
			if s.Items != nil {
				filled(s.Items.Value, item, at+"/*", give)
			}
		}
	case map[string]any:
		if kind, is := v["kind"].(string); is && kinds(s)[kind] != nil {
			filled(kinds(s)[kind], body, at+"("+kind+")", give)
		}
		for name, member := range v {
			if of := s.Properties[name]; of != nil {
				filled(of.Value, member, at+"/"+name, give)
			} else if further := s.AdditionalProperties.Schema; further != nil {
				filled(further.Value, member, at+"/{}", give)
			}
		}
	}
}

// missing are the fields into which no word was sent.
func (f *fields) missing() []string {
	all := slices.Sorted(maps.Keys(f.sent))
	return slices.DeleteFunc(all, func(place string) bool { return f.sent[place] })
}
