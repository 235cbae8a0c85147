package space

import (
	"fmt"
	"sync"
	"syscall"
)

// Of asks the file system that holds a path.
func Of(path string) (Usage, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(path, &s); err != nil {
		return Usage{}, fmt.Errorf("ask how full the disk of %s is: %w", path, err)
	}
	block := uint64(s.Bsize) //nolint:gosec // a size is not negative; its type differs by machine
	return Usage{Total: (s.Blocks - s.Bfree + s.Bavail) * block, Free: s.Bavail * block, Files: s.Files, FreeFiles: s.Ffree}, nil
}

// Keeper watches one disk. It is safe for concurrent use.
type Keeper struct {
	Probe   func() (Usage, error)
	Ballast string // file that holds the space back

	mu    sync.Mutex // guards what follows, and the ballast
	level Level
	usage Usage
}

// Look asks the disk, and gives the ballast up when it is full. An error leaves the level as it was: that a disk cannot be
// asked says nothing about its space.
func (k *Keeper) Look() (Level, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	u, err := k.Probe()
	if err != nil {
		return k.level, err
	}
	k.usage, k.level = u, k.level.Next(u)
	if k.level == Full {
		return k.level, release(k.Ballast)
	}
	return k.level, nil
}

// HoldBack makes the ballast where there is none, on a disk that has enough space with it too.
func (k *Keeper) HoldBack() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	u := k.usage
	if size := u.Ballast(); k.level == Enough && u.Free > size && NearlyFull.Next(u.without(size)) == Enough {
		return reserve(k.Ballast, int64(size)) //nolint:gosec // 64 MiB at most
	}
	return nil
}

// State is the level at the last look, and what the disk had then.
func (k *Keeper) State() (Level, Usage) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.level, k.usage
}
