package notary

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"verigate/internal/ledger"
)

// tree is the hashes of one log in a file, in the order of tlog.StoredHashIndex. A crash leaves a file that may lack its
// end, or have zeros there: what counts was synced before it was signed. It is safe for concurrent use.
type tree struct {
	path string

	mu   sync.RWMutex
	file *os.File
	edge *ledger.Frontier
}

// openTree opens the file, or makes it (mode 0600), with as many leaves as it holds whole.
func openTree(path string) (*tree, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the hashes of a log: %w", err)
	}
	t := &tree{path: path, file: file}
	end, err := file.Seek(0, io.SeekEnd)
	if err == nil {
		err = t.cut(leaves(end / tlog.HashSize))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read the hashes of a log: %w", err), file.Close())
	}
	return t, nil
}

// leaves is how many leaves some stored hashes hold whole.
func leaves(hashes int64) uint64 {
	more := sort.Search(int(hashes)+1, func(n int) bool { return tlog.StoredHashCount(int64(n)) > hashes })
	return uint64(max(more-1, 0))
}

// cut drops what is behind a size.
func (t *tree) cut(size uint64) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	edge, err := ledger.FrontierOf(size, tlog.HashReaderFunc(t.read))
	if err != nil {
		return err
	}
	if err := t.file.Truncate(tlog.StoredHashCount(int64(size)) * tlog.HashSize); err != nil { //nolint:gosec // sequences of a store
		return fmt.Errorf("cut the hashes of a log: %w", err)
	}
	t.edge = edge
	return nil
}

// size is how many leaves the tree has.
func (t *tree) size() uint64 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.edge.Size()
}

// add adds leaves. They are not durable before sync.
func (t *tree) add(hashes []tlog.Hash) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := tlog.StoredHashCount(int64(t.edge.Size())) * tlog.HashSize //nolint:gosec // sequences of a store
	var written []byte
	for _, leaf := range hashes {
		added, err := t.edge.Add(leaf)
		if err != nil {
			return err
		}
		for _, h := range added {
			written = append(written, h[:]...)
		}
	}
	if _, err := t.file.WriteAt(written, at); err != nil {
		return fmt.Errorf("write the hashes of a log: %w", err)
	}
	return nil
}

// become takes over the file of another tree, which is not used any more.
func (t *tree) become(other *tree) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := os.Rename(other.path, t.path); err != nil {
		return fmt.Errorf("replace the hashes of a log: %w", err)
	}
	old := t.file
	t.file, t.edge = other.file, other.edge
	return old.Close()
}

// remove drops the tree with its file.
func (t *tree) remove() error { return errors.Join(t.close(), os.Remove(t.path)) }

func (t *tree) sync() error {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.file.Sync()
}

func (t *tree) close() error {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.file.Close()
}

// ReadHashes implements tlog.HashReader.
func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.read(indexes)
}

func (t *tree) read(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if _, err := t.file.ReadAt(hashes[i][:], index*tlog.HashSize); err != nil {
			return nil, fmt.Errorf("read a hash of a log: %w", err)
		}
	}
	return hashes, nil
}

// leaf is the hash of the message with a sequence.
func (t *tree) leaf(sequence uint64) (tlog.Hash, error) {
	hashes, err := t.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(sequence)-1)}) //nolint:gosec // of a store
	if err != nil {
		return tlog.Hash{}, err
	}
	return hashes[0], nil
}

// root is the root of the tree of the first leaves.
func (t *tree) root(size uint64) (tlog.Hash, error) {
	return tlog.TreeHash(int64(size), t) //nolint:gosec // sequences of a store
}
