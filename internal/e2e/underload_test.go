package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"verigate/internal/config"
)

// Five clients at a time send each key, sixty-four are at it at once.
func TestSixtyFourClientsRepeatingEachKeyMakeOneRequestEach(t *testing.T) {
	t.Parallel()
	const clients, keys, repeats = 64, 64, 5
	w := begin(t, config.Stores{}, time.Now)
	t.Cleanup(http.DefaultClient.CloseIdleConnections) // before the stop, which waits for connections that never spoke
	type sent struct{ key, raw string }
	jobs, answers := make(chan string), make(chan sent, keys*repeats)
	group, ctx := errgroup.WithContext(t.Context())
	for range clients {
		group.Go(func() error {
			for key := range jobs {
				c, err := try(ctx, w.url, w.keys.Partners["NG"], http.MethodPost, requests, named(t, key), "Idempotency-Key", key)
				if err == nil {
					err = c.expect(http.StatusCreated, "")
				}
				if err != nil {
					return fmt.Errorf("key %s: %w", key, err)
				}
				answers <- sent{key, string(c.Raw)}
			}
			return nil
		})
	}
	for n := range keys * repeats {
		select {
		case jobs <- fmt.Sprint("key-", n/repeats):
		case <-ctx.Done():
		}
	}
	close(jobs)
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	close(answers)
	first, ids := map[string]string{}, map[string]bool{}
	for a := range answers {
		if was, ok := first[a.key]; ok && was != a.raw {
			t.Fatalf("%s was answered\n%s\nand\n%s", a.key, was, a.raw)
		}
		first[a.key] = a.raw
		var body struct{ ID string }
		if err := json.Unmarshal([]byte(a.raw), &body); err != nil {
			t.Fatal(err)
		}
		ids[body.ID] = true
	}
	report, err := w.parts.Verify(t.Context())
	if err != nil || len(report.Differences) > 0 {
		t.Fatalf("verify: %+v, %v", report, err)
	}
	if len(first) != keys || len(ids) != keys || report.Requests != keys {
		t.Errorf("%d keys, %d ids, %d requests in the record: want %d of each", len(first), len(ids), report.Requests, keys)
	}
}

// A caller who leaves at any moment ends nothing half way: the repeat finds the request, or makes it.
func TestACallerWhoLeavesLeavesNothingHalfDone(t *testing.T) {
	t.Parallel()
	const keys = 100
	w := begin(t, config.Stores{}, time.Now)
	t.Cleanup(http.DefaultClient.CloseIdleConnections) // as above
	group := &errgroup.Group{}
	group.SetLimit(16)
	var answered atomic.Int32
	for n := range keys {
		group.Go(func() error {
			key := fmt.Sprint("key-", n)
			body := named(t, key)
			for round := range 3 {
				hasty, leave := context.WithTimeout(t.Context(), time.Duration(n%8*(round+1))*2*time.Millisecond)
				if c, err := try(hasty, w.url, w.keys.Partners["NG"], http.MethodPost, requests, body, "Idempotency-Key", key); err == nil && c.Status == http.StatusCreated {
					answered.Add(1)
				}
				leave()
			}
			c, err := try(t.Context(), w.url, w.keys.Partners["NG"], http.MethodPost, requests, body, "Idempotency-Key", key)
			if err != nil {
				return err
			}
			return c.expect(http.StatusCreated, "")
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d of %d hasty calls heard their answer", answered.Load(), 3*keys)
	w.mustBeClean(keys)
}

// A gateway that is asked to stop under load ends what it has begun, and nothing that it acknowledged is missing.
func TestAStopUnderLoadLosesNothing(t *testing.T) {
	t.Parallel()
	r := newRounds(t)
	g := serve(t, r.dir)
	r.keys = credentials(t, r.dir)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var working sync.WaitGroup
	for n := range loadPartners {
		working.Go(func() {
			// It ends when the door is closed; an answer that is not the 201 would be a refusal by a gateway that stops.
			var broken interface{ Timeout() bool }
			if err := r.partner(ctx, g, n); !errors.As(err, &broken) {
				t.Errorf("client %d: %v", n, err)
			}
		})
	}
	time.Sleep(300*time.Millisecond + time.Duration(r.random.Int64N(int64(300*time.Millisecond))))
	g.signal(syscall.SIGTERM)
	asked := time.Now()
	if code := g.ended(); code != 0 {
		t.Fatalf("exit code %d\n%s", code, g.log.String())
	}
	t.Logf("stopped after %s", time.Since(asked).Round(time.Millisecond))
	stop()
	working.Wait()
	mustVerify(t, r.dir)
	r.check(serve(t, r.dir), len(r.ledger.posts))
	r.verify()
}

// Board and queues are made again while requests come in and officers work: nothing of that is overtaken by it.
func TestARebuildUnderLoadLeavesNoDifference(t *testing.T) {
	t.Parallel()
	r := newRounds(t, "--redis", redisServer(t).addr)
	g := serve(t, r.dir, r.stores...)
	r.keys = credentials(t, r.dir)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var working sync.WaitGroup
	work := func(f func(context.Context) error) {
		working.Go(func() {
			if err := f(ctx); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		})
	}
	for n := range loadPartners {
		work(func(ctx context.Context) error { return r.partner(ctx, g, n) })
	}
	for range loadUnits {
		work(func(ctx context.Context) error { return r.officer(ctx, g) })
	}
	for range 5 {
		time.Sleep(200 * time.Millisecond)
		if code, said := command(t, "rebuild", "--data", r.dir); code != 0 {
			t.Errorf("rebuild: exit %d\n%s", code, said)
		}
	}
	stop()
	working.Wait()
	r.check(g, 0)
	r.verify()
}
