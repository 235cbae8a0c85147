// Package backuptest opens backups as a finder would who has the keyring too, without the code that made them.
package backuptest

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age"
	"github.com/klauspost/compress/s2"
)

// Shown is what each file of a backup shows: its bytes as they lie there and, when a key of the keyring opens it, what is
// inside and what is in a stream's archive. It says how many files were opened.
func Shown(t testing.TB, keyring, dir string) (files map[string][][]byte, opened int) {
	t.Helper()
	keys := identities(t, keyring)
	files = map[string][][]byte{}
	for path, content := range all(t, dir) {
		shown := [][]byte{content}
		if from, err := age.Decrypt(bytes.NewReader(content), keys...); err == nil {
			opened++
			inside := read(t, path, from)
			shown = append(shown, inside)
			if _, archive, ok := bytes.Cut(inside, []byte("\n")); ok {
				shown = append(shown, read(t, path, s2.NewReader(bytes.NewReader(archive))))
			}
		}
		files[filepath.Base(path)] = shown
	}
	return files, opened
}

func identities(t testing.TB, keyring string) (keys []age.Identity) {
	t.Helper()
	for _, content := range all(t, keyring) {
		if some, err := age.ParseIdentities(bytes.NewReader(content)); err == nil { // one that was destroyed is none
			keys = append(keys, some...)
		}
	}
	return keys
}

// all are the files of a directory, by their path.
func all(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, path := range paths {
		if files[path], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func read(t testing.TB, path string, from io.Reader) []byte {
	t.Helper()
	content, err := io.ReadAll(from)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return content
}
