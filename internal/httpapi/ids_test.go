package httpapi

import (
	"encoding/json"
	"slices"
	"testing"

	"verigate/internal/access"
	"verigate/internal/contract"
	"verigate/schemas"
)

// TestNoBodyNamesTheObjectOfThePath: what a call is about is loaded by the path's id and authorised; a body that could
// name it again would be a second object that nobody asked about (MISP 2026-56424). Two bodies name a further object:
// each is looked up as one that the caller may see, or inside the one of the path.
func TestNoBodyNamesTheObjectOfThePath(t *testing.T) {
	t.Parallel()
	checks, err := contract.New(schemas.FS)
	if err != nil {
		t.Fatal(err)
	}
	further := map[access.Operation]string{
		access.OpReturnToUnit: "task", // of the request of the path: another's is none of its tasks
	}
	seen := 0
	for op, b := range bodies() {
		rule, _ := access.RuleOf(op)
		if rule.Object == access.OnNothing {
			continue // it makes what it is about
		}
		for _, name := range []string{"id", "request", "request_id", "task", "task_id", "ask", "consent", "consent_id", "breach", "n"} {
			form, err := json.Marshal(map[string]string{name: "0123456789abcdefghjkmnpqrs"})
			if err != nil {
				t.Fatal(err)
			}
			found, err := checks.Check(b.schema, form)
			if err != nil {
				t.Fatal(err)
			}
			refused := slices.ContainsFunc(found, func(v contract.Violation) bool { return v.Pointer == "/"+name && v.Code == "unknown_field" })
			if refused == (further[op] == name) {
				t.Errorf("%s: %q in the body is refused: %v (%v)", op, name, refused, found)
			}
			seen++
		}
	}
	if seen < 400 {
		t.Fatalf("only %d fields were tried", seen)
	}
}
