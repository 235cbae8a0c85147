package record

import (
	"bytes"
	"sync"
)

// The followers of one gateway read the same messages one after another, most of them appended by itself. The Decision
// of each is read from its plain bytes once and then shared, and that of an own creation not at all: whoever folds it owns what
// it changes. Every reader still opens the message itself, so that an erased, missing or tampered one is seen by each,
// and gets what is kept only for the very bytes that it was written or read as.
const (
	memoSize  = 2048      // messages: as far as one follower may be behind another
	memoPlain = 16 * 1024 // bytes: a longer plain form is not kept
)

// memo keeps what the plain forms of the newest messages say. It is safe for concurrent use.
type memo[D any] struct {
	slots [memoSize]remembered[D] // by sequence, modulo
}

// remembered is one place; whoever reads holds it, and the others wait for that rather than read too.
type remembered[D any] struct {
	mu       sync.Mutex
	sequence uint64
	plain    []byte
	decision D
}

// put keeps a decision that was appended.
func (m *memo[D]) put(sequence uint64, plain []byte, d D) {
	if len(plain) > memoPlain {
		return
	}
	slot := &m.slots[sequence%memoSize]
	slot.mu.Lock()
	defer slot.mu.Unlock()
	if slot.sequence < sequence {
		slot.sequence, slot.plain, slot.decision = sequence, plain, d
	}
}

// decode is the codec's Decode, or what it returned for the same bytes in the same place.
func (m *memo[D]) decode(c Codec[D], sequence uint64, plain []byte) (D, error) {
	if len(plain) > memoPlain {
		return c.Decode(plain)
	}
	slot := &m.slots[sequence%memoSize]
	slot.mu.Lock()
	defer slot.mu.Unlock()
	if slot.sequence == sequence && bytes.Equal(slot.plain, plain) {
		return slot.decision, nil
	}
	d, err := c.Decode(plain)
	if err == nil && slot.sequence <= sequence {
		slot.sequence, slot.plain, slot.decision = sequence, plain, d
	}
	return d, err
}
