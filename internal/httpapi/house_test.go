package httpapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"verigate/internal/access"
	"verigate/internal/httpapi"
	"verigate/internal/signin"
	"verigate/internal/verification"
)

func TestANumberFindsItsRequestForWhoMayKnowOfIt(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.keys.add("outside", person("outside", "", "A1K1", nil, verification.RoleAuditor)) // of no compartment
	open, inside := r.submit(t, "open"), r.submitSealed(t)
	number := func(id string) string {
		return r.get(t, "desk", requests+"/"+id).want(t, http.StatusOK).text(t, "number")
	}
	typed := strings.ToLower(strings.ReplaceAll(number(open), "-", ""))
	found := r.eventuallyGet(t, "auditor", "/v1/numbers/"+typed, func(g reply) bool { return g.status == http.StatusOK })
	if found.text(t, "id") != open || found.text(t, "number") != number(open) {
		t.Errorf("%s", found.body)
	}
	r.eventuallyGet(t, "desk", "/v1/numbers/"+number(inside), func(g reply) bool { return g.status == http.StatusOK && g.text(t, "id") == inside })
	hidden := r.get(t, "outside", "/v1/numbers/"+number(inside)).problem(t, http.StatusNotFound, "not_found")
	absent := r.get(t, "outside", "/v1/numbers/"+noNumber).problem(t, http.StatusNotFound, "not_found")
	if blank(t, hidden) != blank(t, absent) {
		t.Errorf("hidden %s, absent %s", hidden.body, absent.body)
	}
	for by, path := range map[string]string{"ng": number(open), "unit03": number(open), "supervisor": number(open)} {
		r.get(t, by, "/v1/numbers/"+path).problem(t, http.StatusForbidden, "not_permitted")
	}
	wrong := r.get(t, "auditor", "/v1/numbers/VR-0000-0000-0001").problem(t, http.StatusBadRequest, "invalid_parameter")
	if strings.Contains(string(wrong.body), "0001") {
		t.Errorf("a refused number is repeated: %s", wrong.body)
	}
}

func TestAReferenceFindsWhatAPartnerCallsSo(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.keys.add("outside", person("outside", "", "A1K1", nil, verification.RoleDesk)) // of no compartment
	open, inside := r.submit(t, "open"), r.submitSealed(t)
	find := func(by, own string) reply {
		return r.call(t, ask{by: by, method: http.MethodPost, path: "/v1/references", body: fmt.Sprintf(`{"own_reference":%q}`, own)})
	}
	called := func(id string) string {
		return r.get(t, "desk", requests+"/"+id).want(t, http.StatusOK).text(t, "own_reference")
	}
	r.eventuallyGet(t, "desk", "/v1/board", func(g reply) bool {
		return strings.Contains(string(g.body), open) && strings.Contains(string(g.body), inside)
	})
	typed := strings.ToUpper(strings.NewReplacer("-", " ", "/", "").Replace(called(open)))
	found := find("lead", typed).want(t, http.StatusOK)
	if len(listed(t, found, "items")) != 1 || found.text(t, "items.0.id") != open || found.text(t, "items.0.partner") != "NG" {
		t.Errorf("%q: %s", typed, found.body)
	}
	if got := find("desk", called(inside)).want(t, http.StatusOK).text(t, "items.0.id"); got != inside {
		t.Errorf("who is inside finds %s", got)
	}
	hidden, absent := find("outside", called(inside)).want(t, http.StatusOK), find("outside", "nobody calls it so").want(t, http.StatusOK)
	if string(hidden.body) != string(absent.body) || len(listed(t, absent, "items")) != 0 {
		t.Errorf("hidden %s, absent %s", hidden.body, absent.body)
	}
	for _, by := range []string{"ng", "unit03", "supervisor", "auditor"} {
		find(by, called(open)).problem(t, http.StatusForbidden, "not_permitted")
	}
	if got := find("desk", "-/-").want(t, http.StatusOK); len(listed(t, got, "items")) != 0 {
		t.Errorf("of punctuation it finds %s", got.body)
	}
	find("desk", "").problem(t, http.StatusUnprocessableEntity, "invalid_body")
}

// blank is a problem without what differs from call to call.
func blank(t *testing.T, g reply) string {
	t.Helper()
	return strings.ReplaceAll(string(g.body), g.text(t, "request_id"), "")
}

func TestReferenceDataSaysWhatIsInForce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.keys.add("operator", person("operator", "", "A1K1", nil, verification.RoleOperator))
	for _, by := range []string{"lead", "operator"} {
		got := r.get(t, by, "/v1/reference").want(t, http.StatusOK)
		if n := len(listed(t, got, "units")); n < 35 {
			t.Errorf("%s: %d units on a day of 2021", by, n)
		}
		if code := got.text(t, "partners.0.code"); code != "AO" {
			t.Errorf("%s: the first partner is %s", by, code)
		}
		policies, calendars := listed(t, got, "policies"), listed(t, got, "calendars")
		if last := policies[len(policies)-1]; last["version"] != "2" || last["current"] != true {
			t.Errorf("%s: policies %v", by, policies)
		}
		if last := calendars[len(calendars)-1]; last["version"] != "vn-1" || last["current"] != true || last["from"] == "" {
			t.Errorf("%s: calendars %v", by, calendars)
		}
	}
	r.get(t, "desk", "/v1/reference").problem(t, http.StatusForbidden, "not_permitted")
	if access.Ever(person("operator", "", "A1K1", nil, verification.RoleOperator), access.OpGetBoard) {
		t.Error("an operator has the board")
	}
}

func TestWaysSayWhetherThereIsAProvider(t *testing.T) {
	t.Parallel()
	for want, provided := range map[string]*signin.Provided{`["account"]`: nil, `["account","provider"]`: {}} {
		r := newRigOf(t, func(_ *rig, p *httpapi.Parts) { p.Provided = provided })
		if got := string(r.get(t, "", "/v1/session/ways").want(t, http.StatusOK).body); got != `{"items":`+want+"}\n" {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
