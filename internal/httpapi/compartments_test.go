package httpapi_test

import (
	"bytes"
	"net/http"
	"testing"

	"verigate/internal/verification"
)

func TestOfACompartmentItsMembersAreTheKeepersToRead(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	got := r.get(t, "keeper", "/v1/compartments")
	r.fits(t, "compartments", got.want(t, http.StatusOK).body)
	if !bytes.Contains(got.body, []byte(`"compartment":"drugs"`)) || !bytes.Contains(got.body, []byte(`"keeper":true`)) {
		t.Errorf("the keeper reads %s", got.body)
	}
	r.keys.add("outside", person("outside", "", "A1K1", nil, verification.RoleKeeper))
	if outside := r.get(t, "outside", "/v1/compartments"); string(bytes.TrimSpace(outside.body)) != `{"items":[]}` {
		t.Errorf("a keeper of none is told of %s", outside.body)
	}
}
