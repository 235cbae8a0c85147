package record

import (
	"bytes"
	"hash/maphash"
	"sync"
)

// Most of what a gateway follows it has appended itself, a moment before. The Decision of an own creation is kept for
// the first who takes the message from a Window, and given only for the very bytes that it was written as: the message
// is delivered and opened all the same, so that one that is erased, missing or tampered with is seen.
const (
	memoSize  = 1024     // creations that nobody has followed yet
	memoPlain = 8 * 1024 // bytes: a longer plain form is not kept
)

// memo keeps own creations until they are followed. It is safe for concurrent use.
type memo[D any] struct {
	seed maphash.Seed

	mu    sync.Mutex
	slots [memoSize]remembered[D] // by command
}

type remembered[D any] struct {
	plain    []byte // nil: nothing
	decision D
}

func newMemo[D any]() *memo[D] { return &memo[D]{seed: maphash.MakeSeed()} }

func (m *memo[D]) slot(command string) *remembered[D] {
	return &m.slots[maphash.String(m.seed, command)%memoSize]
}

// put keeps a decision that is about to be appended: a follower may read it before its writer hears of it. One that is
// refused then stays without harm.
func (m *memo[D]) put(command string, plain []byte, d D) {
	if len(plain) > memoPlain {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	*m.slot(command) = remembered[D]{plain: plain, decision: d}
}

// take returns what is kept of these bytes, once.
func (m *memo[D]) take(command string, plain []byte) (d D, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	slot := m.slot(command)
	if slot.plain == nil || !bytes.Equal(slot.plain, plain) {
		return d, false
	}
	d = slot.decision
	*slot = remembered[D]{}
	return d, true
}
