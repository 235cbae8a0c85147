package text_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"verigate/internal/web/text"
)

func tree(vietnamese, english string) fs.FS {
	return fstest.MapFS{"text.vi.json": {Data: []byte(vietnamese)}, "text.en.json": {Data: []byte(english)}}
}

const glossary = "id,en,vi\nG001,request,đề nghị\n"

func TestACatalogueSaysItInEachLanguage(t *testing.T) {
	t.Parallel()
	c, err := text.Load([]byte(glossary),
		tree(`{"a.one": "Xin chào {{.who}}", "state.triage": "Chờ phân loại"}`, `{"a.one": "Hello {{.who}}", "state.triage": "Triage"}`),
		tree(`{"b.rows": {"other": "{{.n}} dòng"}}`, `{"b.rows": {"one": "one row", "other": "{{.n}} rows"}}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		language text.Language
		id, want string
		pairs    []any
	}{
		{vi, "a.one", "Xin chào <b>", []any{"who", "<b>"}}, // a template escapes it, not the catalogue
		{en, "a.one", "Hello Lan", []any{"who", "Lan"}},
		{vi, "b.rows", "1 dòng", []any{"n", 1}},
		{en, "b.rows", "one row", []any{"n", 1}},
		{en, "b.rows", "2 rows", []any{"n", 2}},
		{vi, "glossary.G001", "đề nghị", nil},
		{en, "glossary.G001", "request", nil},
	} {
		if got, err := c.Text(test.language, test.id, test.pairs...); err != nil || got != test.want {
			t.Errorf("%s in %s: %q, %v", test.id, test.language, got, err)
		}
	}
	if got, err := c.Text(vi, "a.two"); err == nil {
		t.Errorf("a text that there is not: %q", got)
	}
	for name, pairs := range map[string][]any{"no value": {"who"}, "no name": {1, 2}} {
		if got, err := c.Text(vi, "a.one", pairs...); err == nil {
			t.Errorf("a placeholder with %s: %q", name, got)
		}
	}
	for code, want := range map[string]string{"triage": "Chờ phân loại", "unheard_of": "unheard_of", "": ""} {
		if got := c.Word(vi, "state", code); got != want {
			t.Errorf("the word for %q is %q", code, got)
		}
	}
}

func TestACatalogueIsWholeOrNone(t *testing.T) {
	t.Parallel()
	good := tree(`{"a.one": "một"}`, `{"a.one": "one"}`)
	for name, test := range map[string]struct {
		trees []fs.FS
		gloss string
		want  string
	}{
		"one id twice":        {[]fs.FS{good, good}, glossary, "a.one is given twice"},
		"a language missing":  {[]fs.FS{fstest.MapFS{"text.vi.json": {Data: []byte(`{}`)}}}, glossary, "text.en.json"},
		"no JSON":             {[]fs.FS{tree(`{`, `{}`)}, glossary, "read texts in vi"},
		"texts within texts":  {[]fs.FS{tree(`{"a": {"b": "c", "d": "e"}}`, `{}`)}, glossary, "ids with a text"},
		"a term that is open": {[]fs.FS{good}, "id,en,vi\nG001,\"x,y\n", "glossary"},
	} {
		if _, err := text.Load([]byte(test.gloss), test.trees...); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
