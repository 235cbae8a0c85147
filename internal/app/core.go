package app

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// withoutCore keeps what this process has in memory, keys and content, out of core dumps, and other processes of the same
// user out of its memory.
func withoutCore() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("turn core dumps off: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("turn core dumps off: %w", err)
	}
	return nil
}
