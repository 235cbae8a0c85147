package jet

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"

	"github.com/nats-io/nats-server/v2/server"

	"verigate/internal/blockfile"
	"verigate/internal/record"
)

// unsyncedFile notes in the server's directory that its last messages may not be on the disk, for the next start.
const unsyncedFile = "messages-unsynced"

// noteUnsynced writes that down, once. Where it cannot be written it is tried again with the next look.
func (s *Server) noteUnsynced() {
	if s.unsynced.Load() {
		return
	}
	err := os.WriteFile(filepath.Join(s.options.Dir, unsyncedFile), nil, 0o600)
	s.unsynced.Store(err == nil)
}

// append publishes a message of the record, unless the store has failed.
func (j *Journal) append(ctx context.Context, m record.Sealed, after uint64, attempt int) (uint64, error) {
	if failed := j.c.embedded.Failed(); failed != nil {
		return j.stands(ctx, m, after, failed)
	}
	on := j.shelf(m.Subject)
	msg := encode(m, on.name)
	guard(msg, after)
	seq, err := j.c.publish(ctx, msg)
	if hasCode(err, codeWrongLast) {
		seq, err = j.settle(ctx, m, after, attempt)
	}
	return seq, err
}

// syncedTo is up to where what a stream was seen to hold is on the disk: everywhere, unless sure, which is counts as it was before
// that was seen, cannot say so. A server whose fsync failed has the message in its memory and shows it to whoever names its
// subject, also before anybody knows of the failure; but it does not count it. Its health waits for a write that is under way, so
// that it knows of every failure whose message can have been seen.
func (c *Conn) syncedTo(ctx context.Context, stream string, sure func() bool) (uint64, error) {
	if sure() {
		return math.MaxUint64, nil
	}
	end, err := c.end(ctx, stream)
	return end.Last, err
}

// syncedTo is that of a partition which was seen up to a sequence. Of each message it is asked once: what comes before one that was
// sure is so for good.
func (j *Journal) syncedTo(ctx context.Context, on shelf, seen uint64, sure func() bool) (uint64, error) {
	if j.c.embedded == nil {
		return math.MaxUint64, nil
	}
	known := &j.c.embedded.synced[on.partition]
	if seen <= known.Load() {
		return math.MaxUint64, nil
	}
	last, err := j.c.syncedTo(ctx, on.stream, sure)
	if err == nil && last == math.MaxUint64 {
		raise(known, seen)
	}
	return last, err
}

// raise sets a number unless it is higher.
func raise(number *atomic.Uint64, to uint64) {
	for have := number.Load(); have < to && !number.CompareAndSwap(have, to); {
		have = number.Load()
	}
}

// stands is append of a store that has failed: whoever repeats what was acknowledged is told as ever that it is there.
func (j *Journal) stands(ctx context.Context, m record.Sealed, after uint64, failed error) (uint64, error) {
	next, err := j.behind(ctx, j.shelf(m.Subject), after)
	if errors.Is(err, errNoMessage) {
		return 0, failed
	}
	if err != nil {
		return 0, err
	}
	return whose(next, m)
}

// behind is the message that stands on a subject behind a sequence; errNoMessage also of one that was never synced.
func (j *Journal) behind(ctx context.Context, on shelf, after uint64) (stored, error) {
	sure := j.c.embedded.counts()
	next, err := j.c.fromLeader(ctx, on.stream, getRequest{Seq: after + 1, NextFor: on.name})
	if err != nil {
		return stored{}, err
	}
	last, err := j.syncedTo(ctx, on, next.Sequence, sure)
	if err != nil {
		return stored{}, err
	}
	if next.Sequence > last {
		return stored{}, errNoMessage
	}
	return next, nil
}

// synced is what was read of a subject, one message at least, but for what is in the server's memory alone.
func (j *Journal) synced(ctx context.Context, on shelf, all []record.Sealed, sure func() bool) ([]record.Sealed, error) {
	last, err := j.syncedTo(ctx, on, all[len(all)-1].Place.Sequence, sure)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(m record.Sealed) bool { return m.Place.Sequence > last })
	if len(all) == 0 {
		return nil, record.ErrNotFound
	}
	return all, nil
}

// syncAgain writes the last block of each stream anew, durably, when the note is there. A server that could not sync a message
// has written it, and the kernel keeps it in its memory as if it were on the disk, for the next server too: what that would
// acknowledge of it, or sign, a power cut could still take. The note goes last.
func syncAgain(dir string) error {
	note := filepath.Join(dir, unsyncedFile)
	_, err := os.Stat(note)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = rewriteLast(dir)
	}
	if err == nil {
		err = os.Remove(note)
	}
	if err != nil {
		return fmt.Errorf("the store could not sync its last messages, and they cannot be written again: nothing that was acknowledged is lost; keep all files, copy them to another disk, and start there: %w", err)
	}
	return nil
}

func rewriteLast(dir string) error {
	streams, err := filepath.Glob(filepath.Join(dir, server.JetStreamStoreDir, "*", "streams", "*"))
	for i := 0; i < len(streams) && err == nil; i++ {
		err = blockfile.WriteLastAgain(streams[i])
	}
	return err
}
