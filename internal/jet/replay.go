package jet

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"

	"verigate/internal/record"
)

// idle is how long a follower hears nothing before it asks the leader
// whether there is really nothing: an empty batch is not the end of a stream.
const idle = 2 * time.Second

// Replay implements record.Journal.
func (j *Journal) Replay(ctx context.Context, after record.Position, fn func(record.Sealed) error) error {
	var never record.Position
	for i := range never {
		never[i] = math.MaxUint64
	}
	err := j.ReplayUntil(ctx, after, never, fn)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// ReplayUntil implements record.Journal: the partitions are read side by side.
func (j *Journal) ReplayUntil(ctx context.Context, after, last record.Position, fn func(record.Sealed) error) error {
	var once sync.Mutex
	var failed error // of fn, which is not called any more
	oneAtATime := func(m record.Sealed) error {
		once.Lock()
		defer once.Unlock()
		if failed == nil {
			failed = fn(m)
		}
		return failed
	}
	group, within := errgroup.WithContext(ctx)
	for i := range j.partitions {
		r := &reader{j: j, partition: i, next: after[i] + 1, last: last[i], fn: oneAtATime}
		group.Go(func() error { return r.follow(within) })
	}
	return group.Wait()
}

// reader is one run over a partition; next is the sequence that must come.
type reader struct {
	j         *Journal
	partition int
	next      uint64
	last      uint64
	fn        func(record.Sealed) error
	failed    error // what ends the replay for good: fn's error, or a *record.SequenceError
}

// follow opens consumers, one after another, until every sequence up to last was given to fn.
func (r *reader) follow(ctx context.Context) error {
	for attempt := 0; r.next <= r.last; attempt++ {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("replay the record from %v: %w", r.at(), err)
		}
		before := r.next
		err := r.read(ctx)
		if r.failed != nil {
			return r.failed
		}
		if err != nil && !uncertain(err) {
			return fmt.Errorf("replay the record from %v: %w", r.at(), err)
		}
		if r.next > before {
			attempt = 0
		}
		if err != nil {
			sleep(ctx, pause(attempt))
		}
	}
	return nil
}

func (r *reader) stream() string { return recordStream(r.partition, r.j.partitions) }

// at is the place of what must come.
func (r *reader) at() record.Place { return record.Place{Partition: r.partition, Sequence: r.next} }

// read consumes until last, an error, or the end of ctx.
func (r *reader) read(ctx context.Context) error {
	consumer, err := r.j.c.js.OrderedConsumer(ctx, r.stream(), jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: r.next,
		InactiveThreshold: time.Minute,
	})
	if err != nil {
		return err
	}
	messages, err := consumer.Messages(jetstream.PullMaxMessages(1000))
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, messages.Stop)()
	defer messages.Stop()
	for r.next <= r.last && r.failed == nil {
		m, err := messages.Next(jetstream.NextMaxWait(idle))
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, nats.ErrTimeout):
			err = r.silence(ctx)
		case err != nil:
			return errors.Join(errAgain, err) // the reader broke, not the record
		default:
			err = r.take(ctx, m)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// take gives one message to fn when it is the one that must come.
func (r *reader) take(ctx context.Context, m jetstream.Msg) error {
	meta, err := m.Metadata()
	if err != nil {
		return fmt.Errorf("place of a message: %w", err)
	}
	if meta.Sequence.Stream < r.next {
		return nil
	}
	if meta.Sequence.Stream > r.next {
		return r.absent(ctx, r.j.c.embedded.counts())
	}
	sealed, err := decode(stored{
		Subject: m.Subject(), Sequence: r.next, Time: meta.Timestamp, Header: m.Headers(), Data: m.Data(),
	}, r.partition)
	if err == nil && sealed.Subject.In(r.j.partitions) != r.partition {
		err = record.AtSubject(r.at(), sealed.Subject, fmt.Errorf("in another partition than its own: %w", record.ErrUnreadable))
	}
	if err == nil {
		err = r.fn(sealed)
	}
	if err != nil {
		r.failed = err
		return nil
	}
	r.next++
	return nil
}

// silence asks the leader whether next exists although nothing comes. A question that is lost, as in an election, is
// asked again: a follower has no deadline of its own.
func (r *reader) silence(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, r.j.c.attempt)
	defer cancel()
	sure := r.j.c.embedded.counts()
	end, err := r.j.c.end(ctx, r.stream())
	if err != nil {
		return err
	}
	if end.Last < r.next {
		return nil
	}
	return r.absent(ctx, sure)
}

// absent is called when next did not come and something behind it exists. If
// the leader does not have it either, it is missing from the record, provided that the leader is sure of what it counts.
func (r *reader) absent(ctx context.Context, sure func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, r.j.c.attempt)
	defer cancel()
	_, err := r.j.c.fromLeader(ctx, r.stream(), getRequest{Seq: r.next})
	if errors.Is(err, errNoMessage) && !sure() {
		return errAgain
	}
	if errors.Is(err, errNoMessage) {
		r.failed = record.At(r.at(), record.ErrGap)
		return nil
	}
	if err != nil {
		return err
	}
	return errAgain
}
