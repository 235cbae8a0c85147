package limit

import (
	"sync"
	"time"
)

// mostKept bounds the allowances that a process remembers, some 100 bytes each.
const mostKept = 20_000

// local keeps allowances in this process. It is safe for concurrent use.
type local struct {
	mu    sync.Mutex
	full  map[string]time.Time // by key, when the burst is whole again; guarded by mu
	swept time.Time            // guarded by mu
	most  int
}

func newLocal() *local { return &local{full: map[string]time.Time{}, most: mostKept} }

// crowd is the one key of all who are too many to be remembered: they share an allowance.
const crowd = ""

// take spends one call of a key.
func (l *local) take(key string, r Rate, now time.Time) Verdict {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, known := l.full[key]; !known && len(l.full) >= l.most {
		if l.sweep(now); len(l.full) >= l.most {
			key = crowd
		}
	}
	full, v := r.Take(l.full[key], now)
	l.full[key] = full
	return v
}

// sweep forgets whole bursts: a key that is not remembered has one. Once a second, for it looks at all of them.
func (l *local) sweep(now time.Time) {
	if now.Sub(l.swept) < time.Second && !now.Before(l.swept) {
		return
	}
	l.swept = now
	for key, full := range l.full {
		if !full.After(now) {
			delete(l.full, key)
		}
	}
}
