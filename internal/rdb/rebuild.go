package rdb

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"verigate/internal/board"
)

// newID names a generation. It is random: after a loss of memory a counter would name an old one again.
func newID() string { return rand.Text()[:13] }

// Rebuild is board.Store's. A board that is not there is begun first: a follower that begins it while the other is built,
// as that of the very command does over an empty Redis, would end the rebuild. What is left of ended generations, its own
// failed one too, is removed at its end; a crash before that leaves keys that the next rebuild removes.
func (s *Store) Rebuild(ctx context.Context, build func(context.Context, board.Writer) error) error {
	if _, err := s.Position(ctx); err != nil {
		return err
	}
	old, err := s.askLive(ctx)
	if err != nil {
		return err
	}
	w := &building{store: s, generation: s.keys.generation(newID())}
	if err := w.begin(ctx); err != nil {
		return err
	}
	if err := build(ctx, w); err != nil {
		return errors.Join(fmt.Errorf("rebuild: %w", err), s.discard(context.WithoutCancel(ctx), w.generation))
	}
	turned, err := s.number(ctx, s.scripts.turn, call{
		keys: []string{s.keys.live(), old.position(), w.generation.position()}, args: []any{old.id, w.generation.id},
	})
	if err == nil && turned < 0 {
		err = fmt.Errorf("another rebuild came between: %w", board.ErrBehind)
	}
	if err != nil {
		return err
	}
	if err := s.discardEnded(ctx); err != nil {
		return fmt.Errorf("rebuilt and served, but what was before is left: %w", err)
	}
	return nil
}

// discardEnded removes every generation that is not served.
func (s *Store) discardEnded(ctx context.Context) error {
	live, err := s.askLive(ctx)
	if err != nil {
		return err
	}
	all, err := s.client.SMembers(ctx, s.keys.generations()).Result()
	if err != nil {
		return s.failure(ctx, err)
	}
	for _, id := range all {
		if id == live.id {
			continue
		}
		if err := s.discard(ctx, s.keys.generation(id)); err != nil {
			return err
		}
	}
	return nil
}

// discard ends a generation and removes its keys. The position goes first: from then on nothing is written to it.
func (s *Store) discard(ctx context.Context, g generation) error {
	if err := s.client.Del(ctx, g.position()).Err(); err != nil {
		return s.failure(ctx, err)
	}
	err := s.eachPart(ctx, g, func(ids []board.RequestID) error {
		calls := make([]call, len(ids))
		for i, id := range ids {
			calls[i] = call{keys: []string{g.row(id), g.ids()}, args: []any{string(id), g.sets()}}
		}
		_, err := s.run(ctx, s.scripts.drop, calls)
		return err
	})
	if err == nil {
		err = s.uncount(ctx, g)
	}
	if err != nil {
		return err
	}
	return s.failure(ctx, s.client.SRem(ctx, s.keys.generations(), g.id).Err())
}

// building is the writer of a generation that is not served yet.
type building struct {
	store      *Store
	generation generation
}

func (b *building) begin(ctx context.Context) error {
	pipe := b.store.client.TxPipeline()
	pipe.SAdd(ctx, b.store.keys.generations(), b.generation.id)
	pipe.HSet(ctx, b.generation.position(), "s", "0", "t", "0")
	_, err := pipe.Exec(ctx)
	return b.store.failure(ctx, err)
}

// Apply is board.Writer's.
func (b *building) Apply(ctx context.Context, batch board.Batch) error {
	return b.store.apply(ctx, b.generation, batch)
}

// Position is board.Writer's.
func (b *building) Position(ctx context.Context) (board.Position, error) {
	return b.store.position(ctx, b.generation)
}

// Stored is board.Writer's.
func (b *building) Stored(ctx context.Context, ids ...board.RequestID) ([]board.Stored, error) {
	return b.store.stored(ctx, b.generation, ids)
}
