package contract_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/contract"
	"verigate/schemas"
)

func newContract(t testing.TB) *contract.Contract {
	t.Helper()
	c, err := contract.New(schemas.FS)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// smallest is the smallest body that a partner may send.
const smallest = `{"purpose":{"statement":"x"},"handling":{"code":"H0"},"questions":[{"n":1,"code":"CON","text":"?"}]}`

func request(member string) string {
	return strings.Replace(smallest, "{", "{"+member+",", 1)
}

func subjects(items string) string { return request(`"subjects":[` + items + `]`) }

func TestBodies(t *testing.T) {
	t.Parallel()
	c := newContract(t)
	tests := []struct {
		name, schema, body string
		want               []contract.Violation
	}{
		{"the smallest request is good", "verification-request", smallest, nil},
		{
			"a marking above the ceiling passes the schema", "verification-request",
			strings.Replace(smallest, `"H0"`, `"H0","vn_level":"tuyet_mat"`, 1), nil,
		},
		{"MOD and OUT pass the schema", "verification-request", strings.Replace(smallest, "CON", "OUT", 1), nil},
		{
			"information has no questions", "verification-request", request(`"kind":"information"`),
			[]contract.Violation{{Pointer: "/questions", Code: "too_many"}},
		},
		{
			"information without questions is good", "verification-request",
			`{"kind":"information","purpose":{"statement":"x"},"handling":{"code":"H0"}}`, nil,
		},
		{
			"a request without questions", "verification-request", `{"purpose":{"statement":"x"},"handling":{"code":"H0"}}`,
			[]contract.Violation{{Pointer: "/questions", Code: "required"}},
		},
		{
			"an empty object", "verification-request", `{}`,
			[]contract.Violation{{Pointer: "/handling", Code: "required"}, {Pointer: "/purpose", Code: "required"}, {Pointer: "/questions", Code: "required"}},
		},
		{
			"an unknown member is named when it is safe", "verification-request", request(`"secret_name":"v"`),
			[]contract.Violation{{Pointer: "/secret_name", Code: "unknown_field"}},
		},
		{
			"an unknown member that could be content is not", "verification-request", request(`"Nguyễn Văn Mẫu":"v"`),
			[]contract.Violation{{Pointer: "", Code: "unknown_field"}},
		},
		{
			"a long unknown member is not named", "verification-request", request(`"` + strings.Repeat("a", 64) + `":1`),
			[]contract.Violation{{Pointer: "", Code: "unknown_field"}},
		},
		{
			"an unknown value in a closed list", "verification-request", strings.Replace(smallest, "CON", "XXX", 1),
			[]contract.Violation{{Pointer: "/questions/0/code", Code: "unknown_value"}},
		},
		{
			"another type", "verification-request", strings.Replace(smallest, `"n":1`, `"n":"1"`, 1),
			[]contract.Violation{{Pointer: "/questions/0/n", Code: "wrong_type"}},
		},
		{
			"a fraction for an integer", "verification-request", strings.Replace(smallest, `"n":1`, `"n":1.0`, 1),
			[]contract.Violation{{Pointer: "/questions/0/n", Code: "wrong_type"}},
		},
		{
			"out of range", "verification-request", strings.Replace(smallest, `"n":1`, `"n":0`, 1),
			[]contract.Violation{{Pointer: "/questions/0/n", Code: "out_of_range", Limit: 1}},
		},
		{
			"too long", "verification-request", request(`"own_reference":"` + strings.Repeat("đ", 121) + `"`),
			[]contract.Violation{{Pointer: "/own_reference", Code: "too_long", Limit: 120}},
		},
		{
			"too short", "verification-request", request(`"own_reference":""`),
			[]contract.Violation{{Pointer: "/own_reference", Code: "too_short", Limit: 1}},
		},
		{
			"urgent needs a justification", "verification-request", request(`"urgency":{"degree":"urgent"}`),
			[]contract.Violation{{Pointer: "/urgency/justification", Code: "required"}},
		},
		{"priority needs none", "verification-request", request(`"urgency":{"degree":"priority"}`), nil},
		{
			"another physical event needs its lead", "verification-request",
			request(`"urgency":{"physical_event":{"type":"other","at":"2021-09-03T06:00:00+07:00"}}`),
			[]contract.Violation{{Pointer: "/urgency/physical_event/lead", Code: "required"}},
		},
		{
			"a time without offset", "verification-request", request(`"urgency":{"wanted_by":"2021-09-03T06:00:00"}`),
			[]contract.Violation{{Pointer: "/urgency/wanted_by", Code: "malformed"}},
		},
		{
			"a time whose UTC year has five digits", "verification-request",
			request(`"urgency":{"physical_event":{"type":"other","lead":"PT1H","at":"9999-12-31T23:59:59-12:00"}}`),
			[]contract.Violation{{Pointer: "/urgency/physical_event/at", Code: "out_of_range", Limit: 2200}},
		},
		{
			"a time whose UTC year is before the first", "verification-request",
			request(`"urgency":{"wanted_by":"0000-01-01T00:00:00+14:00"}`),
			[]contract.Violation{{Pointer: "/urgency/wanted_by", Code: "out_of_range", Limit: 1900}},
		},
		{
			"a time beyond what durations reach", "extension", `{"due_at":"2400-01-01T00:00:00Z","code":"laboratory"}`,
			[]contract.Violation{{Pointer: "/due_at", Code: "out_of_range", Limit: 2200}},
		},
		{
			"an arrival beyond what durations reach", "registration",
			`{"partner":"NG","received_at":"2201-01-01T00:00:00Z","register_number":"1","request":` + smallest + `}`,
			[]contract.Violation{{Pointer: "/received_at", Code: "out_of_range", Limit: 2200}},
		},
		{
			"the last second of the range is a time", "verification-request", request(`"urgency":{"wanted_by":"2201-01-01T06:59:59+07:00"}`), nil,
		},
		{
			"the first second of the range is a time", "verification-request", request(`"urgency":{"wanted_by":"1900-01-01T07:00:00+07:00"}`), nil,
		},
		{
			"a day that does not exist", "verification-request", subjects(`{"id":"s1","kind":"person","names":[{"text":"x"}],"dob":"1985-02-30"}`),
			[]contract.Violation{{Pointer: "/subjects/0/dob", Code: "malformed"}},
		},
		{"a month is a date", "verification-request", subjects(`{"id":"s1","kind":"person","names":[{"text":"x"}],"dob":"1985-03"}`), nil},
		{
			"a subject is judged by its kind", "verification-request", subjects(`{"id":"s1","kind":"container","number":"ZZZU4002177"},{"id":"s2","kind":"consignment","port":"Hai Phong"}`),
			[]contract.Violation{{Pointer: "/subjects/1/port", Code: "malformed"}},
		},
		{
			"a member of another kind is unknown", "verification-request", subjects(`{"id":"s1","kind":"container","number":"A","imo":"1"}`),
			[]contract.Violation{{Pointer: "/subjects/0/imo", Code: "unknown_field"}},
		},
		{
			"an unknown kind", "verification-request", subjects(`{"id":"s1","kind":"spaceship"}`),
			[]contract.Violation{{Pointer: "/subjects/0/kind", Code: "unknown_value"}},
		},
		{
			"no kind", "verification-request", subjects(`{"id":"s1"}`),
			[]contract.Violation{{Pointer: "/subjects/0/kind", Code: "required"}},
		},
		{
			"a subject that is no object", "verification-request", subjects(`"ZZZU4002177"`),
			[]contract.Violation{{Pointer: "/subjects/0", Code: "wrong_type"}},
		},
		{
			"an unknown country", "verification-request", subjects(`{"id":"s1","kind":"company","names":[{"text":"x"}],"country":"ZZ"}`),
			[]contract.Violation{{Pointer: "/subjects/0/country", Code: "unknown_value"}},
		},
		{"an attachment's name is data", "verification-request", request(`"attachments":[{"id":"a1","name":"..\\..\\evil.pdf"}]`), nil},

		{"routing names assignments", "routing", `{"assignments":[{"unit":"03","questions":[1,2],"officers":[]}],"exclude":{"units":[],"persons":[]}}`, nil},
		{"routing to all names none", "routing", `{"all":true}`, nil},
		{
			"routing to all and to one", "routing", `{"all":true,"assignments":[{"unit":"03"}]}`,
			[]contract.Violation{{Pointer: "/assignments", Code: "not_allowed"}},
		},
		{"routing to nobody", "routing", `{}`, []contract.Violation{{Pointer: "/assignments", Code: "required"}}},
		{
			"a question twice in an assignment", "routing", `{"assignments":[{"unit":"03","questions":[1,1]}]}`,
			[]contract.Violation{{Pointer: "/assignments/0/questions", Code: "duplicate"}},
		},
		{
			"held needs facts", "answer-by-unit", `{"kind":"final","questions":[{"n":1,"result":"held"}]}`,
			[]contract.Violation{{Pointer: "/questions/0/facts", Code: "required"}},
		},
		{
			"a verified negative needs its search", "answer-by-unit", `{"kind":"final","questions":[{"n":1,"result":"verified_negative"}]}`,
			[]contract.Violation{{Pointer: "/questions/0/search", Code: "required"}},
		},
		{
			"cannot say needs a code", "answer-by-unit", `{"kind":"final","questions":[{"n":1,"result":"cannot_say"}]}`,
			[]contract.Violation{{Pointer: "/questions/0/code", Code: "required"}},
		},
		{
			"elsewhere needs a channel", "desk-answers", `{"questions":[{"n":1,"result":"elsewhere","code":"proper_channel"}]}`,
			[]contract.Violation{{Pointer: "/questions/0/channel", Code: "required"}},
		},
		{
			"a registration has a partner", "registration", `{"received_at":"2021-09-01T15:20:00+07:00","register_number":"1","request":` + smallest + `}`,
			[]contract.Violation{{Pointer: "/partner", Code: "required"}},
		},
		{"or an unknown sender", "registration", `{"sender":"unknown","sender_name":"x","received_at":"2021-09-01T15:20:00+07:00","register_number":"1","request":` + smallest + `}`, nil},
		{
			"never both", "registration", `{"sender":"unknown","partner":"NG","received_at":"2021-09-01T15:20:00+07:00","register_number":"1","request":` + smallest + `}`,
			[]contract.Violation{{Pointer: "/partner", Code: "not_allowed"}},
		},
		{
			"a registered body is checked in its place", "registration", `{"partner":"NG","received_at":"2021-09-01T15:20:00+07:00","register_number":"1","request":` + request(`"own_reference":1`) + `}`,
			[]contract.Violation{{Pointer: "/request/own_reference", Code: "wrong_type"}},
		},
		{
			"a stub has no text field", "stub", `{"partner":"TH","register_number":"CD-02","keeper":"p_0123456789abcdef","degree":"flash","received_at":"2021-09-02T19:00:00+07:00","text":"x"}`,
			[]contract.Violation{{Pointer: "/text", Code: "unknown_field"}},
		},
		{
			"handled outside says nothing", "handled-outside", `{"text":"x"}`,
			[]contract.Violation{{Pointer: "/text", Code: "unknown_field"}},
		},
		{"a hold's code is closed", "hold", `{"code":"lunch"}`, []contract.Violation{{Pointer: "/code", Code: "unknown_value"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := c.Check(tt.schema, []byte(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOnlyStrictJSONIsRead(t *testing.T) {
	t.Parallel()
	c := newContract(t)
	tests := []struct {
		name, body string
		want       contract.Violation
	}{
		{"nothing", ``, contract.Violation{Code: "invalid_json"}},
		{"half an object", `{"text":"x"`, contract.Violation{Code: "invalid_json"}},
		{"a comma too many", `{"text":"x",}`, contract.Violation{Code: "invalid_json"}},
		{"no comma", `{"text":"x" "y":1}`, contract.Violation{Code: "invalid_json"}},
		{"two values", `{"text":"x"}{}`, contract.Violation{Code: "trailing_data"}},
		{"rubbish after the value", `{"text":"x"}]`, contract.Violation{Code: "trailing_data"}},
		{"a member twice", `{"text":"x","text":"y"}`, contract.Violation{Pointer: "/text", Code: "duplicate_key"}},
		{"a member twice in two spellings", `{"text":"x","te\u0078t":"y"}`, contract.Violation{Pointer: "/text", Code: "duplicate_key"}},
		{"bytes that are no UTF-8", "{\"text\":\"\xff\"}", contract.Violation{Code: "invalid_utf8"}},
		{"half a surrogate pair", `{"text":"\ud800"}`, contract.Violation{Pointer: "/text", Code: "invalid_utf8"}},
		{"text not in NFC", `{"text":"a` + "\u0301" + `"}`, contract.Violation{Pointer: "/text", Code: "not_nfc"}},
		{"escapes not in NFC", `{"text":"a\u0301"}`, contract.Violation{Pointer: "/text", Code: "not_nfc"}},
		{"a number that would unfold", `{"text":1e999999999}`, contract.Violation{Pointer: "/text", Code: "out_of_range"}},
		{"deeper than the limit", `{"text":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, contract.Violation{Pointer: "/text" + strings.Repeat("/0", 31), Code: "too_deep"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := c.Check("notes", []byte(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]contract.Violation{tt.want}, got); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

func TestControlCharactersAreRefusedButInTheNamesOfAttachments(t *testing.T) {
	t.Parallel()
	c := newContract(t)
	attachment := func(name string) string { return request(`"attachments":[{"id":"a1","name":"` + name + `"}]`) }
	registered := func(body string) string {
		return `{"partner":"NG","received_at":"2021-09-01T15:20:00+07:00","register_number":"1","request":` + body + `}`
	}
	found := func(pointer string) []contract.Violation {
		return []contract.Violation{{Pointer: pointer, Code: "control_character"}}
	}
	for name, r := range map[string]string{
		"NUL": `\u0000`, "backspace": `\b`, "form feed": `\f`, "escape": `\u001b`, "DEL": "\x7f", "DEL escaped": `\u007f`,
		"C1": "\u0085", "C1 escaped": `\u009b`, "embedding": "\u202a", "override": "\u202e", "override escaped": `\u202E`,
		"isolate": "\u2066", "end of isolate": "\u2069",
	} {
		inName := []contract.Violation(nil)
		if name == "NUL" {
			inName = found("/attachments/0/name")
		}
		for _, tt := range []struct {
			schema, body string
			want         []contract.Violation
		}{
			{"notes", `{"text":"x` + r + `y"}`, found("/text")},
			{"verification-request", request(`"own_reference":"` + r + `"`), found("/own_reference")},
			{"verification-request", subjects(`{"id":"s1","kind":"person","names":[{"text":"x"},{"text":"` + r + `"}]}`), found("/subjects/0/names/1/text")},
			{"verification-request", attachment("a" + r), inName},
			{"registration", registered(attachment(r + "a")), in("/request", inName)},
			{"verification-request", strings.Replace(attachment("a"), `"a1"`, `"a`+r+`"`, 1), found("/attachments/0/id")},
		} {
			got, err := c.Check(tt.schema, []byte(tt.body))
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("%s in %q (-want +got):\n%s%v", name, tt.body, diff, err)
			}
		}
	}
	if got, _ := c.Check("notes", []byte(`{"text":"a\n\r\tb \u000a\u200e\u2065 é"}`)); got != nil {
		t.Errorf("lines and tabs: %v", got)
	}
	if got, _ := c.Check("notes", []byte("{\"text\":\"x\",\"a\\u0000\":1}")); !cmp.Equal(got, found("")) {
		t.Errorf("in the name of a member: %v", got)
	}
}

// in moves violations to a place.
func in(prefix string, found []contract.Violation) []contract.Violation {
	var out []contract.Violation
	for _, v := range found {
		v.Pointer = prefix + v.Pointer
		out = append(out, v)
	}
	return out
}

func TestCharactersOutsideThePlaneAndTheReplacementCharacterAreText(t *testing.T) {
	t.Parallel()
	c := newContract(t)
	for _, body := range []string{`{"text":"📷 \ud83d\udcf7"}`, `{"text":"\ufffd ` + "\uFFFD" + `"}`, `{"text":"\\ud800"}`} {
		if got, err := c.Check("notes", []byte(body)); err != nil || got != nil {
			t.Errorf("%s: %v, %v", body, got, err)
		}
	}
}

func TestLimitsAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	c := newContract(t)
	list := func(n int, item string) string {
		items := make([]string, n)
		for i := range items {
			items[i] = fmt.Sprintf(item, i+1)
		}
		return strings.Join(items, ",")
	}
	question := `{"n":%d,"code":"CON","text":"?"}`
	questions := func(n int) string {
		return strings.Replace(smallest, `{"n":1,"code":"CON","text":"?"}`, list(n, question), 1)
	}
	tests := []struct {
		pointer, code string
		limit         int
		at, over      string
	}{
		{"/questions", "too_many", 50, questions(50), questions(51)},
		{"/subjects", "too_many", 200, subjects(list(200, `{"id":"s%d","kind":"phone"}`)), subjects(list(201, `{"id":"s%d","kind":"phone"}`))},
		{"/attachments", "too_many", 1000, request(`"attachments":[` + list(1000, `{"id":"a%d","name":"x"}`) + `]`), request(`"attachments":[` + list(1001, `{"id":"a%d","name":"x"}`) + `]`)},
		{"/purpose/statement", "too_long", 20000, strings.Replace(smallest, `"x"`, `"`+strings.Repeat("đ", 20000)+`"`, 1), strings.Replace(smallest, `"x"`, `"`+strings.Repeat("đ", 20001)+`"`, 1)},
	}
	for _, tt := range tests {
		if got, _ := c.Check("verification-request", []byte(tt.at)); got != nil {
			t.Errorf("%s at the limit: %v", tt.pointer, got)
		}
		got, _ := c.Check("verification-request", []byte(tt.over))
		if diff := cmp.Diff([]contract.Violation{{Pointer: tt.pointer, Code: tt.code, Limit: tt.limit}}, got); diff != "" {
			t.Errorf("over the limit (-want +got):\n%s", diff)
		}
	}
}

func TestAtMostAHundredViolationsAreNamed(t *testing.T) {
	t.Parallel()
	items := strings.Repeat(`{"id":"s1","kind":"container"},`, 199) + `{"id":"s1","kind":"container"}`
	got, err := newContract(t).Check("verification-request", []byte(subjects(items)))
	if err != nil || len(got) != 100 {
		t.Fatalf("%d violations, %v", len(got), err)
	}
	if !slices.IsSortedFunc(got, func(a, b contract.Violation) int { return strings.Compare(a.Pointer, b.Pointer) }) {
		t.Error("not sorted")
	}
}

func TestAnUnknownSchemaIsTheCallersMistake(t *testing.T) {
	t.Parallel()
	if _, err := newContract(t).Check("nonsense", []byte(`{}`)); !errors.Is(err, contract.ErrUnknownSchema) {
		t.Errorf("got %v", err)
	}
}

func TestABrokenSchemaStopsTheStart(t *testing.T) {
	t.Parallel()
	for name, schema := range map[string]string{
		"no JSON":             `{`,
		"no schema":           `{"type":"thing"}`,
		"a reference outside": `{"$ref":"https://example.com/x.json"}`,
	} {
		if _, err := contract.New(fstest.MapFS{"x.json": {Data: []byte(schema)}}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzCheck(f *testing.F) {
	c := newContract(f)
	f.Add(smallest)
	f.Add(subjects(`{"id":"s1","kind":"person","names":[{"text":"x"}],"dob":"1985-02-30"}`))
	f.Add(`{"text":"\ud800","text":1e400}`)
	f.Add(`{"a":[[[[{"b":null}]]]]}`)
	f.Fuzz(func(t *testing.T, body string) {
		got, err := c.Check("verification-request", []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if len(got) == 0 && !json.Valid([]byte(body)) {
			t.Errorf("accepted what is no JSON: %q", body)
		}
		for _, v := range got {
			if strings.IndexFunc(v.Pointer, func(r rune) bool {
				return r > 'z' || r < '-' || strings.ContainsRune(`:;<=>?@[\]^`+"`", r)
			}) >= 0 || v.Code == "" {
				t.Errorf("unsafe violation %+v", v)
			}
		}
	})
}
