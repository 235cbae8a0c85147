package follow

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/record"
	"verigate/internal/sla"
	"verigate/internal/statistics"
	"verigate/internal/verification"
)

// Boarder keeps the board in Redis. While Redis is away it waits and comes back to where the board stands; nothing
// else waits for it.
type Boarder struct {
	Log    Log
	Rules  *sla.Rules
	Learnt gateway.Learnt // as in Folding
	Steps  *Steps         // shared with other followers; nil: not
	Board  board.Store
	Now    func() time.Time
	Retry  Retry

	away atomic.Bool
}

// Away says whether the board could not be written lately.
func (b *Boarder) Away() bool { return b.away.Load() }

// batchWait is how long a message waits for others, that go to Redis in the same round trip. While many come it is longer:
// what many rows have in common is written once for all of a batch.
const (
	batchWait = 5 * time.Millisecond
	busyWait  = 25 * time.Millisecond
)

// batchLimit is how many requests are written together when a board is made again.
const batchLimit = 256

// lookEvery is how often a board that nothing is written to is looked at: one that was emptied, or fell back to an older
// copy, is made again although nothing happens. Until then nobody would be reminded of anything.
const lookEvery = time.Second

// Run follows until ctx ends, or until a sequence cannot be read.
func (b *Boarder) Run(ctx context.Context) error {
	return again(ctx, b.Retry, func(ctx context.Context) error {
		err := b.follow(ctx)
		b.away.Store(err != nil && ctx.Err() == nil)
		return err
	})
}

func (b *Boarder) follow(ctx context.Context) error {
	at, err := b.Board.Position(ctx)
	if err != nil {
		return fmt.Errorf("position of the board: %w", err)
	}
	b.away.Store(false)
	fold := newFolder(Folding{Log: b.Log, Rules: b.Rules, Learnt: b.Learnt, Steps: b.Steps})
	return fold.ahead(ctx, at.Record, func(ctx context.Context, steps <-chan passed) error {
		return b.write(ctx, b.Board, at.Record, steps)
	})
}

// write takes what has been read, as much as is there, and writes it in one round trip. Only the last state of a
// request in a batch is written.
func (b *Boarder) write(ctx context.Context, to board.Writer, position record.Position, steps <-chan passed) error {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	wait := batchWait
	for {
		batch := board.Batch{Upto: position}
		select {
		case first, more := <-steps:
			if !more {
				return nil
			}
			lot := gather(ctx, first, steps, wait)
			wait = batchWait
			if len(lot) >= busyLot {
				wait = busyWait
			}
			batch = b.collect(position, lot)
		case <-look.C:
		}
		batch.After, batch.At = position, b.Now()
		if err := to.Apply(ctx, batch); err != nil {
			return fmt.Errorf("write the board: %w", err)
		}
		position = batch.Upto
	}
}

// collect is what came behind a position, as one batch.
func (b *Boarder) collect(position record.Position, lot []passed) board.Batch {
	latest := map[verification.RequestID]*State{}
	batch := board.Batch{Upto: position}
	for _, p := range lot {
		batch.Upto = batch.Upto.With(p.place)
		if p.step != nil {
			latest[p.step.After.Request.ID] = p.step.After
		}
	}
	batch.Updates = make([]board.Update, 0, len(latest))
	for _, s := range latest {
		batch.Updates = append(batch.Updates, b.update(*s))
	}
	return batch
}

// update is what the board is told of a request: only of the last state of a batch, so that a rebuild counts once.
func (b *Boarder) update(s State) board.Update {
	return board.Update{Sequence: s.Sequence, Rows: s.Rows, Counts: statistics.Of(b.Rules, s.Request, s.Clocks)}
}

// Rebuild makes the board again from the record up to its present end, folding each request in memory and writing it
// once, and then serves the new one.
func (b *Boarder) Rebuild(ctx context.Context) error {
	end, err := b.Log.Last(ctx)
	if err != nil {
		return fmt.Errorf("end of the record: %w", err)
	}
	return b.Board.Rebuild(ctx, func(ctx context.Context, w board.Writer) error {
		return b.fill(ctx, w, end)
	})
}

func (b *Boarder) fill(ctx context.Context, w board.Writer, end record.Position) error {
	if end == (record.Position{}) {
		return nil
	}
	latest, err := Latest(ctx, Folding{Log: b.Log, Rules: b.Rules, Learnt: b.Learnt}, end)
	if err != nil {
		return err
	}
	var batch board.Batch
	flush := func() error {
		if len(batch.Updates) == 0 {
			return nil
		}
		err := w.Apply(ctx, batch)
		batch = board.Batch{}
		return err
	}
	for _, s := range latest {
		batch.Updates = append(batch.Updates, b.update(s))
		if len(batch.Updates) == batchLimit {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	return w.Apply(ctx, board.Batch{Upto: end, At: b.Now()})
}

// Latest folds the whole record up to a position and returns the last state of every request.
func Latest(ctx context.Context, with Folding, end record.Position) (map[string]State, error) {
	fold := newFolder(with)
	latest := map[string]State{}
	err := with.Log.ReplayUntil(ctx, record.Position{}, end, func(e Entry) error {
		step, changed, err := fold.step(ctx, e)
		if changed {
			latest[e.ID] = *step.After
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("fold the record: %w", err)
	}
	return latest, nil
}
