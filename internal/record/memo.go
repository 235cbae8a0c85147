package record

import (
	"bytes"
	"hash/maphash"
	"sync"
)

// The followers of one gateway read the same messages one after another, most of them appended by itself. The Decision
// of each is read from its plain bytes once and then shared, and that of an own creation not at all: whoever folds it owns what
// it changes. Every reader still opens the message itself, so that an erased, missing or tampered one is seen by each,
// and gets what is kept only for the very bytes that it was written or read as.
const (
	memoSize  = 4096     // messages: as far as one follower may be behind another
	memoPlain = 8 * 1024 // bytes: a longer plain form is not kept
)

// memo keeps what the plain forms of the newest messages say. It is safe for concurrent use.
type memo[D any] struct {
	seed  maphash.Seed
	slots [memoSize]remembered[D] // by command
}

// remembered is one place; whoever reads holds it, and the others wait for that rather than read too.
type remembered[D any] struct {
	mu       sync.Mutex
	plain    []byte
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
	slot := m.slot(command)
	slot.mu.Lock()
	defer slot.mu.Unlock()
	slot.plain, slot.decision = plain, d
}

// decode is the codec's Decode, or what is kept of the very same bytes.
func (m *memo[D]) decode(c Codec[D], command string, plain []byte) (D, error) {
	if len(plain) > memoPlain {
		return c.Decode(plain)
	}
	slot := m.slot(command)
	slot.mu.Lock()
	defer slot.mu.Unlock()
	if len(plain) > 0 && bytes.Equal(slot.plain, plain) {
		return slot.decision, nil
	}
	d, err := c.Decode(plain)
	if err == nil {
		slot.plain, slot.decision = plain, d
	}
	return d, err
}
