package main

import (
	"context"
	"errors"
	"fmt"

	"verigate/internal/jet"
	"verigate/internal/record"
)

// bare is the store alone: the same embedded server with the same streams in a directory of its own, and the guarded
// publish (expect 0) that a creation needs at least. Nothing is checked, sealed, signed or followed.
type bare struct {
	server *jet.Server
	conn   *jet.Conn
	like   record.Sealed // a message of the gateway: its headers and its bytes
}

func openBare(ctx context.Context, dir string, like record.Sealed) (*bare, error) {
	server, err := jet.Embedded(ctx, jet.Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	conn, err := server.Connect()
	if err != nil {
		server.Close()
		return nil, err
	}
	b := &bare{server: server, conn: conn, like: like}
	if err := conn.EnsureStreams(ctx, 1); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func (b *bare) close() {
	b.conn.Close()
	b.server.Close()
}

// publish writes the message under a new subject.
func (b *bare) publish(ctx context.Context) error {
	m := b.like
	m.ID = reference()
	_, err := b.conn.Journal().Append(ctx, m, 0)
	return err
}

// publishOne is publish into one stream of those among which a record is parted.
func (b *bare) publishOne(ctx context.Context) error {
	m := b.like
	for m.ID = reference(); m.In(record.Partitions) != 0; {
		m.ID = reference()
	}
	_, err := b.conn.Journal().Append(ctx, m, 0)
	return err
}

var errFound = errors.New("found")

// sample returns the newest message of a request from a gateway's record, as it is stored.
func sample(ctx context.Context, j *jet.Journal) (record.Sealed, error) {
	var last record.Sealed
	end, err := j.Last(ctx)
	if err != nil {
		return last, fmt.Errorf("end of the record: %w", err)
	}
	err = j.ReplayUntil(ctx, record.Position{}, end, func(m record.Sealed) error {
		if m.Kind == record.KindRequest {
			last = m
			return errFound
		}
		return nil
	})
	if !errors.Is(err, errFound) {
		return last, fmt.Errorf("no request in the record up to %v: %w", end, err)
	}
	return last, nil
}
