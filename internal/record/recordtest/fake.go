// Package recordtest holds what tests of the record share: a Journal in
// memory that can fail on demand, and the suite that every Journal passes.
package recordtest

import (
	"bytes"
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"verigate/internal/record"
)

// Fake is a record.Journal in memory. Its zero value is not usable; see
// NewFake. It is safe for concurrent use.
type Fake struct {
	now        func() time.Time
	partitions int

	mu       sync.Mutex
	log      []record.Sealed // of all partitions, as they were appended
	end      record.Position
	missing  map[record.Place]bool
	spoilt   map[record.Place]bool
	ends     map[record.Subject]uint64
	grown    chan struct{} // closed and replaced at each append
	lostAcks int
	before   []error
	after    []error
}

// NewFake returns an empty journal of one partition, whose messages are stored
// at now().
func NewFake(now func() time.Time) *Fake { return newFake(now, 1) }

// NewDivided is NewFake with as many partitions as a new record has.
func NewDivided(now func() time.Time) *Fake { return newFake(now, record.Partitions) }

func newFake(now func() time.Time, partitions int) *Fake {
	return &Fake{
		now: now, partitions: partitions, missing: map[record.Place]bool{}, spoilt: map[record.Place]bool{}, ends: map[record.Subject]uint64{}, grown: make(chan struct{}),
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
func (f *Fake) Remove(at record.Place) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.missing[at] = true
}

// Spoil leaves of a message its subject, and nothing that can be read.
func (f *Fake) Spoil(at record.Place) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.spoilt[at] = true
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
	partition := m.In(f.partitions)
	m.Place = record.Place{Partition: partition, Sequence: f.end[partition] + 1}
	f.end = f.end.With(m.Place)
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
		if f.missing[m.Place] {
			return nil, record.At(m.Place, record.ErrGap)
		}
		out = append(out, m)
	}
	if out == nil {
		return nil, record.ErrNotFound
	}
	return out, nil
}

// Last implements record.Journal.
func (f *Fake) Last(ctx context.Context) (record.Position, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.end, ctx.Err()
}

// Replay implements record.Journal.
func (f *Fake) Replay(ctx context.Context, after record.Position, fn func(record.Sealed) error) error {
	var never record.Position
	for i := range never {
		never[i] = math.MaxUint64
	}
	err := f.ReplayUntil(ctx, after, never, fn)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// ReplayUntil implements record.Journal.
func (f *Fake) ReplayUntil(ctx context.Context, after, last record.Position, fn func(record.Sealed) error) error {
	for i := 0; !after.Covers(last); i++ {
		m, err := f.wait(ctx, i)
		if err != nil {
			return err
		}
		if after.Has(m.Place) || !last.Has(m.Place) {
			continue
		}
		if err := f.damage(m); err != nil {
			return err
		}
		if err := fn(m); err != nil {
			return err
		}
		after = after.With(m.Place)
	}
	return nil
}

// damage is why a replay ends at a message.
func (f *Fake) damage(m record.Sealed) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.missing[m.Place]:
		return record.At(m.Place, record.ErrGap)
	case f.spoilt[m.Place]:
		return record.AtSubject(m.Place, m.Subject, record.ErrUnreadable)
	}
	return nil
}

// wait returns what was appended as the i-th, when it is.
func (f *Fake) wait(ctx context.Context, i int) (record.Sealed, error) {
	for {
		f.mu.Lock()
		grown := f.grown
		if i < len(f.log) {
			defer f.mu.Unlock()
			return f.log[i], ctx.Err()
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
