package jet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"verigate/internal/record"
	"verigate/internal/screen"
)

// Pairings is screen.Store on the stream PAIRINGS: each device that waits under its code, until the server drops it. It is
// safe for concurrent use.
type Pairings struct{ c *Conn }

var _ screen.Store = (*Pairings)(nil)

// Pairings returns the store of devices that wait. EnsureStreams has been called.
func (c *Conn) Pairings() *Pairings { return &Pairings{c: c} }

// Put implements screen.Store.
func (p *Pairings) Put(ctx context.Context, code screen.Code, w screen.Waiting, lives time.Duration) (kept bool, err error) {
	subject, err := pairingSubject(code)
	if err != nil {
		return false, err
	}
	data, err := json.Marshal(w)
	if err != nil {
		return false, fmt.Errorf("write a screen that waits: %w", err)
	}
	m := lasting(subject, data, lives)
	guard(m, 0)
	err = p.insist(ctx, "keep a screen that waits", func(ctx context.Context, attempt int) error {
		_, err := p.c.publish(ctx, m)
		if !hasCode(err, codeWrongLast) {
			kept = err == nil
			return err
		}
		if attempt == 0 {
			return nil
		}
		have, err := p.c.fromLeader(ctx, pairingStream, getRequest{LastFor: subject})
		if errors.Is(err, errNoMessage) {
			return errAgain // its time is over since
		}
		kept = err == nil && string(have.Data) == string(data) // of an attempt whose answer was lost
		return err
	})
	return kept && err == nil, err
}

// Find implements screen.Store.
func (p *Pairings) Find(ctx context.Context, code screen.Code) (w screen.Waiting, waits bool, err error) {
	subject, err := pairingSubject(code)
	if err != nil {
		return w, false, err
	}
	err = p.insist(ctx, "look for a screen that waits", func(ctx context.Context, _ int) error {
		have, err := p.c.fromLeader(ctx, pairingStream, getRequest{LastFor: subject})
		if errors.Is(err, errNoMessage) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := json.Unmarshal(have.Data, &w); err != nil {
			return fmt.Errorf("a screen that waits at %d: %w", have.Sequence, record.ErrUnreadable)
		}
		waits = true
		return nil
	})
	return w, waits && err == nil, err
}

func pairingSubject(code screen.Code) (string, error) {
	if !(record.Subject{Kind: "pairing", ID: string(code)}).Valid() {
		return "", errors.New("a screen's code makes no subject")
	}
	return "pairing." + string(code), nil
}

// insist is Conn.insist in the words of package screen.
func (p *Pairings) insist(ctx context.Context, what string, try func(context.Context, int) error) error {
	err := p.c.insist(ctx, what, try)
	if errors.Is(err, record.ErrUnavailable) {
		return fmt.Errorf("%w: %w", screen.ErrUnavailable, err)
	}
	return err
}
