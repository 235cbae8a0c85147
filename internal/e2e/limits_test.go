package e2e

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"verigate/deploy"
	"verigate/internal/app"
	"verigate/internal/config"
	"verigate/internal/limit"
)

// delivered are the limits that the product comes with.
func delivered(t *testing.T) func(*app.Options) {
	t.Helper()
	p, err := limit.Load(deploy.Data, limit.File)
	if err != nil {
		t.Fatal(err)
	}
	return func(o *app.Options) { o.Limits = &p }
}

// arrivals posts as a partner at a constant rate, whether or not it is answered, and returns how long each call took.
func (w *world) arrivals(partner, name string, n int, every time.Duration, expect int) []time.Duration {
	w.t.Helper()
	took := make([]time.Duration, n)
	var all sync.WaitGroup
	tick := time.NewTicker(every)
	defer tick.Stop()
	for i := range n {
		<-tick.C
		body := named(w.t, fmt.Sprint(name, i))
		all.Go(func() {
			began := time.Now()
			c, err := try(w.t.Context(), w.url, partner, http.MethodPost, requests, body, "Idempotency-Key", fmt.Sprint(name, i))
			if err == nil {
				err = c.expect(expect, "")
			}
			if err != nil {
				w.t.Error(err)
			}
			took[i] = time.Since(began)
		})
	}
	all.Wait()
	slices.Sort(took)
	return took
}

// P14. The bounds are those of a busy machine: what it shows is that the one is told 429 and the other waits for nothing.
func TestOnePartnerAtAHundredTimesIsToldSoAndTheOtherWaitsForNothing(t *testing.T) {
	t.Parallel()
	const n, every = 30, 100 * time.Millisecond
	w := begin(t, config.Stores{}, time.Now, delivered(t))
	greedy, other := w.keys.Partners["NG"], w.keys.Partners["KE"]
	calm := w.arrivals(other, "calm-", n, every, http.StatusCreated)
	ctx, stop := context.WithCancel(t.Context())
	var flood sync.WaitGroup
	var mu sync.Mutex
	answers := map[int]int{}
	for worker := range 10 {
		flood.Go(func() {
			tick := time.NewTicker(every / 10) // ten workers, ten times as often each
			defer tick.Stop()
			for i := 0; ctx.Err() == nil; i++ {
				<-tick.C
				key := fmt.Sprint("flood-", worker, "-", i)
				c, err := try(ctx, w.url, greedy, http.MethodPost, requests, named(t, key), "Idempotency-Key", key)
				if errors.Is(err, context.Canceled) {
					return
				}
				if err != nil || c.Status != http.StatusCreated && (c.Status != http.StatusTooManyRequests || c.Header.Get("Retry-After") == "" || c.Header.Get("RateLimit") == "") {
					t.Errorf("%v, %d %v %s", err, c.Status, c.Header, c.Raw)
				}
				mu.Lock()
				answers[c.Status]++
				mu.Unlock()
			}
		})
	}
	began := time.Now()
	eventually(t, 20*time.Second, func() error { // until its burst is used up
		mu.Lock()
		defer mu.Unlock()
		if answers[http.StatusTooManyRequests] == 0 {
			return fmt.Errorf("answered %v", answers)
		}
		return nil
	})
	busy := w.arrivals(other, "busy-", n, every, http.StatusCreated)
	eventually(t, time.Minute, func() error { // a slow machine sends a smaller flood: its burst is outdone later
		mu.Lock()
		defer mu.Unlock()
		if answers[http.StatusTooManyRequests] < answers[http.StatusCreated] {
			return fmt.Errorf("the flood was answered %v", answers)
		}
		return nil
	})
	took := time.Since(began)
	stop()
	flood.Wait()
	t.Logf("alone: p50 %s, worst %s; beside the flood: p50 %s, worst %s; the flood was answered %v in %s", calm[n/2], calm[n-1], busy[n/2], busy[n-1], answers, took)
	if most := max(2*calm[n/2], calm[n/2]+150*time.Millisecond); busy[n/2] > most {
		t.Errorf("half of the other's calls took %s and more, alone %s", busy[n/2], calm[n/2])
	}
	if let := answers[http.StatusCreated]; let > 150+int(took/time.Second)*5+10 { // its burst, and 300 a minute
		t.Errorf("%d of the flood were let in within %s", let, took)
	}
}

// Two gateways over one Redis give one allowance; with Redis gone each gives its own, and nobody is refused for that.
func TestGatewaysShareWhatACallerMay(t *testing.T) {
	t.Parallel()
	for range 5 {
		if sharesAllowance(t) {
			return
		}
	}
	t.Error("Redis answered no gateway in time: nothing was tried")
}

// sharesAllowance tries it once. What Redis does not tell within a tenth of a second a gateway counts alone, and says so, as on
// a machine with other work: what its callers are answered then proves nothing.
func sharesAllowance(t *testing.T) (tried bool) {
	t.Helper()
	shared := redisServer(t)
	alone := &listening{Handler: slog.DiscardHandler, to: "callers' allowances are counted by this gateway alone"}
	narrow := func(o *app.Options) {
		delivered(t)(o)
		o.Limits.Callers.Person.Writes = limit.Rate{PerMinute: 1, Burst: 4}
		o.Log = slog.New(alone)
	}
	w := begin(t, config.Stores{Redis: shared.addr}, time.Now, narrow)
	post := func(partner, key string) int {
		return w.do(w.keys.Partners[partner], http.MethodPost, requests, named(t, key), "Idempotency-Key", key).Status
	}
	var got []int
	for _, key := range []string{"a", "b"} {
		got = append(got, post("NG", key))
	}
	w.stop()
	// Started again it remembers nothing itself: Redis does.
	w = begin(t, config.Stores{Redis: shared.addr, Data: w.parts.Data}, time.Now, narrow)
	for _, key := range []string{"c", "d", "e"} {
		got = append(got, post("NG", key))
	}
	tried = !alone.heard.Load()
	if want := []int{201, 201, 201, 201, 429}; tried && !slices.Equal(got, want) {
		t.Errorf("answered %v, want %v", got, want)
	}
	shared.goes()
	if got := post("KE", "f"); got != http.StatusCreated {
		t.Errorf("without Redis another is answered %d", got)
	}
	w.stop()
	return tried
}

// listening hears one message of a log.
type listening struct {
	slog.Handler
	to    string
	heard atomic.Bool
}

func (l *listening) Enabled(context.Context, slog.Level) bool { return true }

func (l *listening) WithAttrs([]slog.Attr) slog.Handler { return l }

func (l *listening) Handle(_ context.Context, r slog.Record) error {
	if r.Message == l.to {
		l.heard.Store(true)
	}
	return nil
}
