package jet

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"verigate/internal/record"
	"verigate/internal/record/recordtest"
)

// readOnly puts a file that cannot be written under each block of a store that is open: the kernel answers EBADF, which is no
// lack of space. As with spacetest.Fill, beside no other test.
func readOnly(t *testing.T, dir string) {
	t.Helper()
	blocks := openBlocks(t, dir)
	if len(blocks) == 0 {
		t.Fatal("no block is open")
	}
	for fd, path := range blocks {
		f, err := os.Open(path)
		do(t, err)
		do(t, dup(int(f.Fd()), fd))
		do(t, f.Close())
	}
}

// A store that failed takes nothing into any partition, and what it shows of a refused message is believed by nobody.
func TestAfterAFailedWriteNothingIsAcknowledgedInAnyPartition(t *testing.T) {
	dir := t.TempDir()
	s, c := startIn(t, dir)
	defer s.Close()
	defer c.Close()
	j := c.Journal()
	last := appended(t, j, 0, 0)
	for _, other := range []string{"a", "b", "c", "d"} { // so that both partitions have a block
		_, err := j.Append(t.Context(), recordtest.Message(other, 0), 0)
		do(t, err)
	}
	readOnly(t, dir)
	if _, err := j.Append(t.Context(), recordtest.Message("r1", 1), last); !errors.Is(err, ErrNotWritten) || errors.Is(err, ErrNoSpace) {
		t.Fatalf("append: %v", err)
	}
	for _, id := range []string{"r1", "e", "f", "g", "h"} {
		version, after := uint64(0), uint64(0)
		if id == "r1" {
			version, after = 1, last
		}
		if _, err := j.Append(t.Context(), recordtest.Message(id, version), after); !errors.Is(err, ErrNotWritten) {
			t.Errorf("%s: %v", id, err)
		}
	}
	if _, err := j.Append(t.Context(), recordtest.Message("a", 0), 0); err != nil { // the very same bytes
		t.Errorf("a repeat of what was acknowledged: %v", err)
	}
	other := recordtest.Message("a", 0)
	other.Data = []byte("another")
	if _, err := j.Append(t.Context(), other, 0); !errors.Is(err, record.ErrConflict) {
		t.Errorf("another in the place of what was acknowledged: %v", err)
	}
	if all, err := j.Read(t.Context(), recordtest.Message("r1", 0).Subject); err != nil || len(all) != 1 {
		t.Errorf("%d messages, %v", len(all), err)
	}
	if _, err := os.Stat(filepath.Join(dir, unsyncedFile)); err != nil {
		t.Errorf("the note: %v", err)
	}
	do(t, s.Stop())
	before := inodes(t, dir)
	s, c = startIn(t, dir)
	defer s.Close()
	defer c.Close()
	_, err := os.Stat(filepath.Join(dir, unsyncedFile))
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the note: %v", err)
	}
	for path, was := range before {
		if now := inodes(t, dir)[path]; now == was {
			t.Errorf("%s was not written again", path)
		}
	}
	if _, err := c.Journal().Append(t.Context(), recordtest.Message("r1", 1), last); err != nil {
		t.Errorf("after a start: %v", err)
	}
}

// The messages stay as they are when a start cannot write them again.
func TestAStartThatCannotSyncAgainIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	block := filepath.Join(dir, "jetstream", "$G", "streams", "RECORD_0", "msgs", "1.blk")
	do(t, os.MkdirAll(block, 0o700)) // a directory cannot be read as a file
	do(t, os.WriteFile(filepath.Join(dir, unsyncedFile), nil, 0o600))
	for range 2 { // the note stays
		if _, err := Embedded(t.Context(), Options{Dir: dir}); err == nil {
			t.Fatal("it starts")
		}
	}
}

// unsyncable puts a device under each block of a store that is open that takes what is written and cannot sync it: the kernel
// answers EINVAL to the fsync alone. As with readOnly, beside no other test.
func unsyncable(t *testing.T, dir string) {
	t.Helper()
	blocks := openBlocks(t, dir)
	if len(blocks) == 0 {
		t.Fatal("no block is open")
	}
	for fd := range blocks {
		f, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
		do(t, err)
		do(t, dup(int(f.Fd()), fd))
		do(t, f.Close())
	}
}

// An fsync that fails is known a quarter of a second later, when its writer looks why there is no answer. Until then too the
// message is shown to nobody, and no repeat of it is acknowledged: the server has it in its memory, and answers both.
func TestAMessageWhoseSyncFailedIsNotBelievedBeforeThatIsKnown(t *testing.T) {
	dir := t.TempDir()
	s, c := startIn(t, dir)
	defer s.Close()
	defer c.Close()
	j := c.Journal()
	m := recordtest.Message("r1", 1)
	last := appended(t, j, 0, 0)
	for _, other := range []string{"a", "b", "c", "d"} { // behind it, in its partition too
		_, err := j.Append(t.Context(), recordtest.Message(other, 0), 0)
		do(t, err)
	}
	followed, failed := follows(t, j)
	unsyncable(t, dir)
	known := make(chan error, 1)
	go func() {
		_, err := j.Append(t.Context(), m, last)
		known <- err
	}()
	shown := func() bool { // by the server itself
		on := j.shelf(m.Subject)
		got, err := c.fromLeader(t.Context(), on.stream, getRequest{LastFor: on.name})
		do(t, err)
		return got.Sequence > last
	}
	for end := time.Now().Add(looksAfter); !shown(); {
		if time.Now().After(end) {
			t.Fatal("the server does not show the message: nothing was tried")
		}
	}
	if s.Failed() != nil {
		t.Fatal("it is known already: nothing was tried")
	}
	all, err := j.Read(t.Context(), m.Subject)
	if err != nil || len(all) != 1 {
		t.Errorf("%d messages are read, %v; one was acknowledged", len(all), err)
	}
	if _, err := j.Append(t.Context(), m, last); !errors.Is(err, ErrNotWritten) {
		t.Errorf("its repeat: %v", err)
	}
	if err := <-known; !errors.Is(err, ErrNotWritten) {
		t.Errorf("its writer: %v", err)
	}
	bundled, err := c.Source(j.shelf(m.Subject).stream).Of(t.Context(), j.shelf(m.Subject).name)
	if err != nil || len(bundled) != 1 {
		t.Errorf("%d messages go into a bundle, %v", len(bundled), err)
	}
	time.Sleep(idle + time.Second)
	if got := followed(); got != 5 || failed() != nil {
		t.Errorf("%d messages followed, %v; 5 were acknowledged", got, failed())
	}
}

// Nothing mends such a store while it runs, and a look that finds nothing says nothing.
func TestAStoreThatHasFailedSaysSoUntilItIsStartedAgain(t *testing.T) {
	dir := t.TempDir()
	s, c := startIn(t, dir)
	defer s.Close()
	defer c.Close()
	last := appended(t, c.Journal(), 0, 0)
	unsyncable(t, dir)
	if _, err := c.Journal().Append(t.Context(), recordtest.Message("r1", 1), last); !errors.Is(err, ErrNotWritten) {
		t.Fatalf("append: %v", err)
	}
	well, other := startIn(t, t.TempDir())
	defer well.Close()
	defer other.Close()
	failed := s.ns.Swap(well.ns.Load()) // whose health finds nothing
	defer s.ns.Store(failed)
	if err := s.WriteError(); !errors.Is(err, ErrNotWritten) {
		t.Errorf("write error: %v", err)
	}
}
