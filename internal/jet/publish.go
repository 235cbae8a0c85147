package jet

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
)

// The headers of guards, time to live and atomic batches.
const (
	headerExpect      = "Nats-Expected-Last-Subject-Sequence"
	headerTTL         = "Nats-TTL"
	headerBatchID     = "Nats-Batch-Id"
	headerBatchSeq    = "Nats-Batch-Sequence"
	headerBatchCommit = "Nats-Batch-Commit"
)

// maxBatch is the server's limit of messages in one atomic batch.
const maxBatch = 1000

// guard sets the last sequence that the message's subject must have.
func guard(m *nats.Msg, last uint64) {
	m.Header.Set(headerExpect, strconv.FormatUint(last, 10))
}

// publish writes one message and returns its sequence, or one batch and the
// sequence of its last message. No retry: see insist. A store that cannot
// write now is found out while it does not answer.
func (c *Conn) publish(ctx context.Context, msgs ...*nats.Msg) (uint64, error) {
	ctx, stop := c.embedded.whileItWrites(ctx)
	defer stop()
	sequence, err := c.put(ctx, msgs...)
	if err != nil && uncertain(err) {
		if stuck := c.embedded.cannotWrite(); stuck != nil {
			return 0, stuck
		}
	}
	return sequence, err
}

// put is publish that waits for the answer, whatever the store is at.
func (c *Conn) put(ctx context.Context, msgs ...*nats.Msg) (uint64, error) {
	if len(msgs) > 1 {
		return c.publishBatch(ctx, msgs)
	}
	answer, err := c.request(ctx, msgs[0])
	if err != nil {
		return 0, err
	}
	return acknowledged(answer.Data)
}

// publishBatch stores all messages or none (ADR-50). The first is answered
// empty when the batch is open, the last commits; those between need no
// answer, for a gap refuses the commit.
func (c *Conn) publishBatch(ctx context.Context, msgs []*nats.Msg) (uint64, error) {
	if len(msgs) > maxBatch {
		return 0, fmt.Errorf("atomic batch of %d messages, at most %d", len(msgs), maxBatch)
	}
	id := rand.Text()
	for i, original := range msgs {
		m := inBatch(original, id, i+1)
		switch i {
		case 0:
			answer, err := c.request(ctx, m)
			if err != nil {
				return 0, err
			}
			if len(answer.Data) > 0 {
				_, err := acknowledged(answer.Data)
				return 0, cmp.Or(err, errors.New("atomic batch: opened with an acknowledgement"))
			}
		case len(msgs) - 1:
			m.Header.Set(headerBatchCommit, "1")
			answer, err := c.request(ctx, m)
			if err != nil {
				return 0, err
			}
			return acknowledged(answer.Data)
		default:
			if err := c.nc.PublishMsg(m); err != nil {
				return 0, err
			}
		}
	}
	return 0, errors.New("atomic batch: no commit")
}

// inBatch copies the message, for a retry is another batch.
func inBatch(m *nats.Msg, id string, place int) *nats.Msg {
	out := &nats.Msg{Subject: m.Subject, Data: m.Data, Header: nats.Header{}}
	for key, values := range m.Header {
		out.Header[key] = values
	}
	out.Header.Set(headerBatchID, id)
	out.Header.Set(headerBatchSeq, strconv.Itoa(place))
	return out
}

func acknowledged(data []byte) (uint64, error) {
	var ack struct {
		Sequence uint64 `json:"seq"`
	}
	if err := decodeAnswer(data, &ack); err != nil {
		return 0, err
	}
	if ack.Sequence == 0 {
		return 0, errors.New("acknowledgement without a sequence")
	}
	return ack.Sequence, nil
}
