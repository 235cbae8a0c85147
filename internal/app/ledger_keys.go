package app

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"verigate/internal/durable"
	"verigate/internal/ledger"
)

// ledgerKeys is the key file of the ledger: the key that signs and the public halves of those that did. It is safe for
// concurrent use.
type ledgerKeys struct {
	path string
	now  func() time.Time

	mu  sync.Mutex
	set ledger.KeySet
}

// openLedgerKeys reads the keys of a directory that is locked, and makes the first one when there is no file. One that was
// lost is not told from one that never was: what was signed with it is checked with keys that others have kept.
func openLedgerKeys(dir string, now func() time.Time) (*ledgerKeys, error) {
	k := &ledgerKeys{path: filepath.Join(dir, ledgerKeyFile), now: now}
	content, err := os.ReadFile(k.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return k, k.replace(func(seed []byte) ledger.KeySet { return ledger.NewKeySet(seed, now()) })
	case err != nil:
		return nil, fmt.Errorf("read the keys of the ledger: %w", err)
	}
	if err := Private(k.path); err != nil {
		return nil, err
	}
	if k.set, err = ledger.ParseKeySet(content); err != nil {
		return nil, fmt.Errorf("%s: %w: restore it from a backup", k.path, err)
	}
	return k, nil
}

func (k *ledgerKeys) get() ledger.KeySet {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.set
}

// rotate signs with a new key from here on. The private half of the old one is gone when it returns.
func (k *ledgerKeys) rotate() error {
	return k.replace(func(seed []byte) ledger.KeySet { return k.set.Rotated(seed, k.now()) })
}

func (k *ledgerKeys) replace(next func(seed []byte) ledger.KeySet) error {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := rand.Read(seed); err != nil {
		return fmt.Errorf("make a key of the ledger: %w", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	set := next(seed)
	content, err := set.Encode()
	if err != nil {
		return err
	}
	if err := durable.Replace(k.path, content); err != nil {
		return err
	}
	k.set = set
	return nil
}
