package directory_test

import (
	"encoding/json"
	"strings"
	"testing"

	"verigate/internal/directory"
)

func BenchmarkRoute(b *testing.B) {
	d, on := load(b), at(b, peak)
	request := json.RawMessage(exampleRequest(b))
	for b.Loop() {
		evidence, err := directory.EvidenceFrom(request)
		if err != nil {
			b.Fatal(err)
		}
		if got := d.Route(evidence, false, on); !got.OK {
			b.Fatal(got.Why)
		}
	}
}

// The longest statement that the contract allows, made of words that begin names.
func BenchmarkRouteLongText(b *testing.B) {
	d, on := load(b), at(b, peak)
	request, err := json.Marshal(map[string]any{
		"purpose":   map[string]any{"statement": strings.Repeat("Tân Cảng Long Bình ", 1000)},
		"questions": []any{map[string]any{"n": 1, "code": "CON"}},
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		evidence, err := directory.EvidenceFrom(request)
		if err != nil {
			b.Fatal(err)
		}
		d.Route(evidence, false, on)
	}
}
