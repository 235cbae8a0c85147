package rdb

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"verigate/internal/board"
	"verigate/internal/limit"
	"verigate/internal/rdb/redistest"
)

func TestAnAllowanceIsThatOfTheRule(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*Store{"redis": started(t), "miniredis": embedded(t)} {
		// What is kept goes with the last call's interval by the server's clock: these are longer than any delay of a test.
		for _, r := range []limit.Rate{{PerMinute: 6, Burst: 3}, {PerMinute: 7, Burst: 1}, {PerMinute: 3, Burst: 50}} {
			now, full := time.Now().Truncate(time.Microsecond), time.Time{}
			for i := range 300 {
				now = now.Add(time.Duration(rand.Int64N(int64(2 * r.Interval()))).Truncate(time.Microsecond))
				if i%50 == 49 {
					now = now.Add(-r.Window() / 2).Truncate(time.Microsecond) // another gateway's clock
				}
				var want limit.Verdict
				full, want = r.Take(full, now)
				got, err := s.Take(t.Context(), "ng", r, now)
				if err != nil || got != want {
					t.Fatalf("%s, %+v, call %d: %+v, %v, want %+v", name, r, i, got, err, want)
				}
			}
			if err := s.client.Del(t.Context(), s.keys.allowance("ng")).Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestTwoGatewaysLetInNoMoreThanOne(t *testing.T) {
	t.Parallel()
	addr := redistest.Cluster(t)
	gateway := func() *Store {
		s := newStore(redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{addr}, DisableIdentity: true, ContextTimeoutEnabled: true}), "test", sealer(t))
		t.Cleanup(func() { s.Close() })
		return s
	}
	r, now := limit.Rate{PerMinute: 60, Burst: 100}, time.Now()
	var let atomic.Int32
	var all sync.WaitGroup
	for _, s := range []*Store{gateway(), gateway()} {
		for range 8 {
			all.Go(func() {
				for range 25 {
					v, err := s.Take(t.Context(), "ng", r, now)
					if err != nil {
						t.Error(err)
					}
					if v.OK {
						let.Add(1)
					}
				}
			})
		}
	}
	all.Wait()
	if let.Load() != 100 {
		t.Errorf("%d of 400 are let in, want 100", let.Load())
	}
	other, err := gateway().Take(t.Context(), "ke", r, now)
	if err != nil || !other.OK || other.Remaining != 99 {
		t.Errorf("another caller: %+v, %v", other, err)
	}
}

func TestWhatIsKeptOfAnAllowanceNamesNobodyAndGoesByItself(t *testing.T) {
	t.Parallel()
	s := started(t)
	if _, err := s.Take(t.Context(), "writes p_somebody", limit.Rate{PerMinute: 1, Burst: 30}, time.Now()); err != nil {
		t.Fatal(err)
	}
	keys := s.client.Keys(t.Context(), "*").Val()
	if len(keys) != 1 || strings.Contains(keys[0], "somebody") {
		t.Fatalf("keys %q", keys)
	}
	if left := s.client.PTTL(t.Context(), keys[0]).Val(); left < time.Minute/2 || left > time.Minute {
		t.Errorf("it stays for %s, and a minute is owed", left)
	}
}

func TestAnAllowanceOfAServerThatIsAwayIsAnErrorAtOnce(t *testing.T) {
	t.Parallel()
	s := Open(Options{Addrs: []string{"127.0.0.1:1"}}, sealer(t))
	t.Cleanup(func() { s.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if _, err := s.Take(ctx, "ng", limit.Rate{PerMinute: 60, Burst: 30}, time.Now()); !errors.Is(err, board.ErrUnavailable) {
		t.Errorf("%v", err)
	}
}
