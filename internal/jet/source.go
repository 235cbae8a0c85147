package jet

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/nats-io/nats.go"

	"verigate/internal/ledger"
	"verigate/internal/notary"
	"verigate/internal/record"
)

// Source is notary.Source on one stream: its messages as they are stored, whatever they mean.
type Source struct {
	c           *Conn
	stream, log string
	lasts       func(stored) bool // whether the stream is still the one of this log, by a message of it or none; nil: it is
}

var _ notary.Source = (*Source)(nil)

// Source reads a stream for the ledger.
func (c *Conn) Source(stream string) *Source { return &Source{c: c, stream: stream, log: stream} }

// RecordStreams are the streams of this record. EnsureStreams has been called.
func (c *Conn) RecordStreams() []string {
	all := make([]string, c.partitions)
	for i := range all {
		all[i] = recordStream(i, c.partitions)
	}
	return all
}

// Name implements notary.Source.
func (s *Source) Name() string { return s.log }

// Last implements notary.Source.
func (s *Source) Last(ctx context.Context) (last uint64, err error) {
	err = s.c.insist(ctx, "end of "+s.stream, func(ctx context.Context, _ int) error {
		end, err := s.c.end(ctx, s.stream)
		last = end.Last
		if hasCode(err, codeNoStream) {
			return notary.ErrLost
		}
		return err
	})
	return last, err
}

// Read implements notary.Source: from any replica, but what is not there the leader says.
func (s *Source) Read(ctx context.Context, from uint64, most int) (out []ledger.Message, err error) {
	what := fmt.Sprintf("read %s from sequence %d", s.stream, from)
	err = s.c.insist(ctx, what, func(ctx context.Context, _ int) error {
		raw, _, err := s.c.fromReplica(ctx, s.stream, getRequest{Seq: from, Batch: most})
		if err != nil {
			return err
		}
		if s.lasts != nil && !s.lasts(stored{}) {
			return notary.ErrReplaced
		}
		out = make([]ledger.Message, 0, len(raw))
		for i, m := range raw {
			if m.Sequence != from+uint64(i) {
				break // asked for again from there, which settles whether it is missing
			}
			if s.lasts != nil && !s.lasts(m) {
				return notary.ErrReplaced
			}
			m.Header = withoutDirect(m.Header)
			out = append(out, s.message(m))
		}
		if len(out) > 0 {
			return nil
		}
		return s.absent(ctx, from)
	})
	return out, err
}

// absent says why there is no message: nil when the stream ends before it.
func (s *Source) absent(ctx context.Context, sequence uint64) error {
	sure := s.c.embedded.counts()
	end, err := s.c.end(ctx, s.stream)
	if err != nil || end.Last < sequence {
		return err
	}
	_, err = s.c.fromLeader(ctx, s.stream, getRequest{Seq: sequence})
	switch {
	case errors.Is(err, errNoMessage) && !sure():
		return errAgain
	case errors.Is(err, errNoMessage), errors.Is(err, record.ErrUnreadable):
		return &notary.MissingError{Sequence: sequence}
	case err != nil:
		return err
	}
	return errAgain // the replica was behind
}

// Of implements notary.Source. It asks the leader once for each message.
func (s *Source) Of(ctx context.Context, subject string) (out []ledger.Message, err error) {
	err = s.c.insist(ctx, "read "+subject, func(ctx context.Context, _ int) error {
		out = nil
		sure := s.c.embedded.counts()
		for next := uint64(1); ; {
			m, err := s.c.fromLeader(ctx, s.stream, getRequest{Seq: next, NextFor: subject})
			if errors.Is(err, errNoMessage) {
				last, err := s.c.syncedTo(ctx, s.stream, sure)
				out = slices.DeleteFunc(out, func(m ledger.Message) bool { return m.Sequence > last })
				return err
			}
			if err != nil {
				return err
			}
			out, next = append(out, s.message(m)), m.Sequence+1
		}
	})
	return out, err
}

func (s *Source) message(m stored) ledger.Message {
	return ledger.Message{
		Stream: s.stream, Sequence: m.Sequence, Subject: m.Subject, Stored: m.Time, Header: m.Header, Data: m.Data,
	}
}

// withoutDirect takes away what the direct API has added behind the headers of a message, and leaves what was stored
// under such a name.
func withoutDirect(h nats.Header) nats.Header {
	h = maps.Clone(h)
	for _, name := range []string{headerStream, headerSubject, headerSequence, headerTime, headerPending, headerBefore} {
		values := h[name]
		if len(values) < 2 {
			delete(h, name)
			continue
		}
		h[name] = slices.Clone(values[:len(values)-1])
	}
	return h
}
