package gateway

import (
	"context"
	"errors"
	"time"

	"verigate/internal/record"
)

// listening is what a reader of the feed does with it.
type listening struct {
	// lost is told that changes were forgotten that the reader lacks, and says from where it goes on.
	lost func(context.Context) (record.Position, error)
	// concerns says whether anything can be told of a change. Of others the reader notices nothing, not even by when its
	// stream ends.
	concerns func(Change) bool
	// take is handed each change that concerns, in order and once, when it is known what was sealed meanwhile; the position
	// is the one behind it. errOver ends the stream.
	take func(context.Context, Change, record.Position) error
	emit func(FeedEvent) error // of the signs of life
}

// errOver ends a stream in order: its reader comes back and is told what there is.
var errOver = errors.New("the stream is over")

// follow hands on what the feed has behind a position, and signs of life, until ctx ends or one of them fails.
func (g *Gateway) follow(ctx context.Context, at record.Position, l listening) (err error) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for heard := 0; ; {
		changes, added, more, whole := g.Feed.after(at, heard)
		if !whole {
			if at, err = l.lost(ctx); err != nil {
				return over(err)
			}
			heard = 0
			continue
		}
		heard = added
		if at, err = g.hand(ctx, at, changes, l); err != nil || ctx.Err() != nil {
			return over(err)
		}
		select {
		case <-more:
		case <-beat.C:
			if err := l.emit(FeedEvent{Kind: FeedHeartbeat}); err != nil {
				return err
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// hand hands on some changes, and returns the position behind them.
func (g *Gateway) hand(ctx context.Context, at record.Position, changes []Change, l listening) (record.Position, error) {
	for _, change := range changes {
		behind := at.With(change.Place)
		if l.concerns(change) {
			if err := g.await(ctx); err != nil || ctx.Err() != nil {
				return at, err
			}
			if err := l.take(ctx, change, behind); err != nil {
				return at, err
			}
		}
		at = behind
	}
	return at, nil
}

func over(err error) error {
	if errors.Is(err, errOver) {
		return nil
	}
	return err
}

// await lets nothing be told while this gateway may not know yet what was sealed elsewhere. It waits for as long as a
// confirmation holds, then the stream ends and the reader comes back.
func (g *Gateway) await(ctx context.Context) error {
	err := g.Watch.Current(g.Now())
	for tries := 0; err != nil && tries < 100; tries++ {
		select {
		case <-time.After(fresh / 100):
		case <-ctx.Done():
			return nil
		}
		err = g.Watch.Current(g.Now())
	}
	return err
}
