package gateway_test

import (
	"testing"

	"verigate/internal/access"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/verification"
)

func TestAKeyHoldsForOnePath(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	note := func(path string) uint64 {
		t.Helper()
		call := gatewaytest.Keyed(gatewaytest.Editor(), access.OpNoteRequest, "one key", []byte(`{"text":"seen"}`))
		call.Path = path
		v, err := w.Gateway.Do(t.Context(), call, id, verification.AddNote{Text: "seen"})
		if err != nil {
			t.Fatal(err)
		}
		return v.Request.Version
	}
	first, again, other := note("/notes/1"), note("/notes/1"), note("/notes/2")
	if again != first || other != first+1 {
		t.Errorf("versions %d, %d on the same path, %d on another", first, again, other)
	}
}
