package directory

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"verigate/deploy"
)

// Words of running text that are not folded are in no name: what is found is what would be found were all folded.
func TestAWordThatBeginsNoNameNeedNotBeFolded(t *testing.T) {
	t.Parallel()
	d, err := Load(deploy.Data)
	if err != nil {
		t.Fatal(err)
	}
	known := slices.Sorted(maps.Keys(d.names.names))
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.OneOf(
			rapid.SampledFrom(known), rapid.Map(rapid.SampledFrom(known), title), rapid.Map(rapid.SampledFrom(known), strings.ToUpper),
			rapid.SampledFrom([]string{"VNHPH", "vnhph", "Hải Phòng", "hải phòng", "ŉa", "ﬁn", "ǆ", "ǅ", "ª", "ʰ", "\u0301", "đ", "Đà Nẵng", "long An", "1"}),
			rapid.String(),
		)
		text := strings.Join(rapid.SliceOfN(part, 0, 8).Draw(t, "text"), " ")
		whole, lean := words(text, false), words(text, true)
		want, got := d.names.scan(whole, true), d.names.scan(lean, true)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q (-all folded +proper words only):\n%s", text, diff)
		}
		if diff := cmp.Diff(locodesIn(whole), locodesIn(lean)); diff != "" {
			t.Fatalf("%q: codes:\n%s", text, diff)
		}
		found += len(want)
	})
	if found == 0 {
		t.Error("nothing was found in any text")
	}
}

// title writes a folded name as a name is written.
func title(name string) string {
	parts := strings.Fields(name)
	for i, p := range parts {
		parts[i] = strings.ToUpper(p[:1]) + p[1:]
	}
	return strings.Join(parts, " ")
}
