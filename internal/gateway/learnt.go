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

// Learnt waits until all that the record says of the rules before a sequence is known. A request may be pinned by one
// gateway to a version that another has not read yet: who folds it there waits. Nil waits for nothing: what is unknown
// stays so.
type Learnt func(ctx context.Context, sequence uint64) error

// Fold folds what stands at a sequence, and once more when a version was missing and has been learnt since. A version
// that is not known then either is in no record: that is told with the sequence. What may pass is record.ErrUnavailable.
func (l Learnt) Fold(ctx context.Context, sequence uint64, fold func() error) error {
	err := fold()
	if !errors.Is(err, sla.ErrUnknownVersion) {
		return err
	}
	if l != nil {
		if err := l(ctx, sequence); err != nil {
			return err
		}
		if err = fold(); !errors.Is(err, sla.ErrUnknownVersion) {
			return err
		}
	}
	return record.At(sequence, err)
}

// learnsWithin is how long a fold waits for the registrar, which is behind by some milliseconds unless it stands.
const learnsWithin = 5 * time.Second

// reading is how far the record has been read. Its zero value has read nothing.
type reading struct {
	mu    sync.Mutex
	at    uint64
	moved chan struct{} // closed when at moves; nil: nobody waits
}

func (r *reading) pass(sequence uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at = max(r.at, sequence)
	if r.moved != nil {
		close(r.moved)
		r.moved = nil
	}
}

// wait returns when everything before the sequence has been read.
func (r *reading) wait(ctx context.Context, sequence uint64) error {
	patient, cancel := context.WithTimeout(ctx, learnsWithin)
	defer cancel()
	for {
		moved := r.before(sequence)
		if moved == nil {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		case <-patient.Done():
			return fmt.Errorf("versions decreed before %d are not read yet: %w", sequence, record.ErrUnavailable)
		}
	}
}

// before returns what is closed when more has been read, nil when the sequence is the next or has passed.
func (r *reading) before(sequence uint64) <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.at+1 >= sequence {
		return nil
	}
	if r.moved == nil {
		r.moved = make(chan struct{})
	}
	return r.moved
}
