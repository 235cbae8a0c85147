package durable

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// creates tells a process of this test that it is to create root.key where it stands.
const creates = "DURABLE_TEST_CREATES"

// long is a content that takes a while to write.
func long() []byte { return bytes.Repeat([]byte("a line of it\n"), 10<<20) }

// TestCreatesALongFile is the process that TestAFileThatIsCutOffIsNotThere kills.
func TestCreatesALongFile(t *testing.T) {
	if os.Getenv(creates) == "" {
		return // called with all others
	}
	if err := Create("root.key", long()); err != nil {
		t.Fatal(err)
	}
}

// A process that is killed while it creates a file leaves none of that name, or the whole of it, and the next one creates
// it all the same.
func TestAFileThatIsCutOffIsNotThere(t *testing.T) {
	t.Parallel()
	whole := long()
	for _, size := range []int64{0, 1 << 20, 16 << 20, int64(len(whole))} {
		path := filepath.Join(t.TempDir(), "root.key")
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCreatesALongFile$")
		cmd.Dir, cmd.Env = filepath.Dir(path), append(os.Environ(), creates+"=1")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for largest(t, filepath.Dir(path)) < size {
			time.Sleep(time.Millisecond)
		}
		err := errors.Join(cmd.Process.Kill(), cmd.Wait())
		if content, missing := os.ReadFile(path); missing == nil && !bytes.Equal(content, whole) {
			t.Errorf("killed at %d bytes or later (%v): %d of %d bytes are there under its name", size, err, len(content), len(whole))
			continue
		}
		if err := Create(path, []byte("one")); err != nil && !errors.Is(err, fs.ErrExist) {
			t.Errorf("killed at %d bytes or later: the next does not create it: %v", size, err)
		}
		if names, err := os.ReadDir(filepath.Dir(path)); err != nil || len(names) != 1 {
			t.Errorf("beside it: %v, %v", names, err)
		}
	}
}

// largest is the size of the largest file in a directory; -1: there is none.
func largest(t *testing.T, dir string) int64 {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	size := int64(-1)
	for _, e := range entries {
		if info, err := e.Info(); err == nil { // it may have got its name meanwhile
			size = max(size, info.Size())
		}
	}
	return size
}

// What a release of before has left half written may be all that there is of a key: nobody writes over it.
func TestWhatIsThereInPartIsNotCreated(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"", "on"} {
		path := filepath.Join(t.TempDir(), "a")
		if err := os.WriteFile(path, []byte(part), private); err != nil {
			t.Fatal(err)
		}
		if err := Create(path, []byte("one")); !errors.Is(err, fs.ErrExist) {
			t.Error(err)
		}
		mustHave(t, path, part)
	}
}

// Crashes have left parts of this file, and of others: those of this file go with its next write, and nothing else does.
func TestOnlyWhatACrashLeftOfThisFileIsTakenAway(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "root.key")
	stays := []string{"root.key.next", "root.key.next.17.new", "root.key.new", "xroot.key.17.new", "root.key.17.newer", "root.key.old.new"}
	for _, name := range append([]string{"root.key.17.new", "root.key.4294967295.new"}, stays...) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("a part"), private); err != nil {
			t.Fatal(err)
		}
	}
	if err := Create(path, []byte("one")); err != nil {
		t.Fatal(err)
	}
	for _, name := range stays {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Errorf("%s is gone: %v", name, err)
		}
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) != len(stays)+1 {
		t.Errorf("left: %v, %v", names, err)
	}
}

// Of several who create a file at once one does, and the others are told that it is there.
func TestOneOfSeveralCreatesAFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a")
	var all sync.WaitGroup
	said := make(chan error, 16)
	for range cap(said) {
		all.Go(func() { said <- Create(path, []byte("one")) })
	}
	all.Wait()
	close(said)
	created := 0
	for err := range said {
		if err == nil {
			created++
		} else if !errors.Is(err, fs.ErrExist) {
			t.Error(err)
		}
	}
	if created != 1 {
		t.Errorf("%d have created it", created)
	}
	mustHave(t, path, "one")
}

// What could not be written is not there, in part either, and not beside its place.
func TestWhatCannotBeNamedLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	if err := os.MkdirAll(filepath.Join(path, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Create(path, []byte("one")); !errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
	if err := Replace(path, []byte("one")); err == nil || !strings.Contains(err.Error(), path) {
		t.Error(err)
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) != 1 {
		t.Errorf("left: %v, %v", names, err)
	}
}

// Where a file system cannot rename without replacing, a name is a link, and is nobody's twice either.
func TestALinkDoesNotReplace(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a")
	for i, want := range []error{nil, fs.ErrExist} {
		next, err := beside(path, []byte{'0' + byte(i)})
		if err != nil {
			t.Fatal(err)
		}
		if err := linked(next, path); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
	if err := Clear(path); err != nil {
		t.Fatal(err)
	}
	mustHave(t, path, "0")
}
