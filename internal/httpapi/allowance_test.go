package httpapi_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"verigate/internal/limit"
)

// slowly lets everybody call so many times, and then hardly ever.
func slowly(burst int) limit.Rate { return limit.Rate{PerMinute: 1, Burst: burst} }

// untouched is a body that nobody may read.
type untouched struct{ t *testing.T }

func (u untouched) Read([]byte) (int, error) {
	u.t.Error("the body is read")
	return 0, errors.New("read")
}

func (g reply) limited(t *testing.T, lane string) {
	t.Helper()
	g.problem(t, http.StatusTooManyRequests, "too_many_requests")
	h := g.header
	if h.Get("Retry-After") != "60" || h.Get("RateLimit") != `"`+lane+`";r=0;t=60` || !strings.HasPrefix(h.Get("RateLimit-Policy"), `"`+lane+`";q=`) {
		t.Errorf("headers %v", h)
	}
}

func TestACallerIsLetInSoOftenAndNothingOfABodyIsReadBefore(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(p *limit.Policy) { p.Callers.Person.Writes = slowly(3) })
	for _, key := range []string{"a", "b", "c"} {
		r.submit(t, key)
	}
	r.call(t, ask{by: "ng", method: http.MethodPost, path: requests, body: submitted(t), header: withKey("d")}).limited(t, "writes")
	q := httptest.NewRequestWithContext(t.Context(), http.MethodPost, requests, untouched{t})
	q.ContentLength = 1000
	q.Header.Set("Authorization", "Bearer ng")
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Idempotency-Key", "e")
	w := httptest.NewRecorder()
	r.edge.ServeHTTP(w, q)
	if w.Code != http.StatusTooManyRequests || w.Header().Get("RateLimit-Policy") != `"writes";q=3;w=180` {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	// It reads on, another submits, and a minute later so does it.
	r.get(t, "ng", requests+"/"+strings.Repeat("0", 26)).problem(t, http.StatusNotFound, "not_found")
	r.call(t, ask{by: "th", method: http.MethodPost, path: requests, body: submitted(t), header: withKey("a")}).want(t, http.StatusCreated)
	r.clock.set(t, "2021-09-02T23:41:00+07:00")
	r.submit(t, "d")
	if n := r.limiter.Numbers(); n.Callers != 2 {
		t.Errorf("%+v", n)
	}
}

func TestWhoReadsTooOftenCanStillSubmit(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(p *limit.Policy) { p.Callers.Person.Reads = slowly(2) })
	for range 2 {
		r.get(t, "ng", requests+"/"+strings.Repeat("0", 26)).problem(t, http.StatusNotFound, "not_found")
	}
	r.get(t, "ng", requests+"/"+strings.Repeat("0", 26)).limited(t, "reads")
	r.submit(t, "a")
}

// Whoever is refused by role has called as well, and so has a page of another site.
func TestRefusalsAreCountedToo(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(p *limit.Policy) { p.Callers.Person.Reads, p.Strangers = slowly(2), slowly(2) })
	for range 2 {
		r.get(t, "ng", "/v1/board").problem(t, http.StatusForbidden, "not_permitted")
	}
	r.get(t, "ng", "/v1/board").limited(t, "reads")
	elsewhere := ask{by: "ng", method: http.MethodPost, path: requests, body: submitted(t), header: map[string]string{"Idempotency-Key": "a", "Sec-Fetch-Site": "cross-site"}}
	for range 2 {
		r.call(t, elsewhere).problem(t, http.StatusForbidden, "cross_origin")
	}
	r.call(t, elsewhere).limited(t, "strangers")
	r.submit(t, "a")
}

func TestWhatIsUrgentHasALaneOfItsOwn(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(p *limit.Policy) { p.Callers.Person.Writes, p.Urgent = slowly(1), slowly(3) })
	post := func(key, body string, degree ...string) reply {
		header := withKey(key)
		if len(degree) > 0 {
			header["Urgency-Degree"] = degree[0]
		}
		return r.call(t, ask{by: "ng", method: http.MethodPost, path: requests, body: body, header: header})
	}
	urgent := submitted(t)
	routine := strings.Replace(urgent, `"urgent"`, `"routine"`, 1)
	if routine == urgent {
		t.Fatal("the sample is not urgent")
	}
	post("a", routine).want(t, http.StatusCreated)
	post("b", routine).limited(t, "writes")
	post("c", urgent).limited(t, "writes") // not declared: the body is not read to find out
	post("d", urgent, "urgent").want(t, http.StatusCreated)
	post("d", urgent, "urgent").want(t, http.StatusCreated) // a repeat is a call too
	// A false declaration is refused, and has cost its sender a place.
	post("e", routine, "urgent").problem(t, http.StatusBadRequest, "degree_differs")
	post("f", urgent, "urgent").limited(t, "urgent")
	for _, false := range []string{"routine", "FLASH", "", "urgent, flash"} {
		post("g", urgent, false).problem(t, http.StatusBadRequest, "invalid_parameter")
	}
	r.call(t, ask{by: "th", method: http.MethodPost, path: requests, body: urgent, header: map[string]string{"Idempotency-Key": "a", "Urgency-Degree": "flash"}}).
		problem(t, http.StatusBadRequest, "degree_differs")
}

func TestWhoShowsNoIdentityIsLimitedBySource(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(p *limit.Policy) { p.Strangers = slowly(4) })
	id := r.submit(t, "a")
	from := func(source, method, path, credential string) int {
		q := httptest.NewRequestWithContext(t.Context(), method, path, nil)
		q.RemoteAddr = source
		q.Header.Set("X-Forwarded-For", "198.51.100."+path[len(path)-1:])
		if credential != "" {
			q.Header.Set("Authorization", "Bearer "+credential)
		}
		w := httptest.NewRecorder()
		r.edge.ServeHTTP(w, q)
		return w.Code
	}
	const one, other = "203.0.113.7:1", "203.0.113.8:1"
	for i, want := range []struct {
		path   string
		status int
	}{
		{"/v1/board", http.StatusUnauthorized},
		{"/nothing", http.StatusNotFound},
		{"/v1//board", http.StatusNotFound},
		{"/openapi.yaml", http.StatusOK},
		{"/openapi.yaml", 429},
		{"/v1/board", 429},
		{"/nothing", 429},
		{"/v1//board", 429},
	} {
		if got := from(one, http.MethodGet, want.path, "nobody"); got != want.status {
			t.Errorf("call %d, %s: %d, want %d", i, want.path, got, want.status)
		}
	}
	for path, status := range map[string]int{"/health/live": 200, "/health/ready": 200} {
		if got := from(one, http.MethodGet, path, ""); got != status {
			t.Errorf("%s: %d", path, got)
		}
	}
	if got := from(one, http.MethodGet, requests+"/"+id, "ng"); got != http.StatusOK {
		t.Errorf("a good credential from the same source: %d", got)
	}
	if got := from(other, http.MethodGet, "/v1/board", ""); got != http.StatusUnauthorized {
		t.Errorf("another source: %d", got)
	}
	if got := from("[2001:db8::1]:1", http.MethodGet, "/v1/board", ""); got != http.StatusUnauthorized {
		t.Errorf("a source of version 6: %d", got)
	}
}

func TestACallerHasSoManyCallsUnderWay(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(p *limit.Policy) { p.AtOnce.OfOneCaller = 1 })
	body, end := io.Pipe()
	q := httptest.NewRequestWithContext(t.Context(), http.MethodPost, requests, body)
	for name, value := range map[string]string{"Authorization": "Bearer ng", "Content-Type": "application/json", "Idempotency-Key": "slow"} {
		q.Header.Set(name, value)
	}
	w, ended := httptest.NewRecorder(), make(chan struct{})
	go func() { defer close(ended); r.edge.ServeHTTP(w, q) }()
	if _, err := io.WriteString(end, submitted(t)[:1]); err != nil { // once a byte is taken, the call is under way
		t.Fatal(err)
	}
	greedy := r.get(t, "ng", requests+"/"+strings.Repeat("0", 26))
	greedy.problem(t, http.StatusTooManyRequests, "too_many_at_once")
	if greedy.header.Get("Retry-After") != "1" {
		t.Errorf("headers %v", greedy.header)
	}
	if n := r.limiter.Numbers(); n.AtWork != 0 {
		t.Errorf("a body that comes slowly takes a place of all: %+v", n)
	}
	r.call(t, ask{by: "th", method: http.MethodPost, path: requests, body: submitted(t), header: withKey("a")}).want(t, http.StatusCreated)
	if _, err := io.WriteString(end, submitted(t)[1:]); err != nil {
		t.Fatal(err)
	}
	_ = end.Close()
	<-ended
	if w.Code != http.StatusCreated {
		t.Errorf("the slow one: %d %s", w.Code, w.Body)
	}
	r.get(t, "ng", requests+"/"+strings.Repeat("0", 26)).problem(t, http.StatusNotFound, "not_found")
}

func TestTooMuchAtWorkIsShedInOrderAndHealthGoesOn(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(p *limit.Policy) { p.AtOnce.Total = 10 })
	urgent := map[string]string{"Idempotency-Key": "u", "Urgency-Degree": "urgent"}
	read := func() reply { return r.get(t, "ng", requests+"/"+strings.Repeat("0", 26)) }
	write := func() reply {
		return r.call(t, ask{by: "ng", method: http.MethodPost, path: requests, body: submitted(t), header: withKey("w")})
	}
	press := func() reply {
		return r.call(t, ask{by: "ng", method: http.MethodPost, path: requests, body: submitted(t), header: urgent})
	}
	for at, want := range []struct{ read, write, urgent int }{
		6: {404, 201, 201}, 7: {503, 201, 201}, 8: {503, 201, 201}, 9: {503, 503, 201}, 10: {503, 503, 503},
	} {
		if want.read != 0 {
			for name, c := range map[string]struct {
				got  reply
				want int
			}{"read": {read(), want.read}, "write": {write(), want.write}, "urgent": {press(), want.urgent}} {
				if c.got.status != c.want {
					t.Errorf("%d at work, %s: %d, want %d", at, name, c.got.status, c.want)
				}
				if c.want == http.StatusServiceUnavailable {
					c.got.problem(t, c.want, "overloaded")
				}
				if c.want == http.StatusServiceUnavailable && c.got.header.Get("Retry-After") == "" {
					t.Errorf("%s: no Retry-After", name)
				}
			}
			r.get(t, "", "/health/live").want(t, http.StatusOK)
			r.get(t, "", "/health/ready").want(t, http.StatusOK)
		}
		r.limiter.Begin(limit.Urgent)
	}
}

func TestACallerHasSoManyStreams(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(p *limit.Policy) { p.Streams.OfOneCaller = 1 })
	server := httptest.NewServer(r.edge)
	t.Cleanup(server.Close)
	t.Cleanup(r.edge.Stop)
	open := func(by string) (int, func()) {
		q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/v1/board/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Authorization", "Bearer "+by)
		response, err := server.Client().Do(q) //nolint:bodyclose // by the function that is returned
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, func() { response.Body.Close() }
	}
	r.eventuallyGet(t, "desk", "/v1/board", func(g reply) bool { return g.status == http.StatusOK })
	status, leave := open("desk")
	if status != http.StatusOK {
		t.Fatalf("the first: %d", status)
	}
	if status, end := open("desk"); status != http.StatusTooManyRequests {
		t.Errorf("a second: %d", status)
		end()
	}
	if status, end := open("lead"); status != http.StatusOK {
		t.Errorf("another's: %d", status)
	} else {
		end()
	}
	leave()
	eventually(t, "the place of an ended stream is free", func() bool {
		status, end := open("desk")
		end()
		time.Sleep(time.Millisecond)
		return status == http.StatusOK
	})
}
