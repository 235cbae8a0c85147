package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func mustHave(t *testing.T, path, want string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil || string(content) != want {
		t.Errorf("%q, %v", content, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != private {
		t.Errorf("its mode is %v, %v", info.Mode(), err)
	}
	if names, err := os.ReadDir(filepath.Dir(path)); err != nil || len(names) != 1 {
		t.Errorf("beside it: %v, %v", names, err)
	}
}

func TestWhatIsThereIsNotCreated(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a")
	if err := Create(path, []byte("one")); err != nil {
		t.Fatal(err)
	}
	if err := Create(path, []byte("two")); !errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
	mustHave(t, path, "one")
}

// A crash left a part of another write behind, of any mode: nobody is given it.
func TestAFileIsReplacedAsAWhole(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(path+".new", []byte("a part of something that is longer"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, content := range []string{"one", "another", ""} {
		if err := Replace(path, []byte(content)); err != nil {
			t.Fatal(err)
		}
		mustHave(t, path, content)
	}
}

func TestADirectoryThatIsNotThereIsNamed(t *testing.T) {
	t.Parallel()
	away := filepath.Join(t.TempDir(), "away")
	for name, err := range map[string]error{
		"create": Create(filepath.Join(away, "a"), nil), "replace": Replace(filepath.Join(away, "a"), nil), "sync": SyncDir(away),
	} {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
