package rdb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"verigate/internal/board"
	"verigate/internal/record"
)

// pipelined is how many updates share a round trip, together how many a run of the script: the server does nothing else
// meanwhile, so they are a millisecond or two. What the rows of a run have in common is written once.
const (
	pipelined = 256
	together  = 32
)

// errBehind is board.ErrBehind with what was found.
func errBehind(after record.Position) error {
	return fmt.Errorf("redis does not hold the record up to %v: %w", after, board.ErrBehind)
}

// Apply is board.Writer's. It does not look for another generation when its own was ended: the position there may
// lie before what the caller believes to be applied.
func (s *Store) Apply(ctx context.Context, b board.Batch) error {
	g, err := s.live(ctx)
	if err != nil {
		return err
	}
	return s.apply(ctx, g, b)
}

// apply moves the position with the last updates, once those before them are known to be written.
func (s *Store) apply(ctx context.Context, g generation, b board.Batch) error {
	last := b.Updates
	if n := len(last) - 1; n >= together {
		n -= n % together
		for part := range slices.Chunk(last[:n], pipelined) {
			if err := s.applyPart(ctx, g, board.Batch{After: b.After, Updates: part}); err != nil {
				return err
			}
		}
		last = last[n:]
	}
	b.Updates = last
	return s.applyPart(ctx, g, b)
}

// applyPart writes what fits into one round trip. Only what is one run of the script may move the position.
func (s *Store) applyPart(ctx context.Context, g generation, b board.Batch) error {
	calls := make([]call, 0, len(b.Updates)/together+1)
	for from := 0; from == 0 || from < len(b.Updates); from += together {
		part := b
		part.Updates = b.Updates[from:min(from+together, len(b.Updates))]
		c, err := s.applying(g, part)
		if err != nil {
			return err
		}
		calls = append(calls, c)
	}
	replies, err := s.run(ctx, s.scripts.apply, calls)
	if err != nil {
		return err
	}
	for _, reply := range replies {
		if n, err := reply.Int(); err != nil {
			return fmt.Errorf("reply of a script: %w", err)
		} else if n < 0 {
			return errBehind(b.After)
		}
	}
	return nil
}

// applying is one run of the script.
func (s *Store) applying(g generation, b board.Batch) (call, error) {
	const head, each = 7, 8 // of apply.lua's ARGV
	c := call{keys: make([]string, 0, 2+len(b.Updates)), args: make([]any, 0, head+each*len(b.Updates))}
	c.keys = append(c.keys, g.position(), g.ids())
	first, err := s.enrolling(b.Updates)
	if err != nil {
		return call{}, err
	}
	c.args = append(c.args, b.After.String(), b.Upto.String(), microseconds(b.At), g.sets(), g.cells(), g.sheets(), first)
	for _, u := range b.Updates {
		id := u.Rows.Request.ID
		p, err := s.sealRows(u)
		if err != nil {
			return call{}, fmt.Errorf("rows of %s: %w", id, err)
		}
		counts, err := s.counted(u.Counts)
		if err != nil {
			return call{}, fmt.Errorf("counts of %s: %w", id, err)
		}
		c.keys = append(c.keys, g.row(id))
		c.args = append(c.args, string(id), u.Sequence, p.request, p.partner, p.tasks, p.notices, g.packed(u.Rows.Places()), counts)
	}
	return c, nil
}

// Position is board.Writer's.
func (s *Store) Position(ctx context.Context) (board.Position, error) {
	for {
		g, err := s.askLive(ctx)
		if err != nil && !errors.Is(err, board.ErrBehind) {
			return board.Position{}, err
		}
		if err == nil {
			p, err := s.position(ctx, g)
			if !errors.Is(err, board.ErrBehind) {
				return p, err
			}
		}
		if _, err := s.begin(ctx, g.id); err != nil {
			return board.Position{}, err
		}
	}
}

func (s *Store) position(ctx context.Context, g generation) (board.Position, error) {
	held, err := s.client.HMGet(ctx, g.position(), "s", "t").Result()
	if err != nil {
		return board.Position{}, s.failure(ctx, err)
	}
	sequence, ok := held[0].(string)
	if !ok {
		return board.Position{}, errBehind(record.Position{})
	}
	at, _ := held[1].(string)
	return positionOf(sequence, at)
}

// begin makes an empty generation the served one, unless somebody else has just done it.
func (s *Store) begin(ctx context.Context, old string) (bool, error) {
	g := s.keys.generation(newID())
	n, err := s.number(ctx, s.scripts.begin, call{
		keys: []string{s.keys.live(), s.keys.generations(), g.position()}, args: []any{old, g.id},
	})
	return n == 1, err
}

// TakeDue is board.DueSet's.
func (s *Store) TakeDue(ctx context.Context, t board.Take) ([]board.Due, error) {
	var due []board.Due
	err := s.reading(ctx, func(g generation) error {
		list, err := s.strings(ctx, s.scripts.take, call{
			keys: []string{g.position(), g.set(board.SetDue)},
			args: []any{microseconds(t.Now), microseconds(t.Until), t.Limit},
		})
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return errBehind(record.Position{})
		}
		due, err = duesOf(list[1:])
		return err
	})
	return due, err
}

func duesOf(list []string) ([]board.Due, error) {
	var due []board.Due
	for ; len(list) >= 2; list = list[2:] {
		score, err := parseScore(list[1])
		if err != nil {
			return nil, err
		}
		due = append(due, board.Due{Request: board.RequestID(list[0]), At: time.UnixMicro(score).UTC()})
	}
	return due, nil
}

// Stored is board.Writer's.
func (s *Store) Stored(ctx context.Context, ids ...board.RequestID) ([]board.Stored, error) {
	var out []board.Stored
	err := s.reading(ctx, func(g generation) (err error) {
		out, err = s.stored(ctx, g, ids)
		return err
	})
	return out, err
}

func (s *Store) stored(ctx context.Context, g generation, ids []board.RequestID) ([]board.Stored, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	calls := make([]call, len(ids))
	for i, id := range ids {
		calls[i] = call{keys: []string{g.position(), g.row(id), g.set(board.SetDue)}, args: []any{g.sets()}}
	}
	replies, err := s.run(ctx, s.scripts.held, calls)
	if err != nil {
		return nil, err
	}
	var out []board.Stored
	for i, reply := range replies {
		held, err := s.heldOf(g, ids[i], reply)
		if errors.Is(err, board.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("rows of %s: %w", ids[i], err)
		}
		out = append(out, held)
	}
	return out, nil
}

func (s *Store) heldOf(g generation, id board.RequestID, reply *redis.Cmd) (board.Stored, error) {
	list, err := stringsOf(reply)
	switch {
	case err != nil:
		return board.Stored{}, err
	case len(list) == 0:
		return board.Stored{}, errBehind(record.Position{})
	case len(list) != 7:
		return board.Stored{}, fmt.Errorf("reply of %d fields", len(list))
	case list[0] == "":
		return board.Stored{}, board.ErrNotFound
	}
	sequence, err := strconv.ParseUint(list[0], 10, 64)
	if err != nil {
		return board.Stored{}, fmt.Errorf("sequence: %w", err)
	}
	held := board.Stored{ID: id, Sequence: sequence}
	held.Rows, err = s.openRows(id, list[0], parts{[]byte(list[1]), []byte(list[2]), []byte(list[3]), []byte(list[4])})
	held.Lost = g.lost(held.Rows.Places(), list[5], list[6])
	return held, err
}

// Dump is board.Store's.
func (s *Store) Dump(ctx context.Context, fn func(board.Stored) error) error {
	g, err := s.askLive(ctx)
	if err != nil {
		return err
	}
	return s.eachPart(ctx, g, func(ids []board.RequestID) error {
		held, err := s.stored(ctx, g, ids)
		if err != nil {
			return err
		}
		for _, h := range held {
			if err := fn(h); err != nil {
				return err
			}
		}
		return nil
	})
}

// eachPart calls fn with all ids of a generation, in order, a part at a time.
func (s *Store) eachPart(ctx context.Context, g generation, fn func([]board.RequestID) error) error {
	after := "-"
	for {
		list, err := s.client.ZRangeByLex(ctx, g.ids(), &redis.ZRangeBy{Min: after, Max: "+", Count: pipelined}).Result()
		if err != nil {
			return s.failure(ctx, err)
		}
		if len(list) == 0 {
			return nil
		}
		ids := make([]board.RequestID, len(list))
		for i, id := range list {
			ids[i] = board.RequestID(id)
		}
		if err := fn(ids); err != nil {
			return err
		}
		after = "(" + list[len(list)-1]
	}
}
