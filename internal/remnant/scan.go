package remnant

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Found is a message that puts a key.
type Found struct {
	KID    string
	Path   string
	Offset int64 // of its subject
}

// Result is what a search found.
type Result struct {
	Files int
	Bytes int64
	Found []Found
	// Tombstones are the keys of which a tombstone was met.
	Tombstones map[string]bool
}

// What stands in a message behind its subject.
var (
	subject   = []byte("key.")
	mark      = []byte("Vg-")
	puts      = []byte("Vg-Group")
	tombstone = []byte("Vg-Erased")
	lineEnd   = []byte("\r\n")
)

// reach is how far behind a subject the header that tells can end: the name of an inbox, and what a batch and a guard add.
const reach = 1 << 10

// walks is how often a store that is written to meanwhile is walked, until no file went away under the search.
const walks = 5

// keys are those that are looked for, by the lengths of their ids: what stands behind an id is a number, which may look like
// more of it.
type keys map[int]map[string]bool

func (k keys) add(kid string) {
	if k[len(kid)] == nil {
		k[len(kid)] = map[string]bool{}
	}
	k[len(kid)][kid] = true
}

// at is the key with whose id some bytes begin, the longest of several: group.2026-11 begins group.2026-11-2. Empty: with none.
func (k keys) at(b []byte) (kid string) {
	for n, all := range k {
		if n > len(kid) && len(b) >= n && all[string(b[:n])] {
			kid = string(b[:n])
		}
	}
	return kid
}

// Scan reads all files below some directories, and tells of each key what is there of it. A server may run over them; then
// what it writes during the search may be missed, and is found by the next one.
func Scan(dirs []string, kids []string) (Result, error) {
	wanted := keys{}
	for _, kid := range kids {
		wanted.add(kid)
	}
	for walk := 1; ; walk++ {
		r := Result{Tombstones: map[string]bool{}}
		gone := false
		for _, dir := range dirs {
			err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
				if err == nil && d.Type().IsRegular() {
					err = r.file(path, wanted)
				}
				if errors.Is(err, fs.ErrNotExist) && path != dir {
					gone = true
					return nil
				}
				return err
			})
			if err != nil {
				return r, fmt.Errorf("search %s: %w", dir, err)
			}
		}
		if !gone {
			return r, nil
		}
		if walk == walks {
			return r, fmt.Errorf("search %v: files went away in each of %d walks: the server is too busy, search again", dirs, walks)
		}
	}
}

func (r *Result) file(path string, wanted keys) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // read only
	r.Files++
	return r.read(bufio.NewReaderSize(f, 1<<20), path, wanted)
}

// read looks through a file in windows that overlap by what one message's beginning can take.
func (r *Result) read(from io.Reader, path string, wanted keys) error {
	window, base := make([]byte, 0, 1<<20), int64(0)
	for {
		n, err := io.ReadFull(from, window[len(window):cap(window)])
		r.Bytes += int64(n)
		window = window[:len(window)+n]
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return err
		}
		end := len(window) - reach // where a subject may begin, to be looked at now
		if last {
			end = len(window)
		}
		r.window(window, end, Found{Path: path, Offset: base}, wanted)
		if last {
			return nil
		}
		base += int64(end)
		window = window[:copy(window, window[end:])]
	}
}

// window looks at subjects that begin before end.
func (r *Result) window(b []byte, end int, at Found, wanted keys) {
	for from := 0; ; {
		i := bytes.Index(b[from:], subject)
		if i < 0 || from+i >= end {
			return
		}
		begins := from + i
		from = begins + len(subject)
		kid := wanted.at(b[from:])
		if kid == "" || bytes.HasPrefix(b[from+len(kid):], lineEnd) { // named in the guard of another message
			continue
		}
		header := b[from:min(len(b), from+reach)]
		i = bytes.Index(header, mark)
		switch {
		case i < 0: // a list of subjects, as in index.db
		case bytes.HasPrefix(header[i:], tombstone):
			r.Tombstones[kid] = true
		case bytes.HasPrefix(header[i:], puts):
			r.Found = append(r.Found, Found{KID: kid, Path: at.Path, Offset: at.Offset + int64(begins)})
		}
	}
}
