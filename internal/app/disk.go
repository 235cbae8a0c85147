package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"verigate/internal/jet"
	"verigate/internal/space"
)

const (
	// ballastFile holds space back in the data directory, and is given up when the disk is full.
	ballastFile = "ballast"
	// looksAtDisk is how often the disk is looked at.
	looksAtDisk = time.Second
	// restartsEvery is how long a store that was started again is left alone.
	restartsEvery = 5 * time.Second
)

// openDisk begins to watch the disk of the embedded store. A start over a full disk gives the ballast up, so that the store
// comes up and can be read.
func (p *Parts) openDisk(dir string) error {
	probe := p.Disk
	if probe == nil {
		probe = func() (space.Usage, error) { return space.Of(dir) }
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("directory of the store: %w", err)
		}
	}
	p.disk = &space.Keeper{Probe: probe, Ballast: filepath.Join(p.Data, ballastFile)}
	level, err := p.disk.Look()
	if err != nil {
		return err
	}
	if level != space.Enough {
		p.tellDisk(level)
	}
	return nil
}

// takes says whether there is space for new requests.
func (p *Parts) takes() bool {
	if p.disk == nil {
		return true
	}
	level, _ := p.disk.State()
	return level == space.Enough
}

// noSpace looks whether the disk is full now. One that cannot be asked is as it was: watchDisk says so in the log.
func (p *Parts) noSpace() bool {
	level, _ := p.disk.Look()
	return level == space.Full
}

// disks is the code of what is wrong with the disk of the record, if anything, and whether it is written to all the same.
func (p *Parts) disks() (code string, written bool) {
	if p.disk == nil {
		return "", true
	}
	if p.Server.Failed() != nil { // whoever is refused for that finds it told, also before watchDisk has looked
		return "write_failed", false
	}
	if stuck := p.stuck.Load(); stuck != nil && !errors.Is(*stuck, jet.ErrNoSpace) {
		return "write_failed", false
	} else if stuck != nil {
		return "disk_full", false
	}
	switch level, _ := p.disk.State(); level {
	case space.Full:
		return "disk_full", false
	case space.NearlyFull:
		return "disk_nearly_full", true
	case space.Enough:
	}
	return "", true
}

// fullDisk names the disk in the error of a start over a full one.
func (p *Parts) fullDisk(err error) error {
	if p.disk == nil || !p.noSpace() {
		return err
	}
	_, usage := p.disk.State()
	return fmt.Errorf("the disk of %s is full (%s): nothing can be recorded; nothing that was acknowledged is lost; make space there and start again: %w", p.Data, usage, err)
}

// watchDisk looks at the disk until ctx ends. A store that could not write for lack of space is started again when there is
// some: until then it takes nothing (trust.md, fact 4). One that could not write for another reason, such as an fsync that
// failed, is not: what the disk has of it nobody knows, and the gateway acknowledges nothing until people have looked.
func (p *Parts) watchDisk(ctx context.Context) error {
	look := time.NewTicker(looksAtDisk)
	defer look.Stop()
	var watch diskWatch
	for {
		watch.once(ctx, p)
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
	}
}

// diskWatch is what watchDisk knows between two looks.
type diskWatch struct {
	level     space.Level
	restarted time.Time
	down      bool   // the store did not come up again
	failing   string // what was logged last of the disk itself
}

func (w *diskWatch) once(ctx context.Context, p *Parts) {
	level, err := p.disk.Look()
	w.complain(p, errors.Join(err, p.disk.HoldBack()))
	if level != w.level {
		p.tellDisk(level)
		w.level = level
	}
	stuck := p.Server.WriteError()
	switch was := p.stuck.Load(); {
	case stuck == nil && !w.down:
		p.stuck.Store(nil)
		return
	case stuck != nil:
		p.stuck.Store(&stuck)
		if was == nil {
			p.Log.Error("the store cannot write: nothing is acknowledged until it can", slog.Any("error", stuck))
		}
		if !errors.Is(stuck, jet.ErrNoSpace) {
			return
		}
	}
	if level == space.Full || time.Since(w.restarted) < restartsEvery || ctx.Err() != nil {
		return
	}
	err = p.Server.Restart(ctx)
	w.restarted, w.down = time.Now(), err != nil
	if err != nil {
		p.Log.Error("the store cannot be started again: it is tried again", slog.Any("error", err))
		return
	}
	p.stuck.Store(nil)
	p.Log.Info("there is space again: the store was started anew and takes writes")
}

// complain logs what is wrong with looking at the disk, once.
func (w *diskWatch) complain(p *Parts, err error) {
	if err == nil {
		w.failing = ""
		return
	}
	if text := err.Error(); text != w.failing {
		w.failing = text
		p.Log.Warn("the disk cannot be watched as it should", slog.Any("error", err))
	}
}

// tellDisk logs how the disk stands.
func (p *Parts) tellDisk(level space.Level) {
	_, usage := p.disk.State()
	at := []any{slog.String("dir", p.Data), slog.String("space", usage.String())}
	switch level {
	case space.Full:
		p.Log.Error("the disk is full: no new request is taken, the space held back is given up; make space", at...)
	case space.NearlyFull:
		p.Log.Error("the disk is nearly full: no new request is taken, all else goes on; make space", at...)
	case space.Enough:
		p.Log.Info("the disk has space: requests are taken", at...)
	}
}
