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
	Partner string `json:"partner"`
	Steps   []step `json:"steps"`
}

type step struct {
	At      string            `json:"at"`
	By      string            `json:"by"`
	Partner string            `json:"partner"`
	Unit    string            `json:"unit"`
	Call    string            `json:"call"`
	Body    json.RawMessage   `json:"body"`
	Fill    map[string]string `json:"fill"`
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
	partner string
	id      string
	hash    string // of the package
}

func (r *rig) play(story told) *play { return &play{rig: r, partner: "partner-" + story.Partner} }

func (p *play) path() string { return requests + "/" + p.id }

func (s step) actor() string {
	switch s.By {
	case "partner":
		return "partner-" + s.Partner
	case "unit":
		return "officer-" + s.Unit
	default:
		return s.By
	}
}

// task finds the live or last task of a unit in the desk's view; the desk works on those of its own unit.
func (p *play) task(t *testing.T, s step) string {
	t.Helper()
	unit, found := s.Unit, ""
	if unit == "" {
		unit = "A1K1"
	}
	tasks, _ := p.get(t, "desk", p.path()).field(t, "tasks").([]any)
	for _, task := range tasks {
		if m := task.(map[string]any); m["unit"] == unit {
			found = m["task"].(string)
		}
	}
	return found
}

// do takes one step and holds the reply against the schema of its operation.
func (p *play) do(t *testing.T, s step) reply {
	t.Helper()
	p.clock.set(t, s.At)
	rule, ok := access.RuleOf(access.Operation(s.Call))
	if !ok {
		t.Fatalf("the story calls %s, which is no operation", s.Call)
	}
	path := strings.ReplaceAll(rule.Path, "{id}", p.id)
	if source, ok := s.Fill["path:id"]; ok {
		path = strings.ReplaceAll(rule.Path, "{id}", p.source(t, s, source))
	}
	if strings.Contains(path, "{task}") {
		path = strings.ReplaceAll(path, "{task}", p.task(t, s))
	}
	a := ask{by: s.actor(), method: rule.Method, path: path, body: string(p.filled(t, s)), header: withKey(s.Call + s.At + s.By)}
	got := p.call(t, a)
	if got.status >= http.StatusMultipleChoices {
		t.Fatalf("%s %s by %s at %s: %d %s\n%s", rule.Method, path, a.by, s.At, got.status, got.body, a.body)
	}
	p.fitsOperation(t, s.Call, got.body)
	switch s.Call {
	case "submitRequest", "registerRequest", "registerStub":
		p.id = got.text(t, "id")
	case "putPackage":
		p.hash = got.text(t, "hash")
	}
	return got
}

// filled puts in what only this play knows.
func (p *play) filled(t *testing.T, s step) []byte {
	t.Helper()
	body := s.Body
	for pointer, source := range s.Fill {
		if !strings.HasPrefix(pointer, "/") {
			continue // part of the path
		}
		var doc any
		if err := json.Unmarshal(body, &doc); err != nil {
			t.Fatal(err)
		}
		put(doc, strings.Split(pointer, "/")[1:], p.source(t, s, source))
		var err error
		if body, err = json.Marshal(doc); err != nil {
			t.Fatal(err)
		}
	}
	return body
}

// put replaces the value at a path that is there.
func put(doc any, path []string, value string) {
	switch node := doc.(type) {
	case map[string]any:
		if len(path) == 1 {
			node[path[0]] = value
			return
		}
		put(node[path[0]], path[1:], value)
	case []any:
		i, _ := strconv.Atoi(path[0])
		if len(path) == 1 {
			node[i] = value
			return
		}
		put(node[i], path[1:], value)
	}
}

// source finds what a placeholder stands for.
func (p *play) source(t *testing.T, s step, source string) string {
	t.Helper()
	parts := strings.Split(source, ":")
	switch parts[0] {
	case "package.hash":
		return p.hash
	case "refusal.hash":
		return p.get(t, "lead", p.path()).text(t, "refusal.hash")
	case "person":
		return string(everybody()[parts[1]].Person)
	case "consent":
		got := p.eventuallyGet(t, s.actor(), "/v1/consents", func(g reply) bool {
			return g.status == http.StatusOK && g.field(t, "items.0") != nil
		})
		p.fitsOperation(t, "listConsents", got.body)
		return got.text(t, "items.0.id")
	case "fact":
		return p.fact(t, parts)
	}
	t.Fatalf("nobody knows %s", source)
	return ""
}

// fact finds fact:<unit>:<answer>:<fact> in the desk's view.
func (p *play) fact(t *testing.T, parts []string) string {
	t.Helper()
	answer, _ := strconv.Atoi(parts[2])
	n, _ := strconv.Atoi(parts[3])
	task := p.task(t, step{Unit: parts[1]})
	questions, _ := p.get(t, "desk", "/v1/tasks/"+task).field(t, "answers."+strconv.Itoa(answer-1)+".questions").([]any)
	for _, q := range questions {
		facts, _ := q.(map[string]any)["facts"].([]any)
		for _, f := range facts {
			if n--; n == 0 {
				return f.(map[string]any)["id"].(string)
			}
		}
	}
	t.Fatalf("no fact %v", parts)
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
		"RequestPageReply": "request-row", "AnswerListReply": "answer", "ConsentPageReply": "consent-view", "PromiseListReply": "promise",
		"QueuePageReply": "queue-item", "BoardPageReply": "board-row",
		"NoticePageReply":    "notice",
		"MilestonePageReply": "milestone",
		"RetentionPageReply": "retention-row", "RetentionOutcomesReply": "retention-outcome", "MonthEndsReply": "month-end",
		"EvidencePageReply": "evidence-entry",
	}
}

func documents() map[string]string {
	return map[string]string{
		"CreatedReply": "created", "RequestViewReply": "", "PartnerViewReply": "partner-view", "StaffViewReply": "staff-view",
		"TaskViewReply": "task", "CandidatesReply": "candidates", "PackageViewReply": "package", "ClocksViewReply": "clocks",
		"ReadersViewReply": "readers", "HistoryViewReply": "history", "HealthReply": "health", "ConsentReply": "consent-view",
		"StatisticsReply": "statistics", "PeopleReply": "people", "FoundReply": "found", "FoundRequestsReply": "found-requests", "ReferenceReply": "reference-data", "WaysReply": "ways",
	}
}

// S01 from the submission to the confirmation, at the hours at which it is told.
func TestTheContainerOfTheHolidayNightIsAnsweredOverHTTP(t *testing.T) {
	t.Parallel()
	story := tell(t, "S01")
	p := newRig(t).play(story)
	for i, s := range story.Steps {
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
			first := p.id
			p.submitted(t, p.do(t, s))
			if p.id != first {
				t.Errorf("a repeat created %s beside %s", p.id, first)
			}
		}
	}
	if got := p.get(t, p.partner, p.path()).text(t, "status"); got != "closed" {
		t.Errorf("in the end its partner sees %s", got)
	}
	readers := p.get(t, "auditor", p.path()+"/readers")
	if readers.text(t, "items.0.action") != "pull" || readers.field(t, "items.0.version") != 1.0 {
		t.Errorf("the first pull is not among the readers: %s", readers.body)
	}
}

// Every story of the examples, each reply held against its schema, and each partner's against what it must not tell.
func TestTheStoriesArePlayedOverHTTP(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"S02", "S03", "S05-MW", "S05-RILO-AP", "S07", "S08", "S10", "S12", "S13", "S15", "S17", "S18", "S20"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story := tell(t, name)
			p := newRig(t).play(story)
			for _, s := range story.Steps {
				if s.Unit != "*" {
					p.partnersReply(t, s, p.do(t, s))
					continue
				}
				for _, unit := range p.units(t) {
					s.Unit = unit
					p.do(t, s)
				}
			}
		})
	}
}

func (p *play) partnersReply(t *testing.T, s step, got reply) {
	t.Helper()
	if s.By == "partner" && s.Call != "decideConsent" { // an ask has a state of its own
		p.tellsNothingInside(t, got.body)
	}
	if p.partner != "partner-" {
		p.tellsNothingInside(t, p.get(t, p.partner, p.path()).want(t, http.StatusOK).body)
	}
}

// units are those that have a task.
func (p *play) units(t *testing.T) []string {
	t.Helper()
	var out []string
	tasks, _ := p.get(t, "desk", p.path()).field(t, "tasks").([]any)
	for _, task := range tasks {
		out = append(out, task.(map[string]any)["unit"].(string))
	}
	return out
}

func (p *play) submitted(t *testing.T, got reply) {
	t.Helper()
	if got.status != http.StatusCreated || got.header.Get("Location") != p.path() {
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
	path := p.path()
	for _, read := range []struct{ call, by, path string }{
		{"getRequest", p.partner, path},
		{"getRequest", "desk", path},
		{"getRequest", "supervisor", path},
		{"getCandidates", "desk", path + "/candidates"},
		{"getClocks", "desk", path + "/clocks"},
		{"getHistory", "auditor", path + "/history"},
		{"getReaders", "desk", path + "/readers"},
		{"getTask", "desk", "/v1/tasks/" + p.id + "-01"},
	} {
		got := p.get(t, read.by, read.path).want(t, http.StatusOK)
		p.fitsOperation(t, read.call, got.body)
		if read.by == p.partner {
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
		`"unit":"0`, `"units"`, `"task`, `p_officer`, `p_desk`, `p_reviewer`, `"hop`, `"hold`, `"level"`, `"compartment"`, `"breaches"`, `"state"`,
		`"originator"`, `"notes"`, `"holder"`, `"policy"`, `"editor"`, `officer-`, p.id + "-",
	} {
		if strings.Contains(string(body), inside) {
			t.Errorf("the partner is told %s: %s", inside, body)
		}
	}
}
