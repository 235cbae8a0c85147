package web_test

import (
	"encoding/json"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"verigate/deploy"
	"verigate/internal/access"
	"verigate/internal/demo"
	"verigate/internal/directory"
	"verigate/internal/verification"
	"verigate/internal/web"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
	"verigate/schemas"
)

// pages are all of them, with those of a demonstration.
func pages(t *testing.T) *site.Site {
	t.Helper()
	glossary, err := fs.ReadFile(deploy.Data, "glossary.csv")
	if err != nil {
		t.Fatal(err)
	}
	data, err := directory.Load(deploy.Data)
	if err != nil {
		t.Fatal(err)
	}
	s, err := web.New(web.Parts{
		API: http.NotFoundHandler(), Glossary: glossary, Directory: func() *directory.Directory { return data },
		Play: shut{why: demo.ErrNobody}, Now: time.Now, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The glossary binds: what it has a term for is called by that term.
func TestWhatTheGlossaryNamesIsCalledSo(t *testing.T) {
	t.Parallel()
	texts := pages(t).Texts()
	for id, term := range map[string]string{
		"state.closed": "status.closed", "status.closed": "status.closed", "state.expired": "status.expired", "status.expired": "status.expired",
		"command.accept": "workflow.accept", "command.decline": "workflow.decline", "command.hold": "workflow.hold", "command.forward": "workflow.forward",
		"command.recall": "workflow.recall", "degree.flash": "urgency.degree_flash", "degree.urgent": "urgency.degree_urgent",
		"degree.priority": "urgency.degree_priority", "degree.complex": "urgency.degree_complex", "subject.person": "case.person",
		"subject.vessel": "case.vessel", "subject.company": "case.company", "result.cannot_say": "status.cannot_say",
		"event.pulled.v1": "status.read_by_the_partner", "evidence.pulled": "status.read_by_the_partner", "request.task": "case.task",
		"request.compartment": "marking.compartment", "floor.do_not_alert": "marking.do_not_alert_the_subject",
		"extension.further_checks": "status.further_checks", "field.registers": "case.registers_searched", "board.campaign": "campaign.campaign",
		"story_field.receipt": "case.signed_receipt", "board.title": "sla.sla_board",
	} {
		said, err := texts.Text(text.Vietnamese, id)
		if err != nil {
			t.Fatal(err)
		}
		bound, err := texts.Text(text.Vietnamese, text.GlossaryPrefix+term)
		if err != nil {
			t.Fatal(err)
		}
		if said != bound {
			t.Errorf("%s says %q, the glossary's %s is %q", id, said, term, bound)
		}
	}
}

// sources are the templates, scripts and programs of pages, by name.
func sources(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") || !slices.Contains([]string{".html", ".go"}, filepath.Ext(name)) {
			return err
		}
		content, err := os.ReadFile(name)
		all[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var (
	literal = regexp.MustCompile(`(?:[({ ]t |\.T\(|\.Frame\(|Text: )"([a-z_]+\.[a-z0-9_.]+)"`)
	wordSet = regexp.MustCompile(`(?:[({ ]word |\.Word\(|\.Choices\()"([a-z_]+)"`)
	holder  = regexp.MustCompile(`\{\{\s*\.[a-zA-Z]+\s*\}\}`)
)

func TestEveryTextThatAPageUsesIsThereInEveryLanguage(t *testing.T) {
	t.Parallel()
	texts := pages(t).Texts()
	vi := texts.IDs(text.Vietnamese)
	if en := texts.IDs(text.English); !slices.Equal(vi, en) {
		t.Errorf("only in one language: %v", difference(vi, en))
	}
	for name, content := range sources(t) {
		for _, found := range literal.FindAllStringSubmatch(content, -1) {
			if _, ok := slices.BinarySearch(vi, found[1]); !ok {
				t.Errorf("%s uses the text %s, which there is not", name, found[1])
			}
		}
		for _, found := range wordSet.FindAllStringSubmatch(content, -1) {
			if !slices.ContainsFunc(vi, func(id string) bool { return strings.HasPrefix(id, found[1]+".") }) {
				t.Errorf("%s uses words of %s, which there are not", name, found[1])
			}
		}
	}
}

// A text is used by its id, or by the set of words that it belongs to.
func TestNoTextIsThereThatNoPageUses(t *testing.T) {
	t.Parallel()
	all := sources(t)
	named := func(s string) bool {
		for _, content := range all {
			if strings.Contains(content, `"`+s+`"`) {
				return true
			}
		}
		return false
	}
	known := map[string]bool{}
	for _, id := range pages(t).Texts().IDs(text.Vietnamese) {
		if strings.HasPrefix(id, text.GlossaryPrefix) {
			continue
		}
		used := named(id)
		for set := id; !used && strings.Contains(set, "."); {
			set = set[:strings.LastIndex(set, ".")]
			if _, asked := known[set]; !asked {
				known[set] = named(set) || named(set+".")
			}
			used = known[set]
		}
		if !used {
			t.Errorf("no page uses the text %s", id)
		}
	}
}

func difference(a, b []string) (only []string) {
	for _, one := range [][2][]string{{a, b}, {b, a}} {
		for _, id := range one[0] {
			if !slices.Contains(one[1], id) {
				only = append(only, id)
			}
		}
	}
	return only
}

// bothWays are words that are the same in both languages: names, abbreviations and codes.
var bothWays = regexp.MustCompile(`^(glossary\..*|marking\.[A-Z+]+|(field|identifier)\.(iban|imei|lei|mmsi|sha256|tlp|locode|.*_no)|proper_channel\.rilo|channel\.rilo_cencomm)$`)

func TestTheLanguagesSayTheSameWithTheSamePlaceholders(t *testing.T) {
	t.Parallel()
	texts := pages(t).Texts()
	for _, id := range texts.IDs(text.Vietnamese) {
		vi, en := texts.Source(text.Vietnamese, id), texts.Source(text.English, id)
		if vi == "" || en == "" {
			t.Errorf("%s is empty", id)
		}
		if a, b := holders(vi), holders(en); !slices.Equal(a, b) {
			t.Errorf("%s: placeholders %v in Vietnamese, %v in English", id, a, b)
		}
		if vi == en && len(strings.Fields(vi)) > 1 && !bothWays.MatchString(id) {
			t.Errorf("%s is %q in both languages", id, vi)
		}
	}
}

func holders(s string) []string {
	all := holder.FindAllString(s, -1)
	for i, h := range all {
		all[i] = strings.Join(strings.Fields(strings.Trim(h, "{}")), "")
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Each closed set of the contract that a reader can meet has a word for each of its codes.
func TestEveryCodeOfTheContractHasAWord(t *testing.T) {
	t.Parallel()
	texts := pages(t).Texts()
	for set, where := range map[string][]string{
		"degree": {"common#degree"}, "state": {"common#request_state"}, "status": {"common#partner_status"}, "task_state": {"common#task_state"},
		"kind": {"common#request_kind", "task:kind"}, "result": {"common#package_result"}, "outcome": {"common#outcome"}, "hold": {"hold:code"},
		"decline": {"decline:code", "forward:code"}, "refusal": {"common#refusal_code", "refusal-rejection:code"}, "defect": {"return:code"},
		"cannot_say": {"common#result_code"}, "clarification": {"clarification:code"}, "clarification_rejection": {"clarification-rejection:code"}, "clock": {"common#clock_name"}, "rung": {"common#rung"},
		"breach_cause": {"breach-cause:code", "breach-annulment:code"}, "degree_reason": {"degree-change:code"}, "extension": {"extension:code"},
		"lowering":   {"level-lowering:code"},
		"correction": {"correction:code", "recall:code"}, "hold_decision": {"hold-confirmation:code", "hold-rejection:code"},
		"ceiling": {"above-ceiling:code"}, "proper_channel": {"common#proper_channel"}, "agency": {"agency:agency"},
		"consent_state": {"consent-view:state"}, "channel": {"common#channel"}, "way": {"session:way"}, "health": {"health:status"},
		"question": {"common#request_type"}, "clock_state": {"clock-view:state"}, "answer_kind": {"answer:kind", "answer-by-unit:kind"},
	} {
		for _, place := range where {
			codes := enum(t, place)
			if len(codes) == 0 {
				t.Errorf("%s has no codes", place)
			}
			for _, code := range codes {
				if texts.Word(text.Vietnamese, set, code) == code {
					t.Errorf("no word %s.%s", set, code)
				}
			}
		}
	}
	for _, found := range kindOfIdentifier.FindAllStringSubmatch(read(t, "../identifier/check.go"), -1) {
		if texts.Word(text.Vietnamese, "identifier", found[1]) == found[1] {
			t.Errorf("no word identifier.%s", found[1])
		}
	}
	for _, r := range access.Table() {
		if texts.Word(text.Vietnamese, "operation", string(r.Operation)) == string(r.Operation) {
			t.Errorf("no word for the operation %s", r.Operation)
		}
	}
	for _, name := range verification.Names() {
		if texts.Word(text.English, "command", string(name)) == string(name) {
			t.Errorf("no word for the command %s", name)
		}
	}
}

var kindOfIdentifier = regexp.MustCompile(`Kind = "([a-z0-9_]+)"`)

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil || !kindOfIdentifier.Match(content) {
		t.Fatalf("%s: %v", name, err)
	}
	return string(content)
}

// enum reads the codes of a definition ("common#degree") or of a property ("hold:code") of a schema.
func enum(t *testing.T, place string) []string {
	t.Helper()
	file, name, ofProperty := strings.Cut(place, ":")
	key := "properties"
	if !ofProperty {
		file, name, _ = strings.Cut(place, "#")
		key = "$defs"
	}
	content, err := fs.ReadFile(schemas.FS, file+".json")
	if err != nil {
		t.Fatal(err)
	}
	var schema map[string]json.RawMessage
	var members map[string]struct {
		Enum []string `json:"enum"`
	}
	if err := json.Unmarshal(content, &schema); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(schema[key], &members); err != nil {
		t.Fatalf("%s: %v", place, err)
	}
	return members[name].Enum
}
