package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"verigate/internal/limit"
)

func TestWhatIsTheReadersOwnIsToldWithoutContent(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	server := httptest.NewServer(r.edge)
	t.Cleanup(server.Close)
	id := r.submit(t, "a")
	r.eventuallyGet(t, "unit03", "/v1/units/03/queue", func(g reply) bool { return g.status == http.StatusOK && g.field(t, "items.0.task") != nil })
	for _, of := range []struct{ by, path string }{
		{"ng", requests + "/" + id + "/events"},
		{"desk", requests + "/" + id + "/events"},
		{"unit03", "/v1/tasks/" + id + "-01/events"},
		{"unit03", "/v1/units/03/queue/events"},
	} {
		header := http.Header{"Authorization": {"Bearer " + of.by}}
		l := attend(t, server.URL+of.path, header)
		if line := l.until(t, "event: "); line != "event: changed" {
			t.Errorf("%s of %s begins with %q", of.path, of.by, line)
		}
		if line := l.until(t, "data: "); line != "data: {}" {
			t.Errorf("%s tells %s %q", of.path, of.by, line)
		}
	}
	told := attend(t, server.URL+requests+"/"+id+"/events", http.Header{"Authorization": {"Bearer ng"}})
	last := strings.TrimPrefix(told.until(t, "id: "), "id: ")
	resumed := attend(t, server.URL+requests+"/"+id+"/events", http.Header{"Authorization": {"Bearer ng"}, "Last-Event-Id": {last}})
	if line := resumed.until(t, ""); line != ": alive" {
		t.Errorf("resumed with %q", line)
	}
	r.say(t, id, said{"ng", "{id}/withdrawal", `{}`})
	if line := resumed.until(t, "event: "); line != "event: changed" {
		t.Errorf("a withdrawal is told as %q", line)
	}
	r.edge.Stop()
	resumed.ended(t)
}

func TestAStreamOfARequestIsCountedAsOneAndEndsWithItsKey(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(p *limit.Policy) { p.Streams.OfOneCaller = 1 })
	server := httptest.NewServer(r.edge)
	t.Cleanup(server.Close)
	id := r.submit(t, "a")
	r.eventuallyGet(t, "desk", "/v1/board", func(g reply) bool { return g.status == http.StatusOK })
	path := requests + "/" + id + "/events"
	l := attend(t, server.URL+path, http.Header{"Authorization": {"Bearer reviewer"}})
	l.until(t, "event: changed")
	r.get(t, "reviewer", path).problem(t, http.StatusTooManyRequests, "too_many_at_once")
	r.keys.revoke("reviewer")
	l.ended(t)
}
