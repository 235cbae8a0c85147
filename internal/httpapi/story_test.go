package httpapi_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/access"
	"verigate/internal/canonical"
	"verigate/internal/receipt"
	"verigate/schemas"
)

// told is a story of schemas/examples.
type told struct {
	Steps []step `json:"steps"`
}

type step struct {
	At   string            `json:"at"`
	By   string            `json:"by"`
	Unit string            `json:"unit"`
	Call string            `json:"call"`
	Body json.RawMessage   `json:"body"`
	Fill map[string]string `json:"fill"`
}

func tell(t *testing.T, name string) told {
	t.Helper()
	raw, err := schemas.Examples.ReadFile("examples/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var story told
	if err := json.Unmarshal(raw, &story); err != nil {
		t.Fatal(err)
	}
	return story
}

// play is a story being told over HTTP.
type play struct {
	*rig
	id   string
	task string
	hash string
}

func (p *play) actor(s step) string {
	switch s.By {
	case "partner":
		return "ng"
	case "unit":
		return "unit" + s.Unit
	default:
		return s.By
	}
}

// do takes one step and holds the reply against the schema of its operation.
func (p *play) do(t *testing.T, s step) reply {
	t.Helper()
	p.clock.set(t, s.At)
	rule, ok := access.RuleOf(access.Operation(s.Call))
	if !ok {
		t.Fatalf("the story calls %s, which is no operation", s.Call)
	}
	path := strings.NewReplacer("{id}", p.id, "{task}", p.task).Replace(rule.Path)
	a := ask{by: p.actor(s), method: rule.Method, path: path, body: string(p.filled(t, s)), header: withKey(s.Call + s.At)}
	got := p.call(t, a)
	if got.status >= 300 {
		t.Fatalf("%s %s by %s at %s: %d %s", rule.Method, path, a.by, s.At, got.status, got.body)
	}
	p.fitsOperation(t, s.Call, got.body)
	return got
}

// filled puts in what only this play knows.
func (p *play) filled(t *testing.T, s step) []byte {
	t.Helper()
	if len(s.Body) == 0 {
		return nil
	}
	var doc map[string]any
	if err := json.Unmarshal(s.Body, &doc); err != nil {
		t.Fatal(err)
	}
	for pointer, source := range s.Fill {
		if source == "package.hash" {
			doc["hash"] = p.hash
			continue
		}
		i, err := strconv.Atoi(strings.Split(pointer, "/")[2])
		if err != nil {
			t.Fatal(err)
		}
		doc["facts"].([]any)[i].(map[string]any)["fact"] = p.fact(t, source)
	}
	raw, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// fact finds fact:<unit>:<answer>:<fact> in the desk's view.
func (p *play) fact(t *testing.T, source string) string {
	t.Helper()
	parts := strings.Split(source, ":")
	answer, _ := strconv.Atoi(parts[2])
	n, _ := strconv.Atoi(parts[3])
	questions, _ := p.get(t, "desk", "/v1/tasks/"+p.task).field(t, "answers."+strconv.Itoa(answer-1)+".questions").([]any)
	for _, q := range questions {
		facts, _ := q.(map[string]any)["facts"].([]any)
		for _, f := range facts {
			if n--; n == 0 {
				return f.(map[string]any)["id"].(string)
			}
		}
	}
	t.Fatalf("no %s", source)
	return ""
}

// fitsOperation holds a reply against what the contract promises of its operation.
func (r *rig) fitsOperation(t *testing.T, operation string, body []byte) {
	t.Helper()
	reply := r.operations[operation].reply
	if item, is := pages()[reply]; is {
		var page struct {
			Items []json.RawMessage `json:"items"`
		}
		if err := json.Unmarshal(body, &page); err != nil || page.Items == nil {
			t.Errorf("%s: no list: %s", operation, body)
		}
		for _, i := range page.Items {
			r.fits(t, item, i)
		}
		return
	}
	schema, ok := documents()[reply]
	if !ok {
		t.Fatalf("%s answers a %s, of which the tests know nothing", operation, reply)
	}
	if schema == "" { // either view
		schema = "partner-view"
		if strings.Contains(string(body), `"state":`) {
			schema = "staff-view"
		}
	}
	r.fits(t, schema, body)
}

func pages() map[string]string {
	return map[string]string{
		"RequestPageReply": "request-row", "AnswerListReply": "answer", "ConsentPageReply": "consent-view",
		"QueuePageReply": "queue-item", "BoardPageReply": "board-row",
	}
}

func documents() map[string]string {
	return map[string]string{
		"CreatedReply": "created", "RequestViewReply": "", "PartnerViewReply": "partner-view", "StaffViewReply": "staff-view",
		"TaskViewReply": "task", "CandidatesReply": "candidates", "PackageViewReply": "package", "ClocksViewReply": "clocks",
		"ReadersViewReply": "readers", "HistoryViewReply": "history", "HealthReply": "health", "ConsentReply": "consent-view",
	}
}

// S01 from the submission to the confirmation, at the hours at which it is told.
func TestTheContainerOfTheHolidayNightIsAnsweredOverHTTP(t *testing.T) {
	t.Parallel()
	p := &play{rig: newRig(t)}
	for i, s := range tell(t, "S01").Steps {
		got := p.do(t, s)
		switch s.Call {
		case "submitRequest":
			p.submitted(t, got)
		case "putPackage":
			p.prepared(t, got)
		case "listAnswers":
			p.pulled(t, got)
		}
		p.everyRead(t)
		if i == 0 {
			p.submitted(t, p.do(t, s)) // a repeat finds the first one
		}
	}
	if got := p.get(t, "ng", "/v1/verification-requests/"+p.id).text(t, "status"); got != "closed" {
		t.Errorf("in the end its partner sees %s", got)
	}
	readers := p.get(t, "auditor", "/v1/verification-requests/"+p.id+"/readers")
	if readers.text(t, "items.0.action") != "pull" || readers.field(t, "items.0.version") != 1.0 {
		t.Errorf("the first pull is not among the readers: %s", readers.body)
	}
}

func (p *play) submitted(t *testing.T, got reply) {
	t.Helper()
	id := got.text(t, "id")
	if p.id != "" && p.id != id {
		t.Errorf("a repeat created %s beside %s", id, p.id)
	}
	p.id, p.task = id, id+"-01"
	if got.status != http.StatusCreated || got.header.Get("Location") != "/v1/verification-requests/"+p.id {
		t.Errorf("status %d, Location %q", got.status, got.header.Get("Location"))
	}
	if due := got.text(t, "due_at"); due != "2021-09-03T16:40:00Z" || got.text(t, "status") != "in_progress" {
		t.Errorf("due %s: %s", due, got.body)
	}
	claims, err := receipt.Verify(p.get(t, "", "/.well-known/jwks.json").body, got.text(t, "receipt"))
	if err != nil || claims.ID != p.id {
		t.Errorf("the receipt is for %q: %v", claims.ID, err)
	}
}

func (p *play) prepared(t *testing.T, got reply) {
	t.Helper()
	p.hash = got.text(t, "hash")
	var body struct {
		Package json.RawMessage `json:"package"`
	}
	if err := json.Unmarshal(got.body, &body); err != nil {
		t.Fatal(err)
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(body.Package)); sum != p.hash {
		t.Errorf("the package's bytes have the hash %s, it says %s", sum, p.hash)
	}
}

// pulled checks the answer as its receiver would: remove clock and release, RFC 8785, SHA-256.
func (p *play) pulled(t *testing.T, got reply) {
	t.Helper()
	var list struct {
		Items []map[string]any `json:"items"`
	}
	if err := json.Unmarshal(got.body, &list); err != nil || len(list.Items) != 1 {
		t.Fatalf("%v: %s", err, got.body)
	}
	item := list.Items[0]
	clock, release := item["clock"].(map[string]any), item["release"].(map[string]any)
	delete(item, "clock")
	delete(item, "release")
	_, sum, err := canonical.Of(item)
	if err != nil || sum != p.hash || release["hash"] != p.hash {
		t.Errorf("pulled %s, approved %s, says %v: %v", sum, p.hash, release["hash"], err)
	}
	if clock["met"] != true || clock["promised"] != "2021-09-03T16:40:00Z" {
		t.Errorf("clock %v", clock)
	}
	claims, err := receipt.VerifyRelease(p.get(t, "", "/.well-known/jwks.json").body, release["signature"].(string))
	if err != nil || claims.Hash != p.hash || claims.Partner != "NG" {
		t.Errorf("signed for %+v: %v", claims, err)
	}
	p.tellsNothingInside(t, got.body)
}

// everyRead reads the request in every way after every step: each reply fits, and the partner's tells nothing inside.
func (p *play) everyRead(t *testing.T) {
	t.Helper()
	path := "/v1/verification-requests/" + p.id
	for _, read := range []struct{ call, by, path string }{
		{"getRequest", "ng", path},
		{"getRequest", "desk", path},
		{"getRequest", "supervisor", path},
		{"getCandidates", "desk", path + "/candidates"},
		{"getClocks", "desk", path + "/clocks"},
		{"getHistory", "auditor", path + "/history"},
		{"getReaders", "desk", path + "/readers"},
		{"getTask", "desk", "/v1/tasks/" + p.task},
	} {
		got := p.get(t, read.by, read.path).want(t, http.StatusOK)
		p.fitsOperation(t, read.call, got.body)
		if read.by == "ng" {
			p.tellsNothingInside(t, got.body)
			again := p.get(t, read.by, read.path)
			if diff := cmp.Diff(got.header["Etag"], again.header["Etag"]); diff != "" || len(got.header["Etag"]) != 1 {
				t.Errorf("the same view has another tag: %s", diff)
			}
		}
	}
}

// tellsNothingInside looks for what must never reach a partner.
func (p *play) tellsNothingInside(t *testing.T, body []byte) {
	t.Helper()
	for _, inside := range []string{
		`"unit":"03"`, `"units"`, `"task`, `p_unit`, `p_desk`, `p_reviewer`, `"hop`, `"hold`, `"level"`, `"compartment"`, `"breaches"`, `"state"`,
		`"originator"`, `"notes"`, `"holder"`, `"policy"`, `"editor"`, p.task,
	} {
		if strings.Contains(string(body), inside) {
			t.Errorf("the partner is told %s: %s", inside, body)
		}
	}
}
