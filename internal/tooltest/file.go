package tooltest

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// File is a file of a test, with a content and a mode.
func File(t testing.TB, content string, mode fs.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// Dying is an output at which something ends when so much was said.
type Dying struct {
	bytes.Buffer
	After int // writes
	End   func()
}

// Write implements io.Writer.
func (d *Dying) Write(b []byte) (int, error) {
	if d.After--; d.After == 0 {
		d.End()
	}
	return d.Buffer.Write(b)
}
