package export_test

import (
	"encoding/csv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"verigate/internal/export"
)

func texts() []export.Column[[2]string] {
	return []export.Column[[2]string]{
		{Name: "a", Cell: func(r [2]string) export.Cell { return export.Text(r[0]) }},
		{Name: "b", Cell: func(r [2]string) export.Cell { return export.Text(r[1]) }},
	}
}

func TestAFileIsWrittenByteForByte(t *testing.T) {
	t.Parallel()
	type row struct{}
	at := time.Date(2021, 9, 2, 23, 40, 0, 0, time.FixedZone("", 7*3600))
	columns := []export.Column[row]{}
	for _, c := range []struct {
		name string
		cell export.Cell
	}{
		{"text", export.Text("Trần, \"Mẫu\"")},
		{"texts", export.Texts([]string{"03", "15"})},
		{"numbers", export.Integers([]int{1, 2})},
		{"negative", export.Integer(-3)},
		{"decimal", export.Decimal(97.5)},
		{"truth", export.Truth(true)},
		{"time", export.Instant(at)},
		{"never", export.Instant(time.Time{})},
		{"empty", export.Cell{}},
	} {
		columns = append(columns, export.Column[row]{Name: c.name, Cell: func(row) export.Cell { return c.cell }})
	}
	got, err := export.CSV(columns, []row{{}})
	const want = "\xef\xbb\xbftext,texts,numbers,negative,decimal,truth,time,never,empty\r\n" +
		"\"Trần, \"\"Mẫu\"\"\",03 15,1 2,-3,97.5,true,2021-09-02T16:40:00Z,,\r\n"
	if err != nil || string(got) != want {
		t.Errorf("%q, %v", got, err)
	}
}

func TestNoTextIsAFormula(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+84": "'+84", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\tx": "'\tx", "\rx": "'\nx", "a\rb": "a\nb", "\nx": "'\nx",
		"＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠x": "'＠x", "  =1": "'  =1", "\u200b=1": "'\u200b=1", "\ufeff=1": "'\ufeff=1",
		"\u00a0+1": "'\u00a0+1", "\x00=1": "'\x00=1",
		"": "", "a=1": "a=1", "03CC": "03CC", "'=1": "'=1", "1-2": "1-2", " a": " a", "\xff": "\ufffd",
	} {
		if got := written(t, in); got != want {
			t.Errorf("%q is written %q, want %q", in, got, want)
		}
	}
}

func written(t interface {
	Helper()
	Fatalf(string, ...any)
}, in string,
) string {
	t.Helper()
	file, err := export.CSV(texts(), [][2]string{{in, "end"}})
	if err != nil {
		t.Fatalf("%v", err)
	}
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(file), "\ufeff"))).ReadAll()
	if err != nil || len(lines) != 2 || len(lines[1]) != 2 || lines[1][1] != "end" {
		t.Fatalf("%q cannot be read again: %q, %v", file, lines, err)
	}
	return lines[1][0]
}

// Whatever is written can be read again, is what it was (but for the apostrophe) and begins with nothing dangerous.
func TestAnyTextComesBackAndIsHarmless(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.StringOf(rapid.SampledFrom([]rune("=+-@＝ \t\r\n\"',;a1\u200b"))).Draw(t, "text")
		got := written(t, in)
		if first, _ := utf8.DecodeRuneInString(strings.TrimLeft(got, " \u200b")); strings.ContainsRune("=+-@＝", first) && got != "" {
			t.Fatalf("%q is written %q", in, got)
		}
		lines := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(in)
		if strings.TrimPrefix(got, "'") != strings.TrimPrefix(lines, "'") {
			t.Fatalf("%q comes back as %q", in, got)
		}
	})
}
