package httpapi

import (
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"verigate/api"
	"verigate/internal/access"
)

// The generated handlers are what queries reads; the contract is what a client reads.
func TestEveryParameterOfTheContractIsKnown(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	have := queries()
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			var want []string
			for _, p := range op.Parameters {
				if p.Value.In == openapi3.ParameterInQuery {
					want = append(want, p.Value.Name)
				}
			}
			got := slices.Sorted(slices.Values(have[access.Operation(op.OperationID)]))
			if slices.Sort(want); !slices.Equal(got, want) {
				t.Errorf("%s takes %v, the contract has %v", op.OperationID, got, want)
			}
			delete(have, access.Operation(op.OperationID))
		}
	}
	for op := range have {
		t.Errorf("%s is no operation of the contract", op)
	}
}
