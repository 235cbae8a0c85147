package space

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// reserve makes a file that takes up that many bytes, unless it is there in this size. What a crash leaves of one that is
// half made is made whole by the next call.
func reserve(path string, size int64) (err error) {
	if have, err := os.Stat(path); err == nil && have.Size() == size {
		return nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("hold space back: %w", err)
	}
	err = fill(f, size)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(fmt.Errorf("hold space back: %w", err), release(path))
	}
	return nil
}

// fill takes the space without writing it, or by writing where the file system knows no other way.
func fill(f *os.File, size int64) error {
	err := syscall.Fallocate(int(f.Fd()), 0, 0, size)
	if !errors.Is(err, syscall.EOPNOTSUPP) && !errors.Is(err, syscall.ENOSYS) {
		return err
	}
	block := make([]byte, 1<<20)
	for left := size; left > 0; left -= int64(len(block)) {
		if _, err := f.Write(block[:min(left, int64(len(block)))]); err != nil {
			return err
		}
	}
	return nil
}

// release gives the space back. Where there is none held back it does nothing.
func release(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("give up the space that is held back: %w", err)
	}
	return nil
}
