package unseen_test

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"verigate/internal/web/review/unseen"
)

func TestWhatNobodySeesIsFound(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Trần Văn Mẫu, 1 240 kg\n\tdòng hai": "",
		"cargo\u202egnp.exe":                 "direction U+202E",
		"a\u200bb\u2060c\ufeff":              "no_width U+200B, no_width U+2060, no_width U+FEFF",
		"\u2066x\u2069":                      "direction U+2066, direction U+2069",
		"soft\u00adhyphen \u115f\u3164":      "no_width U+00AD, no_width U+115F, no_width U+3164",
		"tag\U000E0041 \ufe0f":               "no_width U+E0041, no_width U+FE0F",
		"bell\a line\u2028end\r\x7f":         "control U+0007, control U+2028, control U+000D, control U+007F",
		"broken \xff \ufffd":                 "control U+FFFD",
	} {
		var got []string
		for _, p := range unseen.Cut(text) {
			if p.Kind != unseen.Plain {
				got = append(got, string(p.Kind)+" "+p.Name)
			}
		}
		if strings.Join(got, ", ") != want || unseen.Count(text) != len(got) {
			t.Errorf("%q: %v, want %s", text, got, want)
		}
	}
}

func TestCuttingLosesNothingAndLeavesNothingUnseenInWhatIsPlain(t *testing.T) {
	t.Parallel()
	odd := rapid.SampledFrom([]rune("a\u202e\u200b\u0000\n\ufffdẫ\u2028"))
	texts := rapid.OneOf(rapid.String(), rapid.StringOf(odd), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
	rapid.Check(t, func(t *rapid.T) {
		text := texts.Draw(t, "text")
		var whole strings.Builder
		for _, p := range unseen.Cut(text) {
			whole.WriteString(p.Text)
			if p.Kind == unseen.Plain && strings.ContainsFunc(p.Text, func(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Cf, r) }) {
				t.Fatalf("%q hides something", p.Text)
			}
		}
		if whole.String() != text {
			t.Fatalf("%q became %q", text, whole.String())
		}
	})
}
