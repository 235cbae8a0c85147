package space

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

const (
	mib = 1 << 20
	gib = 1 << 30
)

// disk is a disk that a test fills.
type disk struct {
	Usage
	err error
}

func (d *disk) probe() (Usage, error) { return d.Usage, d.err }

func TestIntakeStopsAtNineTenthsAndComesBackBelowTheLowerMark(t *testing.T) {
	t.Parallel()
	level := Enough
	for i, step := range []struct {
		free uint64 // of 1,000 MiB
		want Level
	}{
		{500, Enough},
		{101, Enough},
		{100, NearlyFull}, // 90 % used
		{110, NearlyFull}, // 89 %: neither comes nor goes
		{120, NearlyFull}, // 88 %
		{121, Enough},
		{110, Enough},
		{99, NearlyFull},
		{2, Full}, // less than a quarter of a ballast of 10 MiB
		{3, NearlyFull},
		{900, Enough},
		{0, Full},
		{900, Enough},
	} {
		if level = level.Next(Usage{Total: 1000 * mib, Free: step.free * mib}); level != step.want {
			t.Fatalf("step %d: %d MiB free: %s, want %s", i, step.free, level, step.want)
		}
	}
}

func TestALargeDiskIsNotNearlyFullWhileGigabytesAreFree(t *testing.T) {
	t.Parallel()
	level := Enough
	for i, step := range []struct {
		free uint64 // of 1,000 GiB, in MiB
		want Level
	}{
		{100 << 10, Enough}, // 90 % used
		{2049, Enough},
		{2047, NearlyFull},
		{2200, NearlyFull}, // between the marks
		{2304, Enough},
		{15, Full},
		{17, NearlyFull},
	} {
		if level = level.Next(Usage{Total: 1000 * gib, Free: step.free * mib}); level != step.want {
			t.Fatalf("step %d: %d MiB free: %s, want %s", i, step.free, level, step.want)
		}
	}
}

// A disk with space that can take no more files refuses the store's next block all the same.
func TestADiskWithoutFilesLeftIsFullThoughItHasSpace(t *testing.T) {
	t.Parallel()
	level := Enough
	for i, step := range []struct {
		free uint64 // of 20,000 files
		want Level
	}{
		{10_000, Enough},
		{2001, Enough},
		{2000, NearlyFull}, // 90 % used
		{2399, NearlyFull},
		{2401, Enough}, // below 88 %
		{64, NearlyFull},
		{63, Full},
		{64, NearlyFull},
		{0, Full},
		{9000, Enough},
	} {
		if level = level.Next(Usage{Total: 1000 * gib, Free: 500 * gib, Files: 20_000, FreeFiles: step.free}); level != step.want {
			t.Fatalf("step %d: %d files left: %s, want %s", i, step.free, level, step.want)
		}
	}
	large := Usage{Total: 1000 * gib, Free: 500 * gib, Files: 10_000_000, FreeFiles: 5000} // more than anybody needs
	if got := Enough.Next(large); got != Enough {
		t.Errorf("of a large disk: %s", got)
	}
	if got := Enough.Next(Usage{Total: 1000 * gib, Free: 500 * gib}); got != Enough {
		t.Errorf("of a disk that tells of no files: %s", got)
	}
}

func TestTheBallastIsMadeWithSpaceAndGivenUpWithoutAny(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ballast")
	d := &disk{Usage: Usage{Total: 1000 * mib, Free: 500 * mib}}
	k := &Keeper{Probe: d.probe, Ballast: path}
	look := func(want Level) {
		t.Helper()
		if got, err := k.Look(); err != nil || got != want {
			t.Fatalf("%s, %v; want %s", got, err, want)
		}
		if err := k.HoldBack(); err != nil {
			t.Fatal(err)
		}
	}
	holds := func(want bool) {
		t.Helper()
		info, err := os.Stat(path)
		if !want {
			if !errors.Is(err, os.ErrNotExist) {
				t.Fatalf("the ballast is there: %v", err)
			}
			return
		}
		if err != nil || info.Size() != 10*mib || info.Mode().Perm() != 0o600 {
			t.Fatalf("ballast: %v, %v", info, err)
		}
	}
	look(Enough)
	holds(true)
	d.Free = 50 * mib
	look(NearlyFull)
	holds(true)
	d.Free = 0
	look(Full)
	holds(false)
	d.Free = 10 * mib // what the ballast took
	look(NearlyFull)
	holds(false)
	d.Free = 125 * mib // enough, and not with a ballast
	look(Enough)
	holds(false)
	d.Free = 500 * mib
	look(Enough)
	holds(true)
}

func TestADiskThatCannotBeAskedChangesNothing(t *testing.T) {
	t.Parallel()
	d := &disk{Usage: Usage{Total: 1000 * mib, Free: 50 * mib}}
	k := &Keeper{Probe: d.probe, Ballast: filepath.Join(t.TempDir(), "ballast")}
	if got, err := k.Look(); err != nil || got != NearlyFull {
		t.Fatal(got, err)
	}
	d.err = errors.New("no answer")
	if got, err := k.Look(); err == nil || got != NearlyFull {
		t.Fatal(got, err)
	}
}

func TestARealDiskTellsItsSpace(t *testing.T) {
	t.Parallel()
	u, err := Of(t.TempDir())
	if err != nil || u.Total == 0 || u.Free > u.Total || u.FreeFiles > u.Files {
		t.Fatal(u, err)
	}
	if _, err := Of(filepath.Join(t.TempDir(), "absent")); err == nil {
		t.Fatal("what is not there has space")
	}
}
