// Package recordtest holds what tests of the record share: a Journal in
// memory that can fail on demand, and the suite that every Journal passes.
package recordtest

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"time"

	"verigate/internal/record"
)

// Fake is a record.Journal in memory. Its zero value is not usable; see
// NewFake. It is safe for concurrent use.
type Fake struct {
	now func() time.Time

	mu       sync.Mutex
	log      []record.Sealed // sequence n at index n-1
	missing  map[uint64]bool
	ends     map[record.Subject]uint64
	grown    chan struct{} // closed and replaced at each append
	lostAcks int
	before   []error
	after    []error
}

// NewFake returns an empty journal whose messages are stored at now().
func NewFake(now func() time.Time) *Fake {
	return &Fake{
		now: now, missing: map[uint64]bool{}, ends: map[record.Subject]uint64{}, grown: make(chan struct{}),
	}
}

// LoseAcks makes each of the next n appends happen twice inside, as when the
// first acknowledgement was lost and the write was repeated.
func (f *Fake) LoseAcks(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lostAcks = n
}

// FailNext makes the next appends return these errors, one each, with
// nothing written.
func (f *Fake) FailNext(errs ...error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.before = append(f.before, errs...)
}

// FailAfterNext makes the next appends write and yet return these errors,
// one each: the outcome a caller cannot see.
func (f *Fake) FailAfterNext(errs ...error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.after = append(f.after, errs...)
}

// Remove takes a message out of the log and leaves a hole.
func (f *Fake) Remove(sequence uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.missing[sequence] = true
}

// Append implements record.Journal.
func (f *Fake) Append(ctx context.Context, m record.Sealed, after uint64) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := shift(&f.before); err != nil {
		return 0, err
	}
	seq, err := f.append(m, after)
	if err != nil {
		return 0, err
	}
	if f.lostAcks > 0 {
		f.lostAcks--
		seq, err = f.append(m, after)
	}
	if failed := shift(&f.after); failed != nil {
		return 0, failed
	}
	return seq, err
}

// append is called with mu held.
func (f *Fake) append(m record.Sealed, after uint64) (uint64, error) {
	if f.ends[m.Subject] != after {
		for _, old := range f.log {
			if old.Subject == m.Subject && old.Sequence > after {
				if old.Command == m.Command && bytes.Equal(old.Data, m.Data) {
					return old.Sequence, nil
				}
				break
			}
		}
		return 0, record.ErrConflict
	}
	m.Sequence = uint64(len(f.log)) + 1
	m.Stored = f.now()
	m.Kinds, m.Data = slices.Clone(m.Kinds), bytes.Clone(m.Data)
	f.log = append(f.log, m)
	f.ends[m.Subject] = m.Sequence
	close(f.grown)
	f.grown = make(chan struct{})
	return m.Sequence, nil
}

// Read implements record.Journal.
func (f *Fake) Read(ctx context.Context, s record.Subject) ([]record.Sealed, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []record.Sealed
	for _, m := range f.log {
		if m.Subject != s {
			continue
		}
		if f.missing[m.Sequence] {
			return nil, record.At(m.Sequence, record.ErrGap)
		}
		out = append(out, m)
	}
	if out == nil {
		return nil, record.ErrNotFound
	}
	return out, nil
}

// Last implements record.Journal.
func (f *Fake) Last(ctx context.Context) (uint64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return uint64(len(f.log)), ctx.Err()
}

// Replay implements record.Journal.
func (f *Fake) Replay(ctx context.Context, from uint64, fn func(record.Sealed) error) error {
	for next := max(from, 1); ; next++ {
		m, err := f.wait(ctx, next)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if err := fn(m); err != nil {
			return err
		}
	}
}

// ReplayUntil implements record.Journal.
func (f *Fake) ReplayUntil(ctx context.Context, from, last uint64, fn func(record.Sealed) error) error {
	for next := max(from, 1); next <= last; next++ {
		m, err := f.wait(ctx, next)
		if err != nil {
			return err
		}
		if err := fn(m); err != nil {
			return err
		}
	}
	return nil
}

// wait returns the message with that sequence, when there is one.
func (f *Fake) wait(ctx context.Context, sequence uint64) (record.Sealed, error) {
	for {
		f.mu.Lock()
		grown := f.grown
		if sequence <= uint64(len(f.log)) {
			m, hole := f.log[sequence-1], f.missing[sequence]
			f.mu.Unlock()
			if hole {
				return record.Sealed{}, record.At(sequence, record.ErrGap)
			}
			return m, ctx.Err()
		}
		f.mu.Unlock()
		select {
		case <-grown:
		case <-ctx.Done():
			return record.Sealed{}, ctx.Err()
		}
	}
}

func shift(errs *[]error) error {
	if len(*errs) == 0 {
		return nil
	}
	err := (*errs)[0]
	*errs = (*errs)[1:]
	return err
}
