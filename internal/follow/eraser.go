package follow

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"verigate/internal/access"
	"verigate/internal/month"
	"verigate/internal/record"
	"verigate/internal/verification"
)

// Eraser destroys what the record says is erased, in this order: the tombstone is recorded, the keys are destroyed, then
// the drafts that they sealed, then it is said to be carried out. The end of a month is carried out likewise: the decision is
// recorded, the key of the month is destroyed, then what is stored of the keys under it. Whatever ends in between, this goes on from there, and
// each step may be repeated. Board and queues follow the tombstone as they follow every decision. Each gateway runs one, which also makes it forget what it has in memory. It
// opens no content but that of a request with a tombstone.
type Eraser struct {
	Journal record.Journal // followed by its clear headers
	Log     Log            // in which a tombstone is believed only if it opens
	Keys    interface {
		// Erase destroys a data key where it is stored and in memory, and may be repeated. record.ErrKeyMissing when there is none.
		Erase(ctx context.Context, kid string) error
		// EndMonth destroys the key of a month, named by its first group, with all that is under it, and may be repeated.
		EndMonth(ctx context.Context, group string) error
	}
	// Months is where an end of a month is believed only if it opens.
	Months MonthLog
	// Drafts are what officers had written of answers and not sent. Whoever opens no key writes no more of them.
	Drafts interface {
		// Destroy overwrites all drafts of a task where they are stored, and may be repeated. That there is none is fine.
		Destroy(ctx context.Context, task verification.TaskID) error
	}
	Done Erasures
	// Forget is told what is gone up to a sequence, when its keys are destroyed; nil: nobody.
	Forget func(s record.Subject, upto uint64)
	// Ended is told that the keys of a month are destroyed; nil: nobody.
	Ended func()
	Retry Retry
}

// MonthLog reads what was decided about the end of a month.
type MonthLog interface {
	Read(ctx context.Context, s record.Subject) ([]record.Entry[access.Decision], error)
}

// Erasures keeps how far the record's erasures were carried out, in the very store of the keys: keys that are restored
// from a backup come with the position of that day, and what was erased since is destroyed again. They are copied behind
// the record, so that the position may be ahead of what is restored of that.
type Erasures interface {
	// Upto returns the position, zero when nothing was carried out.
	Upto(ctx context.Context) (record.Position, error)
	// CarriedOut moves it forward, never back; durable when it returns.
	CarriedOut(ctx context.Context, at record.Position) error
	// CarriedOutOnly sets it, also back: the record was put back to before, and goes on otherwise. Durable when it returns.
	CarriedOutOnly(ctx context.Context, at record.Position) error
}

// carriedOutEvery is after how many messages without an erasure the position is kept.
const carriedOutEvery = 4096

// CatchUp carries out what the record holds of erasures up to its present end, and returns that end. A gateway does it
// before it opens its door: nothing that was erased is served, whatever KEYS was restored from.
func (e Eraser) CatchUp(ctx context.Context) (record.Position, error) {
	at, end, err := e.stands(ctx)
	if err != nil || at == end {
		return end, err
	}
	after := at
	if !end.Covers(at) {
		after = record.Position{} // that of a record which was put back: of this one it says nothing
	}
	if err := e.between(ctx, after, end); err != nil {
		return end, err
	}
	return end, e.carriedOut(ctx, at, end)
}

// Again carries out all that the record holds of erasures, whatever is said to be carried out: how a key that somebody has
// put back is destroyed once more.
func (e Eraser) Again(ctx context.Context) error {
	at, end, err := e.stands(ctx)
	if err != nil {
		return err
	}
	if err := e.between(ctx, record.Position{}, end); err != nil {
		return err
	}
	return e.carriedOut(ctx, at, end)
}

// stands is up to where erasures are said to be carried out, and then the end of the record: only one that was put back
// ends before, however it grows meanwhile.
func (e Eraser) stands(ctx context.Context) (at, end record.Position, err error) {
	if at, err = e.Done.Upto(ctx); err != nil {
		return at, end, err
	}
	if end, err = e.Journal.Last(ctx); err != nil {
		return at, end, fmt.Errorf("end of the record: %w", err)
	}
	return at, end, nil
}

// carriedOut keeps that all up to the end is carried out, and that nothing behind it is where it stood ahead of it.
func (e Eraser) carriedOut(ctx context.Context, at, end record.Position) error {
	if !end.Covers(at) {
		return e.Done.CarriedOutOnly(ctx, end)
	}
	return e.Done.CarriedOut(ctx, end)
}

func (e Eraser) between(ctx context.Context, after, end record.Position) error {
	if err := e.Journal.ReplayUntil(ctx, after, end, func(m record.Sealed) error { return e.carryOut(ctx, m) }); err != nil {
		return fmt.Errorf("destroy again the keys of what was erased: %w", err)
	}
	return nil
}

// Run follows from behind a position until ctx ends.
func (e Eraser) Run(ctx context.Context, after record.Position) error {
	saved := after
	return again(ctx, e.Retry, func(ctx context.Context) error {
		return e.Journal.Replay(ctx, after, func(m record.Sealed) error {
			if err := e.carryOut(ctx, m); err != nil {
				return err
			}
			after = after.With(m.Place)
			if Erases(m) == "" && saved.Lacks(after) < carriedOutEvery {
				return nil
			}
			saved = after
			return e.Done.CarriedOut(ctx, after)
		})
	})
}

// carryOut destroys the keys under which everything before a tombstone is sealed, and the drafts under them.
func (e Eraser) carryOut(ctx context.Context, m record.Sealed) error {
	if _, ends := endsMonth(m); ends {
		ended, err := monthEnded(ctx, e.Months, m)
		if err != nil {
			return err
		}
		if err := e.Keys.EndMonth(ctx, month.Group(ended.Month)); err != nil {
			return err
		}
		if e.Ended != nil {
			e.Ended()
		}
		return nil
	}
	if !m.Tombstone() {
		return nil
	}
	history, kids, err := condemned(ctx, e.Log, m)
	if err != nil || len(kids) == 0 {
		return err
	}
	for _, kid := range kids {
		if err := e.Keys.Erase(ctx, kid); err != nil && !errors.Is(err, record.ErrKeyMissing) {
			return err
		}
	}
	for _, task := range tasks(history, m.Sequence) {
		if err := e.Drafts.Destroy(ctx, task); err != nil {
			return fmt.Errorf("destroy the drafts of what is erased: %w", err)
		}
	}
	if e.Forget != nil {
		e.Forget(m.Subject, m.Sequence-1)
	}
	return nil
}

// Erases says what a message of the record destroys keys for, by its clear header, in words that tell of nobody; empty: it
// destroys none.
func Erases(m record.Sealed) string {
	if _, ends := endsMonth(m); ends {
		return "the end of a month"
	}
	if m.Tombstone() {
		return "the erasure of a request"
	}
	return ""
}

// endsMonth is the month that a decision ends, by its clear header.
func endsMonth(m record.Sealed) (string, bool) {
	if m.Kind != record.KindDirectory || !slices.Contains(m.Kinds, access.MonthEnded{}.EventKind()) {
		return "", false
	}
	return access.MonthOf(m.ID)
}

// monthEnded is the end of a month that the record holds in a place.
func monthEnded(ctx context.Context, months MonthLog, m record.Sealed) (access.MonthEnded, error) {
	history, err := months.Read(ctx, m.Subject)
	if err != nil {
		return access.MonthEnded{}, fmt.Errorf("read which month is ended: %w", err)
	}
	for _, h := range history {
		if h.Sequence != m.Sequence {
			continue
		}
		for _, event := range h.Decision.Events {
			if ended, is := event.(access.MonthEnded); is {
				return ended, nil
			}
		}
	}
	return access.MonthEnded{}, record.At(m.Place, fmt.Errorf("the end of a month that says no month: %w", record.ErrUnreadable))
}

// condemned are the keys of all that is before a tombstone, with the history that it ends; none when it erases nothing.
func condemned(ctx context.Context, log Log, m record.Sealed) (history []Entry, kids []string, err error) {
	if history, err = log.Read(ctx, m.Subject); err != nil {
		return nil, nil, fmt.Errorf("read what is erased: %w", err)
	}
	for _, h := range history {
		if h.Sequence == m.Sequence && (h.Content != record.Whole || len(h.Decision.Kept) == 0) {
			return history, nil, nil // of an erasure that a later one includes, or from before a tombstone kept anything
		}
	}
	for _, h := range history {
		if h.Sequence < m.Sequence && h.KID != m.KID && !slices.Contains(kids, h.KID) {
			kids = append(kids, h.KID)
		}
	}
	return history, kids, nil
}

// tasks are all that a request had before a sequence.
func tasks(history []Entry, before uint64) (ids []verification.TaskID) {
	var r verification.Request
	for _, h := range history {
		if h.Sequence < before {
			r = r.Apply(h.Decision)
		}
	}
	for _, t := range r.Tasks {
		ids = append(ids, t.Task)
	}
	return ids
}
