package record

import (
	"context"
	"errors"
	"sync"
)

// How much a Window holds: as far as one follower may be behind another before it reads for itself.
const (
	windowMessages = 4096
	windowBytes    = 32 << 20 // of sealed data; what the messages say takes about as much again
)

// Window is a Journal whose newest messages are kept in memory, so that all who follow it in one process share one
// delivery of each message, and what a Log reads of it. While Follow runs, a Replay takes what it can from there; one
// that lacks more than is kept reads the Journal by itself until it has come near the newest. Nobody waits for a reader:
// what is kept moves on. Everything but Replay is the Journal's own, so that ReplayUntil, by which the record is checked
// and products are made again, never trusts the memory. It is safe for concurrent use.
//
// The messages of all partitions are kept in the order in which they came, and each of them with the position before it:
// a reader that has taken all up to there finds the rest of the record behind.
//
// A message that is kept was in the record when it was read. When it is damaged afterwards, a Replay may still tell it,
// whole: just what the same follower would have seen had it not been behind. So it may of one that was erased, until
// Forget; the tombstone comes after it as ever. After a restart nothing is kept.
type Window struct {
	Journal

	mu        sync.Mutex
	ring      []kept // the n-th that came at n modulo its length
	limit     int    // bytes
	bytes     int
	first     uint64   // the oldest kept
	next      uint64   // the one to come
	end       Position // before the one to come
	following bool
	grown     chan struct{} // closed when next moves or Follow ends; nil: nobody waits
}

// kept is a message and the position before it.
type kept struct {
	message Sealed
	before  Position
}

// NewWindow returns a window that keeps nothing until Follow runs: until then it is the Journal.
func NewWindow(j Journal) *Window { return newWindow(j, windowMessages, windowBytes) }

func newWindow(j Journal, messages, bytes int) *Window {
	return &Window{Journal: j, ring: make([]kept, messages), limit: bytes}
}

// Follow keeps what is appended from now on, until ctx ends, which is no error, or the Journal cannot be followed.
// What was kept until then is forgotten, and each reader finds out by itself how the record goes on. It runs once at a
// time.
func (w *Window) Follow(ctx context.Context) error {
	last, err := w.Last(ctx)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	w.begin(last)
	defer w.forget()
	return w.Journal.Replay(ctx, last, func(m Sealed) error {
		w.keep(m)
		return nil
	})
}

func (w *Window) begin(end Position) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.next++ // whoever waited for what was to come when it ended looks anew
	w.first, w.end, w.following = w.next, end, true
}

func (w *Window) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.following, w.bytes = false, 0
	clear(w.ring)
	w.wake()
}

func (w *Window) keep(m Sealed) {
	m.read = &reading{}
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.first < w.next && (w.next-w.first >= w.length() || w.bytes+len(m.Data) > w.limit) {
		oldest := w.slot(w.first)
		w.bytes -= len(oldest.message.Data)
		*oldest = kept{}
		w.first++
	}
	*w.slot(w.next) = kept{message: m, before: w.end}
	w.bytes += len(m.Data)
	w.next++
	w.end = w.end.With(m.Place)
	w.wake()
}

func (w *Window) length() uint64 { return uint64(len(w.ring)) }

func (w *Window) slot(n uint64) *kept { return &w.ring[n%w.length()] }

// Forget drops what has been read of the messages on a subject up to a sequence: their key was destroyed. Whoever is
// behind reads them anew, and is told that they are erased.
func (w *Window) Forget(s Subject, upto uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for n := w.first; n < w.next; n++ {
		if m := &w.slot(n).message; m.Subject == s && m.Sequence <= upto {
			m.read = &reading{}
		}
	}
}

// before is the position before the n-th that came, or is to come. It is called with mu held.
func (w *Window) before(n uint64) Position {
	if n == w.next {
		return w.end
	}
	return w.slot(n).before
}

// wake is called with mu held.
func (w *Window) wake() {
	if w.grown != nil {
		close(w.grown)
		w.grown = nil
	}
}

// Replay implements Journal.
func (w *Window) Replay(ctx context.Context, after Position, fn func(Sealed) error) error {
	for ctx.Err() == nil {
		err := w.replayKept(ctx, &after, fn)
		if err == nil && ctx.Err() == nil {
			err = w.replayNear(ctx, &after, fn)
		}
		if ctx.Err() == nil && err != nil {
			return err
		}
	}
	return nil
}

// replayKept gives fn what is kept and what comes behind a position, which it moves, until the window does not have
// what comes next, or ctx ends.
func (w *Window) replayKept(ctx context.Context, after *Position, fn func(Sealed) error) error {
	n, ok := w.enter(*after)
	for ; ok; n++ {
		var m Sealed
		if m, ok = w.take(ctx, n); !ok || after.Has(m.Place) {
			continue
		}
		if err := fn(m); err != nil {
			return err
		}
		*after = after.With(m.Place)
	}
	return nil
}

// enter says from which on the kept messages are all that follows a position.
func (w *Window) enter(after Position) (uint64, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.first, w.following && after.Covers(w.before(w.first))
}

// take returns the n-th that came, and waits for it; false when the window does not have it or ctx ends.
func (w *Window) take(ctx context.Context, n uint64) (Sealed, bool) {
	for {
		w.mu.Lock()
		if !w.following || n < w.first {
			w.mu.Unlock()
			return Sealed{}, false
		}
		if n < w.next {
			m := w.slot(n).message
			w.mu.Unlock()
			return m, true
		}
		if w.grown == nil {
			w.grown = make(chan struct{})
		}
		grown := w.grown
		w.mu.Unlock()
		select {
		case <-grown:
		case <-ctx.Done():
			return Sealed{}, false
		}
	}
}

var errNear = errors.New("the window has what comes next")

// replayNear reads the Journal itself until what comes next is in the newer half of the window, so that a reader that
// is slow does not fall out of it at once and begin again and again. It moves the position.
func (w *Window) replayNear(ctx context.Context, after *Position, fn func(Sealed) error) error {
	if w.near(*after) {
		return nil
	}
	err := w.Journal.Replay(ctx, *after, func(m Sealed) error {
		if err := fn(m); err != nil {
			return err
		}
		if *after = after.With(m.Place); w.near(*after) {
			return errNear
		}
		return nil
	})
	if errors.Is(err, errNear) {
		err = nil
	}
	return err
}

func (w *Window) near(after Position) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.following {
		return false
	}
	half := max(w.first, w.next-min(w.next, w.length()/2))
	return after.Covers(w.before(half))
}

// reading is what one kept message says: the Log that owns its family reads it for the first who asks, the others wait
// for that rather than read too. An error is not kept: a key that cannot be had now may be had later.
type reading struct {
	mu    sync.Mutex
	by    any // *Log[D]
	entry any // Entry[D]
}

// once returns the entry of a message as this Log has read it before, or reads it now.
func (l *Log[D]) once(r *reading, read func() (Entry[D], error)) (Entry[D], error) {
	if r == nil {
		return read()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if e, ok := r.entry.(Entry[D]); ok && r.by == any(l) {
		return e, nil
	}
	e, err := read()
	if err == nil {
		r.by, r.entry = l, e
	}
	return e, err
}
