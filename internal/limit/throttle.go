package limit

import (
	"sync"
	"time"
)

// What a sign-in may cost whoever guesses, and at most cost the owner.
const (
	// attemptEvery keeps attempts of one account and source apart, so that a thousand at once are one.
	attemptEvery = time.Second
	// freeFailures of one account and source wait no longer than that: people mistype.
	freeFailures = 3
	// longestWait is what more of them lead to, by doubling: never a lock, always one more attempt in half a minute.
	longestWait = 30 * time.Second
	// forgottenAfter is how long without an attempt failures are remembered.
	forgottenAfter = 15 * time.Minute
	// goodFor is how long a source counts as the owner's since it was last proved.
	goodFor = 30 * 24 * time.Hour
)

// attemptsOfSource are one source's, whatever the accounts: a list of names and one password.
func attemptsOfSource() Rate { return Rate{PerMinute: 20, Burst: 20} }

// attemptsOnAccount are those on one account from all sources that are not its owner's: one name and a crowd.
func attemptsOnAccount() Rate { return Rate{PerMinute: 6, Burst: 12} }

// Throttle slows guessing at sign-in, by account and source, and never locks an owner out:
//
//   - From a source where the owner has signed in within 30 days, nothing that happens from other sources counts.
//   - From any one source the wait between two attempts at an account is at most 30 seconds, whatever failed before.
//   - From other sources together an account has 12 attempts at once and 6 a minute, so that a guesser with any number of
//     them gets some 9,000 a day, and the owner at a new place waits for a place among those.
//
// A source is whatever text tells callers apart: an address (SourceOf), or what a browser was given when its owner
// signed in before; the latter is the owner's alone even where a guesser shares the address. An account that does not
// exist is treated as one that does: ask with the name as it was typed, in one spelling.
//
// It counts in this process and forgets with it: N gateways let in up to N times as much, and after a restart every
// source is a new one. What it remembers is bounded. It is safe for concurrent use.
type Throttle struct {
	now      func() time.Time
	accounts *local // from sources that are not the owner's
	sources  *local

	mu    sync.Mutex
	tries map[attempt]try       // guarded by mu
	good  map[attempt]time.Time // the owner's sources, and when they were proved; guarded by mu
}

// attempt is who tries from where.
type attempt struct{ account, source string }

// try is what failed of an attempt, and when the next one may be.
type try struct {
	failures int
	next     time.Time
}

// NewThrottle returns a throttle that has seen nobody.
func NewThrottle(now func() time.Time) *Throttle {
	return &Throttle{now: now, accounts: newLocal(), sources: newLocal(), tries: map[attempt]try{}, good: map[attempt]time.Time{}}
}

// Allow says whether a secret may be looked at now, and otherwise how long to wait. It counts as an attempt, so that
// many at once do not all pass before the first has failed; Failed or Succeeded tells what came of it.
func (t *Throttle) Allow(account, source string) (wait time.Duration, ok bool) {
	now, a := t.now(), attempt{account, source}
	t.mu.Lock()
	defer t.mu.Unlock()
	before := t.tries[a]
	switch left := before.next.Sub(now); {
	case left > longestWait: // the clock was set back: that makes nobody wait for longer
		t.remember(a, try{failures: before.failures, next: now.Add(longestWait)}, now)
		return longestWait, false
	case left > 0:
		return left, false
	}
	if !t.isGood(a, now) {
		if v := t.sources.take(source, attemptsOfSource(), now); !v.OK {
			return v.Retry, false
		}
		if v := t.accounts.take(account, attemptsOnAccount(), now); !v.OK {
			return v.Retry, false
		}
	}
	if now.Sub(before.next) > forgottenAfter {
		before.failures = 0
	}
	t.remember(a, try{failures: before.failures, next: now.Add(attemptEvery)}, now)
	return 0, true
}

// Failed says that the secret was wrong.
func (t *Throttle) Failed(account, source string) {
	now, a := t.now(), attempt{account, source}
	t.mu.Lock()
	defer t.mu.Unlock()
	failures := t.tries[a].failures + 1
	t.remember(a, try{failures: failures, next: now.Add(waitAfter(failures))}, now)
}

// Succeeded says that the owner has proved the account, with every factor that it has: from now on the source is the
// owner's.
func (t *Throttle) Succeeded(account, source string) {
	now, a := t.now(), attempt{account, source}
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.tries, a)
	makeRoom(t.good, func(proved time.Time) bool { return now.Sub(proved) > goodFor })
	t.good[a] = now
}

func (t *Throttle) isGood(a attempt, now time.Time) bool {
	proved, known := t.good[a]
	return known && now.Sub(proved) <= goodFor
}

func (t *Throttle) remember(a attempt, made try, now time.Time) {
	if _, known := t.tries[a]; !known {
		makeRoom(t.tries, func(old try) bool { return now.Sub(old.next) > forgottenAfter })
	}
	t.tries[a] = made
}

// waitAfter so many failures.
func waitAfter(failures int) time.Duration {
	wait := attemptEvery
	for n := freeFailures; n < failures && wait < longestWait; n++ {
		wait *= 2
	}
	return min(wait, longestWait)
}

// makeRoom forgets what is old when there is no room, and if nothing is old, anything: what a guesser gains by that is
// bounded by the account's allowance.
func makeRoom[K comparable, V any](m map[K]V, old func(V) bool) {
	if len(m) < mostKept {
		return
	}
	for k, v := range m {
		if old(v) {
			delete(m, k)
		}
	}
	for k := range m {
		if len(m) < mostKept-mostKept/10 {
			return
		}
		delete(m, k)
	}
}
