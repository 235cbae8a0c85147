package directory_test

import (
	"encoding/json"
	"strings"
	"testing"
)

func BenchmarkRoute(b *testing.B) {
	d, on := load(b), at(b, peak)
	told := evidenceFrom(b, []byte(exampleRequest(b)))
	b.ReportAllocs()
	for b.Loop() {
		if got := d.Route(told, false, on); !got.OK {
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
	told := evidenceFrom(b, request)
	b.ReportAllocs()
	for b.Loop() {
		d.Route(told, false, on)
	}
}
