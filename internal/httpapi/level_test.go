package httpapi_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"verigate/internal/verification"
)

// submitMarked is a request of NG with a marking of its own.
func (r *rig) submitMarked(t *testing.T, key string, handling map[string]any) string {
	t.Helper()
	var body map[string]any
	if err := json.Unmarshal([]byte(submitted(t)), &body); err != nil {
		t.Fatal(err)
	}
	body["handling"] = handling
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	got := r.call(t, ask{by: "ng", method: http.MethodPost, path: requests, body: string(raw), header: withKey(key)})
	return got.want(t, http.StatusCreated).text(t, "id")
}

// replies asks the partner and has it reply.
func (r *rig) replies(t *testing.T, id, reply string) {
	t.Helper()
	r.post(t, "desk", requests+"/"+id+"/clarification", `{"code":"marking_unclear","text":"Which marking holds?"}`).want(t, http.StatusOK)
	r.post(t, "ng", requests+"/"+id+"/clarifications", reply).want(t, http.StatusOK)
}

// onBoard says whether somebody's board has a row of the request.
func (r *rig) onBoard(t *testing.T, by, id string) bool {
	t.Helper()
	return strings.Contains(string(r.get(t, by, "/v1/board").body), id)
}

const agreedTo = `{"text":"It is out.","handling":{"code":"H1","tlp":"AMBER","marking_verbatim":"NG RESTRICTED"}}`

func TestALevelFallsByTheLeadAndTheWordOfThePartnerOnly(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.keys.add("outside", person("outside", "", "A1K1", nil, verification.RoleLead, verification.RoleDesk)) // of no compartment
	id := r.submitMarked(t, "a", map[string]any{"code": "H3", "tlp": "RED"})
	at := requests + "/" + id
	lower := func(by, level, consent string) reply {
		return r.post(t, by, at+"/level", `{"level":"`+level+`","code":"partner_lowered","agreed_in":`+consent+`,"text":"Published in Abuja."}`)
	}
	r.post(t, "desk", at+"/claim", `{}`).want(t, http.StatusOK)
	r.get(t, "supervisor", at).problem(t, http.StatusNotFound, "not_found")
	if view := r.get(t, "desk", at); slices.Contains(view.field(t, "allowed").([]any), any("lower_level")) || view.field(t, "floors") != nil {
		t.Errorf("the desk may lower: %s", view.body)
	}
	lower("desk", "L2", "0").problem(t, http.StatusForbidden, "not_permitted")
	lower("outside", "L2", "0").problem(t, http.StatusNotFound, "not_found")
	lower("lead", "L2", "0").problem(t, http.StatusConflict, "consent_missing")
	lower("lead", "L2", "1").problem(t, http.StatusConflict, "consent_missing")
	lower("lead", "L3", "0").problem(t, http.StatusUnprocessableEntity, "invalid_body")

	r.replies(t, id, agreedTo)
	before := r.get(t, "ng", at)
	own := r.eventuallyGet(t, "ng", requests, func(g reply) bool { // its reply has been followed
		return g.status == http.StatusOK && g.field(t, "items.0.updated_at") == before.text(t, "updated_at")
	})
	if before.text(t, "clarifications.0.reply.handling.tlp") != "AMBER" {
		t.Errorf("the partner does not read what it wrote: %s", before.body)
	}
	lower("lead", "L1", "1").problem(t, http.StatusConflict, "consent_missing")
	lower("lead", "L2", "0").problem(t, http.StatusConflict, "consent_missing")
	lower("outside", "L2", "1").problem(t, http.StatusNotFound, "not_found")

	view := lower("lead", "L2", "1").want(t, http.StatusOK)
	r.fits(t, "staff-view", view.body)
	if view.text(t, "level") != "L2" || view.field(t, "compartment") != nil || view.text(t, "clarifications.0.reply.handling.marking_verbatim") != "NG RESTRICTED" {
		t.Errorf("lowered: %s", view.body)
	}
	after := r.get(t, "ng", at)
	if string(after.body) != string(before.body) || after.header.Get("ETag") != before.header.Get("ETag") {
		t.Errorf("the partner sees that its level fell:\n%s\n%s", before.body, after.body)
	}
	eventually(t, "supervision has it on its board", func() bool { return r.onBoard(t, "supervisor", id) })
	if list := r.get(t, "ng", requests); list.text(t, "items.0.updated_at") != own.text(t, "items.0.updated_at") {
		t.Errorf("the partner's list says so: %s", list.body)
	}
	if history := r.get(t, "lead", at+"/history"); !strings.Contains(string(history.body), "level_lowered.v1") {
		t.Errorf("the history has no such step: %s", history.body)
	}
	if seen := r.actions(t, "lead", id); !slices.Contains(seen, "p_outside refused") || !slices.Contains(seen, "p_lead refused") {
		t.Errorf("what was refused is not in the evidence: %v", seen)
	}
}

// What a role alone lets at a request follows its level up and down, in what is read of it at once and in lists.
func TestWhoReadsARequestFollowsItsLevelBothWays(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submitMarked(t, "a", map[string]any{"code": "H3", "tlp": "RED"})
	at := requests + "/" + id
	r.post(t, "desk", at+"/claim", `{}`).want(t, http.StatusOK)
	r.replies(t, id, agreedTo)
	eventually(t, "a member has it on the board", func() bool { return r.onBoard(t, "keeper", id) })
	if r.onBoard(t, "supervisor", id) {
		t.Fatal("supervision has a sealed matter on its board")
	}
	for _, reply := range []reply{r.get(t, "supervisor", at), r.get(t, "supervisor", at+"/clocks")} {
		reply.problem(t, http.StatusNotFound, "not_found")
	}
	r.post(t, "lead", at+"/level", `{"level":"L2","code":"partner_lowered","agreed_in":1}`).want(t, http.StatusOK)
	r.get(t, "supervisor", at).want(t, http.StatusOK)
	r.get(t, "supervisor", at+"/clocks").want(t, http.StatusOK)
	eventually(t, "supervision has it on its board", func() bool { return r.onBoard(t, "supervisor", id) })

	r.post(t, "desk", at+"/compartment", `{"compartment":"drugs","reason":"it names an informer"}`).want(t, http.StatusOK)
	if r.onBoard(t, "supervisor", id) {
		t.Error("sealed again, and supervision has it on its board")
	}
	r.get(t, "supervisor", at).problem(t, http.StatusNotFound, "not_found")
	r.post(t, "lead", at+"/level", `{"level":"L2","code":"sealed_in_error","agreed_in":1}`).problem(t, http.StatusConflict, "wrong_state")
	r.post(t, "ng", at+"/withdrawal", `{}`).want(t, http.StatusOK)
	r.post(t, "lead", at+"/level", `{"level":"L2","code":"secrecy_over","agreed_in":1}`).want(t, http.StatusOK)
	r.get(t, "supervisor", at).want(t, http.StatusOK)
}

func TestNoWordOfThePartnerLowersWhatTheMatterOrAUnitDemands(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submitMarked(t, "a", map[string]any{"code": "H1", "do_not_alert": true})
	at := requests + "/" + id
	r.post(t, "desk", at+"/claim", `{}`).want(t, http.StatusOK)
	r.replies(t, id, agreedTo)
	if view := r.get(t, "lead", at); view.text(t, "floors.0.code") != "do_not_alert" || view.text(t, "floors.0.level") != "L3" {
		t.Errorf("the lead is not told what holds the level: %v", view.field(t, "floors"))
	}
	refused := r.post(t, "lead", at+"/level", `{"level":"L2","code":"other","agreed_in":1}`).problem(t, http.StatusConflict, "floor_holds")
	if !strings.Contains(refused.text(t, "detail"), "do_not_alert") {
		t.Errorf("it is not said what holds: %s", refused.body)
	}

	id = r.submitMarked(t, "b", map[string]any{"code": "H3", "tlp": "RED"})
	at = requests + "/" + id
	r.post(t, "desk", at+"/claim", `{}`).want(t, http.StatusOK)
	r.replies(t, id, agreedTo)
	r.replies(t, id, `{"text":"It carries drugs.","subjects":[{"id":"y1","kind":"drug","inn":"heroin"}]}`)
	refused = r.post(t, "lead", at+"/level", `{"level":"L2","code":"other","agreed_in":1}`).problem(t, http.StatusConflict, "floor_holds")
	if !strings.Contains(refused.text(t, "detail"), "drug_subject") {
		t.Errorf("it is not said what holds: %s", refused.body)
	}

	id = r.submit(t, "c") // routed by rule, and L2
	at = requests + "/" + id
	r.post(t, "unit03", "/v1/tasks/"+id+"-01/acceptance", `{}`).want(t, http.StatusOK)
	r.post(t, "unit03", "/v1/tasks/"+id+"-01/answer", strings.Replace(heldByUnit, `{"text":"Seen."`, `{"handling":{"code":"H2"},"text":"Seen."`, 1)).want(t, http.StatusOK)
	r.post(t, "desk", at+"/claim", `{}`).want(t, http.StatusOK)
	r.replies(t, id, `{"text":"No more.","handling":{"code":"H0","tlp":"GREEN"}}`)
	refused = r.post(t, "lead", at+"/level", `{"level":"L1","code":"other","agreed_in":1}`).problem(t, http.StatusConflict, "floor_holds")
	if view := r.get(t, "lead", at); !strings.Contains(refused.text(t, "detail"), "unit_fact") || view.text(t, "floors.0.code") != "unit_fact" {
		t.Errorf("the unit's fact is not named: %s, %v", refused.body, view.field(t, "floors"))
	}
}

func TestAMarkingInAReplyRaisesAtOnceAndIsRefusedAboveTheCeiling(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	at := requests + "/" + id
	r.post(t, "desk", at+"/claim", `{}`).want(t, http.StatusOK)
	r.post(t, "desk", at+"/clarification", `{"code":"marking_unclear","text":"Which marking holds?"}`).want(t, http.StatusOK)
	for handling, code := range map[string]string{`{"code":"H0","vn_level":"mat"}`: "above_ceiling", `{"tlp":"GREEN"}`: "invalid_body", `{"code":"H0","onward":{"allowed_to":[]}}`: "invalid_body"} {
		got := r.post(t, "ng", at+"/clarifications", `{"text":"x","handling":`+handling+`}`)
		if got.problem(t, http.StatusUnprocessableEntity, got.text(t, "code")); !strings.Contains(string(got.body), code) {
			t.Errorf("%s: %s", handling, got.body)
		}
	}
	r.post(t, "ng", at+"/clarifications", `{"text":"It names a source.","handling":{"code":"H3","tlp":"RED"}}`).want(t, http.StatusOK)
	view := r.get(t, "lead", at).want(t, http.StatusOK)
	if view.text(t, "level") != "L3" || view.text(t, "compartment") == "" {
		t.Errorf("raised: %s", view.body)
	}
	r.get(t, "supervisor", at).problem(t, http.StatusNotFound, "not_found")
	r.post(t, "lead", at+"/level", `{"level":"L2","code":"other","agreed_in":0}`).problem(t, http.StatusConflict, "consent_missing") // that marking was replaced
}
