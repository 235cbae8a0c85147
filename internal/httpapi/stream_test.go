package httpapi_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"verigate/internal/httpapi"
)

// listener is a reader of a stream over a real connection.
type listener struct {
	lines chan string
	leave context.CancelFunc
}

func (r *rig) listen(t *testing.T, url, by, last string) *listener {
	t.Helper()
	header := http.Header{"Authorization": {"Bearer " + by}}
	if last != "" {
		header.Set("Last-Event-ID", last)
	}
	return r.listenWith(t, url, header)
}

func (r *rig) listenWith(t *testing.T, url string, header http.Header) *listener {
	t.Helper()
	return attend(t, url+"/v1/board/events", header)
}

// attend listens at an address.
func attend(t *testing.T, at string, header http.Header) *listener {
	t.Helper()
	ctx, leave := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(leave)
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Header = header
	l := &listener{lines: make(chan string, 100), leave: leave}
	go func() {
		defer close(l.lines)
		response, err := http.DefaultClient.Do(q)
		if err != nil {
			return
		}
		defer func() { _ = response.Body.Close() }()
		for s := bufio.NewScanner(response.Body); s.Scan(); {
			l.lines <- s.Text()
		}
	}()
	return l
}

// until reads to the first line that begins so; the empty string when the stream ends before.
func (l *listener) until(t *testing.T, prefix string) string {
	t.Helper()
	for {
		select {
		case line, ok := <-l.lines:
			if !ok || strings.HasPrefix(line, prefix) {
				return line
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("no line with %q", prefix)
		}
	}
}

func (l *listener) ended(t *testing.T) {
	t.Helper()
	if line := l.until(t, "no line begins so"); line != "" {
		t.Errorf("the stream goes on: %s", line)
	}
}

func TestTheBoardIsToldAsItChangesAndResumed(t *testing.T) {
	t.Parallel()
	r := newRigOf(t, func(_ *rig, p *httpapi.Parts) { p.Production = true })
	server := httptest.NewServer(r.edge)
	t.Cleanup(server.Close)
	r.eventuallyGet(t, "desk", "/v1/board", func(g reply) bool { return g.status == http.StatusOK })
	l := r.listen(t, server.URL, "desk", "")
	l.until(t, "event: reset")
	id := r.submit(t, "a")
	last := strings.TrimPrefix(l.until(t, "id: "), "id: ")
	if row := l.until(t, "data: "); !strings.Contains(row, id) || !strings.Contains(row, `"row":"request"`) {
		t.Errorf("told %s", row)
	}
	l.leave()
	l.ended(t)
	second := r.submit(t, "b")
	resumed := r.listen(t, server.URL, "desk", last)
	if row := resumed.until(t, "data: "); !strings.Contains(row, second) {
		t.Errorf("resumed with %s", row)
	}
}

func TestAStreamEndsWithItsReadersRightsAndWithTheServer(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	server := httptest.NewServer(r.edge)
	t.Cleanup(server.Close)
	r.eventuallyGet(t, "desk", "/v1/board", func(g reply) bool { return g.status == http.StatusOK })
	revoked, other := r.listen(t, server.URL, "reviewer", ""), r.listen(t, server.URL, "desk", "")
	revoked.until(t, "event: reset")
	other.until(t, "event: reset")
	r.keys.revoke("reviewer")
	id := r.submit(t, "a")
	if line := revoked.until(t, "event: row"); line != "" {
		t.Errorf("a revoked key is told %s of %s", line, id)
	}
	r.edge.Stop()
	r.edge.Stop()
	other.ended(t)
}

func TestAQueueAndAListHoldWhatTheirReaderHas(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	for _, list := range []struct{ call, by, path, id string }{
		{"getUnitQueue", "unit03", "/v1/units/03/queue?degree=urgent", "request"},
		{"listRequests", "ng", requests + "?status=in_progress&limit=1", "id"},
		{"getBoard", "supervisor", "/v1/board?unit=03&degree=urgent", "id"},
	} {
		got := r.eventuallyGet(t, list.by, list.path, func(g reply) bool {
			return g.status == http.StatusOK && g.field(t, "items.0."+list.id) == id
		})
		r.fitsOperation(t, list.call, got.body)
	}
	r.get(t, "unit02", "/v1/units/03/queue").problem(t, http.StatusNotFound, "not_found")
	empty := r.eventuallyGet(t, "th", requests, func(g reply) bool { return g.status == http.StatusOK })
	if items, ok := empty.field(t, "items").([]any); !ok || len(items) != 0 {
		t.Errorf("another partner's list: %s", empty.body)
	}
	consents := r.eventuallyGet(t, "th", "/v1/consents", func(g reply) bool { return g.status == http.StatusOK })
	r.fitsOperation(t, "listConsents", consents.body)
	promises := r.get(t, "ng", "/v1/promises?campaign=golden-strike-2021")
	r.fitsOperation(t, "listPromises", promises.body)
	if got := promises.text(t, "items.1.degree") + " " + promises.text(t, "items.1.clock"); got != "urgent 24x7" {
		t.Errorf("urgent is promised %s", got)
	}
}

func TestAResumedStreamSaysAtOnceThatItIsBack(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	server := httptest.NewServer(r.edge)
	t.Cleanup(server.Close)
	r.eventuallyGet(t, "desk", "/v1/board", func(g reply) bool { return g.status == http.StatusOK })
	l := r.listen(t, server.URL, "desk", "")
	last := strings.TrimPrefix(l.until(t, "id: "), "id: ")
	resumed := r.listen(t, server.URL, "desk", last)
	if line := resumed.until(t, ""); line != ": alive" {
		t.Errorf("the first line is %q", line)
	}
}

func TestTheBoardsFirstPageHasItsCountersAndSaysWhenItLags(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.submit(t, "a")
	sound := func(g reply) bool {
		return g.status == http.StatusOK && g.field(t, "counters.open") == 1.0 && g.field(t, "counters.by_degree.urgent") == 1.0
	}
	first := r.eventuallyGet(t, "desk", "/v1/board?limit=1", sound)
	r.fitsOperation(t, "getBoard", first.body)
	if first.field(t, "stale") != nil || first.field(t, "counters.by_state.with_units") != 1.0 {
		t.Errorf("a board that follows: %s", first.body)
	}
	r.submit(t, "b")
	next := r.eventuallyGet(t, "desk", "/v1/board?limit=1", func(g reply) bool { return g.status == http.StatusOK && g.field(t, "next_cursor") != nil })
	if second := r.get(t, "desk", "/v1/board?limit=1&cursor="+next.text(t, "next_cursor")); second.field(t, "counters") != nil {
		t.Errorf("a further page: %s", second.body)
	}
}

func TestAQueueIsFilteredBeforeItIsCut(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.submit(t, "a")
	slow := strings.Replace(submitted(t), `"degree": "urgent"`, `"degree": "routine"`, 1)
	r.call(t, ask{by: "ng", method: http.MethodPost, path: requests, body: slow, header: withKey("b")}).want(t, http.StatusCreated)
	r.eventuallyGet(t, "unit03", "/v1/units/03/queue?degree=routine&limit=1", func(g reply) bool {
		return g.status == http.StatusOK && g.field(t, "items.0.degree") == "routine" && g.field(t, "next_cursor") == nil
	})
}
