package ledger

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Frontier is the right edge of a tree that is made leaf by leaf: what the next leaf and the root need, some hashes
// however large the tree is. The zero value is the empty tree. It is used once at a time.
type Frontier struct {
	size  int64
	peaks map[int64]tlog.Hash // by the index of tlog.StoredHashIndex
}

// Size is how many leaves the tree has.
func (f *Frontier) Size() uint64 { return uint64(f.size) } //nolint:gosec // it only grows from zero

// ReadHashes implements tlog.HashReader for the edge.
func (f *Frontier) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		h, ok := f.peaks[index]
		if !ok {
			return nil, fmt.Errorf("hash %d is not on the edge of a tree of %d", index, f.size)
		}
		hashes[i] = h
	}
	return hashes, nil
}

// Add adds the hash of the next leaf and returns all that its place adds to the stored hashes of the tree, in the order
// of tlog.StoredHashes: the leaf's first.
func (f *Frontier) Add(leaf tlog.Hash) ([]tlog.Hash, error) {
	added, err := tlog.StoredHashesForRecordHash(f.size, leaf, f)
	if err != nil {
		return nil, err
	}
	if f.peaks == nil {
		f.peaks = map[int64]tlog.Hash{}
	}
	top := len(added) - 1
	for level := range top { // those below the new peak are under it now
		delete(f.peaks, tlog.StoredHashIndex(level, f.size>>level-1))
	}
	f.peaks[tlog.StoredHashIndex(top, f.size>>top)] = added[top]
	f.size++
	return added, nil
}

// Root is the root of the tree.
func (f *Frontier) Root() (tlog.Hash, error) { return tlog.TreeHash(f.size, f) }

// FrontierOf is the edge of a tree of some leaves whose hashes are stored.
func FrontierOf(size uint64, stored tlog.HashReader) (*Frontier, error) {
	f := &Frontier{size: int64(size), peaks: map[int64]tlog.Hash{}} //nolint:gosec // sequences of a store
	// What the root needs is the edge.
	_, err := tlog.TreeHash(f.size, tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes, err := stored.ReadHashes(indexes)
		for i := range hashes {
			f.peaks[indexes[i]] = hashes[i]
		}
		return hashes, err
	}))
	return f, err
}
