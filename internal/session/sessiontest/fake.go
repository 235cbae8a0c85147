// Package sessiontest holds a store of sessions in memory, and the suite that it and the real one pass.
package sessiontest

import (
	"context"
	"slices"
	"sync"
	"time"

	"verigate/internal/session"
)

// Fake is a session.Store in memory. It forgets nothing by time. It is safe for concurrent use.
type Fake struct {
	mu      sync.Mutex
	last    uint64
	changes map[session.ID]session.Change
	spent   map[string]uint64
	signIns map[string][]byte
	away    error
}

var _ session.Store = (*Fake)(nil)

// NewFake returns an empty one.
func NewFake() *Fake {
	return &Fake{changes: map[session.ID]session.Change{}, spent: map[string]uint64{}, signIns: map[string][]byte{}}
}

// Away makes every call fail with err, until it is nil.
func (f *Fake) Away(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.away = err
}

// Forge puts a state there that no gateway sealed.
func (f *Fake) Forge(id session.ID, state []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.write(id, state)
}

// State is what is kept of a name.
func (f *Fake) State(id session.ID) []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.changes[id].State)
}

func (f *Fake) write(id session.ID, state []byte) uint64 {
	f.last++
	f.changes[id] = session.Change{ID: id, Sequence: f.last, State: slices.Clone(state)}
	return f.last
}

// Put implements session.Store.
func (f *Fake) Put(_ context.Context, id session.ID, state []byte, _ time.Duration, last uint64) (uint64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.away != nil:
		return 0, f.away
	case f.changes[id].Sequence != last:
		return 0, session.ErrChanged
	}
	return f.write(id, state), nil
}

// End implements session.Store.
func (f *Fake) End(_ context.Context, id session.ID, _ time.Duration) (uint64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.away != nil {
		return 0, f.away
	}
	return f.write(id, nil), nil
}

// Next implements session.Store.
func (f *Fake) Next(_ context.Context, after uint64) (next session.Change, some bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.changes {
		if c.Sequence > after && (!some || c.Sequence < next.Sequence) {
			next, some = c, true
		}
	}
	return next, some, f.away
}

// Spend implements session.Store.
func (f *Fake) Spend(_ context.Context, whose string, step uint64, _ time.Duration) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.away != nil:
		return f.away
	case f.spent[whose] >= step:
		return session.ErrSpent
	}
	f.spent[whose] = step
	return nil
}

// NoteSignIn implements session.Store.
func (f *Fake) NoteSignIn(_ context.Context, whose string, state []byte, _ time.Duration) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.away == nil {
		f.signIns[whose] = slices.Clone(state)
	}
	return f.away
}

// LastSignIn implements session.Store.
func (f *Fake) LastSignIn(_ context.Context, whose string) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.away != nil {
		return nil, f.away
	}
	return slices.Clone(f.signIns[whose]), nil
}
