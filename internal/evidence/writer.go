package evidence

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"verigate/internal/record"
)

// within is how long anybody waits for the store, and how long it may fail before it counts as away.
const within = 3 * time.Second

// attemptWithin bounds one attempt to write. A store that answers at all answers in milliseconds.
const attemptWithin = time.Second

// Parts are what a Writer is put together from.
type Parts struct {
	Store  Store
	Vault  record.Vault // whose keys seal evidence and nothing else
	Now    func() time.Time
	Failed func(error) // told when the store begins to fail; nil: nobody is
	// Left is told at the end of a run what it could not write; nil: nobody is. Before is what the run before has left, and
	// Told is called when an entry that says so is stored.
	Left   func(Gap)
	Before Gap
	Told   func()
}

// Writer writes what happens, one message after the other. It is safe for concurrent use; Run does the writing.
type Writer struct {
	Parts
	queue  queue
	id     string
	number uint64 // of the last message; Run's own, as are kid and month
	kid    string
	month  string
}

// NewWriter begins a run of this gateway.
func NewWriter(p Parts) *Writer {
	w := &Writer{Parts: p, id: strings.ToLower(rand.Text()), queue: newQueue()}
	w.queue.owe(p.Before)
	return w
}

// Note returns when an entry is on stable storage. An error, after three seconds at most, says that it may not be: then what
// it is the evidence of must not be shown. It is ErrFull, ErrLost, ErrUnavailable or the end of ctx.
func (w *Writer) Note(ctx context.Context, e Entry) error {
	one, err := newPending(e)
	if err != nil {
		return err
	}
	one.done = make(chan error, 1)
	if err := w.queue.add(one, true); err != nil {
		return err
	}
	limit := time.NewTimer(within)
	defer limit.Stop()
	select {
	case err := <-one.done:
		return err
	case <-limit.C:
		return fmt.Errorf("no answer within %s: %w", within, ErrUnavailable)
	case <-ctx.Done():
		return fmt.Errorf("wait for evidence: %w", ctx.Err())
	}
}

// Tell hands an entry over that nobody waits for. It is written with the next message; while the store is away it is kept, as
// long as there is room.
func (w *Writer) Tell(e Entry) {
	one, err := newPending(e)
	if err != nil { // strings and times: cannot fail
		return
	}
	now := w.Now()
	if e.Person == "" && len(e.Roles) == 0 && !w.queue.stranger(now) {
		w.queue.miss(CodeTooMany, now)
		return
	}
	if w.queue.add(one, false) != nil {
		w.queue.miss(CodeNoRoom, now)
	}
}

// State is how the writer stands.
type State struct {
	Away  error     // what the store answers; nil while it takes what it is given
	Since time.Time // of Away
	Kept  int       // entries that wait
}

// State says how the writer stands now.
func (w *Writer) State() State { return w.queue.state() }

// Run writes until ctx ends, and then what is left, for three seconds at most. What it could not write it tells. It returns
// nil.
func (w *Writer) Run(ctx context.Context) error {
	lost := w.run(ctx)
	left := w.queue.leave()
	for _, one := range lost {
		left = left.with(one.gap)
	}
	if left.Count > 0 && w.Left != nil {
		w.Left(left)
	}
	return nil
}

// run is Run; it returns the message that was given up.
func (w *Writer) run(ctx context.Context) (lost []*pending) {
	for {
		batch := w.queue.take(w.Now(), false)
		if len(batch) > 0 {
			if !w.write(ctx, batch) {
				return batch
			}
			continue
		}
		select {
		case <-w.queue.more:
		case <-ctx.Done():
			return w.finish(ctx)
		}
	}
}

// finish writes what is left, and returns the message that was given up.
func (w *Writer) finish(ctx context.Context) (lost []*pending) {
	last, stop := context.WithTimeout(context.WithoutCancel(ctx), within)
	defer stop()
	for last.Err() == nil {
		batch := w.queue.take(w.Now(), true)
		if len(batch) == 0 {
			return nil
		}
		if !w.write(last, batch) {
			return batch
		}
	}
	return nil
}

// write repeats one message, byte for byte, until it is stored. Once ctx has ended it is tried for three seconds more: one
// that is not stored then is given up, and nothing may come behind it.
func (w *Writer) write(ctx context.Context, batch []*pending) (done bool) {
	work, stop := w.lasting(ctx)
	defer stop()
	patience := time.NewTimer(within)
	defer patience.Stop()
	var m Message
	for attempt := 0; ; attempt++ {
		err := w.try(work, &m, batch)
		if err == nil {
			w.queue.stored(batch)
			if w.Told != nil && slices.ContainsFunc(batch, func(one *pending) bool { return one.told }) {
				w.Told()
			}
			return true
		}
		if attempt == 0 && w.Failed != nil && w.queue.state().Away == nil {
			w.Failed(err)
		}
		long := errors.Is(err, ErrFull) || errors.Is(err, ErrLost)
		select {
		case <-patience.C:
			long = true
		default:
		}
		w.queue.failed(err, long, w.Now(), batch)
		select {
		case <-time.After(pause(attempt)):
		case <-work.Done():
			return false // the last number of this writer
		}
	}
}

// lasting is a context that ends three seconds after another.
func (w *Writer) lasting(ctx context.Context) (context.Context, context.CancelFunc) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var late *time.Timer
	var mu sync.Mutex
	stop := context.AfterFunc(ctx, func() {
		mu.Lock()
		defer mu.Unlock()
		late = time.AfterFunc(within, cancel)
	})
	return work, func() {
		stop()
		mu.Lock()
		defer mu.Unlock()
		if late != nil {
			late.Stop()
		}
		cancel()
	}
}

// pause grows from 20 to 250 ms.
func pause(attempt int) time.Duration {
	return min(20*time.Millisecond<<min(attempt, 4), 250*time.Millisecond)
}

// try seals the message, once, and hands it to the store.
func (w *Writer) try(ctx context.Context, m *Message, batch []*pending) error {
	ctx, stop := context.WithTimeout(ctx, attemptWithin)
	defer stop()
	if m.Number == 0 {
		sealed, err := w.seal(ctx, batch)
		if err != nil {
			return fmt.Errorf("seal evidence: %w", err)
		}
		*m = sealed
	}
	_, err := w.Store.Append(ctx, *m)
	return err
}

// seal makes the next message of this writer. The key is of the month in which it is written.
func (w *Writer) seal(ctx context.Context, batch []*pending) (Message, error) {
	if month := w.Now().UTC().Format("2006-01"); w.month != month {
		kid, err := w.Vault.Take(ctx)
		if err != nil {
			return Message{}, err
		}
		w.kid, w.month = kid, month
	}
	plain, subject := group(batch)
	h := Header{Subject: subject, Writer: w.id, Number: w.number + 1, KID: w.kid, Wire: wire}
	data, err := w.Vault.Seal(ctx, w.kid, h.binding(), plain)
	if err != nil {
		return Message{}, err
	}
	w.number++
	return Message{Header: h, Data: data}, nil
}
