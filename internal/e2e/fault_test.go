package e2e

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"verigate/internal/config"
)

// accept lets the unit take its task of a request, under a key.
func (w *world) accept(id, key string) call {
	w.t.Helper()
	return w.do(w.keys.Units["03"], http.MethodPost, "/v1/tasks/"+id+"-01/acceptance", map[string]any{}, "Idempotency-Key", key)
}

// lists are all calls that need the board.
func (w *world) lists() map[string]string {
	return map[string]string{
		"/v1/board":           w.keys.Desk[0],
		"/v1/units/03/queue":  w.keys.Units["03"],
		requests:              w.keys.Partners["NG"],
		"/v1/board?limit=200": w.keys.Lead,
	}
}

// allLists says whether every list is answered so.
func (w *world) allLists(status int, code string) error {
	for path, key := range w.lists() {
		c, err := try(w.t.Context(), w.url, key, http.MethodGet, path, nil)
		if err == nil {
			err = c.expect(status, code)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

// allListsAreRefused asks for all lists at once: none may keep its reader waiting for long.
func (w *world) allListsAreRefused(code string, within time.Duration) {
	w.t.Helper()
	ctx, stop := context.WithTimeout(w.t.Context(), within)
	defer stop()
	var asking sync.WaitGroup
	for path, key := range w.lists() {
		asking.Go(func() {
			c, err := try(ctx, w.url, key, http.MethodGet, path, nil)
			if err == nil {
				err = c.expect(503, code)
			}
			if err != nil {
				w.t.Errorf("%s: %v", path, err)
			}
		})
	}
	asking.Wait()
}

// healthOf is the status and code of one part, as /health/ready tells it; empty when it is not told.
func (c call) healthOf(part string) string {
	checks, _ := c.Body["checks"].([]any)
	for _, check := range checks {
		if m, _ := check.(map[string]any); m["name"] == part {
			return fmt.Sprint(m["status"], " ", m["code"])
		}
	}
	return ""
}

// onBoard says whether the board shows that many requests.
func (w *world) onBoard(want int) error {
	c, err := try(w.t.Context(), w.url, w.keys.Desk[0], http.MethodGet, "/v1/board?limit=200", nil)
	if err != nil {
		return err
	}
	if err := c.expect(http.StatusOK, ""); err != nil {
		return err
	}
	if got := len(c.items()); got != want {
		return fmt.Errorf("%d rows on the board, want %d", got, want)
	}
	return nil
}

// mustBeClean compares everything with the record and ends the test unless it holds that many requests and nothing differs.
func (w *world) mustBeClean(requests int) {
	w.t.Helper()
	report, err := w.parts.Verify(w.t.Context())
	if err != nil || len(report.Differences) > 0 || report.Requests != requests {
		w.t.Fatalf("verify: %+v, %v; want %d requests", report, err, requests)
	}
}

// Redis is killed and comes back empty, or it is stopped: its connections stay open, nothing answers, and it comes back
// with what it held.
func TestWithoutRedisWorkGoesOnAndTheBoardComesBack(t *testing.T) {
	t.Parallel()
	for name, fault := range away() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			redis := redisServer(t)
			w := begin(t, config.Stores{Redis: redis.addr}, time.Now)
			before := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "before"), "Idempotency-Key", "before")
			eventually(t, 5*time.Second, func() error { return w.onBoard(1) })
			fault.goes(redis)
			during := w.mustWorkWithoutRedis(before.text("id"))
			fault.comes(redis)

			back := time.Now()
			eventually(t, 10*time.Second, func() error { return w.onBoard(1) }) // what was answered is open no more
			t.Logf("the board was right %s after Redis came back", time.Since(back).Round(time.Millisecond))
			eventually(t, 5*time.Second, func() error { return w.allLists(200, "") })
			w.mustBeClean(2)
			for key, want := range map[string]call{"before": before, "during": during} {
				again := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, key), "Idempotency-Key", key)
				if !bytes.Equal(again.Raw, want.Raw) {
					t.Errorf("key %s: was\n%s\nis\n%s", key, want.Raw, again.Raw)
				}
			}
		})
	}
}

// outage is how a server goes away and comes back.
type outage struct{ goes, comes func(*shared) }

func away() map[string]outage {
	return map[string]outage{
		"killed":  {goes: (*shared).goes, comes: (*shared).comes},
		"stopped": {goes: func(s *shared) { s.now.freezes() }, comes: func(s *shared) { s.now.signal(syscall.SIGCONT) }},
	}
}

// mustWorkWithoutRedis brings one request from its post to its pulled answer and takes the task of another, none of it
// slowed down, and holds lists and health to saying that the board is away. It returns what the post was answered.
func (w *world) mustWorkWithoutRedis(other string) call {
	w.t.Helper()
	began := time.Now()
	during := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(w.t, "during"), "Idempotency-Key", "during")
	id, at := during.text("id"), during.Header.Get("Location")
	for _, accepted := range []string{id, other} {
		if err := w.accept(accepted, "accept").expect(200, ""); err != nil {
			w.t.Fatal(err)
		}
	}
	w.must(200, w.keys.Units["03"], http.MethodPost, "/v1/tasks/"+id+"-01/answer", []byte(sample(w.t, 3)))
	w.release(at, map[string]any{"kind": "final", "conditions_of_use": "H2"}, 0, 1)
	w.mustPull(w.keys.Partners["NG"], at, 1)
	if took := time.Since(began); took > 3*time.Second {
		w.t.Errorf("from post to pulled answer took %s", took)
	}
	w.allListsAreRefused("board_unavailable", 5*time.Second)
	if ready := w.must(200, "", http.MethodGet, "/health/ready", nil); ready.healthOf("redis") != "degraded no_answer" {
		w.t.Errorf("ready: %s", ready.Raw)
	}
	return during
}

func TestWithoutRedisAtItsStartAGatewayServesAllButLists(t *testing.T) {
	t.Parallel()
	redis := redisServer(t)
	redis.goes()
	w := begin(t, config.Stores{Redis: redis.addr}, time.Now)
	w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "k"), "Idempotency-Key", "k")
	eventually(t, 5*time.Second, func() error { return w.allLists(503, "board_unavailable") })
	redis.comes()
	eventually(t, 10*time.Second, func() error { return w.onBoard(1) })
	w.mustBeClean(1)
}

// The store is killed, or stopped so that its connections stay open and nothing comes: what was sent to it then is in
// its socket, and done when it goes on.
func TestWithoutNATSNothingIsHalfDone(t *testing.T) {
	t.Parallel()
	for name, fault := range away() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := natsWithJetStream(t)
			w := begin(t, config.Stores{NATS: "nats://" + store.addr}, time.Now)
			first := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "first"), "Idempotency-Key", "first")
			eventually(t, 5*time.Second, func() error { return w.onBoard(1) })
			fault.goes(store)
			w.mustRefuseWithoutNATS(first.text("id"))
			fault.comes(store)

			second := w.mustAgain("second")
			eventually(t, 10*time.Second, func() error { return w.accept(first.text("id"), "accept").expect(200, "") })
			if third := w.mustAgain("second"); !bytes.Equal(third.Raw, second.Raw) {
				t.Errorf("answered\n%s\nand\n%s", second.Raw, third.Raw)
			}
			if again := w.mustAgain("first"); !bytes.Equal(again.Raw, first.Raw) {
				t.Errorf("answered\n%s\nand\n%s", first.Raw, again.Raw)
			}
			eventually(t, 15*time.Second, func() error { return w.onBoard(2) })
			w.mustBeClean(2)
			w.must(200, "", http.MethodGet, "/health/ready", nil)
			w.mustHaveNoted("submitRequest", "unavailable")
			w.mustHaveNoted("acceptTask", "unavailable")
		})
	}
}

// A store that comes back before a write has been given up costs its callers time and nothing else.
func TestAShortLossOfNATSIsWaitedOut(t *testing.T) {
	t.Parallel()
	store := natsWithJetStream(t)
	w := begin(t, config.Stores{NATS: "nats://" + store.addr}, time.Now)
	first := w.mustAgain("first")
	store.goes()
	var calling sync.WaitGroup
	for n := range 8 {
		calling.Go(func() {
			key := fmt.Sprint("during-", n)
			c, err := try(t.Context(), w.url, w.keys.Partners["NG"], http.MethodPost, requests, named(t, key), "Idempotency-Key", key)
			if err == nil {
				err = c.expect(201, "")
			}
			if err != nil {
				t.Errorf("%s: %v", key, err)
			}
		})
	}
	calling.Go(func() {
		if err := w.accept(first.text("id"), "accept").expect(200, ""); err != nil {
			t.Error(err)
		}
	})
	time.Sleep(500 * time.Millisecond)
	store.comes()
	calling.Wait()
	eventually(t, 15*time.Second, func() error { return w.onBoard(9) })
	w.mustBeClean(9)
}

// mustRefuseWithoutNATS makes a request and takes a task at once while the store is away.
func (w *world) mustRefuseWithoutNATS(task string) {
	w.t.Helper()
	var calling sync.WaitGroup
	began := time.Now()
	unavailable := func(what string, ask func() (call, error)) {
		calling.Go(func() {
			c, err := ask()
			if err == nil {
				err = c.expect(503, "unavailable")
			}
			if took := time.Since(began); err == nil && took > 20*time.Second {
				err = fmt.Errorf("answered after %s", took)
			}
			if err != nil {
				w.t.Errorf("%s: %v", what, err)
			}
		})
	}
	ctx := w.t.Context()
	unavailable("intake", func() (call, error) {
		return try(ctx, w.url, w.keys.Partners["NG"], http.MethodPost, requests, named(w.t, "second"), "Idempotency-Key", "second")
	})
	unavailable("acceptance", func() (call, error) {
		return try(ctx, w.url, w.keys.Units["03"], http.MethodPost, "/v1/tasks/"+task+"-01/acceptance", map[string]any{}, "Idempotency-Key", "accept")
	})
	// Neither tells a stranger whether there is one: what is remembered is not answered sooner than what is not there.
	for what, id := range map[string]string{"another's": task, "nobody's": "0123456789abcdefghjkmnpqrs"} {
		unavailable(what, func() (call, error) {
			return try(ctx, w.url, w.keys.Partners["KE"], http.MethodGet, requests+"/"+id, nil)
		})
	}
	eventually(w.t, 5*time.Second, func() error { return w.allLists(503, "catching_up") })
	if err := w.do("", http.MethodGet, "/health/ready", nil).expect(503, ""); err != nil {
		w.t.Error(err)
	}
	if got := w.do("", http.MethodGet, "/health/live", nil); got.Status != 200 {
		w.t.Errorf("live: %d", got.Status)
	}
	calling.Wait()
}

// mustHaveNoted holds the auditor to be told that an operation was refused.
func (w *world) mustHaveNoted(operation, code string) {
	w.t.Helper()
	said := w.must(200, w.keys.Auditor, http.MethodGet, "/v1/evidence?outcome=refused&operation="+operation, nil)
	if !strings.Contains(string(said.Raw), `"code":"`+code+`"`) {
		w.t.Errorf("the evidence has no %s refused as %s: %s", operation, code, said.Raw)
	}
}

// mustAgain sends a request until it is taken, as a partner does who was told to try again with the same key.
func (w *world) mustAgain(key string) (c call) {
	w.t.Helper()
	eventually(w.t, 20*time.Second, func() error {
		c = w.do(w.keys.Partners["NG"], http.MethodPost, requests, named(w.t, key), "Idempotency-Key", key)
		return c.expect(201, "")
	})
	return c
}
