// Package spacetest fills disks for tests, without a mount.
package spacetest

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"verigate/internal/space"
)

// Fill puts the device /dev/full under each block of a store that this process has open below dir: from then on the kernel
// answers ENOSPC to each write, until the store opens its files anew. How many they were it returns. A test that calls it
// runs beside no other, for the numbers of open files are the process's.
func Fill(t testing.TB, dir string) (filled int) {
	t.Helper()
	full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := full.Close(); err != nil {
			t.Error(err)
		}
	}()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range open {
		n, err := strconv.Atoi(entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		path, err := os.Readlink("/proc/self/fd/" + entry.Name())
		if err != nil || !strings.HasPrefix(path, dir+string(filepath.Separator)) || !strings.HasSuffix(path, ".blk") {
			continue // closed meanwhile, or something else
		}
		if err := syscall.Dup3(int(full.Fd()), n, syscall.O_CLOEXEC); err != nil {
			t.Fatal(err)
		}
		filled++
	}
	return filled
}

// Disk is a disk as its probe tells it.
type Disk struct {
	mu    sync.Mutex
	free  uint64
	files uint64
}

// total is the size of every Disk: one whose ballast is small, for there are many; and how many files one can hold.
const (
	total = 400 << 20
	holds = 20_000
)

// Roomy is a disk with space.
func Roomy() *Disk { return &Disk{free: total / 2, files: holds / 2} }

// Left says how much is free from now on, in bytes.
func (d *Disk) Left(free uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.free = free
}

// FilesLeft says how many files can be made from now on.
func (d *Disk) FilesLeft(files uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.files = files
}

// Probe is that of a space.Keeper.
func (d *Disk) Probe() (space.Usage, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return space.Usage{Total: total, Free: d.free, Files: holds, FreeFiles: d.files}, nil
}
