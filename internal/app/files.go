package app

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"verigate/internal/durable"
)

// The files of a data directory beside the store.
const (
	lockFile       = "lock"
	idKeyFile      = "id.key"   // derives ids for ever: lost, every repeat makes a second request
	rootKeyFile    = "root.key" // wraps all keys, where no other machine does: lost, all content is lost
	natsDir        = "nats"     // the embedded server's store
	ledgerDir      = "ledger"   // hashes of the logs, derived
	ledgerKeyFile  = "ledger.key"
	CredentialFile = "demo-credentials.json"
)

// ErrLocked says that another process has the data directory.
var ErrLocked = errors.New("the data directory is in use by another process")

// lock takes the directory for this process until the returned function is called, or the process ends.
func lock(dir string) (func() error, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the lock: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("%s: %w", dir, ErrLocked)
		}
		return nil, fmt.Errorf("lock the data directory: %w", err)
	}
	// Closing alone does not do: a program that this process is starting holds the file too until it runs.
	return func() error { return errors.Join(unix.Flock(int(f.Fd()), unix.LOCK_UN), f.Close()) }, nil
}

const idKeySize = 32

// idSecret reads the id key of a data directory, and makes one in a directory that has no record yet. With a record and
// without it nothing is made up: a new one would double requests.
func idSecret(path string, recorded bool) ([]byte, error) {
	key, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && recorded:
		return nil, fmt.Errorf("%s is missing and the record exists: restore it from a backup, never make a new one", path)
	case errors.Is(err, fs.ErrNotExist):
		key = make([]byte, idKeySize)
		if _, err := rand.Read(key); err != nil {
			return nil, fmt.Errorf("make an id key: %w", err)
		}
		return key, durable.Create(path, key)
	case err != nil:
		return nil, fmt.Errorf("read the id key: %w", err)
	case len(key) != idKeySize:
		return nil, fmt.Errorf("%s has %d bytes and must have %d: restore it from a backup, or take it away when no gateway ever served with it (a first start of an earlier release that was cut off left it)", path, len(key), idKeySize)
	}
	return key, Private(path)
}

// Private refuses a secret that others may read.
func Private(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("look at %s: %w", path, err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s may be read by others (mode %04o): chmod 600 it", path, info.Mode().Perm())
	}
	return nil
}
