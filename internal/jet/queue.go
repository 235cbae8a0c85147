package jet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"verigate/internal/follow"
	"verigate/internal/record"
)

// The clear header of a queue's message beside headerVersion: the record's
// sequence that it follows from, and that the task has left the queue.
const (
	headerRecord = "Vg-Record"
	headerGone   = "Vg-Gone"
)

// tombstoneFor is how long a task that left stays visible as gone, so that
// mirrors and agents hear of it. A purge would not travel.
const tombstoneFor = 5 * time.Minute

// Item is one task in a unit's queue.
type Item = follow.Item

// Queue is the tasks that wait at units: at most one message for each. It is
// a projection of the record: what was lost is made again by following the
// record from the start. It is safe for concurrent use, also by several
// gateways that follow the same record at different places.
type Queue struct{ c *Conn }

var _ follow.Queue = (*Queue)(nil)

// Queue returns the units' queues. EnsureStreams has been called.
func (c *Conn) Queue() *Queue { return &Queue{c: c} }

// change is one subject's next message.
type change struct {
	item Item
	gone bool
}

// Put makes item the state of its task, unless a state of the same or a later
// decision is there. Durable when it returns.
func (q *Queue) Put(ctx context.Context, item Item) error {
	return q.apply(ctx, change{item: item})
}

// worthBatch is from how many messages on an atomic batch is cheaper. Whatever
// is in it, it takes some 10 ms, which is as long as 64 writes one after
// another on a disk at rest, and the CPU of some twenty.
const worthBatch = 64

// PutAll is Put for each. Many tasks that are said to be new are written in
// one batch, all or none.
func (q *Queue) PutAll(ctx context.Context, items []Item) error {
	for some := range slices.Chunk(items, maxBatch) {
		if err := q.putMany(ctx, some, nil); err != nil {
			return err
		}
	}
	return nil
}

// putMany writes in one batch, while they are many, the tasks that are not
// there yet. When somebody was faster with one of them each half is looked for
// and written for itself: the smaller a batch, the sooner it follows its look.
// What was wrong otherwise is found again, and insisted on, by Put.
func (q *Queue) putMany(ctx context.Context, items []Item, have map[string]stored) error {
	items, msgs, err := missing(items, have)
	if err == nil && len(msgs) >= worthBatch {
		err = q.putBatch(ctx, msgs)
		if err == nil {
			return nil
		}
		if hasCode(err, codeWrongLast) {
			return q.putHalves(ctx, items)
		}
	}
	for _, item := range items {
		if err := q.Put(ctx, item); err != nil {
			return err
		}
	}
	return nil
}

func (q *Queue) putHalves(ctx context.Context, items []Item) error {
	for half := range slices.Chunk(items, (len(items)+1)/2) {
		have, err := q.present(ctx, half)
		if err != nil {
			return err
		}
		if err := q.putMany(ctx, half, have); err != nil {
			return err
		}
	}
	return nil
}

func (q *Queue) putBatch(ctx context.Context, msgs []*nats.Msg) error {
	ctx, cancel := context.WithTimeout(ctx, attemptWithin)
	defer cancel()
	_, err := q.c.publish(ctx, msgs...)
	return err
}

// errNotNew says that a batch is not for these tasks.
var errNotNew = errors.New("not all are said to be new")

// missing is what is not there in this state or a newer one, and its messages.
func missing(items []Item, have map[string]stored) (left []Item, msgs []*nats.Msg, err error) {
	for _, it := range items {
		if !it.New || !subject(it).Valid() {
			return items, nil, errNotNew
		}
		name := queueSubject(it.Unit, it.Task)
		was, ok := have[name]
		if ok {
			old, _, err := item(was)
			if err != nil {
				return nil, nil, err
			}
			if old.Record >= it.Record {
				continue
			}
		}
		left, msgs = append(left, it), append(msgs, message(name, change{item: it}, was.Sequence))
	}
	return left, msgs, nil
}

// present is what a replica has of these tasks, by their subjects.
func (q *Queue) present(ctx context.Context, items []Item) (have map[string]stored, err error) {
	names := make([]string, len(items))
	for i, it := range items {
		names[i] = queueSubject(it.Unit, it.Task)
	}
	err = q.c.insist(ctx, "look for queued tasks", func(ctx context.Context, _ int) error {
		have = make(map[string]stored, len(items))
		page, _, err := q.c.fromReplica(ctx, queueStream, getRequest{LastForAll: names, Batch: len(names)})
		for _, m := range page {
			have[m.Subject] = m
		}
		return err
	})
	return have, err
}

// Remove takes the task out of the unit's queue by a decision at sequence
// item.Record; its Payload is not read. A task that is not there is no error:
// it is marked as gone all the same, for somebody who makes the queues again
// may be about to put an earlier state of it.
func (q *Queue) Remove(ctx context.Context, item Item) error {
	return q.apply(ctx, change{item: item, gone: true})
}

// Move takes one task out and puts others in, all or none: a forward.
func (q *Queue) Move(ctx context.Context, from Item, to ...Item) error {
	changes := []change{{item: from, gone: true}}
	for _, item := range to {
		changes = append(changes, change{item: item})
	}
	return q.apply(ctx, changes...)
}

func (q *Queue) apply(ctx context.Context, changes ...change) error {
	for _, ch := range changes {
		if !subject(ch.item).Valid() {
			return fmt.Errorf("queue: unit %q and task %q make no subject", ch.item.Unit, ch.item.Task)
		}
	}
	what := "queue task " + changes[0].item.Task
	return q.c.insist(ctx, what, func(ctx context.Context, attempt int) error {
		var msgs []*nats.Msg
		for _, ch := range changes {
			m, err := q.next(ctx, ch, attempt == 0)
			if err != nil {
				return err
			}
			if m != nil {
				msgs = append(msgs, m)
			}
		}
		if len(msgs) == 0 {
			return nil
		}
		_, err := q.c.publish(ctx, msgs...)
		if hasCode(err, codeWrongLast) {
			return errAgain // somebody wrote meanwhile: compare again
		}
		return err
	})
}

// next is the message that brings the subject to the change, guarded by what
// is there now; nil when it is there already, or something newer. At the first
// attempt a task that is said to be new is guarded by "nothing is there"
// without a look: the guard finds out.
func (q *Queue) next(ctx context.Context, ch change, first bool) (*nats.Msg, error) {
	name := queueSubject(ch.item.Unit, ch.item.Task)
	if first && ch.item.New && !ch.gone {
		return message(name, ch, 0), nil
	}
	have, err := q.c.fromLeader(ctx, queueStream, getRequest{LastFor: name})
	absent := errors.Is(err, errNoMessage)
	if err != nil && !absent {
		return nil, err
	}
	if !absent {
		old, _, err := item(have)
		if err != nil {
			return nil, err
		}
		if old.Record >= ch.item.Record {
			return nil, nil
		}
	}
	return message(name, ch, have.Sequence), nil
}

func message(name string, ch change, after uint64) *nats.Msg {
	m := &nats.Msg{Subject: name, Data: ch.item.Payload, Header: nats.Header{
		headerRecord:  {strconv.FormatUint(ch.item.Record, 10)},
		headerVersion: {strconv.FormatUint(ch.item.Version, 10)},
	}}
	if ch.gone {
		m.Data = nil
		m.Header.Set(headerGone, "1")
		m.Header.Set(headerTTL, tombstoneFor.String())
	}
	guard(m, after)
	return m
}

// subject says what can be one, by the rule of the record's.
func subject(item Item) record.Subject { return record.Subject{Kind: item.Unit, ID: item.Task} }

func queueSubject(unit, task string) string { return "queue." + unit + "." + task }

// item reads a message of the queue.
func item(m stored) (it Item, gone bool, err error) {
	parts := strings.Split(m.Subject, ".")
	if len(parts) != 3 || parts[0] != "queue" {
		return Item{}, false, fmt.Errorf("queue sequence %d: subject: %w", m.Sequence, record.ErrUnreadable)
	}
	it = Item{Unit: parts[1], Task: parts[2], Payload: m.Data}
	for name, to := range map[string]*uint64{headerRecord: &it.Record, headerVersion: &it.Version} {
		if *to, err = strconv.ParseUint(m.Header.Get(name), 10, 64); err != nil {
			return Item{}, false, fmt.Errorf("queue sequence %d: header %s: %w", m.Sequence, name, record.ErrUnreadable)
		}
	}
	return it, m.Header.Get(headerGone) != "", nil
}

// Page asks for a part of a queue.
type Page struct {
	Unit  string // empty: of every unit
	After uint64 // the Next of the page before, 0 for the first
	Limit int    // 1 to 1,000
}

// List returns tasks in the order in which they got their present state, and
// where the next page begins, 0 when this was the last. It may come from a
// replica that is a moment behind.
func (q *Queue) List(ctx context.Context, p Page) (items []Item, next uint64, err error) {
	err = q.c.insist(ctx, "list queue of "+p.Unit, func(ctx context.Context, _ int) error {
		items, next, err = q.list(ctx, p)
		return err
	})
	return items, next, err
}

func (q *Queue) list(ctx context.Context, p Page) ([]Item, uint64, error) {
	unit := p.Unit
	if unit == "" {
		unit = "*"
	}
	var items []Item
	for from := p.After + 1; ; {
		req := getRequest{Seq: from, NextFor: queueSubject(unit, "*"), Batch: p.Limit - len(items)}
		page, more, err := q.c.fromReplica(ctx, queueStream, req)
		if err != nil {
			return nil, 0, err
		}
		for _, m := range page {
			it, gone, err := item(m)
			if err != nil {
				return nil, 0, err
			}
			if !gone {
				items = append(items, it)
			}
		}
		if more == 0 || len(page) == 0 {
			return items, 0, nil
		}
		last := page[len(page)-1].Sequence
		if len(items) >= p.Limit {
			return items, last, nil
		}
		from = last + 1
	}
}

// Delivery is one task given to a unit's machine, to be acknowledged within
// 30 s or it is given again.
type Delivery struct {
	Item
	Gone bool // the task has left the queue
	msg  jetstream.Msg
}

// Done says that the delivery needs not be given again; it waits until the
// server has noted it.
func (d Delivery) Done(ctx context.Context) error { return d.msg.DoubleAck(ctx) }

// Later gives the task back, to be delivered again after the delay.
func (d Delivery) Later(delay time.Duration) error { return d.msg.NakWithDelay(delay) }

// Pull gives up to n tasks of one unit to its machine, each once at a time
// over all that pull for the unit, and waits up to `wait` for the first. Its
// place is kept by the server. Claiming is a command on the record, not this.
func (q *Queue) Pull(ctx context.Context, unit string, n int, wait time.Duration) ([]Delivery, error) {
	consumer, err := q.c.js.CreateOrUpdateConsumer(ctx, queueStream, jetstream.ConsumerConfig{
		Durable: "unit-" + unit, FilterSubject: queueSubject(unit, "*"),
		AckPolicy: jetstream.AckExplicitPolicy, AckWait: 30 * time.Second, MaxAckPending: 100,
	})
	if err != nil {
		return nil, fmt.Errorf("pull queue of %s: %w", unit, err)
	}
	batch, err := consumer.Fetch(n, jetstream.FetchMaxWait(wait))
	if err != nil {
		return nil, fmt.Errorf("pull queue of %s: %w", unit, err)
	}
	var out []Delivery
	for m := range batch.Messages() {
		d := Delivery{msg: m}
		d.Item, d.Gone, err = item(stored{Subject: m.Subject(), Header: m.Headers(), Data: m.Data()})
		if err != nil {
			return nil, fmt.Errorf("pull queue of %s: %w", unit, err)
		}
		out = append(out, d)
	}
	if err := batch.Error(); err != nil && !errors.Is(err, nats.ErrTimeout) {
		return out, fmt.Errorf("pull queue of %s: %w", unit, err)
	}
	return out, nil
}

// Clear empties all queues and forgets all positions kept with them, so that
// followers make them again from the start of the record.
func (q *Queue) Clear(ctx context.Context) error {
	stream, err := q.c.js.Stream(ctx, queueStream)
	if err == nil {
		err = stream.Purge(ctx)
	}
	return wrap("clear queues", err)
}
