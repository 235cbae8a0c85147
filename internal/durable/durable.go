// Package durable writes small files so that a power cut leaves the old bytes or the new ones, and never a part.
//
// What it returns from without an error is on the disk, name and bytes. What a crash leaves half written has a name of its
// own beside the file, with a number and ".new" behind it, which nobody reads and the next write of that file takes away.
package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// private is the mode of all that is written: most of it is secret, none of it is anybody else's.
const private = 0o600

// unnamed is how the name of what is not whole yet ends.
const unnamed = ".new"

// Create writes a file of mode 0600 that is not there yet, as a whole or not at all; fs.ErrExist when it is, whatever is in
// it: a part of a key may be all that there is of it. Of several that create it at once one does, and only then takes away
// what is left of others: they are told that it is there.
func Create(path string, content []byte) error {
	err := put(path, content, named)
	if err == nil {
		err = Clear(path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// Replace writes a file of mode 0600 whether it is there or not, as a whole or not at all. What crashes have left of it is
// taken away first: what fails there leaves the old file in its place.
func Replace(path string, content []byte) error {
	err := errors.Join(gone(path+unnamed), Clear(path)) // the former is what a release of before called it
	if err == nil {
		err = put(path, content, os.Rename)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// put writes the content beside its place, and lets name bring it there when it is on the disk.
func put(path string, content []byte, name func(from, to string) error) error {
	next, err := beside(path, content)
	if err != nil {
		return err
	}
	if err := name(next, path); err != nil {
		return errors.Join(err, gone(next))
	}
	return SyncDir(filepath.Dir(path))
}

// beside writes the content whole, and on the disk, under a name that nobody reads.
func beside(path string, content []byte) (next string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*"+unnamed)
	if err != nil {
		return "", err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Chmod(private), f.Sync(), f.Close()); err != nil {
		return "", errors.Join(err, gone(f.Name()))
	}
	return f.Name(), nil
}

// named gives a file its name; fs.ErrExist when another has it. Another that had it in the meantime has cleared this one away.
func named(from, to string) error {
	err := unix.Renameat2(unix.AT_FDCWD, from, unix.AT_FDCWD, to, unix.RENAME_NOREPLACE)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) {
		err = linked(from, to)
	}
	if errors.Is(err, fs.ErrNotExist) {
		if _, there := os.Lstat(to); there == nil {
			return fs.ErrExist
		}
	}
	return err
}

// linked is named where a file system cannot rename without replacing, as over NFS. A crash in it may leave both names.
func linked(from, to string) error {
	if err := os.Link(from, to); err != nil {
		return err
	}
	return gone(from)
}

// Clear takes away what crashes have left of a file beside it, and nothing else. Whoever is writing it at that moment is
// told an error.
func Clear(path string) error {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return err
	}
	for _, e := range entries {
		number, ours := strings.CutPrefix(e.Name(), filepath.Base(path)+".")
		number, unfinished := strings.CutSuffix(number, unnamed)
		if !ours || !unfinished || number == "" || strings.Trim(number, "0123456789") != "" {
			continue
		}
		if err := gone(filepath.Join(filepath.Dir(path), e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// gone removes a file, if it is there.
func gone(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// SyncDir makes the names in a directory durable.
func SyncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("sync %s: %w", path, err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync %s: %w", path, err)
	}
	return nil
}
