package signin

import (
	"sync"
	"time"

	"verigate/internal/access"
)

// Slowly is a Throttle in the memory of one gateway: after five failures of one account from one source each further
// attempt from there waits, from a second doubling to five minutes. From elsewhere the account's owner is not slowed.
type Slowly struct {
	now func() time.Time
	mu  sync.Mutex
	of  map[attempted]failures
}

type attempted struct{ account, source string }

type failures struct {
	count int
	until time.Time
}

const (
	free       = 5
	longest    = 5 * time.Minute
	forgets    = 15 * time.Minute
	remembered = 100_000 // pairs; more are an attack whose oldest traces may go
)

// NewSlowly has seen no attempt.
func NewSlowly(now func() time.Time) *Slowly { return &Slowly{now: now, of: map[attempted]failures{}} }

func pair(account, source string) attempted {
	name, ok := access.AccountName(account)
	if !ok {
		name = "" // what cannot be a name is one name
	}
	return attempted{account: name, source: source}
}

// Allow implements Throttle.
func (s *Slowly) Allow(account, source string) (time.Duration, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	wait := s.of[pair(account, source)].until.Sub(s.now())
	return max(wait, 0), wait <= 0
}

// Failed implements Throttle.
func (s *Slowly) Failed(account, source string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if len(s.of) >= remembered {
		s.forget(now)
	}
	f := s.of[pair(account, source)]
	if now.Sub(f.until) > forgets {
		f = failures{}
	}
	f.count++
	f.until = now
	if f.count >= free {
		f.until = now.Add(min(time.Second<<min(f.count-free, 10), longest))
	}
	s.of[pair(account, source)] = f
}

// forget is called with mu held.
func (s *Slowly) forget(now time.Time) {
	for p, f := range s.of {
		if now.Sub(f.until) > forgets || len(s.of) >= remembered {
			delete(s.of, p)
		}
	}
}

// Succeeded implements Throttle.
func (s *Slowly) Succeeded(account, source string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.of, pair(account, source))
}
