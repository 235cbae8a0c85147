package contract_test

import (
	"encoding/json"
	"testing"

	"verigate/schemas"
)

// BenchmarkCheck is the check of S01's request: five subjects, three questions.
func BenchmarkCheck(b *testing.B) {
	c := newContract(b)
	raw, err := schemas.Examples.ReadFile("examples/S01.json")
	if err != nil {
		b.Fatal(err)
	}
	var story struct {
		Steps []struct{ Body json.RawMessage }
	}
	if err := json.Unmarshal(raw, &story); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if found, err := c.Check("verification-request", story.Steps[0].Body); err != nil || len(found) > 0 {
			b.Fatal(found, err)
		}
	}
}
