package notary

import (
	"context"
	"errors"
	"fmt"
	"time"

	"verigate/internal/ledger"
)

// checkpoint signs what was taken, unless another gateway has, and gives it to the witness. What is known elsewhere is
// compared first, so that nothing is signed that does not go on from it.
func (l *Log) checkpoint(ctx context.Context) error {
	l.mu.Lock()
	l.looked = l.parts.Now()
	l.mu.Unlock()
	for {
		err := l.sign(ctx)
		if errors.Is(err, ErrConflict) {
			continue // another gateway did: its checkpoint is looked at
		}
		if err != nil {
			return err
		}
		return l.give(ctx)
	}
}

// sign adds a checkpoint to LEDGER.
func (l *Log) sign(ctx context.Context) error {
	note, place, err := l.parts.Book.Latest(ctx, l.source.Name())
	if err != nil {
		return err
	}
	known, err := l.parse(nil, "LEDGER", note)
	if err == nil {
		err = l.continues(ctx, known)
	}
	if err != nil {
		return err
	}
	size := l.tree.size()
	if size == largest(known) {
		l.accept(known)
		return nil
	}
	if err := l.tree.sync(); err != nil {
		return err
	}
	root, err := l.tree.root(size)
	if err != nil {
		return err
	}
	c := ledger.Checkpoint{Origin: l.origin, Size: size, Root: root}
	if note, err = l.parts.Keys().Current().Sign(c); err != nil {
		return err
	}
	if err := l.parts.Book.Add(ctx, l.source.Name(), note, place); err != nil {
		return err
	}
	l.accept([]found{{Checkpoint: c, where: "LEDGER", note: note}})
	return nil
}

// continues takes the stream up to a checkpoint that another gateway made, and says whether the tree has it.
func (l *Log) continues(ctx context.Context, known []found) error {
	if largest(known) > l.tree.size() {
		if err := l.longEnough(ctx, known); err != nil {
			return err
		}
		if err := l.takeTo(ctx, l.tree, largest(known)); err != nil {
			return err
		}
	}
	misfit, err := l.misfit(l.tree, known)
	if err != nil {
		return err
	}
	if misfit.where != "" {
		return l.locate(ctx, l.tree, misfit)
	}
	return nil
}

// give hands the last checkpoint to the witness. One that is away is no reason to stop: State says since when.
func (l *Log) give(ctx context.Context) error {
	w := l.parts.Witness
	signed := l.State().Signed
	if w == nil || signed.Size == 0 {
		return nil
	}
	note, err := w.Latest(l.origin)
	if err != nil {
		l.retry(err)
		return nil
	}
	known, err := l.parse(nil, "the witness", note)
	if err == nil {
		err = l.continues(ctx, known)
	}
	if err == nil {
		err = l.compareWitness(known)
	}
	if err != nil {
		return err
	}
	if largest(known) < signed.Size {
		l.mu.Lock()
		note := l.signed
		l.mu.Unlock()
		if err := w.Give(l.origin, signed.Size, note); err != nil {
			l.retry(err)
			return nil
		}
	}
	if err := l.given.has(max(signed.Size, largest(known))); err != nil {
		return fmt.Errorf("keep what the witness was given: %w", err)
	}
	taken := l.tree.size()
	l.note(func(s *State) {
		s.Witnessed = max(s.Witnessed, signed.Size, largest(known))
		if s.Witnessed >= taken {
			s.UnwitnessedSince = time.Time{}
		}
	})
	return nil
}
