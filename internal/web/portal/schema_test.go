package portal_test

import (
	"encoding/json"
	"html"
	"io/fs"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"verigate/internal/web/webtest"
	"verigate/schemas"
)

// places finds, in the schemas themselves and not by way of the form, every value that a body may hold: the pointers of
// all values, with one row in every list, and of subjects one of each kind.
type places struct {
	t      *testing.T
	values []string          // of what is typed
	rows   []string          // of rows
	kinds  map[string]string // of the rows that are of a kind, by its place
}

func (p *places) node(ref string) map[string]any {
	p.t.Helper()
	file, inside, _ := strings.Cut(ref, "#/$defs/")
	content, err := fs.ReadFile(schemas.FS, file)
	if err != nil {
		p.t.Fatal(err)
	}
	var node map[string]any
	if err := json.Unmarshal(content, &node); err != nil {
		p.t.Fatal(err)
	}
	if inside != "" {
		node = node["$defs"].(map[string]any)[inside].(map[string]any)
	}
	return p.resolve(node)
}

func (p *places) resolve(node map[string]any) map[string]any {
	if ref, is := node["$ref"].(string); is {
		return p.node(ref)
	}
	return node
}

func (p *places) walk(at string, node map[string]any) {
	node = p.resolve(node)
	if members, is := node["properties"].(map[string]any); is {
		for name, member := range members {
			p.walk(at+"/"+name, member.(map[string]any))
		}
		return
	}
	items, is := node["items"].(map[string]any)
	if !is {
		p.values = append(p.values, at)
		return
	}
	items = p.resolve(items)
	kinds, several := items["oneOf"].([]any)
	switch {
	case several:
		for _, kind := range kinds {
			row := at + "/" + strconv.Itoa(len(p.kinds))
			shape := p.resolve(kind.(map[string]any))
			p.kinds[row+"/kind"] = shape["properties"].(map[string]any)["kind"].(map[string]any)["const"].(string)
			p.rows = append(p.rows, row)
			p.walk(row, shape)
		}
	case items["properties"] != nil:
		p.rows = append(p.rows, at+"/0")
		p.walk(at+"/0", items)
	default:
		p.values = append(p.values, at)
	}
}

func TestTheFormHasEveryFieldOfItsSchemaWithAWord(t *testing.T) {
	t.Parallel()
	p := places{t: t, kinds: map[string]string{}}
	p.walk("", p.node("verification-request.json"))
	if len(p.kinds) < 15 || len(p.values) < 150 {
		t.Fatalf("%d kinds, %d values: the schemas are not read", len(p.kinds), len(p.values))
	}
	typed := url.Values{"do": {"look"}, "key": {"k"}, "/kind": {"request"}}
	for at, kind := range p.kinds {
		typed.Set(at, kind)
	}
	for _, row := range p.rows {
		typed.Set(row+"/", "")
	}
	v := enter(t, webtest.Start(t), "partner:NG")
	for _, language := range []string{"en", "vi"} {
		v.post("/settings", url.Values{"language": {language}, "to": {"/"}})
		page := v.post("/portal/new", typed)
		page.says(t, http.StatusOK)
		var names []string
		for _, found := range regexp.MustCompile(` name="(/[^"]+)"`).FindAllStringSubmatch(page.body, -1) {
			names = append(names, html.UnescapeString(found[1]))
		}
		for _, value := range p.values {
			if !slices.Contains(names, value) {
				t.Errorf("%s is in the schema and not in the form", value)
			}
		}
		for _, name := range names {
			if !slices.Contains(p.values, name) {
				t.Errorf("%s is in the form and not in the schema", name)
			}
		}
		for _, found := range regexp.MustCompile(`<(?:label for="f-[^"]*"|legend|summary|p class="label"[^>]*)>([^<]+)<`).FindAllStringSubmatch(page.body, -1) {
			if regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`).MatchString(found[1]) && language == "en" {
				t.Errorf("a field is called %q", found[1])
			}
		}
		for _, found := range regexp.MustCompile(`<option value="([a-z][^"]*)"[^>]*>([^<]*)<`).FindAllStringSubmatch(page.body, -1) {
			if found[1] == found[2] {
				t.Errorf("in %s a choice is called %q", language, found[2])
			}
		}
	}
}
