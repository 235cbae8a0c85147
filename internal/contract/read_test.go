package contract

import (
	"encoding/json"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"verigate/schemas"
)

// agree holds read against the decoder that reports: what one reads the other reads alike, and finds nothing wrong with.
func agree(t *testing.T, body []byte) {
	t.Helper()
	if !utf8.Valid(body) {
		return
	}
	want, found := report(body)
	got, ok := read(body)
	switch {
	case ok && len(found) > 0:
		t.Errorf("%.200q is read, and wrong: %v", body, found)
	case ok && !reflect.DeepEqual(want, got): // cmp.Diff takes for ever on deep nests
		t.Errorf("%.200q\nreport %v\nread   %v", body, want, got)
	}
}

func bodies(t testing.TB) [][]byte {
	t.Helper()
	files, err := fs.Glob(schemas.Examples, "examples/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	var all [][]byte
	for _, file := range files {
		body, err := fs.ReadFile(schemas.Examples, file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, body)
	}
	return all
}

func TestAGoodBodyIsReadAsTheReportWouldReadIt(t *testing.T) {
	t.Parallel()
	for _, body := range bodies(t) {
		_, ok := read(body)
		if steered := strings.ContainsFunc(string(body), func(r rune) bool { return r != '\n' && steers(r) }); ok == steered {
			t.Errorf("%.60q is read at once: %t", body, ok)
		}
		agree(t, body)
	}
	for depth := range maxDepth + 3 {
		agree(t, []byte(strings.Repeat("[", depth)+strings.Repeat("]", depth)))
		agree(t, []byte(strings.Repeat(`{"a":`, depth)+"1"+strings.Repeat("}", depth)))
		agree(t, []byte(strings.Repeat(`[`, depth)+"1"+strings.Repeat("]", depth)))
		agree(t, []byte(strings.Repeat(`{"a":[`, depth/2)+"{}"+strings.Repeat("]}", depth/2)))
	}
}

func FuzzReadAgreesWithTheReport(f *testing.F) {
	for _, body := range bodies(f) {
		var story struct {
			Steps []struct{ Body json.RawMessage }
		}
		if err := json.Unmarshal(body, &story); err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(story.Steps[0].Body))
	}
	for _, body := range []string{
		`0`, `-1.5e3`, `1e31`, `[1,2 ,3]`, `{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `"\ud800"`, `"\ufffd"`, `"�"`, `"\\\ufffd�"`,
		"\"e\u0301\"", `"é"`, `{"é":1}`, ` { "a" : [ true , false , null ] } `, `{} {}`, `[}`, ``, `"`, `"\"`, `"a\"b\\"`,
		"\"\x7f\"", "\"\u202e\"", `{"\u0000":1}`, `{"attachments":[{"name":"\u202e"}]}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) { agree(t, body) })
}
