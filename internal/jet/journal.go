package jet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"golang.org/x/sync/errgroup"

	"verigate/internal/record"
)

// The clear header of a sealed message.
const (
	headerKID     = "Vg-Kid"
	headerCommand = "Vg-Command"
	headerVersion = "Vg-Version"
	headerKinds   = "Vg-Kinds"
	headerWire    = "Vg-Wire"
)

// foreignEnd is how often the leader may say "wrong last sequence" without
// showing a later message before the expected one is taken to be wrong.
const foreignEnd = 5

// pageOf is how many messages of an aggregate are asked for at a time.
const pageOf = 500

// Journal is record.Journal on the streams of the record.
type Journal struct {
	c          *Conn
	partitions int
}

var _ record.Journal = (*Journal)(nil)

// Journal returns the record. EnsureStreams has been called, which knows how
// the record is divided: without that it panics.
func (c *Conn) Journal() *Journal {
	if c.partitions == 0 {
		panic("jet: Journal before EnsureStreams")
	}
	return &Journal{c: c, partitions: c.partitions}
}

// shelf is where an aggregate lies: a partition, its stream, and the subject there.
type shelf struct {
	partition    int
	stream, name string
}

func (j *Journal) shelf(s record.Subject) shelf {
	partition := s.In(j.partitions)
	return shelf{partition: partition, stream: recordStream(partition, j.partitions), name: s.Name(partition)}
}

// Append implements record.Journal.
func (j *Journal) Append(ctx context.Context, m record.Sealed, after uint64) (seq uint64, err error) {
	if !m.Subject.Valid() {
		return 0, fmt.Errorf("append: subject %q %q: %w", m.Kind, m.ID, record.ErrUnreadable)
	}
	err = j.c.insist(ctx, "append to "+j.shelf(m.Subject).name, func(ctx context.Context, attempt int) error {
		seq, err = j.append(ctx, m, after, attempt)
		return err
	})
	return seq, err
}

// settle finds out who took the place behind `after`: an earlier attempt of
// this very write, or somebody else.
func (j *Journal) settle(ctx context.Context, m record.Sealed, after uint64, attempt int) (uint64, error) {
	next, err := j.behind(ctx, j.shelf(m.Subject), after)
	if errors.Is(err, errNoMessage) && attempt < foreignEnd {
		return 0, errAgain // the leader is new and behind, or the store has failed, which append looks at first
	}
	if errors.Is(err, errNoMessage) {
		return 0, record.ErrConflict // `after` is not of this record
	}
	if err != nil {
		return 0, err
	}
	return whose(next, m)
}

// whose says whose the place of a message is, by what stands there.
func whose(by stored, m record.Sealed) (uint64, error) {
	if by.Header.Get(headerCommand) == m.Command && bytes.Equal(by.Data, m.Data) {
		return by.Sequence, nil
	}
	return 0, record.ErrConflict
}

// Read implements record.Journal: the last message from the leader says how
// many there are, and one batch brings the others.
func (j *Journal) Read(ctx context.Context, s record.Subject) (out []record.Sealed, err error) {
	if !s.Valid() {
		return nil, fmt.Errorf("read: subject: %w", record.ErrNotFound)
	}
	on := j.shelf(s)
	err = j.c.insist(ctx, "read "+on.name, func(ctx context.Context, attempt int) error {
		sure := j.c.embedded.counts()
		if out, err = j.read(ctx, on, attempt); err != nil {
			return err
		}
		out, err = j.synced(ctx, on, out, sure)
		return err
	})
	return out, err
}

func (j *Journal) read(ctx context.Context, on shelf, attempt int) ([]record.Sealed, error) {
	raw, err := j.c.fromLeader(ctx, on.stream, getRequest{LastFor: on.name})
	if errors.Is(err, errNoMessage) {
		return nil, record.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	last, err := decode(raw, on.partition)
	if err != nil {
		return nil, err
	}
	if last.Version == 0 {
		return []record.Sealed{last}, nil
	}
	earlier := j.batch
	if attempt > 1 {
		earlier = j.oneByOne // replicas were behind twice
	}
	out, err := earlier(ctx, on, last.Version)
	if err != nil {
		return nil, err
	}
	return whole(append(out, last), attempt)
}

// whole checks that version n is at place n. What a replica did not show is
// asked again; what the leader does not have is missing.
func whole(all []record.Sealed, attempt int) ([]record.Sealed, error) {
	for i, m := range all {
		if m.Version == uint64(i) {
			continue
		}
		if attempt < 2 {
			return nil, errAgain
		}
		return nil, record.At(m.Place, fmt.Errorf("version %d before it is %w", i, record.ErrGap))
	}
	return all, nil
}

// batch reads the first n messages of a subject from any replica.
func (j *Journal) batch(ctx context.Context, on shelf, n uint64) ([]record.Sealed, error) {
	out := make([]record.Sealed, 0, n+1)
	for from := uint64(1); uint64(len(out)) < n; {
		size := int(min(n-uint64(len(out)), pageOf))
		page, _, err := j.c.fromReplica(ctx, on.stream, getRequest{Seq: from, NextFor: on.name, Batch: size})
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			return out, nil
		}
		for _, raw := range page {
			m, err := decode(raw, on.partition)
			if err != nil {
				return nil, err
			}
			out = append(out, m)
		}
		from = page[len(page)-1].Sequence + 1
	}
	return out, nil
}

// oneByOne reads the first n messages of a subject from the leader.
func (j *Journal) oneByOne(ctx context.Context, on shelf, n uint64) ([]record.Sealed, error) {
	var out []record.Sealed
	for from := uint64(1); uint64(len(out)) < n; {
		raw, err := j.c.fromLeader(ctx, on.stream, getRequest{Seq: from, NextFor: on.name})
		if errors.Is(err, errNoMessage) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		m, err := decode(raw, on.partition)
		if err != nil {
			return nil, err
		}
		out, from = append(out, m), raw.Sequence+1
	}
	return out, nil
}

// Last implements record.Journal. The partitions are asked side by side.
func (j *Journal) Last(ctx context.Context) (last record.Position, err error) {
	group, ctx := errgroup.WithContext(ctx)
	for i := range j.partitions {
		group.Go(func() error {
			return j.c.insist(ctx, "end of the record", func(ctx context.Context, _ int) error {
				stream := recordStream(i, j.partitions)
				end, err := j.c.end(ctx, stream)
				if err == nil {
					last[i], err = j.c.written(ctx, stream, end.Last)
				}
				return err
			})
		})
	}
	if err := group.Wait(); err != nil {
		return record.Position{}, err
	}
	return last, nil
}

// Written is when the last message of the record was stored, by the store's clock; zero of a record that is not begun.
func (j *Journal) Written(ctx context.Context) (last time.Time, err error) {
	for i := range j.partitions {
		var end streamEnd
		err := j.c.insist(ctx, "time of the record", func(ctx context.Context, _ int) (err error) {
			end, err = j.c.end(ctx, recordStream(i, j.partitions))
			return err
		})
		if err != nil {
			return time.Time{}, err
		}
		if end.Count > 0 && end.Written.After(last) {
			last = end.Written
		}
	}
	return last, nil
}

func encode(m record.Sealed, name string) *nats.Msg {
	return &nats.Msg{
		Subject: name,
		Data:    m.Data,
		Header: nats.Header{
			headerKID:     {m.KID},
			headerCommand: {m.Command},
			headerVersion: {strconv.FormatUint(m.Version, 10)},
			headerKinds:   {strings.Join(m.Kinds, ",")},
			headerWire:    {strconv.Itoa(m.Wire)},
		},
	}
}

// decode reads a message that stands in a partition.
func decode(raw stored, partition int) (record.Sealed, error) {
	at := record.Place{Partition: partition, Sequence: raw.Sequence}
	subject, named, err := record.ParseSubject(raw.Subject)
	if err != nil {
		return record.Sealed{}, record.At(at, err)
	}
	if named != partition {
		return record.Sealed{}, record.AtSubject(at, subject, fmt.Errorf("subject of partition %d: %w", named, record.ErrUnreadable))
	}
	version, err := strconv.ParseUint(raw.Header.Get(headerVersion), 10, 64)
	if err != nil {
		return record.Sealed{}, record.AtSubject(at, subject, fmt.Errorf("version: %w", record.ErrUnreadable))
	}
	wire, err := strconv.Atoi(raw.Header.Get(headerWire))
	if err != nil {
		return record.Sealed{}, record.AtSubject(at, subject, fmt.Errorf("wire form: %w", record.ErrUnreadable))
	}
	return record.Sealed{
		Subject: subject,
		Header: record.Header{
			KID: raw.Header.Get(headerKID), Command: raw.Header.Get(headerCommand), Version: version,
			Kinds: strings.Split(raw.Header.Get(headerKinds), ","), Wire: wire,
		},
		Place:  at,
		Stored: raw.Time.In(time.UTC),
		Data:   raw.Data,
	}, nil
}
