package app

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"verigate/internal/space"
	"verigate/internal/space/spacetest"
)

// onDisk are parts that watch a disk of a test's.
func onDisk(t *testing.T, disk *spacetest.Disk) *Parts {
	t.Helper()
	p := &Parts{Options: Options{Log: slog.New(slog.DiscardHandler), Disk: disk.Probe}}
	p.Data = t.TempDir()
	return p
}

func TestAStartOverAFullDiskGivesTheBallastUpAndNamesTheDisk(t *testing.T) {
	t.Parallel()
	disk := spacetest.Roomy()
	disk.Left(0)
	p := onDisk(t, disk)
	ballast := filepath.Join(p.Data, ballastFile)
	if err := os.WriteFile(ballast, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.openDisk(p.Data); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(ballast); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the ballast: %v", err)
	}
	cause := errors.New("atomic publish batch is incomplete")
	err := p.fullDisk(cause)
	if !errors.Is(err, cause) || !strings.Contains(err.Error(), "the disk of "+p.Data+" is full (0 of 400 MiB free, 10000 of 20000 files)") {
		t.Errorf("told as %v", err)
	}
	disk.Left(200 << 20)
	if _, err := p.disk.Look(); err != nil {
		t.Fatal(err)
	}
	if err := p.fullDisk(cause); !errors.Is(err, cause) || strings.Contains(err.Error(), "full") {
		t.Errorf("with space: %v", err)
	}
}

func TestWhatTheDiskIsAtIsToldByItsCode(t *testing.T) {
	t.Parallel()
	disk := spacetest.Roomy()
	p := onDisk(t, disk)
	if code, written := p.disks(); code != "" || !written || !p.takes() {
		t.Errorf("servers of their own: %q %v %v", code, written, p.takes())
	}
	if err := p.openDisk(p.Data); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		free, files    uint64
		level          space.Level
		code           string
		written, takes bool
	}{
		{200 << 20, 9000, space.Enough, "", true, true},
		{20 << 20, 9000, space.NearlyFull, "disk_nearly_full", true, false},
		{0, 9000, space.Full, "disk_full", false, false},
		{200 << 20, 1000, space.NearlyFull, "disk_nearly_full", true, false},
		{200 << 20, 0, space.Full, "disk_full", false, false},
		{200 << 20, 9000, space.Enough, "", true, true},
	} {
		disk.Left(step.free)
		disk.FilesLeft(step.files)
		if level, err := p.disk.Look(); err != nil || level != step.level {
			t.Fatal(level, err)
		}
		if code, written := p.disks(); code != step.code || written != step.written || p.takes() != step.takes {
			t.Errorf("%s: %q, written %v, takes %v", step.level, code, written, p.takes())
		}
	}
	failed := errors.New("fsync: input/output error")
	p.stuck.Store(&failed)
	if code, written := p.disks(); code != "write_failed" || written {
		t.Errorf("a write that failed: %q %v", code, written)
	}
}
