package gateway

import (
	"context"
	"reflect"
	"strconv"
	"time"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/record"
	"verigate/internal/verification"
)

// StreamRequest tells, without content, that what the caller sees of a request is another than before: once at the
// beginning, unless last is the id of an event that told what is still so, and then each time, until ctx ends or emit
// fails. It reads the record and needs no board. Each event is authorised as it is told; whom the request was hidden from
// meanwhile is told a last time, and the stream ends.
func (g *Gateway) StreamRequest(ctx context.Context, c Call, id verification.RequestID, last string, emit func(FeedEvent) error) error {
	// What is decided from here on is in the feed behind this place, or in what is read now, or in both.
	from := g.Watch.Position()
	s := sight{gateway: g, call: c, id: id, emit: emit}
	if err := s.read(ctx); err != nil {
		return err
	}
	if err := s.begin(last); err != nil {
		return err
	}
	return g.follow(ctx, from, listening{
		lost:     s.lost,
		concerns: s.concerns,
		take:     s.take,
		emit:     emit,
	})
}

// StreamTask is StreamRequest for a task: of a request that units have, every decision changes the version on which they
// give commands. A task that the caller may not see is as absent.
func (g *Gateway) StreamTask(ctx context.Context, c Call, id verification.TaskID, last string, emit func(FeedEvent) error) error {
	request, ok := id.Request()
	if !ok {
		return ErrHidden
	}
	return g.StreamRequest(ctx, c.onTask(id), request, last, emit)
}

// sight is what one reader has seen of a request. It belongs to the goroutine of the stream.
type sight struct {
	gateway *Gateway
	call    Call
	id      verification.RequestID
	emit    func(FeedEvent) error

	version uint64 // how many decisions it has taken in
	mark    string // what it saw after them: the same for the same sight
}

// read looks at the request as it stands.
func (s *sight) read(ctx context.Context) error {
	a, err := s.gateway.load(ctx, s.id)
	if err != nil {
		return err
	}
	if err := s.gateway.authorise(ctx, s.call, a); err != nil {
		return err
	}
	s.version = a.request.Version
	s.mark = markOf(s.call, access.ObjectOf(a.request), a.partner.View, s.version)
	return nil
}

// markOf tells one sight from another. A partner's is what it can see, staff's the version that their tags show.
func markOf(c Call, o access.Object, partner string, version uint64) string {
	if access.ViewOf(c.By, o) == access.PartnerView {
		return partner
	}
	return strconv.FormatUint(version, 10)
}

// begin tells what the reader may have missed, or that it missed nothing.
func (s *sight) begin(last string) error {
	if last != "" {
		if seen, err := s.gateway.Blinds.OpenCursor(s.bound(), last); err == nil && string(seen) == s.mark {
			return s.emit(FeedEvent{Kind: FeedHeartbeat})
		}
	}
	return s.tell()
}

func (s *sight) bound() string { return turnOf(s.call, "sight", s.id, s.call.task) }

func (s *sight) tell() error {
	return s.gateway.tell(s.bound(), s.mark, FeedEvent{Kind: FeedChanged}, s.emit)
}

// lost looks again, instead of at what was forgotten: how much that was is nothing to the reader.
func (s *sight) lost(ctx context.Context) (record.Position, error) {
	at, before := s.gateway.Feed.oldest(), s.mark
	if err := s.read(ctx); err != nil {
		return at, err
	}
	if s.mark == before {
		return at, nil
	}
	return at, s.tell()
}

// concerns says whether a decision on the request is newer than what was seen, and to be seen by this reader.
func (s *sight) concerns(change Change) bool {
	if change.After.Row.ID != s.id || change.After.Version <= s.version {
		return false
	}
	return !s.sees(change.After) || s.markAfter(change) != s.mark
}

func (s *sight) sees(side Side) bool {
	o := side.Object
	if s.call.task != "" {
		o = o.OfTask(s.call.task)
	}
	return access.May(s.call.By, s.call.Operation, o) == access.Allowed
}

func (s *sight) markAfter(change Change) string {
	return markOf(s.call, change.After.Object, change.After.Partner, change.After.Version)
}

func (s *sight) take(_ context.Context, change Change, _ record.Position) error {
	hidden := !s.sees(change.After) || s.gateway.Watch.Hides(s.call.By, s.id)
	s.version, s.mark = change.After.Version, s.markAfter(change)
	if err := s.tell(); err != nil || !hidden {
		return err
	}
	return errOver
}

// StreamQueue tells, without content, that what the caller sees of a unit's queue is another than before: once at the
// beginning, unless it goes on behind last, and then each time, until ctx ends or emit fails. Each event is authorised as
// it is told, and told when the board has it too, so that who asks for the queue then reads it.
func (g *Gateway) StreamQueue(ctx context.Context, c Call, unit verification.UnitCode, last string, emit func(FeedEvent) error) error {
	if err := g.serves(c, access.OfUnit(unit)); err != nil {
		return err
	}
	bound := turnOf(c, "queue", unit)
	at, known, err := g.resume(ctx, bound, last)
	if err != nil {
		return err
	}
	changed := func(at record.Position) error {
		return g.tell(bound, at.String(), FeedEvent{Kind: FeedChanged}, emit)
	}
	if !known {
		err = changed(at)
	} else {
		err = emit(FeedEvent{Kind: FeedHeartbeat})
	}
	if err != nil {
		return err
	}
	moved := g.moved(c.By, unit)
	return g.follow(ctx, at, listening{
		lost: func(ctx context.Context) (record.Position, error) {
			at, err := g.begin(ctx)
			if err != nil {
				return at, err
			}
			at = at.Or(g.Feed.oldest())
			return at, changed(at)
		},
		concerns: func(change Change) bool { return has(change.Before, unit) || has(change.After, unit) },
		take: func(ctx context.Context, change Change, at record.Position) error {
			if !moved(change) {
				return nil
			}
			g.settle(ctx, change.Place)
			return changed(at)
		},
		emit: emit,
	})
}

func has(s Side, unit verification.UnitCode) bool {
	for _, item := range s.Tasks {
		if item.Unit == unit {
			return true
		}
	}
	return false
}

// moved says of a change whether it is one of what the reader sees of a unit's queue. What was sealed meanwhile leaves it.
func (g *Gateway) moved(c access.Caller, unit verification.UnitCode) func(Change) bool {
	sees := access.Visible(c)
	items := func(s Side, hidden func(verification.TaskID) bool) []board.QueueItem {
		var out []board.QueueItem
		for _, item := range s.Tasks {
			if item.Unit == unit && sees(s.Object.OfTask(item.Task)) && !hidden(item.Task) {
				out = append(out, item)
			}
		}
		return out
	}
	return func(change Change) bool {
		before := items(change.Before, func(verification.TaskID) bool { return false })
		after := items(change.After, func(id verification.TaskID) bool { return g.Watch.HidesTask(c, id) })
		return !reflect.DeepEqual(before, after)
	}
}

// The board follows within milliseconds, or is away: then the list says so itself.
const (
	settles = 2 * time.Second
	asks    = 10 * time.Millisecond
)

// settle waits until the board has what the record has up to a place, as long as it is to be had.
func (g *Gateway) settle(ctx context.Context, at record.Place) {
	ctx, stop := context.WithTimeout(ctx, settles)
	defer stop()
	for {
		if held, err := g.Board.Position(ctx); err != nil || held.Record.Has(at) {
			return
		}
		select {
		case <-time.After(asks):
		case <-ctx.Done():
			return
		}
	}
}
