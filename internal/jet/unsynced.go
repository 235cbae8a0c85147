package jet

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/nats-io/nats-server/v2/server"

	"verigate/internal/blockfile"
	"verigate/internal/record"
)

// unsynced are the subjects of the record on which a write was refused because the store could not sync it, and the sequence
// behind which nothing of them was ever acknowledged. The server shows such a message all the same: it is in its memory, and
// perhaps nowhere else. It is safe for concurrent use.
type unsynced struct {
	mu    sync.Mutex
	after map[string]uint64
	noted bool // in the server's directory
}

// unsyncedFile notes in the server's directory that its last messages may not be on the disk, for the next start.
const unsyncedFile = "messages-unsynced"

// note writes that down, once. Where it cannot be written it is tried again with the next look.
func (u *unsynced) note(dir string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.noted {
		u.noted = os.WriteFile(filepath.Join(dir, unsyncedFile), nil, 0o600) == nil
	}
}

// add notes that a write behind a sequence was refused.
func (u *unsynced) add(subject string, after uint64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.after == nil {
		u.after = map[string]uint64{}
	}
	if have, noted := u.after[subject]; !noted || after < have {
		u.after[subject] = after
	}
}

// without is the messages of a subject, oldest first, but for those that were never acknowledged.
func (u *unsynced) without(subject string, all []record.Sealed) []record.Sealed {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.DeleteFunc(all, func(m record.Sealed) bool { return u.hides(subject, m.Place.Sequence) })
}

// hides is asked with the lock held.
func (u *unsynced) hides(subject string, sequence uint64) bool {
	after, noted := u.after[subject]
	return noted && sequence > after
}

// forget is called when the server begins over what is on the disk.
func (u *unsynced) forget() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.after, u.noted = nil, false
}

// append publishes a message of the record, unless the store has failed; of one that fails meanwhile, what it did with the
// message is not to be believed.
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
	if err != nil && j.c.embedded.Failed() != nil {
		j.c.embedded.unsynced.add(on.name, after)
	}
	return seq, err
}

// stands is append of a store that has failed: whoever repeats what was acknowledged is told as ever that it is there.
func (j *Journal) stands(ctx context.Context, m record.Sealed, after uint64, failed error) (uint64, error) {
	on := j.shelf(m.Subject)
	next, err := j.c.fromLeader(ctx, on.stream, getRequest{Seq: after + 1, NextFor: on.name})
	if errors.Is(err, errNoMessage) {
		return 0, failed
	}
	if err != nil {
		return 0, err
	}
	j.c.embedded.unsynced.mu.Lock()
	hidden := j.c.embedded.unsynced.hides(on.name, next.Sequence)
	j.c.embedded.unsynced.mu.Unlock()
	if hidden {
		return 0, failed
	}
	return whose(next, m)
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
