package jet

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verigate/internal/draft"
	"verigate/internal/record/recordtest"
	"verigate/internal/seal"
)

const secretBytes = "the wrapped bytes of a key"

// erasing is an embedded store with a key, in which an overwriting is about to fail.
type erasing struct {
	t   *testing.T
	dir string
	s   *Server
	c   *Conn
}

func newErasing(t *testing.T) *erasing {
	t.Helper()
	e := &erasing{t: t, dir: t.TempDir()}
	e.s, e.c = startIn(t, e.dir)
	do(t, e.c.Keys().Put(t.Context(), []seal.Wrapped{{KID: "gone", Group: "g", Bytes: []byte(secretBytes)}}))
	return e
}

// noBlocksAnew makes that the blocks of a stream cannot be written anew until the function that it returns is called.
func (e *erasing) noBlocksAnew(stream string) (again func()) {
	e.t.Helper()
	path := filepath.Join(e.dir, "jetstream", "$G", "streams", stream, "msgs", "1.blk.tmp")
	do(e.t, os.Mkdir(path, 0o700))
	return func() { do(e.t, os.Remove(path)) }
}

// mustFail holds an erasure to say so, each time, and the store to take nothing more and to name the stream, at once.
func (e *erasing) mustFail(stream string, erase func() error) {
	e.t.Helper()
	for _, when := range []string{"first", "again"} {
		if err := erase(); !errors.Is(err, ErrNotWritten) {
			e.t.Errorf("%s: %v", when, err)
		}
	}
	if err := e.s.WriteError(); !errors.Is(err, ErrNotWritten) || !strings.Contains(err.Error(), stream+"' write error") {
		e.t.Errorf("the store: %v", err)
	}
	if _, err := e.c.Journal().Append(e.t.Context(), recordtest.Message("r1", 0), 0); !errors.Is(err, ErrNotWritten) {
		e.t.Errorf("the record: %v", err)
	}
}

// mustBeMended starts the store again: what was not overwritten is, and the record takes writes.
func (e *erasing) mustBeMended(erase func() error) {
	e.t.Helper()
	do(e.t, e.s.Restart(e.t.Context()))
	do(e.t, erase())
	if onDisk(e.t, e.dir, []byte(secretBytes)) {
		e.t.Error("it is on the disk")
	}
	if _, err := e.c.Journal().Append(e.t.Context(), recordtest.Message("r1", 0), 0); err != nil {
		e.t.Error(err)
	}
	if err := e.s.WriteError(); err != nil {
		e.t.Error(err)
	}
	e.c.Close()
	e.s.Close()
}

// A store that could not overwrite a key shows it as gone all the same, and says nothing in its health: it is not believed.
func TestAKeyThatCouldNotBeOverwrittenIsNotErased(t *testing.T) {
	t.Parallel()
	e := newErasing(t)
	again := e.noBlocksAnew(keyStream)
	erase := func() error { return e.c.Keys().Erase(t.Context(), "gone") }
	e.mustFail(keyStream, erase)
	if held, err := e.c.Keys().Held(t.Context()); !errors.Is(err, ErrNotWritten) {
		t.Errorf("what is held: %v, %v", held, err)
	}
	if !onDisk(t, e.dir, []byte(secretBytes)) {
		t.Error("it is not on the disk: nothing was tried")
	}
	again()
	e.mustBeMended(erase)
}

func TestADraftThatCouldNotBeOverwrittenIsNotDestroyed(t *testing.T) {
	t.Parallel()
	e := newErasing(t)
	do(t, e.c.Keys().Erase(t.Context(), "gone"))
	do(t, e.c.Drafts().Put(t.Context(), draft.Sealed{Key: draft.Key{Task: "t-1", Person: "p"}, KID: "k", Data: []byte(secretBytes)}, time.Hour, 0))
	again := e.noBlocksAnew(draftStream)
	destroy := func() error { return e.c.Drafts().Destroy(t.Context(), "t-1") }
	e.mustFail(draftStream, destroy)
	again()
	e.mustBeMended(destroy)
}

// An erasure notes the deletion before it overwrites. Where that cannot be synced, the store's health says nothing either.
// As with readOnly, beside no other test.
func TestADeletionThatCannotBeSyncedIsToldAtOnce(t *testing.T) {
	e := newErasing(t)
	last, err := e.c.fromLeader(t.Context(), keyStream, getRequest{LastFor: keySubject("gone")})
	do(t, err)
	do(t, e.c.Keys().bury(t.Context(), "gone", last)) // the erasure goes on from here
	for fd, path := range openBlocks(t, e.dir) {
		if strings.Contains(path, keyStream) {
			f, err := os.OpenFile(os.DevNull, os.O_RDWR, 0) // it takes every write, and no fsync
			do(t, err)
			do(t, dup(int(f.Fd()), fd))
			do(t, f.Close())
		}
	}
	erase := func() error { return e.c.Keys().Erase(t.Context(), "gone") }
	began := time.Now()
	e.mustFail(keyStream, erase)
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("told after %s", took)
	}
	e.mustBeMended(erase)
}
