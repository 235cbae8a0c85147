package jet

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"

	"verigate/internal/follow"
	"verigate/internal/record"
)

// erasureSubject is no key's: no kid has a point in it but a group's.
const erasureSubject = "key.position.erasure"

// Erasures is how far the record's erasures were carried out. It is kept in the stream KEYS itself, so that a KEYS that is
// restored says how far its own erasures go. It is safe for concurrent use.
type Erasures struct{ c *Conn }

var _ follow.Erasures = (*Erasures)(nil)

// Erasures returns the position of the erasures. EnsureStreams has been called.
func (c *Conn) Erasures() *Erasures { return &Erasures{c: c} }

// Upto implements follow.Erasures.
func (e *Erasures) Upto(ctx context.Context) (at record.Position, err error) {
	err = e.c.insist(ctx, "position of the erasures", func(ctx context.Context, _ int) error {
		at, _, err = e.load(ctx)
		return err
	})
	return at, err
}

// CarriedOut implements follow.Erasures.
func (e *Erasures) CarriedOut(ctx context.Context, at record.Position) error {
	return e.c.insist(ctx, "position of the erasures", func(ctx context.Context, _ int) error {
		have, place, err := e.load(ctx)
		if err != nil || have.Covers(at) {
			return err
		}
		m := &nats.Msg{Subject: erasureSubject, Header: nats.Header{headerRecord: {have.Or(at).String()}}}
		guard(m, place)
		if _, err = e.c.publish(ctx, m); hasCode(err, codeWrongLast) {
			return errAgain
		}
		if err != nil {
			return err
		}
		return e.dropUpto(ctx, place)
	})
}

// dropUpto removes older positions: a subject of KEYS holds a few messages only, and refuses more.
func (e *Erasures) dropUpto(ctx context.Context, place uint64) error {
	for {
		m, err := e.c.fromLeader(ctx, keyStream, getRequest{Seq: 1, NextFor: erasureSubject})
		if err != nil || m.Sequence > place {
			return err
		}
		if err := e.c.overwrite(ctx, keyStream, m.Sequence); err != nil {
			return err
		}
	}
}

// load returns the position, and the sequence at which KEYS holds it.
func (e *Erasures) load(ctx context.Context) (at record.Position, place uint64, err error) {
	m, err := e.c.fromLeader(ctx, keyStream, getRequest{LastFor: erasureSubject})
	if errors.Is(err, errNoMessage) {
		return at, 0, nil
	}
	if err != nil {
		return at, 0, err
	}
	if at, err = record.ParsePosition(m.Header.Get(headerRecord)); err != nil {
		return at, 0, fmt.Errorf("keys sequence %d: %w", m.Sequence, err)
	}
	return at, m.Sequence, nil
}
