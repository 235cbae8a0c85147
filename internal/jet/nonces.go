package jet

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"verigate/internal/record"
)

// Nonces remembers for a while what may be used once, for all gateways, over
// their restarts: the stream NONCES, at most one message for each name. It is
// safe for concurrent use.
type Nonces struct {
	c   *Conn
	ttl time.Duration
}

// Nonces returns the store, in which a name stays for ttl by the clock of the
// servers. EnsureStreams has been called.
func (c *Conn) Nonces(ttl time.Duration) *Nonces { return &Nonces{c: c, ttl: ttl} }

// Spend uses a name up: true for the first who asks, false for all others
// until ttl is over. Durable when it returns. With an error it is not known
// whether the name was used up.
func (n *Nonces) Spend(ctx context.Context, name string) (first bool, err error) {
	if !(record.Subject{Kind: "nonce", ID: name}).Valid() {
		return false, errors.New("spend a nonce: its name makes no subject")
	}
	mark := []byte(rand.Text()) // an attempt whose answer was lost finds itself by it
	err = n.c.insist(ctx, "spend a nonce", func(ctx context.Context, _ int) error {
		m := &nats.Msg{Subject: "nonce." + name, Data: mark, Header: nats.Header{headerTTL: {n.ttl.String()}}}
		guard(m, 0)
		_, err := n.c.publish(ctx, m)
		if hasCode(err, codeWrongLast) {
			first, err = n.mine(ctx, name, string(mark))
			return err
		}
		first = err == nil
		return err
	})
	return first && err == nil, err
}

// mine says whether a name was used up by the attempts that left the mark.
func (n *Nonces) mine(ctx context.Context, name, mark string) (bool, error) {
	m, err := n.c.fromLeader(ctx, nonceStream, getRequest{LastFor: "nonce." + name})
	if errors.Is(err, errNoMessage) {
		return false, errAgain // its time is over since
	}
	if err != nil {
		return false, fmt.Errorf("read a nonce: %w", err)
	}
	return string(m.Data) == mark, nil
}
