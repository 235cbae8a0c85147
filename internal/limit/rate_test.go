package limit

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

var start = time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)

func TestABurstAtOnceThenOneForEachInterval(t *testing.T) {
	t.Parallel()
	r := Rate{PerMinute: 60, Burst: 3}
	var full time.Time
	at := func(second float64) Verdict {
		var v Verdict
		full, v = r.Take(full, start.Add(time.Duration(second*float64(time.Second))))
		return v
	}
	for i, want := range []int{2, 1, 0} {
		if v := at(0); !v.OK || v.Remaining != want {
			t.Errorf("call %d: %+v", i, v)
		}
	}
	if v := at(0.25); v.OK || v.Retry != 750*time.Millisecond {
		t.Errorf("a fourth: %+v", v)
	}
	if v := at(1); !v.OK || v.Remaining != 0 || v.Retry != 0 {
		t.Errorf("after an interval: %+v", v)
	}
	if v := at(1); v.OK {
		t.Errorf("and a second one: %+v", v)
	}
	if v := at(60); !v.OK || v.Remaining != 2 {
		t.Errorf("after a while: %+v", v)
	}
}

func TestATimeOfAClockThatIsAheadKeepsNobodyOut(t *testing.T) {
	t.Parallel()
	r := Rate{PerMinute: 60, Burst: 3}
	if full, v := r.Take(start.Add(3001*time.Millisecond), start); !v.OK || v.Remaining != 2 || full != start.Add(time.Second) {
		t.Errorf("%s %+v", full, v)
	}
	if _, v := r.Take(start.Add(3*time.Second), start); v.OK {
		t.Errorf("a whole burst spent, and let in: %+v", v)
	}
}

// Whatever the calls, in no span of time are more let in than the burst and one for each interval.
func TestNoMoreThanTheAllowanceIsLetIn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := Rate{PerMinute: rapid.IntRange(1, 100_000).Draw(t, "per minute"), Burst: rapid.IntRange(1, 50).Draw(t, "burst")}
		var full time.Time
		var let []time.Time
		now := start
		for range rapid.IntRange(1, 200).Draw(t, "calls") {
			now = now.Add(time.Duration(rapid.Int64Range(0, int64(3*r.Interval())).Draw(t, "pause")))
			var v Verdict
			before := full
			if full, v = r.Take(full, now); v.OK {
				let = append(let, now)
				continue
			}
			if v.Retry <= 0 {
				t.Fatalf("refused, and to come back in %s", v.Retry)
			}
			if _, after := r.Take(before, now.Add(v.Retry)); !after.OK {
				t.Fatalf("told to come back in %s, and refused", v.Retry)
			}
		}
		for i := range let {
			for j := i; j < len(let); j++ {
				if most := r.Burst + int(let[j].Sub(let[i])/r.Interval()); j-i+1 > most {
					t.Fatalf("%d in %s, want %d at most", j-i+1, let[j].Sub(let[i]), most)
				}
			}
		}
	})
}

func TestWhatAProcessRemembersIsBounded(t *testing.T) {
	t.Parallel()
	l := newLocal()
	l.most = 100
	r := Rate{PerMinute: 60, Burst: 2}
	for i := range 10_000 {
		l.take(fmt.Sprint(i), r, start)
	}
	if n := len(l.full); n > 101 {
		t.Errorf("%d keys are kept", n)
	}
	if v := l.take("5", r, start); !v.OK {
		t.Error("one that was there before the crowd has lost its allowance")
	}
	if v := l.take("one of the crowd", r, start); v.OK {
		t.Error("the crowd has more than one allowance")
	}
	if v := l.take("later", r, start.Add(time.Hour)); !v.OK || len(l.full) > 2 {
		t.Errorf("whole bursts are remembered: %+v, %d keys", v, len(l.full))
	}
}

// elsewhere is a Redis that may be away, or silent.
type elsewhere struct {
	local  *local
	mu     sync.Mutex
	err    error
	silent bool
	asked  int
}

func (e *elsewhere) Take(ctx context.Context, key string, r Rate, now time.Time) (Verdict, error) {
	e.mu.Lock()
	e.asked++
	err, silent := e.err, e.silent
	e.mu.Unlock()
	if silent {
		<-ctx.Done()
		return Verdict{}, ctx.Err()
	}
	if err != nil {
		return Verdict{}, err
	}
	return e.local.take(key, r, now), nil
}

func TestGatewaysShareAnAllowanceAndHaveOneEachWhileTheyCannot(t *testing.T) {
	t.Parallel()
	shared := &elsewhere{local: newLocal()}
	var told []error
	gateway := func() *rates {
		return &rates{local: newLocal(), few: newLocal(), shared: shared, failed: func(err error) { told = append(told, err) }}
	}
	one, other := gateway(), gateway()
	r := Rate{PerMinute: 60, Burst: 16}
	let := func(g *rates, n int, now time.Time) (ok int) {
		for range n {
			if g.take(t.Context(), "ng", r, now).OK {
				ok++
			}
		}
		return ok
	}
	if n := let(one, 2, start) + let(other, 2, start); n != 4 || shared.asked != 0 {
		t.Errorf("of an eighth each they let in %d and asked %d times", n, shared.asked)
	}
	if n := let(one, 10, start) + let(other, 10, start); n != 16 {
		t.Errorf("beyond that they let in %d together", n)
	}
	asked := shared.asked
	if n := let(one, 1000, start); n != 0 || shared.asked > asked+10 {
		t.Errorf("a flood is let in %d times, and asked of the other %d times", n, shared.asked-asked)
	}
	later := start.Add(time.Hour)
	shared.err = errors.New("connection refused")
	if n := let(one, 20, later) + let(other, 20, later); n != 32 {
		t.Errorf("alone they let in %d", n)
	}
	if len(told) != 2 {
		t.Errorf("two gateways tell it %d times", len(told))
	}
	shared.err = nil
	if let(one, 3, later.Add(time.Minute)); one.away.Load() != 0 {
		t.Error("it is back and not asked")
	}
}

func TestASilentRedisHoldsUpOneCallOfASecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := &rates{local: newLocal(), few: newLocal(), shared: &elsewhere{silent: true}, failed: func(error) {}}
		began := time.Now()
		for range 300 {
			if !g.take(t.Context(), "ng", Rate{PerMinute: 60, Burst: 1000}, start).OK {
				t.Fatal("refused")
			}
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("300 calls took %s", took)
		}
	})
}

func TestAGateLetsTheUrgentInLongest(t *testing.T) {
	t.Parallel()
	g := newGate(Bounds{Total: 10, OfOneCaller: 2})
	fill := func(c Class) (n int) {
		for g.begin(c) {
			n++
		}
		return n
	}
	if r, c, u := fill(Reading), fill(Changing), fill(Urgent); r != 7 || c != 2 || u != 1 {
		t.Errorf("reading %d, changing %d, urgent %d", r, c, u)
	}
	g.end()
	if g.begin(Reading) || !g.begin(Urgent) {
		t.Error("what is free goes to reading")
	}
	if first, second, third, other := g.enter("a"), g.enter("a"), g.enter("a"), g.enter("b"); !first || !second || third || !other {
		t.Error("a caller has not two, or another has none")
	}
	if g.leave("a"); !g.enter("a") {
		t.Error("what a caller has ended is still counted")
	}
}

func TestAGateIsExactUnderMany(t *testing.T) {
	t.Parallel()
	l := New(Parts{Policy: Policy{AtOnce: Bounds{Total: 20, OfOneCaller: 3}, Streams: Bounds{Total: 5, OfOneCaller: 2}}, Now: func() time.Time { return start }})
	var all sync.WaitGroup
	for n := range 32 {
		all.Go(func() {
			c := Caller{ID: fmt.Sprint(n % 4)}
			for range 200 {
				if l.Enter(c) {
					if l.Begin(Class(rand.IntN(3))) {
						l.End()
					}
					l.Leave(c)
				}
				if l.Stream(c) {
					l.EndStream(c)
				}
			}
		})
	}
	all.Wait()
	if n := l.Numbers(); n.AtWork != 0 || n.Streams != 0 || len(l.calls.of)+len(l.streams.of) != 0 {
		t.Errorf("after all have ended: %+v", n)
	}
}
