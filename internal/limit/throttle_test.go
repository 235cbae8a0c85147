package limit

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// hand is a clock that a test moves.
type hand struct{ at time.Time }

func (h *hand) now() time.Time { return h.at }

func throttle() (*Throttle, *hand) {
	h := &hand{at: start}
	return NewThrottle(h.now), h
}

func TestAnOwnerAtAKnownPlaceWaitsForNobodyElse(t *testing.T) {
	t.Parallel()
	x, clock := throttle()
	if _, ok := x.Allow("officer", "home"); !ok {
		t.Fatal("the first attempt is refused")
	}
	x.Succeeded("officer", "home")
	for i := range 10_000 { // from a thousand sources, all day
		clock.at = clock.at.Add(8 * time.Second)
		source := fmt.Sprint("guesser-", i%1000)
		if _, ok := x.Allow("officer", source); ok {
			x.Failed("officer", source)
		}
	}
	if wait, ok := x.Allow("officer", "home"); !ok {
		t.Errorf("the owner is told to wait %s", wait)
	}
	x.Failed("officer", "home") // mistyped
	clock.at = clock.at.Add(time.Second)
	if wait, ok := x.Allow("officer", "home"); !ok {
		t.Errorf("and, having mistyped, %s", wait)
	}
}

func TestFromOneSourceTheNextAttemptIsNeverFartherThanHalfAMinute(t *testing.T) {
	t.Parallel()
	x, clock := throttle()
	var waits []time.Duration
	for range 20 {
		wait, ok := x.Allow("officer", "here")
		if !ok {
			t.Fatalf("refused at the time that was told; %s more", wait)
		}
		x.Failed("officer", "here")
		wait, ok = x.Allow("officer", "here")
		if ok || wait > longestWait {
			t.Fatalf("after a failure: %t, %s", ok, wait)
		}
		waits = append(waits, wait)
		clock.at = clock.at.Add(wait)
	}
	if fmt.Sprint(waits[:9]) != "[1s 1s 1s 2s 4s 8s 16s 30s 30s]" {
		t.Errorf("waits %s", waits)
	}
	clock.at = clock.at.Add(forgottenAfter + time.Second)
	x.Allow("officer", "here")
	x.Failed("officer", "here")
	if wait, _ := x.Allow("officer", "here"); wait != time.Second {
		t.Errorf("what failed long ago still costs %s", wait)
	}
}

func TestAClockThatIsSetBackMakesNobodyWaitForLonger(t *testing.T) {
	t.Parallel()
	x, clock := throttle()
	x.Allow("officer", "here")
	x.Failed("officer", "here")
	clock.at = clock.at.Add(-time.Hour)
	wait, ok := x.Allow("officer", "here")
	if ok || wait != longestWait {
		t.Fatalf("just after: %t, %s", ok, wait)
	}
	clock.at = clock.at.Add(wait - time.Nanosecond)
	if _, ok := x.Allow("officer", "here"); ok {
		t.Fatal("let in before the time that was told")
	}
	clock.at = clock.at.Add(time.Nanosecond)
	if wait, ok := x.Allow("officer", "here"); !ok {
		t.Fatalf("refused at the time that was told; %s more", wait)
	}
}

func TestAThousandAttemptsAtOnceAreOne(t *testing.T) {
	t.Parallel()
	x, _ := throttle()
	var let atomic.Int32
	var all sync.WaitGroup
	for range 1000 {
		all.Go(func() {
			if _, ok := x.Allow("officer", "here"); ok {
				let.Add(1)
			}
		})
	}
	all.Wait()
	if let.Load() != 1 {
		t.Errorf("%d are let in", let.Load())
	}
}

func TestACrowdOfSourcesGetsNoMoreThanTheAccountsAllowance(t *testing.T) {
	t.Parallel()
	x, clock := throttle()
	let := 0
	for second := range 24 * 60 * 60 {
		clock.at = start.Add(time.Duration(second) * time.Second)
		source := fmt.Sprint(second % 5000)
		if _, ok := x.Allow("officer", source); ok {
			let++
			x.Failed("officer", source)
		}
	}
	if let > 12+6*24*60 {
		t.Errorf("%d guesses in a day", let)
	}
	// At a new place the owner gets in too: the allowance is slow, and it is there.
	wait, ok := x.Allow("officer", "on the road")
	if !ok {
		clock.at = clock.at.Add(wait)
		_, ok = x.Allow("officer", "on the road")
	}
	if !ok || wait > 10*time.Second {
		t.Errorf("the owner at a new place: %t after %s", ok, wait)
	}
}

func TestOneSourceCannotTryAListOfAccounts(t *testing.T) {
	t.Parallel()
	x, clock := throttle()
	let := 0
	for i := range 6000 {
		clock.at = clock.at.Add(100 * time.Millisecond) // ten minutes in all
		if _, ok := x.Allow(fmt.Sprint("account-", i), "here"); ok {
			let++
		}
	}
	if let > 20+20*10 {
		t.Errorf("%d accounts in ten minutes", let)
	}
	if _, ok := x.Allow("account-1", "elsewhere"); !ok {
		t.Error("another source is refused for it")
	}
}

func TestAPlaceIsTheOwnersForAMonth(t *testing.T) {
	t.Parallel()
	x, clock := throttle()
	x.Succeeded("officer", "home")
	clock.at = clock.at.Add(goodFor + time.Second)
	for i := range 40 { // a crowd takes the allowance
		x.Allow("officer", fmt.Sprint(i))
	}
	if _, ok := x.Allow("officer", "home"); ok {
		t.Error("a place of long ago is still the owner's")
	}
}

func TestTheThrottleForgetsRatherThanGrows(t *testing.T) {
	t.Parallel()
	x, _ := throttle()
	for i := range 3 * mostKept {
		x.Failed(fmt.Sprint("account-", i), "here")
		x.Succeeded(fmt.Sprint("other-", i), "here")
	}
	if len(x.tries) > mostKept || len(x.good) > mostKept {
		t.Errorf("%d tries and %d places are kept", len(x.tries), len(x.good))
	}
}
