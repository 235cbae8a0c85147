package httpapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"verigate/internal/month"
	"verigate/internal/verification"
)

const monthEnds = "/v1/retention/months"

func TestAMonthIsEndedByTwoPersonsOverHTTP(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.keys.add("deputy", person("deputy", "", "A1K1", nil, verification.RoleLead))
	r.months.Store(&[]month.Month{
		{Month: "2020-11", Standing: month.Ended},
		{Month: "2020-12", Standing: month.Due, Groups: []string{"group.2020-12"}, Unused: 7},
		{Month: "2021-01", Standing: month.Kept, Requests: 41},
		{Month: "2021-02", Standing: month.Refile, Lasting: 42},
		{Month: "2021-03", Standing: month.Erasing, Erased: 43},
		{Month: "2021-09", Standing: month.Running, Requests: 44},
	})
	list := r.get(t, "lead", monthEnds).want(t, http.StatusOK)
	r.fitsOperation(t, "listMonthEnds", list.body)
	if items := listed(t, list, "items"); len(items) != 2 || list.text(t, "items.1.month") != "2020-12" || list.text(t, "items.1.standing") != "due" {
		t.Fatalf("%s", list.body)
	}
	for _, hidden := range []string{"2021-01", "2021-02", "2021-03", "2021-09", "41", "42", "43", "44", "group"} {
		if strings.Contains(string(list.body), hidden) {
			t.Errorf("it tells %s: %s", hidden, list.body)
		}
	}
	if fmt.Sprint(list.field(t, "items.1.allowed")) != "[propose_month_end]" || fmt.Sprint(list.field(t, "items.0.allowed")) != "[]" {
		t.Errorf("allowed: %s", list.body)
	}
	at := monthEnds + "/2020-12"
	for _, kept := range []string{"2021-01", "2021-02", "2021-03", "2021-09", "2019-01", "2020-11"} {
		r.post(t, "lead", monthEnds+"/"+kept+"/proposal", `{"reason":"over"}`).problem(t, http.StatusConflict, "not_due")
	}
	for _, odd := range []string{"2020-13", "2020-12-2", "names", "2020"} {
		if got := r.post(t, "lead", monthEnds+"/"+odd+"/proposal", `{"reason":"over"}`); got.status != http.StatusNotFound && got.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", odd, got.status, got.body)
		}
	}
	r.post(t, "desk", at+"/proposal", `{"reason":"over"}`).problem(t, http.StatusForbidden, "not_permitted")
	r.post(t, "lead", at+"/proposal", `{"reason":""}`).problem(t, http.StatusUnprocessableEntity, "invalid_body")
	r.post(t, "lead", at+"/confirmation", `{}`).problem(t, http.StatusConflict, "no_proposal")

	proposed := r.post(t, "lead", at+"/proposal", `{"reason":"its retention is over"}`).want(t, http.StatusOK)
	r.fitsOperation(t, "proposeMonthEnd", proposed.body)
	if proposed.text(t, "items.1.reason") != "its retention is over" || fmt.Sprint(proposed.field(t, "items.1.allowed")) != "[drop_month_end]" {
		t.Errorf("%s", proposed.body)
	}
	r.post(t, "lead", at+"/proposal", `{"reason":"its retention is over"}`).want(t, http.StatusOK)
	r.post(t, "deputy", at+"/proposal", `{"reason":"again"}`).problem(t, http.StatusConflict, "erasure_waits")
	r.post(t, "lead", at+"/confirmation", `{}`).problem(t, http.StatusConflict, "same_person")
	r.post(t, "deputy", at+"/dropped", `{"reason":"a court asks"}`).want(t, http.StatusOK)
	r.post(t, "deputy", at+"/proposal", `{"reason":"the court has its copy"}`).want(t, http.StatusOK)
	if got := r.get(t, "lead", monthEnds); fmt.Sprint(got.field(t, "items.1.allowed")) != "[confirm_month_end drop_month_end]" {
		t.Errorf("%s", got.body)
	}
	for range 2 { // the answer to the first may have been lost
		ended := r.post(t, "lead", at+"/confirmation", `{}`).want(t, http.StatusOK)
		r.fitsOperation(t, "confirmMonthEnd", ended.body)
		if ended.text(t, "items.1.standing") != "ending" || ended.text(t, "items.1.reason") != "the court has its copy" || fmt.Sprint(ended.field(t, "items.1.allowed")) != "[]" {
			t.Errorf("%s", ended.body)
		}
	}
	r.post(t, "deputy", at+"/confirmation", `{}`).problem(t, http.StatusConflict, "content_erased")
	if end := r.registry.MonthEnds()["2020-12"]; end.EndedAt.IsZero() || end.EndedBy == end.Proposed {
		t.Errorf("%+v", end)
	}
}
