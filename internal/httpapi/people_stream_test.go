package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"verigate/internal/httpapi"
	"verigate/internal/session"
	"verigate/internal/verification"
)

// begin opens a further session of an officer, and gives its name and cookie.
func (o *officer) begin(t *testing.T) (session.ID, http.Header) {
	t.Helper()
	now := o.r.clock.now()
	_, rights, err := o.r.registry.Keyring().InSession(o.id, now)
	if err != nil {
		t.Fatal(err)
	}
	token, open, err := o.r.book.Begin(t.Context(), session.Begin(o.id, session.ByAccount, rights, now))
	if err != nil {
		t.Fatal(err)
	}
	return open.ID, http.Header{"Cookie": {"__Host-verigate=" + token.Reveal()}}
}

// served is the rig behind a real door, with its board caught up.
func (r *rig) served(t *testing.T, edge *httpapi.Server) string {
	t.Helper()
	server := httptest.NewServer(edge)
	t.Cleanup(server.Close)
	r.eventuallyGet(t, "desk", "/v1/board", func(g reply) bool { return g.status == http.StatusOK })
	return server.URL
}

func TestOneOf200StreamsEndsWithItsSessionAndTheOthersLoseNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.officer(t, "lan", verification.RoleDesk)
	r.member(t, o.id)
	o.settle(t)
	url := r.served(t, r.edge)
	const streams, revoked = 200, 77
	var all []*listener
	var ids []session.ID
	for range streams {
		id, header := o.begin(t)
		ids, all = append(ids, id), append(all, r.listenWith(t, url, header))
	}
	for _, l := range all {
		l.until(t, "event: reset")
	}
	before := r.submit(t, "a")
	for _, l := range all {
		if row := l.until(t, "data: {\""); !strings.Contains(row, before) {
			t.Fatalf("told %s", row)
		}
	}
	ended := time.Now()
	if err := r.book.End(t.Context(), ids[revoked]); err != nil {
		t.Fatal(err)
	}
	after := r.submit(t, "b")
	if line := all[revoked].until(t, "data: {\""); line != "" {
		t.Errorf("an ended session is told %s", line)
	}
	if took := time.Since(ended); took > 5*time.Second {
		t.Errorf("its stream ended after %s", took)
	}
	for i, l := range all {
		if i == revoked {
			continue
		}
		if row := l.until(t, "data: {\""); !strings.Contains(row, after) {
			t.Fatalf("stream %d of another session was told %q", i, row)
		}
	}
}

func TestAQuietStreamEndsWithItsSession(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.settled(t, "lan", verification.RoleDesk)
	url := r.served(t, r.edge)
	id, header := o.begin(t)
	l := r.listenWith(t, url, header)
	l.until(t, "event: reset")
	if err := r.book.End(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	l.ended(t) // waits five seconds
}

func TestAStreamIsNoActivity(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.settled(t, "lan", verification.RoleDesk)
	url := r.served(t, r.edge)
	_, header := o.begin(t)
	for range 2 { // the second comes back ten minutes later
		l := r.listenWith(t, url, header)
		l.until(t, "event: reset")
		l.leave()
		r.pass(t, 10*time.Minute)
		r.eventuallyGet(t, "desk", "/v1/board", func(g reply) bool { return g.status == http.StatusOK })
	}
	got := r.call(t, ask{method: http.MethodGet, path: "/v1/session", header: map[string]string{"Cookie": header.Get("Cookie")}})
	got.problem(t, http.StatusUnauthorized, "unauthenticated")
}

func TestAStreamEndsAfterItsTime(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.parts.Limits.Stream = 300 * time.Millisecond
	edge, err := httpapi.New(r.parts)
	if err != nil {
		t.Fatal(err)
	}
	l := r.listen(t, r.served(t, edge), "desk", "")
	l.until(t, "event: reset")
	l.ended(t)
}

func TestWhatAPageReadsByItselfIsNoActivity(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.settled(t, "lan", verification.RoleDesk)
	r.served(t, r.edge)
	_, header := o.begin(t)
	asks := map[string]string{"Cookie": header.Get("Cookie"), "Verigate-Unattended": "1"}
	for range 2 { // the second ten minutes later
		r.call(t, ask{method: http.MethodGet, path: "/v1/session", header: asks}).want(t, http.StatusOK)
		r.pass(t, 10*time.Minute)
	}
	r.call(t, ask{method: http.MethodGet, path: "/v1/session", header: asks}).problem(t, http.StatusUnauthorized, "unauthenticated")
}
