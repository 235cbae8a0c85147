package jet

import (
	"context"
	"errors"
	"fmt"
	"strconv"

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

// Load returns the record's sequence that the follower has finished, 0 when
// it has to begin.
func (p *Positions) Load(ctx context.Context, follower string) (sequence uint64, err error) {
	err = p.c.insist(ctx, "position of "+follower, func(ctx context.Context, _ int) error {
		sequence, _, err = p.load(ctx, follower)
		return err
	})
	return sequence, err
}

// Save notes that everything up to the sequence is finished; it never goes
// back. Durable when it returns.
func (p *Positions) Save(ctx context.Context, follower string, sequence uint64) error {
	if !(record.Subject{Kind: "position", ID: follower}).Valid() {
		return fmt.Errorf("position of %q: not a name", follower)
	}
	return p.c.insist(ctx, "position of "+follower, func(ctx context.Context, _ int) error {
		have, place, err := p.load(ctx, follower)
		if err != nil || have >= sequence {
			return err
		}
		m := &nats.Msg{
			Subject: "position." + follower,
			Header:  nats.Header{headerRecord: {strconv.FormatUint(sequence, 10)}},
		}
		guard(m, place)
		_, err = p.c.publish(ctx, m)
		if hasCode(err, codeWrongLast) {
			return errAgain
		}
		return err
	})
}

func (p *Positions) load(ctx context.Context, follower string) (sequence, place uint64, err error) {
	m, err := p.c.fromLeader(ctx, queueStream, getRequest{LastFor: "position." + follower})
	if errors.Is(err, errNoMessage) {
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, err
	}
	sequence, err = strconv.ParseUint(m.Header.Get(headerRecord), 10, 64)
	if err != nil {
		return 0, 0, fmt.Errorf("queue sequence %d: %w", m.Sequence, record.ErrUnreadable)
	}
	return sequence, m.Sequence, nil
}
