package follow

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/record"
)

// Registrar feeds a gateway's registry with what any gateway decided about principals, the directory and the calendars.
type Registrar struct {
	Log      *record.Log[access.Decision]
	Registry *gateway.Registry
	Elapsed  func() time.Duration // by a clock that nobody sets; nil: how far behind it is, is nobody's concern
	Retry    Retry
}

// A right that ends must end everywhere within five seconds (trust.md, control 12). So a gateway that is behind the record
// for as long, though the record answers, says so. It looks each second.
const (
	behindFor  = 5 * time.Second
	looksEvery = time.Second
)

// CatchUp folds what the record holds of that up to its present end, and returns that end. A gateway does it before it
// opens its door, and reads all partitions though only the first holds any: nothing starts over a message that says not
// even what it is about.
func (r Registrar) CatchUp(ctx context.Context) (record.Position, error) {
	end, err := r.Log.Last(ctx)
	if err != nil {
		return end, err
	}
	if err := r.Log.ReplayUntil(ctx, record.Position{}, end, r.Registry.Apply); err != nil {
		return end, fmt.Errorf("read principals and keys: %w", err)
	}
	return end, nil
}

// Run follows from behind a position until ctx ends. It passes over what cannot be read and is a request's: else a message
// that lets nobody in and shuts nobody out would keep from this gateway every key that is revoked behind it.
//
// Beside it, it tells the registry when it is behind.
func (r Registrar) Run(ctx context.Context, after record.Position) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return r.follow(ctx, after) })
	if r.Elapsed != nil {
		group.Go(func() error { return r.look(ctx) })
	}
	return group.Wait()
}

// look compares the registry with the record. Of a record that is away nobody knows an end; what it lacks counts anew once
// that answers, for the follower has to find it again too.
func (r Registrar) look(ctx context.Context) error {
	var lacks record.Position // the end that it is on its way to, since then; zero: none
	var since time.Duration
	looked := r.Elapsed()
	for rest(ctx, looksEvery) == nil {
		end, err := r.Log.Last(ctx)
		if err != nil {
			lacks = record.Position{}
			continue
		}
		if r.Registry.Holds(end) {
			lacks = record.Position{}
			r.Registry.SetBehind(false)
			looked = r.Elapsed()
			continue
		}
		now, before := r.Elapsed(), looked
		if looked = now; now-before > 3*looksEvery { // the answer was long in coming, or this process stood still
			lacks, since = end, now
			continue
		}
		reached, begun := r.Registry.Holds(lacks), lacks != (record.Position{})
		switch late := now-since > behindFor; {
		case begun && late:
			r.Registry.SetBehind(true)
		case begun && reached: // in time, while others wrote on
			r.Registry.SetBehind(false)
		}
		if reached {
			lacks, since = end, now
		}
	}
	return nil
}

func (r Registrar) follow(ctx context.Context, after record.Position) error {
	return again(ctx, r.Retry, func(ctx context.Context) error {
		return r.Log.ReplayOwn(ctx, after, func(e record.Entry[access.Decision]) error {
			if err := r.Registry.Apply(e); err != nil {
				return record.At(e.Place, err)
			}
			after = after.With(e.Place)
			return nil
		})
	})
}
