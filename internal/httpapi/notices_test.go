package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verigate/api/server"
	"verigate/internal/verification"
)

// tick lets it be that time, and records what is due on the request.
func (r *rig) tick(t *testing.T, id, at string) {
	t.Helper()
	r.clock.set(t, at)
	if _, err := r.gateway.Tick(t.Context(), verification.RequestID(id)); err != nil {
		t.Fatal(err)
	}
}

// notices lists those of a reader, the newest first, as "accept 100 [lead]", those that are settled with what did it.
func (r *rig) notices(t *testing.T, by, query string) []string {
	t.Helper()
	got := r.eventuallyGet(t, by, "/v1/notices"+query, func(g reply) bool { return g.status == http.StatusOK })
	r.fitsOperation(t, "listNotices", got.body)
	var out []string
	for _, n := range pageOf(t, got) {
		out = append(out, strings.TrimSpace(fmt.Sprint(n.Clock, " ", n.Step, " ", n.Told, " ", n.SettledBy)))
	}
	return out
}

func pageOf(t *testing.T, g reply) []server.Notice {
	t.Helper()
	var page server.NoticePage
	if err := json.Unmarshal(g.body, &page); err != nil {
		t.Fatal(err)
	}
	return page.Items
}

// hear wants readers to be listed those notices, and nobody else any.
func (r *rig) hear(t *testing.T, query string, want map[string][]string) {
	t.Helper()
	for _, by := range []string{"unit03", "lead03", "unit02", "desk", "lead", "supervisor"} {
		eventually(t, fmt.Sprintf("%s hears %q", by, want[by]), func() bool {
			return slices.Equal(want[by], r.notices(t, by, query))
		})
	}
}

func all(told ...string) map[string][]string {
	out := map[string][]string{}
	for _, by := range []string{"unit03", "lead03", "desk", "lead", "supervisor"} {
		out[by] = told
	}
	return out
}

// Accept within 2 h of 23:40: at 01:40 it is a breach. The lead is told, and the unit is asked why, within a day.
func TestABreachIsToldAndExplainedByItsUnit(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	r.tick(t, id, "2021-09-03T00:40:00+07:00")
	r.hear(t, "", all("accept 50 [unit_officer]"))
	r.tick(t, id, "2021-09-03T01:40:00+07:00")
	r.hear(t, "?open=true", all("accept 100 [unit_lead desk lead]", "accept 50 [unit_officer]"))
	r.hear(t, "?step=100", all("accept 100 [unit_lead desk lead]"))
	r.hear(t, "?clock=answer", nil)
	n := pageOf(t, r.get(t, "unit03", "/v1/notices?step=100"))[0]
	want := server.Notice{
		ID: n.ID, Request: id, Number: n.Number, Kind: "breach", Clock: "accept", Step: 100, Round: 1, Promise: 1,
		Told: []server.Rung{"unit_lead", "desk", "lead"}, ChargedTo: "unit:03", Task: id + "-01", Unit: "03", Breach: 1, Open: true,
		At: r.clock.now().UTC(), ReachedAt: r.clock.now().UTC(), DueAt: r.clock.now().UTC(),
		CauseDueAt: r.clock.now().AddDate(0, 0, 1).UTC(),
	}
	if diff := cmp.Diff(want, n); diff != "" || !strings.HasPrefix(n.ID, id+"-") || !strings.HasPrefix(n.Number, "VR-") {
		t.Errorf("%s", diff)
	}
	r.eventuallyGet(t, "desk", "/v1/board?escalated=lead", func(g reply) bool {
		return g.status == http.StatusOK && g.field(t, "items.0.escalated_to") == "lead" &&
			g.field(t, "items.0.escalated_clock") == "accept" && g.field(t, "items.0.step_reached") == 100.0
	})
	if other := r.get(t, "desk", "/v1/board?escalated=headquarters").want(t, http.StatusOK); len(other.field(t, "items").([]any)) != 0 {
		t.Errorf("climbed further: %s", other.body)
	}

	r.post(t, "unit03", "/v1/tasks/"+id+"-01/acceptance", `{}`).want(t, http.StatusOK)
	cause := requests + "/" + id + "/breaches/1/cause"
	r.post(t, "unit02", cause, `{"code":"workload"}`).problem(t, http.StatusNotFound, "not_found")
	r.post(t, "ng", cause, `{"code":"workload"}`).want(t, http.StatusForbidden)
	given := r.post(t, "unit03", cause, `{"code":"workload","text":"Two on leave."}`).want(t, http.StatusOK)
	r.fits(t, "task", given.body)
	if given.field(t, "task") != id+"-01" || given.field(t, "tasks") != nil || given.text(t, "breaches.0.cause.code") != "workload" {
		t.Errorf("a unit is answered %s", given.body)
	}
	r.hear(t, "", all("accept 100 [unit_lead desk lead] explained", "accept 50 [unit_officer] stopped"))
	r.hear(t, "?open=true", nil)
	r.eventuallyGet(t, "desk", "/v1/board", func(g reply) bool {
		return g.status == http.StatusOK && g.field(t, "items.0.escalated_to") == nil && g.field(t, "items.0.breaches") == 1.0
	})
	if again := r.post(t, "lead03", cause, `{"code":"staffing"}`); again.status != http.StatusForbidden {
		t.Errorf("nothing is owed any more: %d %s", again.status, again.body) // as before anything was owed
	}
}

// The request is withdrawn, its cause stays owed: officer at 50, unit lead at 75, desk at 90 per cent of the day, and at
// its end headquarters, above the lead who was told of the breach. A unit reads no closed case, but hears what it owes.
func TestACauseThatIsNotGivenClimbsToHeadquarters(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	r.tick(t, id, "2021-09-03T01:40:00+07:00")
	r.post(t, "ng", requests+"/"+id+"/withdrawal", `{}`).want(t, http.StatusOK)
	r.post(t, "unit03", "/v1/tasks/"+id+"-01/stop-acknowledgement", `{}`).want(t, http.StatusOK)
	r.get(t, "unit03", "/v1/tasks/"+id+"-01").want(t, http.StatusNotFound)
	breach := "accept 100 [unit_officer unit_lead desk lead]"
	r.hear(t, "", all(breach))
	var told []string
	reaches := func(at, what string, hear ...string) {
		t.Helper()
		r.tick(t, id, at)
		told = append([]string{what}, told...)
		want := map[string][]string{}
		for _, by := range hear {
			want[by] = told[:1]
		}
		r.hear(t, "?clock=red_cause&step="+strings.Fields(what)[1], want)
	}
	reaches("2021-09-03T13:40:00+07:00", "red_cause 50 [unit_officer]", "unit03", "lead03", "desk", "lead", "supervisor")
	reaches("2021-09-03T19:40:00+07:00", "red_cause 75 [unit_lead]", "lead03", "desk", "lead", "supervisor")
	reaches("2021-09-03T23:16:00+07:00", "red_cause 90 [desk]", "desk", "lead", "supervisor")
	reaches("2021-09-04T01:40:00+07:00", "red_cause 100 [headquarters]", "supervisor")
	last := pageOf(t, r.get(t, "supervisor", "/v1/notices?step=100&clock=red_cause"))[0]
	if last.Breach != 1 || last.Kind != "breach" || !last.CauseDueAt.IsZero() {
		t.Errorf("%+v", last)
	}
	given := r.post(t, "lead03", requests+"/"+id+"/breaches/1/cause", `{"code":"staffing"}`).want(t, http.StatusOK)
	if given.field(t, "statement") != nil || given.field(t, "state") != "stopped" {
		t.Errorf("a closed case is told: %s", given.body)
	}
	want := all(breach + " explained")
	want["supervisor"] = []string{"red_cause 100 [headquarters] stopped", breach + " explained"} // the last two of a case that is over
	delete(want, "unit03")                                                                       // of a case that is closed nothing is owed any more
	delete(want, "lead03")
	r.hear(t, "", want)
}

func TestNoticesAreReadPageByPageByWhoMay(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var ids []string
	for n := range 5 {
		ids = append(ids, r.submit(t, fmt.Sprint(n)))
	}
	for n, id := range ids {
		r.tick(t, id, fmt.Sprintf("2021-09-03T00:40:0%d+07:00", n))
	}
	r.eventuallyGet(t, "desk", "/v1/notices", func(g reply) bool { return g.status == http.StatusOK && len(pageOf(t, g)) == 5 })
	var seen []string
	path := "/v1/notices?limit=2"
	for path != "" {
		got := r.get(t, "desk", path).want(t, http.StatusOK)
		for _, n := range pageOf(t, got) {
			seen = append(seen, n.At.String())
		}
		path = ""
		if next := got.field(t, "next_cursor"); next != nil {
			path = "/v1/notices?limit=2&cursor=" + next.(string)
			r.get(t, "lead", path).problem(t, http.StatusBadRequest, "invalid_cursor")
			r.get(t, "desk", path+"&open=true").problem(t, http.StatusBadRequest, "invalid_cursor")
		}
	}
	if len(seen) != 5 || !slices.IsSortedFunc(seen, func(a, b string) int { return strings.Compare(b, a) }) {
		t.Errorf("read %q", seen)
	}
	for _, by := range []string{"ng", "auditor"} {
		r.get(t, by, "/v1/notices").problem(t, http.StatusForbidden, "not_permitted")
	}
	for _, query := range []string{"?clock=secret", "?step=0", "?step=x", "?open=perhaps", "?limit=0"} {
		if got := r.get(t, "desk", "/v1/notices"+query); got.status != http.StatusBadRequest || strings.Contains(string(got.body), "secret") {
			t.Errorf("%s: %d %s", query, got.status, got.body)
		}
	}
	r.get(t, "desk", "/v1/board?escalated=secret").want(t, http.StatusBadRequest)
}

// Flash and sealed: acknowledge within 15 minutes. Beyond it headquarters would be told, which may not know of the
// matter; its lead, a member, is.
func TestNoticesOfASealedMatterAreToldItsMembersAlone(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.keys.callers["outside"] = person("outside", "", "A1K1", nil, verification.RoleDesk, verification.RoleLead)
	r.keys.callers["kept"] = person("keeper-only", "", "A1K1", []verification.Compartment{"wildlife-l3"}, verification.RoleKeeper)
	body := string(tell(t, "S12").Steps[0].Body)
	sent := r.call(t, ask{by: "partner-AO", method: http.MethodPost, path: requests, body: body, header: withKey("s")})
	id := sent.want(t, http.StatusCreated).text(t, "id")
	r.tick(t, id, "2021-09-02T23:55:00+07:00")
	r.tick(t, id, "2021-09-02T23:59:00+07:00")
	eventually(t, "the members hear", func() bool {
		return slices.Equal(r.notices(t, "lead", ""), []string{"acknowledge 125 [headquarters]", "acknowledge 100 [desk lead]"}) &&
			slices.Equal(r.notices(t, "desk", ""), []string{"acknowledge 100 [desk lead]"}) &&
			slices.Equal(r.notices(t, "kept", ""), []string{"acknowledge 100 [desk lead]"})
	})
	for _, by := range []string{"supervisor", "outside", "unit03", "lead03"} {
		if got := r.notices(t, by, ""); len(got) != 0 {
			t.Errorf("%s hears of a sealed matter: %q", by, got)
		}
	}
}

func TestAStreamTellsThatARowHasClimbed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	server := httptest.NewServer(r.edge)
	t.Cleanup(server.Close)
	id := r.submit(t, "a")
	r.eventuallyGet(t, "desk", "/v1/board", func(g reply) bool { return g.status == http.StatusOK && g.field(t, "items.0.id") == id })
	l := r.listen(t, server.URL, "desk", "")
	l.until(t, "event: reset")
	r.tick(t, id, "2021-09-03T01:40:00+07:00")
	row := ""
	for !strings.Contains(row, "escalated") { // of the submission it may tell again
		row = l.until(t, "data: {")
	}
	if !strings.Contains(row, `"escalated_to":"lead"`) || !strings.Contains(row, `"step_reached":100`) {
		t.Errorf("told %s", row)
	}
}
