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

// These are no keys': no kid has a point in it but a group's.
const (
	erasureSubject = "key.position.erasure"
	witnessSubject = "key.position.witness"
)

// headerNumberIn is the number of an entry in a witness's list.
const headerNumberIn = "Vg-Witnessed"

// Erasures is how far the record's erasures, and those of a witness's list, were carried out. It is kept in the stream KEYS itself, so that a KEYS that is
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
	return e.move(ctx, at.Or)
}

// CarriedOutOnly implements follow.Erasures.
func (e *Erasures) CarriedOutOnly(ctx context.Context, at record.Position) error {
	return e.move(ctx, func(record.Position) record.Position { return at })
}

// move keeps what a position is to become.
func (e *Erasures) move(ctx context.Context, becomes func(have record.Position) record.Position) error {
	return e.c.insist(ctx, "position of the erasures", func(ctx context.Context, _ int) error {
		have, place, err := e.load(ctx)
		next := becomes(have)
		if err != nil || next == have {
			return err
		}
		return e.keep(ctx, erasureSubject, nats.Header{headerRecord: {next.String()}}, place)
	})
}

// Witnessed is up to where in a witness's list the keys were destroyed; 0 at the beginning.
func (e *Erasures) Witnessed(ctx context.Context) (number uint64, err error) {
	err = e.c.insist(ctx, "place in the witness's list", func(ctx context.Context, _ int) error {
		number, _, err = e.witnessed(ctx)
		return err
	})
	return number, err
}

// CarriedOutWitnessed sets it, also back: another list begins anew.
func (e *Erasures) CarriedOutWitnessed(ctx context.Context, number uint64) error {
	return e.c.insist(ctx, "place in the witness's list", func(ctx context.Context, _ int) error {
		have, place, err := e.witnessed(ctx)
		if err != nil || have == number {
			return err
		}
		return e.keep(ctx, witnessSubject, nats.Header{headerNumberIn: {strconv.FormatUint(number, 10)}}, place)
	})
}

// keep writes what is to be known next behind a place, and drops what was.
func (e *Erasures) keep(ctx context.Context, subject string, h nats.Header, place uint64) error {
	m := &nats.Msg{Subject: subject, Header: h}
	guard(m, place)
	_, err := e.c.publish(ctx, m)
	if hasCode(err, codeWrongLast) {
		return errAgain
	}
	if err != nil {
		return err
	}
	return e.dropUpto(ctx, subject, place)
}

// dropUpto removes what is older: a subject of KEYS holds a few messages only, and refuses more.
func (e *Erasures) dropUpto(ctx context.Context, subject string, place uint64) error {
	for {
		m, err := e.c.fromLeader(ctx, keyStream, getRequest{Seq: 1, NextFor: subject})
		if err != nil {
			return err
		}
		if m.Sequence > place {
			return e.c.overwrote(ctx, keyStream)
		}
		if err := e.c.overwrite(ctx, keyStream, m.Sequence); err != nil {
			return err
		}
	}
}

// load returns the position, and the sequence at which KEYS holds it.
func (e *Erasures) load(ctx context.Context) (at record.Position, place uint64, err error) {
	m, err := e.kept(ctx, erasureSubject)
	if err != nil || m.Sequence == 0 {
		return at, 0, err
	}
	if at, err = record.ParsePosition(m.Header.Get(headerRecord)); err != nil {
		return at, 0, fmt.Errorf("keys sequence %d: %w", m.Sequence, err)
	}
	return at, m.Sequence, nil
}

func (e *Erasures) witnessed(ctx context.Context) (number, place uint64, err error) {
	m, err := e.kept(ctx, witnessSubject)
	if err != nil || m.Sequence == 0 {
		return 0, 0, err
	}
	if number, err = strconv.ParseUint(m.Header.Get(headerNumberIn), 10, 64); err != nil {
		return 0, 0, fmt.Errorf("keys sequence %d: %w", m.Sequence, record.ErrUnreadable)
	}
	return number, m.Sequence, nil
}

// kept is the last message of a subject; zero when there is none.
func (e *Erasures) kept(ctx context.Context, subject string) (stored, error) {
	m, err := e.c.fromLeader(ctx, keyStream, getRequest{LastFor: subject})
	if errors.Is(err, errNoMessage) {
		return stored{}, nil
	}
	return m, err
}
