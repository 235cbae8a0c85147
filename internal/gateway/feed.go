package gateway

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/record"
	"verigate/internal/verification"
)

// remembered is how many changes a feed keeps, so that a reader whose line dropped goes on without a new picture.
const remembered = 4096

// Side is a request on one side of a decision: what lists show of it and who may know of it.
type Side struct {
	Row     board.Row
	Tasks   []board.QueueItem
	Partner string // the digest of what its partner can see
	Version uint64 // how many decisions there are on it
	Object  access.Object
}

// Change is what one decision did to a row.
type Change struct {
	Place         record.Place
	Before, After Side
}

// Feed hands the changes of the board to any number of readers. A reader that cannot keep up is told to start anew;
// nobody waits for it. It is safe for concurrent use.
type Feed struct {
	mu        sync.Mutex
	changes   []*Change // the last ones, as they came; never changed
	added     int       // how many there have been
	forgotten record.Position
	grown     chan struct{} // closed and replaced when a change is added
}

// NewFeed returns an empty one.
func NewFeed() *Feed { return &Feed{grown: make(chan struct{})} }

// Add appends a change.
func (f *Feed) Add(c Change) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.changes, f.added = append(f.changes, &c), f.added+1
	if len(f.changes) > 2*remembered {
		old := len(f.changes) - remembered
		for _, c := range f.changes[:old] {
			f.forgotten = f.forgotten.With(c.Place)
		}
		f.changes = append([]*Change(nil), f.changes[old:]...)
	}
	close(f.grown)
	f.grown = make(chan struct{})
}

// after returns the changes from the n-th on that a position lacks, how many there have been by now, and a channel that
// is closed when there are more. It says false when changes that the position lacks have been forgotten.
func (f *Feed) after(at record.Position, n int) (lacking []Change, added int, more <-chan struct{}, whole bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.changes[max(n-(f.added-len(f.changes)), 0):] {
		if !at.Has(c.Place) {
			lacking = append(lacking, *c)
		}
	}
	return lacking, f.added, f.grown, at.Covers(f.forgotten)
}

// next is the first change that a position lacks; nil when it lacks none so far. It may be forgotten: then it is the oldest that
// is remembered.
func (f *Feed) next(at record.Position) (change *Change, forgotten bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !at.Covers(f.forgotten) {
		return f.changes[0], true // the last ones are never forgotten
	}
	i := slices.IndexFunc(f.changes, func(c *Change) bool { return !at.Has(c.Place) })
	if i < 0 {
		return nil, false
	}
	return f.changes[i], false
}

// oldest is the position behind which every change is remembered.
func (f *Feed) oldest() record.Position {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.forgotten
}

// FeedKind is what a stream tells.
type FeedKind string

// A row that is new or changed, a row that is no longer to be shown, the order to load the list anew, that something is
// not any more what its reader saw of it, and a sign of life.
const (
	FeedRow       FeedKind = "row"
	FeedGone      FeedKind = "gone"
	FeedReset     FeedKind = "reset"
	FeedChanged   FeedKind = "changed"
	FeedHeartbeat FeedKind = "heartbeat"
)

// FeedEvent is one event of a stream. ID resumes the stream behind it; it is sealed and tells no volume.
type FeedEvent struct {
	Kind    FeedKind
	ID      string
	Row     board.Row // of gone only its id
	Version uint64    // of Row: how many decisions it is made of
}

// heartbeat is how often a quiet stream shows that it lives.
const heartbeat = 15 * time.Second

// Stream tells the changes of the board that match a filter, as they happen, until ctx ends or emit fails. Each is
// authorised as it is told. last is the id of the last event that the reader had, empty at the first time.
func (g *Gateway) Stream(ctx context.Context, c Call, f board.Filter, last string, emit func(FeedEvent) error) error {
	if err := g.serves(c, access.Absent()); err != nil {
		return err
	}
	bound := turnOf(c, "feed", f)
	at, known, err := g.resume(ctx, bound, last)
	if err != nil {
		return err
	}
	if !known {
		if err := g.tell(bound, at.String(), FeedEvent{Kind: FeedReset}, emit); err != nil {
			return err
		}
	} else if err := emit(FeedEvent{Kind: FeedHeartbeat}); err != nil { // the reader hears at once that it is back
		return err
	}
	tells := g.events(c.By, f)
	return g.follow(ctx, at, listening{
		lost: func(ctx context.Context) (record.Position, error) {
			at, err := g.begin(ctx)
			if err != nil {
				return at, err
			}
			at = at.Or(g.Feed.oldest())
			return at, g.tell(bound, at.String(), FeedEvent{Kind: FeedReset}, emit)
		},
		concerns: func(Change) bool { return true },
		take: func(_ context.Context, change Change, at record.Position) error {
			if event, ok := tells(change); ok {
				return g.tell(bound, at.String(), event, emit)
			}
			return nil
		},
		emit: emit,
	})
}

// resume reads where a reader was; without that it begins now.
func (g *Gateway) resume(ctx context.Context, bound, last string) (record.Position, bool, error) {
	if last != "" {
		if plain, err := g.Blinds.OpenCursor(bound, last); err == nil {
			if at, err := record.ParsePosition(string(plain)); err == nil {
				return at, true, nil
			}
		}
	}
	at, err := g.begin(ctx)
	return at, false, err
}

// begin is where a stream begins whose reader loads the list anew: where the board stands, which may be behind this
// gateway's watch. From there on nothing is passed over; what the list shows already is told again.
func (g *Gateway) begin(ctx context.Context) (record.Position, error) {
	ctx, stop := context.WithTimeout(ctx, boardWithin)
	defer stop()
	at, err := g.Board.Position(ctx)
	if err != nil {
		return record.Position{}, boardError(err)
	}
	return at.Record.And(g.Watch.Position()), nil
}

// tell tells an event with the id by which its reader goes on behind it.
func (g *Gateway) tell(bound, place string, e FeedEvent, emit func(FeedEvent) error) error {
	id, err := g.Blinds.SealCursor(bound, []byte(place))
	if err != nil {
		return fmt.Errorf("seal a stream's place: %w", err)
	}
	e.ID = id
	return emit(e)
}

// events says what a reader is told of a change. A row that leaves the filter and one that was sealed leave alike; of
// what a reader could not see before and cannot see now it hears nothing.
func (g *Gateway) events(c access.Caller, f board.Filter) func(Change) (FeedEvent, bool) {
	sees := access.Visible(c)
	shown := func(s Side) bool { return s.Row.ID != "" && f.Match(s.Row) && sees(s.Object) }
	return func(change Change) (FeedEvent, bool) {
		f.Now = g.Now()
		// What was sealed since is not told from an older change either.
		now := shown(change.After) && !g.Watch.Hides(c, change.After.Row.ID)
		switch {
		case now:
			return FeedEvent{Kind: FeedRow, Row: change.After.Row, Version: change.After.Version}, true
		case shown(change.Before):
			return FeedEvent{Kind: FeedGone, Row: board.Row{ID: change.Before.Row.ID}}, true
		}
		return FeedEvent{}, false
	}
}

// ChangeOf makes the change of a decision.
func ChangeOf(at record.Place, before, after verification.Request, old, rows board.Rows) Change {
	return Change{
		Place:  at,
		Before: sideOf(before, old),
		After:  sideOf(after, rows),
	}
}

func sideOf(r verification.Request, rows board.Rows) Side {
	return Side{Row: rows.Request, Tasks: rows.Tasks, Partner: rows.Partner.View, Version: r.Version, Object: access.ObjectOf(r)}
}
