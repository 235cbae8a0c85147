package notary

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"verigate/internal/durable"
)

// Witness is a directory on another host to which checkpoints are given: a file for each, which is never written again,
// so that the host may refuse to change what it has.
//
//	DIR/verigate/<record>/RECORD_0/<size / 10,000>/<size>
//
// with sizes of sixteen digits, so that the last by name is the largest.
type Witness struct{ Dir string }

const perShelf = 10_000

func (w Witness) shelf(origin string, size uint64) string {
	return filepath.Join(w.Dir, filepath.FromSlash(origin), digits(size/perShelf))
}

func digits(n uint64) string { return fmt.Sprintf("%016d", n) }

// Latest is the largest checkpoint that the witness has of a log; nil when it has none.
func (w Witness) Latest(origin string) ([]byte, error) {
	log := filepath.Join(w.Dir, filepath.FromSlash(origin))
	shelves, err := numbered(log)
	for _, shelf := range slices.Backward(shelves) {
		sizes, unreadable := numbered(filepath.Join(log, shelf))
		if err = errors.Join(err, unreadable); err != nil || len(sizes) == 0 {
			continue // a crash left it empty
		}
		note, err := os.ReadFile(filepath.Join(log, shelf, sizes[len(sizes)-1]))
		if err != nil {
			return nil, fmt.Errorf("read the witness directory: %w", err)
		}
		return note, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look into the witness directory: %w", err)
	}
	return nil, nil
}

// numbered are the entries of a directory that are named by a number, in order; none when there is no directory.
func numbered(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		if len(e.Name()) == len(digits(0)) && strings.Trim(e.Name(), "0123456789") == "" {
			names = append(names, e.Name())
		}
	}
	return names, err
}

// Give puts a checkpoint there, whole or not at all, and durable when it returns. One of the same size that is there
// already stays; that it says the same, the caller has seen to (Latest).
func (w Witness) Give(origin string, size uint64, note []byte) error {
	if err := w.give(w.shelf(origin, size), digits(size), note); err != nil {
		return fmt.Errorf("give a checkpoint to the witness: %w", err)
	}
	return nil
}

func (w Witness) give(shelf, name string, note []byte) error {
	given := filepath.Join(shelf, name)
	if _, err := os.Stat(given); err == nil {
		return nil
	}
	unfinished, err := w.write(shelf, note)
	if err != nil {
		return err
	}
	if err := os.Rename(unfinished, given); err != nil {
		return errors.Join(err, os.Remove(unfinished))
	}
	return durable.SyncDir(shelf)
}

// write puts what is given on a shelf, whole and durable, under a name that nobody reads.
func (w Witness) write(shelf string, content []byte) (path string, err error) {
	if _, err := os.Stat(w.Dir); err != nil {
		return "", err // a directory of another host that is away is not made here
	}
	if err := os.MkdirAll(shelf, 0o755); err != nil { //nolint:gosec // what a witness has is public
		return "", err
	}
	unfinished, err := os.CreateTemp(shelf, ".unfinished-")
	if err != nil {
		return "", err
	}
	_, err = unfinished.Write(content)
	if err = errors.Join(err, unfinished.Chmod(0o444), unfinished.Sync(), unfinished.Close()); err != nil {
		return "", errors.Join(err, os.Remove(unfinished.Name()))
	}
	return unfinished.Name(), nil
}
