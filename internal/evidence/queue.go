package evidence

import (
	"sync"
	"time"

	"verigate/internal/verification"
)

// The codes of entries that could not be written.
const (
	CodeNoRoom  = "no_room"  // the store was away for longer than there was room
	CodeTooMany = "too_many" // strangers came more often than is noted of each
	CodeStopped = "stopped"  // the gateway was stopped while the store was away, in the run before
)

const (
	room           = 8 << 20          // bytes of entries that wait
	strangersASec  = 20               // of whom nobody knows who they are, noted one by one
	strangersEvery = 10 * time.Second // those beyond are told in one entry
)

// pending is an entry that is not written yet.
type pending struct {
	plain []byte
	gap   Gap  // what is not written when this is not
	told  bool // it tells what the run before has left
	about []verification.RequestID
	done  chan error // of who waits; nil: nobody does
}

func newPending(e Entry) (*pending, error) {
	plain, err := encode(e)
	one := &pending{plain: plain, about: e.Requests, gap: Gap{Count: 1, From: e.At, Until: e.At}}
	if e.Outcome == Unwritten {
		one.gap, one.told = Gap{Count: e.Count, From: e.At, Until: e.Until}, e.Code == CodeStopped
	}
	return one, err
}

// Gap is what is not written: how many entries, from when to when.
type Gap struct {
	Count       int
	From, Until time.Time
}

// with is both together.
func (g Gap) with(o Gap) Gap {
	if g.Count == 0 || o.Count == 0 {
		return Gap{Count: g.Count + o.Count, From: later(g.From, o.From), Until: later(g.Until, o.Until)} // one has no times
	}
	if o.From.Before(g.From) {
		g.From = o.From
	}
	return Gap{Count: g.Count + o.Count, From: g.From, Until: later(g.Until, o.Until)}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// group is what a message holds, and what it is about.
func group(batch []*pending) (plain []byte, subject string) {
	entries, about := make([][]byte, len(batch)), make([][]verification.RequestID, len(batch))
	for i, one := range batch {
		entries[i], about[i] = one.plain, one.about
	}
	return join(entries), subjectOf(about)
}

// queue is what waits for the next message. It is safe for concurrent use.
type queue struct {
	more chan struct{} // one token: there is something

	mu      sync.Mutex
	waiting []*pending // guarded by mu, as is all below
	size    int        // bytes of waiting
	away    error      // the store has failed for long; nil: it has not
	since   time.Time  // of away
	gaps    map[string]*Entry
	second  int64 // in which strangers were counted
	counted int
}

func newQueue() queue {
	return queue{more: make(chan struct{}, 1), gaps: map[string]*Entry{}}
}

// add takes one more. Who waits for it is refused while the store is away.
func (q *queue) add(one *pending, waits bool) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if waits && q.away != nil {
		return q.away
	}
	if q.size+len(one.plain) > room {
		return ErrUnavailable
	}
	q.waiting, q.size = append(q.waiting, one), q.size+len(one.plain)
	q.wake()
	return nil
}

func (q *queue) wake() {
	select {
	case q.more <- struct{}{}:
	default:
	}
}

// stranger says whether one more caller whom nobody knows is noted by itself.
func (q *queue) stranger(now time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if second := now.Unix(); q.second != second {
		q.second, q.counted = second, 0
	}
	q.counted++
	return q.counted <= strangersASec
}

// miss counts an entry that is not written.
func (q *queue) miss(code string, now time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	gap, ok := q.gaps[code]
	if !ok {
		gap = &Entry{At: now, Outcome: Unwritten, Code: code}
		q.gaps[code] = gap
	}
	gap.Until, gap.Count = now.UTC(), gap.Count+1
}

// owe counts what the run before has left.
func (q *queue) owe(g Gap) {
	if g.Count > 0 {
		q.gaps[CodeStopped] = &Entry{At: g.From, Until: g.Until, Count: g.Count, Outcome: Unwritten, Code: CodeStopped}
	}
}

// leave empties the queue at the end of a run, and says what nobody will write.
func (q *queue) leave() (left Gap) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, one := range q.waiting {
		left = left.with(one.gap)
	}
	for _, gap := range q.gaps {
		left = left.with(Gap{Count: gap.Count, From: gap.At, Until: gap.Until})
	}
	release(q.waiting, ErrUnavailable)
	q.waiting, q.size = nil, 0
	clear(q.gaps)
	return left
}

// take returns what the next message holds: what was missed, and what waits, as far as it fits. At the end nothing is held
// back.
func (q *queue) take(now time.Time, end bool) []*pending {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 && !end {
		return nil
	}
	batch := q.missed(now, end)
	n, size := 0, 0
	for n < len(q.waiting) && n < most && (n == 0 || size+len(q.waiting[n].plain) <= largest) {
		size += len(q.waiting[n].plain)
		n++
	}
	batch = append(batch, q.waiting[:n]...)
	q.waiting, q.size = append([]*pending(nil), q.waiting[n:]...), q.size-size
	return batch
}

// missed are the entries of what was not written. It is called with mu held.
func (q *queue) missed(now time.Time, end bool) []*pending {
	var all []*pending
	for code, gap := range q.gaps {
		if code == CodeTooMany && !end && now.Sub(gap.At) < strangersEvery {
			continue
		}
		if one, err := newPending(*gap); err == nil {
			all = append(all, one)
		}
		delete(q.gaps, code)
	}
	return all
}

// stored lets everybody go on.
func (q *queue) stored(batch []*pending) {
	q.mu.Lock()
	q.away, q.since = nil, time.Time{}
	q.mu.Unlock()
	release(batch, nil)
}

// failed notes that the store does not take the message under way; for long: nobody waits any more, until it does.
func (q *queue) failed(err error, long bool, now time.Time, batch []*pending) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !long && q.away == nil {
		return
	}
	if q.away == nil {
		q.since = now
	}
	q.away = err
	release(batch, err)
	release(q.waiting, err)
}

// release tells whoever waits, once.
func release(all []*pending, err error) {
	for _, one := range all {
		if one.done != nil {
			select {
			case one.done <- err:
			default:
			}
		}
	}
}

func (q *queue) state() State {
	q.mu.Lock()
	defer q.mu.Unlock()
	return State{Away: q.away, Since: q.since, Kept: len(q.waiting)}
}
