package e2e_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/admin"
	"verigate/internal/app"
	"verigate/internal/rdb/redistest"
	"verigate/internal/verification"
	"verigate/internal/web/webtest"
)

// watched is a demonstration whose clock stands still but for us, whose log is kept, and whose Redis is a real one.
type watched struct {
	*webtest.World
	redis     string
	log       *safe
	now       func(time.Duration)
	strangers *strangers
}

// strangers are people that a test has made.
type strangers struct {
	sync.Mutex
	keys map[string]admin.KeyResult
}

type safe struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safe) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safe) bytes() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bytes.Clone(s.b.Bytes())
}

func watch(t *testing.T) watched {
	t.Helper()
	w := watched{redis: redistest.Start(t), log: &safe{}, strangers: &strangers{keys: map[string]admin.KeyResult{}}}
	var mu sync.Mutex
	at := time.Now().Truncate(time.Second)
	w.now = func(d time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		at = at.Add(d)
	}
	w.World = webtest.Start(t, func(o *app.Options) {
		o.Redis, o.Log = w.redis, slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		o.Now = func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return at
		}
	})
	return w
}

// outsiders have nothing to do with the case: they are in no compartment, not its partner, not its unit.
var outsiders = []string{
	"", "partner:NG", "partner:AO", "unit:03", "unit_lead:03", "unit:45", "supervisor", "auditor",
	"another DESK", "another LEAD", "another KEEPER", "another OPERATOR",
}

// key is that of somebody of the demonstration. Its own people at headquarters are members of each compartment: another is
// made for the test, who has the role and is in none.
func (w watched) key(t *testing.T, who string) string {
	t.Helper()
	if key, known := w.Keys.Of(who); known {
		return key
	}
	return w.somebody(t, who).Secret
}

// somebody is who is called another and a role.
func (w watched) somebody(t *testing.T, who string) admin.KeyResult {
	t.Helper()
	w.strangers.Lock()
	defer w.strangers.Unlock()
	if _, made := w.strangers.keys[who]; !made {
		role, another := strings.CutPrefix(who, "another ")
		if !another {
			t.Fatalf("nobody is called %q", who)
		}
		r, err := w.Parts.Key(t.Context(), admin.KeyRequest{
			Act: "create", Label: who, Unit: verification.DeskUnit, Roles: []verification.Role{verification.Role(role)},
		})
		if err != nil {
			t.Fatalf("make %s: %v", who, err)
		}
		w.strangers.keys[who] = r
	}
	return w.strangers.keys[who]
}

// does is Must for somebody as key names them.
func (w watched) does(t *testing.T, who, method, path string, body any, header ...string) webtest.Reply {
	t.Helper()
	return w.Must(t, "lead", method, path, body, append(header, "Authorization", "Bearer "+w.key(t, who))...)
}

// cookie lets somebody in, as key does.
func (w watched) cookie(t *testing.T, who string) string {
	t.Helper()
	if strings.HasPrefix(who, "another ") {
		who = "person:" + string(w.somebody(t, who).Person)
	}
	return w.Cookie(t, who)
}

// addresses are all that can be read: each operation of the contract, about the case, about a task of it, about its number
// and about what is open; and the pages that show them.
func addresses(id, number string) []string {
	names := strings.NewReplacer("{id}", id, "{task}", id+"-01", "{unit}", "03", "{number}", number, "{n}", "1")
	var all []string
	for _, r := range access.Table() {
		if r.Method == http.MethodGet {
			all = append(all, names.Replace(r.Path))
		}
	}
	for _, page := range []string{
		"/", "/board", "/board?number=" + number, "/board/events", "/now", "/shift", "/briefing", "/sealed", "/sealed/alarm-tests", "/consents", "/inbox", "/unit", "/portal",
		"/evidence", "/account", "/admin", "/register", "/requests/{id}", "/requests/{id}/triage", "/requests/{id}/clocks", "/requests/{id}/history",
		"/requests/{id}/readers", "/requests/{id}/package", "/requests/{id}/review", "/tasks/{task}", "/tasks/{task}/answer", "/portal/{id}",
	} {
		all = append(all, names.Replace(page))
	}
	return append(all, "/v1/board?flag=unclaimed", "/v1/board?degree=flash&limit=1", "/v1/units/A1S2/queue", "/v1/verification-requests?number="+number, "/metrics")
}

// read is one answer: status, headers and body, of a stream what comes until it is quiet.
func (w watched) read(t *testing.T, who, cookie, at string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, w.URL+at, nil)
	if err != nil {
		t.Error(err)
		return nil
	}
	if strings.HasPrefix(at, "/v1/") && who != "" {
		q.Header.Set("Authorization", "Bearer "+w.key(t, who))
	} else if cookie != "" {
		q.Header.Set("Cookie", cookie)
	}
	r, err := http.DefaultTransport.RoundTrip(q)
	if err != nil {
		t.Errorf("%s reads %s: %v", who, at, err)
		return nil
	}
	defer r.Body.Close()
	var out bytes.Buffer
	fmt.Fprintln(&out, r.StatusCode)
	_ = r.Header.Write(&out)
	body := io.Reader(r.Body)
	if streams(at) {
		end := time.AfterFunc(quietFor, cancel)
		defer end.Stop()
		body = heard{body, end}
	}
	if _, err := out.ReadFrom(body); err != nil && !streams(at) { // a stream is cut off by us
		t.Errorf("%s reads %s: %v", who, at, err)
	}
	return out.Bytes()
}

// quietFor is how long a stream says nothing when it has said all that there is.
const quietFor = 400 * time.Millisecond

func streams(at string) bool { return strings.HasSuffix(at, "/events") }

// heard puts off the end of a stream with each piece that comes.
type heard struct {
	from io.Reader
	end  *time.Timer
}

func (h heard) Read(p []byte) (int, error) {
	n, err := h.from.Read(p)
	h.end.Reset(quietFor)
	return n, err
}

// everything is what readers are shown, by who reads what.
func (w watched) everything(t *testing.T, cookies map[string]string, id, number string) map[string][]byte {
	t.Helper()
	return w.reads(t, cookies, addresses(id, number))
}

// reads is what readers are shown at some addresses.
func (w watched) reads(t *testing.T, cookies map[string]string, addresses []string) map[string][]byte {
	t.Helper()
	all, queue := map[string][]byte{}, make(chan [2]string)
	var mu sync.Mutex
	var readers sync.WaitGroup
	read := func(who, at string) {
		got := w.read(t, who, cookies[who], at)
		mu.Lock()
		defer mu.Unlock()
		all[who+" "+at] = got
	}
	for range 8 {
		readers.Go(func() {
			for x := range queue {
				read(x[0], x[1])
			}
		})
	}
	for who := range cookies {
		for _, at := range addresses {
			if streams(at) { // which are waited for, most of the time
				readers.Go(func() { read(who, at) })
				continue
			}
			queue <- [2]string{who, at}
		}
	}
	close(queue)
	readers.Wait()
	return all
}
