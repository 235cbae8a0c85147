package httpapi_test

import (
	"bytes"
	"net/http"
	"testing"

	"verigate/internal/verification"
)

// An excluded reader is answered, byte for byte, as if there had been no such request: nothing else tells of it either.
func TestWhoIsExcludedIsAnsweredAsIfThereWereNoSuchRequest(t *testing.T) {
	t.Parallel()
	with, without := newRig(t), newRig(t)
	with.submit(t, "a")
	without.submit(t, "a")
	id := with.submit(t, "b")
	with.post(t, "desk", requests+"/"+id+"/claim", `{}`).want(t, http.StatusOK)
	with.post(t, "desk", requests+"/"+id+"/routing", `{"assignments":[{"unit":"02","questions":[1]}],
		"exclude":{"persons":["p_reviewer00000000","p_supervisor000000","p_auditor000000000","p_unit030000000000"]}}`).want(t, http.StatusOK)
	for r, received := range map[*rig]float64{with: 2, without: 1} {
		r.eventuallyGet(t, "lead", "/v1/statistics", func(g reply) bool {
			return g.status == http.StatusOK && g.field(t, "tiles.received") == received
		})
	}
	with.eventuallyGet(t, "lead", "/v1/board?unit=02", func(g reply) bool { // the routing has been followed, to the board
		return g.status == http.StatusOK && len(g.field(t, "items").([]any)) == 1
	})
	with.eventuallyGet(t, "reviewer", "/v1/statistics", func(g reply) bool { // and to who may know of what
		return g.status == http.StatusOK && g.field(t, "tiles.received") == 1.0
	})
	const milestones = "/v1/milestones?from=2021-08-20T00:00:00Z&until=2021-09-19T00:00:00Z"
	if lists := with.get(t, "desk", milestones).want(t, http.StatusOK); len(lists.field(t, "items").([]any)) != 2 {
		t.Errorf("another is briefed of %s", lists.body)
	}
	of := map[string][]string{
		"reviewer":   {milestones, "/v1/board", "/v1/board.csv", "/v1/board?unit=02", "/v1/board.csv?unit=02", "/v1/notices"},
		"supervisor": {milestones, "/v1/board", "/v1/board.csv", "/v1/notices"},
		"auditor":    nil,
		"unit03":     {"/v1/units/03/queue", "/v1/notices"},
	}
	for by, paths := range of {
		for _, query := range []string{"", "?by=partner", "?by=degree", "?level=department", "?level=sub_department"} {
			paths = append(paths, "/v1/statistics"+query, "/v1/statistics.csv"+query)
		}
		for _, path := range paths {
			want, got := without.get(t, by, path).want(t, http.StatusOK), with.get(t, by, path).want(t, http.StatusOK)
			if !bytes.Equal(want.body, got.body) {
				t.Errorf("%s reads of %s\n%s\nand without the request\n%s", by, path, got.body, want.body)
			}
		}
	}
	if tiles := with.get(t, "desk", "/v1/board").want(t, http.StatusOK); tiles.field(t, "counters.open") != 2.0 {
		t.Errorf("another is told %s", tiles.body)
	}
	if tiles := with.get(t, "reviewer", "/v1/board").want(t, http.StatusOK); tiles.field(t, "counters.open") != 1.0 {
		t.Errorf("an excluded person is told %s", tiles.body)
	}
}

// Who works with a request is told who must not know of it; nobody else is, least of all those it names.
func TestWhoIsExcludedIsShownToWhoWorksWithTheRequestAlone(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.keys.add("keeper2", person("keeper2", "", "A1K1", []verification.Compartment{"drugs"}, verification.RoleKeeper))
	ordinary := r.submit(t, "a")
	sealed, _ := r.submitDrugs(t, "b")
	const names, unit = `"persons":["p_keeper2000000000","p_reviewer00000000"]`, `"units":["03"]`
	for id, task := range map[string]string{ordinary: "-02", sealed: "-01"} { // the first was routed by rule
		r.post(t, "desk", requests+"/"+id+"/claim", `{}`).want(t, http.StatusOK)
		r.post(t, "desk", requests+"/"+id+"/routing", `{"assignments":[{"unit":"02","questions":[1,2,3],"officers":["p_unit020000000000"]}],"exclude":{`+names+`,`+unit+`}}`).want(t, http.StatusOK)
		for _, by := range []string{"desk", "lead", "keeper"} {
			view := r.get(t, by, requests+"/"+id).want(t, http.StatusOK)
			r.fits(t, "staff-view", view.body)
			if !bytes.Contains(view.body, []byte(names)) || !bytes.Contains(view.body, []byte(unit)) {
				t.Errorf("%s is not told who is excluded: %s", by, view.body)
			}
			row := r.eventuallyGet(t, by, "/v1/board", func(g reply) bool { return bytes.Contains(g.body, []byte(names)) })
			r.fitsOperation(t, "getBoard", row.body)
		}
		for _, by := range []string{"ng", "unit02"} {
			paths := map[string][]string{"ng": {requests, requests + "/" + id}, "unit02": {"/v1/tasks/" + id + task, "/v1/units/02/queue"}}[by]
			for _, path := range paths {
				if got := r.get(t, by, path).want(t, http.StatusOK); bytes.Contains(got.body, []byte("exclude")) || bytes.Contains(got.body, []byte("p_reviewer")) {
					t.Errorf("%s reads at %s who is excluded: %s", by, path, got.body)
				}
			}
		}
		for by, paths := range map[string][]string{
			"reviewer": {requests + "/" + id, "/v1/board"}, "keeper2": {requests + "/" + id, "/v1/board", "/v1/compartments", "/v1/alarms"},
			"unit03": {"/v1/tasks/" + id + "-01", "/v1/units/03/queue"},
		} {
			for _, path := range paths {
				if got := r.get(t, by, path); bytes.Contains(got.body, []byte("exclude")) || bytes.Contains(got.body, []byte(id)) && got.status == http.StatusOK {
					t.Errorf("%s, who is excluded, reads at %s: %s", by, path, got.body)
				}
			}
		}
	}
}
