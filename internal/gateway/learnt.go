package gateway

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"verigate/internal/record"
	"verigate/internal/sla"
)

// Learnt waits until all that the record says of the rules by now is known. A request may be pinned by one gateway to a
// version that another has not read yet: who folds it there waits. Nil waits for nothing: what is unknown stays so.
type Learnt func(ctx context.Context) error

// Fold folds what stands at a place, and once more when a version was missing and has been learnt since: it was in the
// record before anything could be pinned to it. A version that is not known then either is in no record: that is told
// with the place. What may pass is record.ErrUnavailable.
func (l Learnt) Fold(ctx context.Context, at record.Place, fold func() error) error {
	err := fold()
	if !errors.Is(err, sla.ErrUnknownVersion) {
		return err
	}
	if l != nil {
		if err := l(ctx); err != nil {
			return err
		}
		if err = fold(); !errors.Is(err, sla.ErrUnknownVersion) {
			return err
		}
	}
	return record.At(at, err)
}

// learnsWithin is how long a fold waits for the registrar, which is behind by some milliseconds unless it stands.
const learnsWithin = 5 * time.Second

// reading is how far the record has been read. Its zero value has read nothing.
type reading struct {
	mu    sync.Mutex
	at    record.Position
	moved chan struct{} // closed when at moves; nil: nobody waits
}

func (r *reading) pass(place record.Place) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at = r.at.With(place)
	if r.moved != nil {
		close(r.moved)
		r.moved = nil
	}
}

// wait returns when everything up to an end has been read.
func (r *reading) wait(ctx context.Context, end record.Position) error {
	patient, cancel := context.WithTimeout(ctx, learnsWithin)
	defer cancel()
	for {
		moved := r.before(end)
		if moved == nil {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		case <-patient.Done():
			return fmt.Errorf("versions decreed up to %v are not read yet: %w", end, record.ErrUnavailable)
		}
	}
}

// before returns what is closed when more has been read, nil when the end was reached.
func (r *reading) before(end record.Position) <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.at.Covers(end) {
		return nil
	}
	if r.moved == nil {
		r.moved = make(chan struct{})
	}
	return r.moved
}
