package jet

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/nats-io/nats.go"

	"verigate/internal/notary"
)

// ledgerSubject, with the name of a log's stream behind it, is where its checkpoints are.
const ledgerSubject = "ledger."

// Ledger is notary.Book on the stream LEDGER. It is safe for concurrent use.
type Ledger struct{ c *Conn }

var _ notary.Book = (*Ledger)(nil)

// Ledger returns the book of checkpoints. EnsureStreams has been called.
func (c *Conn) Ledger() *Ledger { return &Ledger{c: c} }

// Latest implements notary.Book.
func (l *Ledger) Latest(ctx context.Context, log string) (note []byte, place uint64, err error) {
	err = l.c.insist(ctx, "last checkpoint of "+log, func(ctx context.Context, _ int) error {
		m, err := l.c.fromLeader(ctx, ledgerStream, getRequest{LastFor: ledgerSubject + log})
		if errors.Is(err, errNoMessage) {
			note, place = nil, 0
			return nil
		}
		note, place = m.Data, m.Sequence
		return err
	})
	return note, place, err
}

// Add implements notary.Book.
func (l *Ledger) Add(ctx context.Context, log string, note []byte, after uint64) error {
	m := &nats.Msg{Subject: ledgerSubject + log, Data: note, Header: nats.Header{}}
	guard(m, after)
	return l.c.insist(ctx, "add a checkpoint of "+log, func(ctx context.Context, _ int) error {
		_, err := l.c.publish(ctx, m)
		if !hasCode(err, codeWrongLast) {
			return err
		}
		last, err := l.c.fromLeader(ctx, ledgerStream, getRequest{LastFor: m.Subject})
		switch {
		case err != nil:
			return errAgain
		case bytes.Equal(last.Data, note):
			return nil // by an attempt whose answer was lost
		}
		return notary.ErrConflict
	})
}

// All implements notary.Book.
func (l *Ledger) All(ctx context.Context, log string, fn func(note []byte) error) error {
	for next := uint64(1); ; {
		var page []stored
		err := l.c.insist(ctx, "read the checkpoints of "+log, func(ctx context.Context, _ int) (err error) {
			page, _, err = l.c.fromReplica(ctx, ledgerStream, getRequest{Seq: next, NextFor: ledgerSubject + log, Batch: pageOf})
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, m := range page {
			if err := fn(m.Data); err != nil {
				return err
			}
		}
		next = page[len(page)-1].Sequence + 1
	}
}

// Logs are the names of all that have a checkpoint.
func (l *Ledger) Logs(ctx context.Context) (names []string, err error) {
	err = l.c.insist(ctx, "list the logs of the ledger", func(ctx context.Context, _ int) error {
		var answer struct {
			State struct {
				Subjects map[string]uint64 `json:"subjects"`
			} `json:"state"`
		}
		question := struct {
			Filter string `json:"subjects_filter"`
		}{ledgerSubject + "*"}
		if err := l.c.ask(ctx, "$JS.API.STREAM.INFO."+ledgerStream, question, &answer); err != nil {
			return err
		}
		names = nil
		for subject := range answer.State.Subjects {
			names = append(names, strings.TrimPrefix(subject, ledgerSubject))
		}
		slices.Sort(names)
		return nil
	})
	return names, err
}

// EvidenceLogs are the beginnings of evidence that have a log, in order. The last is the one that is written to, or was
// when it was lost.
func (l *Ledger) EvidenceLogs(ctx context.Context) ([]int64, error) {
	names, err := l.Logs(ctx)
	var all []int64
	for _, name := range names {
		if n, ok := evidenceBeginning(name); ok {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return all, err
}
