package jet

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/nats-io/nats.go"

	"verigate/internal/evidence"
	"verigate/internal/record"
)

// What goes wrong with a stream on its way out or in.
var (
	// ErrNoBackupRights says that nobody answers this credential about snapshots, which is right for a gateway's, for longer than an
	// election takes.
	ErrNoBackupRights = errors.New("no answer about a snapshot: the credential may not take or restore backups, as no gateway's may: name the servers with the setup credential of accounts.conf")
	// ErrStreamExists says that a stream which is to be restored is there already.
	ErrStreamExists = errors.New("the stream is there already")
	// ErrStreamMissing says that a stream which a backup has to have is not there.
	ErrStreamMissing = errors.New("the stream is missing")
)

const (
	snapshotChunk   = 512 << 10
	snapshotWithin  = 30 * time.Second // for the next chunk, of either side
	snapshotRestore = 30 * time.Minute // for a server to finish a stream whose last chunk it has
	headAtMost      = 1 << 20
)

// Head is the first line of a stream in a backup, in JSON; behind it is the archive that nats-server makes.
type Head struct {
	Config json.RawMessage `json:"config"`
	State  json.RawMessage `json:"state"`
}

// Extent says which messages of a stream there are; First is 0 when there is none.
type Extent struct {
	First    uint64 `json:"first_seq"`
	Last     uint64 `json:"last_seq"`
	Messages uint64 `json:"messages"`
}

// Extent reads that of a backup.
func (h Head) Extent() (e Extent, err error) {
	if err := json.Unmarshal(h.State, &e); err != nil {
		return e, fmt.Errorf("state of a stream in a backup: %w", err)
	}
	return e.plain(), nil
}

// plain is an extent as it is said in one way: the server has two for a stream that is empty.
func (e Extent) plain() Extent {
	if e.Messages == 0 {
		e.First = 0
	}
	return e
}

// ReadHead reads the first line of a stream in a backup, and leaves the archive.
func ReadHead(from *bufio.Reader) (h Head, err error) {
	line, err := from.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return h, errors.New("a stream in a backup does not begin with its description")
	}
	if err != nil {
		return h, fmt.Errorf("description of a stream in a backup: %w", err)
	}
	if err := json.Unmarshal(line, &h); err != nil {
		return h, fmt.Errorf("description of a stream in a backup: %w", err)
	}
	return h, nil
}

// HeadReader is a reader that a Head fits into.
func HeadReader(from io.Reader) *bufio.Reader { return bufio.NewReaderSize(from, headAtMost) }

// BackupStreams are those that a backup has to have, in the order in which they are taken: none knows more than one that
// comes later. LEDGER promises what the others have, RECORD_0 holds the calendars that requests in the other are pinned to,
// and KEYS, the last, has the key of every message. QUEUE follows from the record; SESSIONS, DRAFTS, PAIRINGS, SIGN_INS and
// NONCES may be lost.
func (c *Conn) BackupStreams(ctx context.Context) ([]string, error) {
	begun, n, err := c.divided(ctx)
	if err != nil {
		return nil, err
	}
	if !begun {
		return nil, fmt.Errorf("%s: %w", recordStream(0, n), ErrStreamMissing)
	}
	all := []string{ledgerStream, evidence.Stream}
	for i := n - 1; i >= 0; i-- {
		all = append(all, recordStream(i, n))
	}
	all = append(all, keyStream)
	for _, stream := range all {
		if _, there, err := c.Extent(ctx, stream); err != nil || !there {
			return nil, errors.Join(err, fmt.Errorf("%s: %w", stream, ErrStreamMissing))
		}
	}
	return all, nil
}

// Extent says what a stream has, and false when it is not there.
func (c *Conn) Extent(ctx context.Context, stream string) (e Extent, there bool, err error) {
	err = c.insist(ctx, "look for stream "+stream, func(ctx context.Context, _ int) error {
		end, err := c.end(ctx, stream)
		if hasCode(err, codeNoStream) {
			return nil
		}
		e, there = Extent{First: end.First, Last: end.Last, Messages: end.Count}.plain(), err == nil
		return err
	})
	return e, there, err
}

// Snapshot writes a stream as it is at one moment of the call, its Head first, while it is read and written, and says what
// is in it. It leaves out consumers. A message that is damaged ends it. With an error something may have been written,
// which is no backup.
func (c *Conn) Snapshot(ctx context.Context, stream string, to io.Writer) (e Extent, err error) {
	head, sub, err := c.snapshot(ctx, stream)
	if err != nil {
		return e, wrap("snapshot of "+stream, err)
	}
	defer func() { _ = sub.Unsubscribe() }()
	e, err = head.Write(to)
	for more := true; more && err == nil; {
		more, err = chunk(ctx, sub, to)
	}
	return e, wrap("snapshot of "+stream, err)
}

// snapshot is one that has begun, and where its chunks come. A stream that elects who leads it answers nobody, as for a credential
// that may not ask: it is asked again for the connection's patience, each time for another place, where what was answered late
// does not come between.
func (c *Conn) snapshot(ctx context.Context, stream string) (Head, *nats.Subscription, error) {
	patient, cancel := context.WithTimeout(ctx, c.patience)
	defer cancel()
	for n := 0; ; n++ {
		head, sub, err := c.beginSnapshot(ctx, stream)
		silent := errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil
		if (silent || errors.Is(err, nats.ErrNoResponders)) && sleep(patient, pause(n)) {
			continue
		}
		if silent {
			err = ErrNoBackupRights
		}
		return head, sub, err
	}
}

func (c *Conn) beginSnapshot(ctx context.Context, stream string) (head Head, sub *nats.Subscription, err error) {
	inbox := c.nc.NewInbox()
	if sub, err = c.nc.SubscribeSync(inbox); err != nil {
		return head, nil, err
	}
	err = sub.SetPendingLimits(-1, -1) // the server waits for the acknowledgement of 8 MiB
	if err == nil {
		request := map[string]any{"deliver_subject": inbox, "no_consumers": true, "chunk_size": snapshotChunk}
		err = c.askOnce(ctx, "$JS.API.STREAM.SNAPSHOT."+stream, request, &head)
	}
	if err != nil {
		return head, nil, errors.Join(err, sub.Unsubscribe())
	}
	return head, sub, nil
}

// Position is how much of the record is in copies of its streams, of which each has the last sequence.
func (j *Journal) Position(last func(stream string) uint64) (at record.Position) {
	for i := range j.partitions {
		at[i] = last(recordStream(i, j.partitions))
	}
	return at
}

// Write writes the first line, and says what is in the stream.
func (h Head) Write(to io.Writer) (Extent, error) {
	line, err := json.Marshal(h)
	if err != nil {
		return Extent{}, err
	}
	if _, err := to.Write(append(line, '\n')); err != nil {
		return Extent{}, err
	}
	return h.Extent()
}

// chunk passes one chunk on, and says false at the end of a snapshot that is whole.
func chunk(ctx context.Context, sub *nats.Subscription, to io.Writer) (more bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, snapshotWithin)
	defer cancel()
	m, err := sub.NextMsgWithContext(ctx)
	if err != nil {
		return false, err
	}
	if len(m.Data) == 0 {
		if status := m.Header.Get(headerStatus); status != "" && status != "204" {
			return false, fmt.Errorf("the server gave it up: %s %s", status, m.Header.Get("Description"))
		}
		return false, nil
	}
	if _, err := to.Write(m.Data); err != nil {
		return false, err
	}
	if m.Reply == "" { // the last one
		return true, nil
	}
	return true, m.Respond(nil)
}

// RestoreStream makes a stream, with so many replicas, of what Snapshot wrote, messages with their sequences and times.
// ErrStreamExists when there is one. With an error, or after a kill, a part of it may be there: it is for whoever calls to
// compare its Extent.
func (c *Conn) RestoreStream(ctx context.Context, stream string, replicas int, from io.Reader) error {
	if _, there, err := c.Extent(ctx, stream); err != nil || there {
		if err == nil {
			err = ErrStreamExists
		}
		return fmt.Errorf("restore %s: %w", stream, err)
	}
	buffered := HeadReader(from)
	head, err := ReadHead(buffered)
	if err != nil {
		return fmt.Errorf("restore %s: %w", stream, err)
	}
	if head.Config, err = configured(head.Config, stream, replicas); err != nil {
		return fmt.Errorf("restore %s: %w", stream, err)
	}
	var begun struct {
		To string `json:"deliver_subject"`
	}
	if err := c.askAdmin(ctx, "$JS.API.STREAM.RESTORE."+stream, head, &begun); err != nil {
		return fmt.Errorf("restore %s: %w", stream, err)
	}
	if err := c.send(ctx, begun.To, buffered); err != nil {
		return fmt.Errorf("restore %s: %w", stream, err)
	}
	return nil
}

// configured is the configuration of a stream of that name with so many replicas.
func configured(raw json.RawMessage, stream string, replicas int) (json.RawMessage, error) {
	var config map[string]json.RawMessage
	var name string
	if err := json.Unmarshal(raw, &config); err != nil {
		return nil, fmt.Errorf("configuration in a backup: %w", err)
	}
	if err := json.Unmarshal(config["name"], &name); err != nil || name != stream {
		return nil, errors.New("the backup is of another stream")
	}
	var err error
	if config["num_replicas"], err = json.Marshal(replicas); err != nil {
		return nil, err
	}
	return json.Marshal(config)
}

// send gives an archive to a server, chunk by chunk, and returns when it has made the stream. Of several servers the one that is
// connected to may not have heard yet that another takes them: the first is given until somebody does.
func (c *Conn) send(ctx context.Context, to string, from io.Reader) error {
	buffer := make([]byte, snapshotChunk)
	for first := true; ; first = false {
		n, err := io.ReadFull(from, buffer)
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return err
		}
		chunk := func() error { return c.sendChunk(ctx, to, buffer[:n], snapshotWithin) }
		switch {
		case n > 0 && first:
			err = c.untilSomebodyAnswers(ctx, chunk)
		case n > 0:
			err = chunk()
		default:
			err = nil
		}
		if err != nil {
			return err
		}
		if last {
			return c.sendChunk(ctx, to, nil, snapshotRestore)
		}
	}
}

func (c *Conn) sendChunk(ctx context.Context, to string, data []byte, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	answer, err := c.request(ctx, &nats.Msg{Subject: to, Data: data})
	if err != nil || len(answer.Data) == 0 {
		return err
	}
	var made struct{}
	return decodeAnswer(answer.Data, &made)
}

// askAdmin is ask for what only an operator's credential is answered.
func (c *Conn) askAdmin(ctx context.Context, subject string, body, out any) error {
	err := c.untilSomebodyAnswers(ctx, func() error { return c.askOnce(ctx, subject, body, out) }) // a cluster elects who leads it
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return ErrNoBackupRights
	}
	return err
}

// untilSomebodyAnswers asks again, for the connection's patience, what nobody has heard.
func (c *Conn) untilSomebodyAnswers(ctx context.Context, ask func() error) error {
	patient, cancel := context.WithTimeout(ctx, c.patience)
	defer cancel()
	err := ask()
	for n := 0; errors.Is(err, nats.ErrNoResponders) && sleep(patient, pause(n)); n++ {
		err = ask()
	}
	return err
}

func (c *Conn) askOnce(ctx context.Context, subject string, body, out any) error {
	ctx, cancel := context.WithTimeout(ctx, attemptWithin)
	defer cancel()
	return c.ask(ctx, subject, body, out)
}

// DropStream removes a stream that a restore has left unfinished, and nothing else: see package app.
func (c *Conn) DropStream(ctx context.Context, stream string) error {
	var dropped struct {
		Success bool `json:"success"`
	}
	err := c.askAdmin(ctx, "$JS.API.STREAM.DELETE."+stream, nil, &dropped)
	if err == nil && !dropped.Success {
		err = errAgain
	}
	return wrap("drop what is left of "+stream, err)
}
