package contract_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"verigate/api"
	"verigate/schemas"
)

type story struct {
	Sample  string         `json:"sample"`
	Title   string         `json:"title"`
	Partner string         `json:"partner"`
	Expect  map[string]any `json:"expect"`
	Steps   []step         `json:"steps"`
}

type step struct {
	At      time.Time         `json:"at"`
	By      string            `json:"by"`
	Partner string            `json:"partner"`
	Unit    string            `json:"unit"`
	Call    string            `json:"call"`
	Schema  string            `json:"schema"`
	Body    json.RawMessage   `json:"body"`
	Fill    map[string]string `json:"fill"`
}

func stories(t *testing.T) map[string]story {
	t.Helper()
	files, err := fs.Glob(schemas.Examples, "examples/*.json")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]story{}
	for _, file := range files {
		data, err := fs.ReadFile(schemas.Examples, file)
		if err != nil {
			t.Fatal(err)
		}
		var s story
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&s); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all[strings.TrimSuffix(path.Base(file), ".json")] = s
	}
	return all
}

func TestEverySampleButTheOutboundIsAStory(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../deploy/data/samples.json")
	if err != nil {
		t.Fatal(err)
	}
	var samples struct{ Samples []struct{ ID string } }
	if err := json.Unmarshal(data, &samples); err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, s := range stories(t) {
		told[s.Sample] = true
	}
	for _, s := range samples.Samples {
		if told[s.ID] != (s.ID != "S16") {
			t.Errorf("%s told: %t", s.ID, told[s.ID])
		}
	}
}

func TestEveryStepIsABodyOfItsCall(t *testing.T) {
	t.Parallel()
	c := newContract(t)
	bodies := requestBodies(t)
	for name, s := range stories(t) {
		last := time.Time{}
		for i, st := range s.Steps {
			where := name + " step " + strconv.Itoa(i+1) + " " + st.Call
			want, known := bodies[st.Call]
			if !known || (st.Schema == "") != (want == "") {
				t.Errorf("%s: no such call, or its body is %q", where, want)
				continue
			}
			if st.At.Before(last) {
				t.Errorf("%s goes back in time", where)
			}
			last = st.At
			if st.Schema == "" {
				continue
			}
			if camel(st.Schema) != want && want != "VerbatimRequest" {
				t.Errorf("%s: schema %s, the contract says %s", where, st.Schema, want)
			}
			found, err := c.Check(st.Schema, st.Body)
			if err != nil || found != nil {
				t.Errorf("%s: %v %v", where, found, err)
			}
			checkFill(t, where, st)
		}
	}
}

// checkFill looks for the placeholder of each pointer.
func checkFill(t *testing.T, where string, st step) {
	t.Helper()
	for pointer := range st.Fill {
		if pointer == "path:id" {
			continue
		}
		var at any
		if err := json.Unmarshal(st.Body, &at); err != nil {
			t.Fatal(err)
		}
		for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
			switch node := at.(type) {
			case map[string]any:
				at = node[token]
			case []any:
				i, err := strconv.Atoi(token)
				if err != nil || i >= len(node) {
					t.Fatalf("%s: no %s", where, pointer)
				}
				at = node[i]
			}
		}
		if _, is := at.(string); !is {
			t.Errorf("%s: nothing to fill at %s", where, pointer)
		}
	}
}

func TestS10Lists412AttachmentsOfWhich23AreOne(t *testing.T) {
	t.Parallel()
	var body struct {
		Attachments []struct {
			Name, SHA256 string
			Size         int64
		}
	}
	submitted := stories(t)["S10"].Steps[0].Body
	if err := json.Unmarshal(submitted, &body); err != nil {
		t.Fatal(err)
	}
	count, size := map[string]int{}, int64(0)
	for _, a := range body.Attachments {
		count[a.SHA256]++
		size += a.Size
	}
	most := 0
	for _, n := range count {
		most = max(most, n)
	}
	if len(body.Attachments) != 412 || most != 23 || size != 1_900_000_000 {
		t.Errorf("%d attachments, %d alike, %d bytes", len(body.Attachments), most, size)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, submitted); err != nil || compact.Len() > 256<<10 {
		t.Errorf("%d bytes, %v: more than a body may have", compact.Len(), err)
	}
}

func TestClosedListsAreThoseOfTheReferenceData(t *testing.T) {
	t.Parallel()
	var common struct {
		Defs map[string]struct{ Enum []string } `json:"$defs"`
	}
	decode(t, "common.json", &common)
	var request struct {
		Properties struct {
			Purpose struct {
				Properties struct {
					Offence struct {
						Properties struct{ Code struct{ Enum []string } }
					}
				}
			}
		}
	}
	decode(t, "verification-request.json", &request)
	var outcomes []string
	for _, list := range column(t, "request-types.csv", "outcomes") {
		outcomes = append(outcomes, strings.Split(list, ";")...)
	}
	for name, lists := range map[string][2][]string{
		"request types": {column(t, "request-types.csv", "code"), common.Defs["request_type"].Enum},
		"outcomes":      {outcomes, common.Defs["outcome"].Enum},
		"countries":     {column(t, "countries.csv", "iso2"), common.Defs["country"].Enum},
		"offences":      {column(t, "offence-types.csv", "code"), request.Properties.Purpose.Properties.Offence.Properties.Code.Enum},
	} {
		if diff := cmp.Diff(sorted(lists[0]), sorted(lists[1])); diff != "" {
			t.Errorf("%s (-data +schema):\n%s", name, diff)
		}
	}
}

func decode(t *testing.T, file string, into any) {
	t.Helper()
	data, err := fs.ReadFile(schemas.FS, file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

func column(t *testing.T, file, name string) []string {
	t.Helper()
	data, err := os.ReadFile("../../deploy/data/" + file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.Index(rows[0], name)
	var values []string
	for _, row := range rows[1:] {
		values = append(values, row[i])
	}
	return values
}

func sorted(values []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(values)))
}

// requestBodies maps each operationId to the component of its body, "" for none.
func requestBodies(t *testing.T) map[string]string {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	bodies := map[string]string{}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			bodies[op.OperationID] = ""
			if op.RequestBody == nil {
				continue
			}
			if body := op.RequestBody.Value.Content["application/json"]; body != nil { // one is a form of the provider's
				bodies[op.OperationID] = path.Base(body.Schema.Ref)
			}
		}
	}
	return bodies
}

func camel(name string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(name, "-") {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}

func TestTheContractByExampleIsAccepted(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../deploy/data/examples.json")
	if err != nil {
		t.Fatal(err)
	}
	for placeholder, value := range map[string]string{
		"<the same hash>":                   strings.Repeat("0", 64),
		"<hash of the proposed text>":       strings.Repeat("0", 64),
		"<officer id>":                      "p_0000000000000000",
		"<task id>":                         strings.Repeat("0", 26) + "-01",
		"<request id>":                      strings.Repeat("0", 26),
		"<opaque>":                          strings.Repeat("0", 26),
		`{"...": "a verification_request"}`: `{}`,
	} {
		data = bytes.ReplaceAll(data, []byte(placeholder), []byte(value))
	}
	var examples map[string]json.RawMessage
	if err := json.Unmarshal(data, &examples); err != nil {
		t.Fatal(err)
	}
	c := newContract(t)
	for example, schema := range map[string]string{
		"verification_request": "verification-request", "created": "created", "routing": "routing", "acceptance": "acceptance",
		"decline": "decline", "forward": "forward", "hold": "hold", "answer": "answer-by-unit", "release": "release",
		"clarification": "clarification", "partner_reply": "partner-reply", "refusal": "refusal", "withdrawal": "withdrawal",
		"problem": "problem", "clocks": "clocks", "readers": "readers", "package_put": "package-put",
		"package_put_everything_as_is": "package-put", "stub": "stub", "refusal_approval": "refusal-approval",
		"extension": "extension", "confirmation": "confirmation", "follow_up": "follow-up",
	} {
		found, err := c.Check(schema, examples[example])
		if err != nil || found != nil {
			t.Errorf("%s: %v %v", example, found, err)
		}
	}
}
