package jet

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"

	"verigate/internal/follow"
	"verigate/internal/record"
)

// Positions is how far followers have come whose product is in JetStream.
// They are kept in the stream QUEUE itself: when it is lost they are lost
// with it, and the follower begins again. It is safe for concurrent use.
type Positions struct{ c *Conn }

var _ follow.Positions = (*Positions)(nil)

// Positions returns the followers' positions. EnsureStreams has been called.
func (c *Conn) Positions() *Positions { return &Positions{c: c} }

// Load returns how much of the record the follower has finished, zero when
// it has to begin.
func (p *Positions) Load(ctx context.Context, follower string) (at record.Position, err error) {
	err = p.c.insist(ctx, "position of "+follower, func(ctx context.Context, _ int) error {
		at, _, err = p.load(ctx, follower)
		return err
	})
	return at, err
}

// Save notes that everything up to a position is finished; it never goes
// back, in any partition. Durable when it returns.
func (p *Positions) Save(ctx context.Context, follower string, at record.Position) error {
	if !(record.Subject{Kind: "position", ID: follower}).Valid() {
		return fmt.Errorf("position of %q: not a name", follower)
	}
	return p.c.insist(ctx, "position of "+follower, func(ctx context.Context, _ int) error {
		have, place, err := p.load(ctx, follower)
		if err != nil || have.Covers(at) {
			return err
		}
		m := &nats.Msg{
			Subject: "position." + follower,
			Header:  nats.Header{headerRecord: {have.Or(at).String()}},
		}
		guard(m, place)
		_, err = p.c.publish(ctx, m)
		if hasCode(err, codeWrongLast) {
			return errAgain
		}
		return err
	})
}

// load returns the position, and the sequence at which QUEUE holds it.
func (p *Positions) load(ctx context.Context, follower string) (at record.Position, place uint64, err error) {
	m, err := p.c.fromLeader(ctx, queueStream, getRequest{LastFor: "position." + follower})
	if errors.Is(err, errNoMessage) {
		return at, 0, nil
	}
	if err != nil {
		return at, 0, err
	}
	if at, err = record.ParsePosition(m.Header.Get(headerRecord)); err != nil {
		return at, 0, fmt.Errorf("queue sequence %d: %w", m.Sequence, err)
	}
	return at, m.Sequence, nil
}
