package httpapi_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"verigate/api/server"
	"verigate/internal/verification"
)

func TestPeopleAreListedToWhoMayNameThem(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.keys.add("gone", person("gone", "", "03", nil, verification.RoleUnit))
	list := func(by string) server.People {
		got := r.call(t, ask{by: by, path: "/v1/people"}).want(t, http.StatusOK)
		r.fitsOperation(t, "listPeople", got.body)
		var people server.People
		if err := json.Unmarshal(got.body, &people); err != nil {
			t.Fatal(err)
		}
		return people
	}
	all := list("desk").Items
	at := func(label string) server.PeopleItem {
		i := slices.IndexFunc(all, func(p server.PeopleItem) bool { return p.Label == label })
		if i < 0 {
			t.Fatalf("%s is not listed", label)
		}
		return all[i]
	}
	if p := at("lead"); p.Unit != "A1K1" || !slices.Contains(p.Roles, "lead") {
		t.Errorf("the lead is %+v", p)
	}
	if p := at("ng"); p.Partner != "NG" || p.Unit != "" {
		t.Errorf("a liaison officer is %+v", p)
	}
	if p := at("gone"); len(p.Roles) != 0 {
		t.Errorf("whose access has ended has still %v", p.Roles)
	}
	own := list("unit03").Items
	if len(own) == 0 || slices.ContainsFunc(own, func(p server.PeopleItem) bool { return p.Unit != "03" }) {
		t.Errorf("a unit is told %+v", own)
	}
	r.call(t, ask{by: "ng", path: "/v1/people"}).problem(t, http.StatusForbidden, "not_permitted")
}
