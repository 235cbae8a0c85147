package blockfile

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTheLastBlockIsWrittenAgainAsItWas(t *testing.T) {
	t.Parallel()
	stream := t.TempDir()
	if err := WriteLastAgain(stream); err != nil {
		t.Fatalf("of a stream without blocks: %v", err)
	}
	msgs := filepath.Join(stream, "msgs")
	if err := os.Mkdir(msgs, 0o700); err != nil {
		t.Fatal(err)
	}
	before := map[string]os.FileInfo{}
	for _, name := range []string{"2.blk", "9.blk", "10.blk", "index.db"} {
		path := filepath.Join(msgs, name)
		if err := os.WriteFile(path, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		before[name] = info
	}
	if err := WriteLastAgain(stream); err != nil {
		t.Fatal(err)
	}
	for name, was := range before {
		path := filepath.Join(msgs, name)
		now, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if content, err := os.ReadFile(path); err != nil || string(content) != name {
			t.Errorf("%s holds %q, %v", name, content, err)
		}
		if again := !os.SameFile(was, now); again != (name == "10.blk") {
			t.Errorf("%s was written again: %v", name, again)
		}
	}
	entries, err := os.ReadDir(msgs)
	if err != nil || len(entries) != len(before) {
		t.Errorf("%d files, %v", len(entries), err)
	}
}
