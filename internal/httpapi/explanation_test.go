package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/api/server"
	"verigate/internal/sla"
)

// clocks reads the clocks of a request as the desk sees them.
func (r *rig) clocks(t *testing.T, id string) map[server.ClockName]server.ClockView {
	t.Helper()
	got := r.get(t, "desk", requests+"/"+id+"/clocks").want(t, http.StatusOK)
	r.fits(t, "clocks", got.body)
	var all server.Clocks
	if err := json.Unmarshal(got.body, &all); err != nil {
		t.Fatal(err)
	}
	out := map[server.ClockName]server.ClockView{}
	for _, c := range all.Clocks {
		out[c.Name] = c
	}
	return out
}

func duration(t *testing.T, s string) time.Duration {
	t.Helper()
	d, err := sla.ParseDuration(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The night of the holiday, with a question back between fractions of a second.
func TestAClockIsExplainedInWholeSecondsThatAddUp(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	r.clock.set(t, "2021-09-03T02:00:00.7+07:00")
	r.post(t, "desk", requests+"/"+id+"/claim", `{}`).want(t, http.StatusOK)
	r.post(t, "desk", requests+"/"+id+"/clarification", `{"code":"other","text":"Which seal?"}`).want(t, http.StatusOK)
	r.clock.set(t, "2021-09-03T04:10:00.1+07:00")
	r.post(t, "ng", requests+"/"+id+"/clarifications", `{"text":"This."}`).want(t, http.StatusOK)
	r.clock.set(t, "2021-09-03T16:45:00.2+07:00")
	answer := r.clocks(t, id)["answer"]
	x := answer.Explanation
	var used, ahead time.Duration
	for _, d := range x.Days {
		used += duration(t, d.Counted)
	}
	for _, p := range x.Pauses {
		used -= duration(t, p.Counted)
	}
	for _, d := range x.Ahead {
		ahead += duration(t, d.Counted)
	}
	if used != duration(t, answer.Used) || ahead != duration(t, x.Left) || len(x.Pauses) != 1 || x.Overdue != "" {
		t.Errorf("used %s of %s, ahead %s of %s: %+v", used, answer.Used, ahead, x.Left, x)
	}
	if o := x.Promises[0]; o.Basis != "policy" || o.Given != "PT18H" || o.Degree != "urgent" || x.Calendar.Zone != "UTC" {
		t.Errorf("%+v", x)
	}
	if !strings.HasPrefix(answer.Explanation.En, "Answer, unit 03: 18 h from Thu 2 Sep 2021, 23:40 Hanoi (UTC+7) (urgent, policy 2, round the clock)") ||
		!strings.HasSuffix(answer.Explanation.Vi, "hạn Thứ Sáu 03/09/2021, 19:49 (giờ Hà Nội); còn 3 giờ 04 phút.") {
		t.Errorf("%+v", answer.Explanation)
	}
}

func TestEachStepNamesWhoIsToldAndThatOfAPartnerNobody(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	r.post(t, "desk", requests+"/"+id+"/claim", `{}`).want(t, http.StatusOK)
	r.post(t, "desk", requests+"/"+id+"/clarification", `{"code":"other","text":"Which seal?"}`).want(t, http.StatusOK)
	clocks := r.clocks(t, id)
	told := map[string]string{}
	for _, name := range []server.ClockName{"answer", "total", "clarify"} {
		for _, s := range clocks[name].Explanation.Steps {
			told[fmt.Sprint(name, " ", s.Percent)] = fmt.Sprint(s.Told)
		}
	}
	want := map[string]string{
		"answer 50": "[unit_officer]", "answer 75": "[unit_lead]", "answer 90": "[desk]", "answer 100": "[lead]", "answer 125": "[headquarters]",
		"total 50": "[desk]", "total 75": "[desk]", "total 90": "[lead]", "total 100": "[lead]", "total 125": "[headquarters]",
		"clarify 100": "[]", "clarify 200": "[]",
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
}

func TestAnExtensionIsExplainedWithItsCodeAndWithoutItsText(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	r.post(t, "lead", requests+"/"+id+"/extension", `{"due_at":"2021-09-06T12:00:00+07:00","code":"laboratory","text":"of the secret"}`).want(t, http.StatusOK)
	total := r.clocks(t, id)["total"]
	told := total.Explanation.Promises
	if len(told) != 2 || told[1].Occasion != "extended" || told[1].Code != "laboratory" || told[1].Basis != "told" {
		t.Errorf("%+v", told)
	}
	if body := string(r.get(t, "desk", requests+"/"+id+"/clocks").body); strings.Contains(body, "secret") {
		t.Error(body)
	}
}
