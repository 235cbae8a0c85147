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

// clockSynchronised says whether the kernel's clock follows a source, as chrony, ntpd and systemd-timesyncd tell it.
func clockSynchronised() bool {
	var t unix.Timex // without modes it only reads
	state, err := unix.Adjtimex(&t)
	return err == nil && state != unix.TIME_ERROR && t.Status&unix.STA_UNSYNC == 0
}
