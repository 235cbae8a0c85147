package httpapi_test

import (
	"bytes"
	"fmt"
	"net/http"
	"testing"
	"time"

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

func TestTheKeeperSaysWhoIsOnDutyInTheOwnCompartmentAndNobodyIsToldOfAnother(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	lan := person("keeperlan", "", "A1K1", []verification.Compartment{"drugs"}, verification.RoleKeeper)
	r.keys.add("keeperlan", lan)
	set := func(by, room, keeper, deputy string, hours time.Duration) reply {
		now := r.clock.now()
		body := fmt.Sprintf(`{"person":%q,"deputy":%q,"from":%q,"until":%q}`, keeper, deputy, now.Format(time.RFC3339), now.Add(hours*time.Hour).Format(time.RFC3339))
		return r.call(t, ask{by: by, method: http.MethodPut, path: "/v1/compartments/" + room + "/duty", body: body})
	}
	const one, other = "p_keeper0000000000", "p_keeperlan0000000"
	absent := set("keeperlan", "no-such-one", one, other, 25)
	if hidden := set("keeperlan", "precursor", one, other, 25); hidden.status != http.StatusNotFound || absent.status != http.StatusNotFound {
		t.Errorf("another's compartment: %d, one that there is not: %d", hidden.status, absent.status)
	}
	set("keeperlan", "drugs", one, "p_desk000000000000", 25).problem(t, http.StatusUnprocessableEntity, "invalid_body")
	set("keeperlan", "drugs", one, one, 25).problem(t, http.StatusUnprocessableEntity, "invalid_body")
	got := set("keeperlan", "drugs", one, other, 25).want(t, http.StatusOK)
	r.fits(t, "compartments", got.body)
	if got.text(t, "items.0.turns.0.deputy") != other || bytes.Contains(got.body, []byte("uncovered_from")) {
		t.Errorf("set for a day and an hour: %s", got.body)
	}
	r.pass(t, 2*time.Hour)
	if later := r.get(t, "lead", "/v1/compartments"); !bytes.Contains(later.body, []byte(`"uncovered_from"`)) {
		t.Errorf("two hours later: %s", later.body)
	}
}
