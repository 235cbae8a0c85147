package jet

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// openBlocks are the blocks of a store that this process has open, by the number of the file.
func openBlocks(t *testing.T, dir string) map[int]string {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	do(t, err)
	all := map[int]string{}
	for _, e := range entries {
		path, err := os.Readlink("/proc/self/fd/" + e.Name())
		if err != nil || !strings.HasPrefix(path, dir+string(filepath.Separator)) || !strings.HasSuffix(path, ".blk") {
			continue // closed meanwhile, or something else
		}
		n, err := strconv.Atoi(e.Name())
		do(t, err)
		all[n] = path
	}
	return all
}

func dup(from, to int) error { return syscall.Dup3(from, to, syscall.O_CLOEXEC) }

// inodes are those of the record's blocks.
func inodes(t *testing.T, dir string) map[string]uint64 {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "jetstream", "*", "streams", "RECORD_*", "msgs", "1.blk"))
	do(t, err)
	if len(found) != 2 {
		t.Fatalf("blocks: %v", found)
	}
	all := map[string]uint64{}
	for _, path := range found {
		info, err := os.Stat(path)
		do(t, err)
		all[path] = info.Sys().(*syscall.Stat_t).Ino
	}
	return all
}
