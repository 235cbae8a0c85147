package httpapi_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestABriefingsNumbersAreListsBetweenTwoMoments(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	begun := r.clock.now()
	id, _ := r.waiting(t, "a")
	r.pass(t, time.Minute)
	hash := r.get(t, "reviewer", requests+"/"+id+"/package").text(t, "hash")
	r.say(t, id, said{"reviewer", "{id}/release", `{"hash":"` + hash + `"}`})
	r.pass(t, time.Minute)
	between := func(kind string, from, until time.Time) string {
		q := url.Values{"from": {from.Format(time.RFC3339)}, "until": {until.Format(time.RFC3339)}}
		if kind != "" {
			q.Set("kind", kind)
		}
		return "/v1/milestones?" + q.Encode()
	}
	got := r.eventuallyGet(t, "lead", between("", begun, r.clock.now()), func(g reply) bool {
		return g.status == http.StatusOK && strings.Contains(string(g.body), "answered")
	})
	r.fitsOperation(t, "listMilestones", got.body)
	if all := listed(t, got, "items"); len(all) != 2 || got.text(t, "items.0.kind") != "received" || got.field(t, "items.1.in_time") != true || got.text(t, "items.1.request") != id {
		t.Errorf("%s", got.body)
	}
	for path, want := range map[string]int{
		between("received", begun, begun.Add(time.Second)): 1, between("received", begun.Add(time.Second), r.clock.now()): 0,
		between("answered", begun, begun.Add(time.Minute)): 0, between("answered", begun.Add(time.Minute), r.clock.now()): 1,
		between("breached", begun, r.clock.now()): 0, "/v1/milestones": 2,
	} {
		if got := r.get(t, "supervisor", path).want(t, http.StatusOK); len(listed(t, got, "items")) != want {
			t.Errorf("%s: %s, want %d", path, got.body, want)
		}
	}
	first := r.get(t, "lead", "/v1/milestones?limit=1").want(t, http.StatusOK)
	r.pass(t, time.Second) // a page later it is later
	second := r.get(t, "lead", "/v1/milestones?limit=1&cursor="+url.QueryEscape(first.text(t, "next_cursor"))).want(t, http.StatusOK)
	if second.text(t, "items.0.kind") != "answered" {
		t.Errorf("the second page: %s", second.body)
	}
	for _, path := range []string{
		between("secret", begun, r.clock.now()), between("", r.clock.now(), begun), between("", begun.AddDate(0, 0, -32), begun), "/v1/milestones?from=yesterday",
	} {
		r.get(t, "lead", path).problem(t, http.StatusBadRequest, "invalid_parameter")
	}
}
