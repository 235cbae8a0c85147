package app

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"verigate/internal/durable"
)

// firstFile is in the directory of a demonstration from before its first start makes anything until its people's keys are
// written: a start that finds it alone knows that one was cut off.
const firstFile = "first-start.unfinished"

// errCutOff says that a first start was cut off that cannot be taken back here.
var errCutOff = errors.New("the first start of this demonstration was cut off, and nobody has the keys of its people: empty the streams of the NATS servers and this directory, and start again")

// beginFirst takes back what a first start of a demonstration left that was cut off: its door was never open, nobody has a
// key of its people, and to make them once more beside those would double them and their requests. A directory in which
// there is nothing yet is marked. Nothing is touched that another process holds. What is on servers stays: see prepareDemo.
func beginFirst(dir string, embedded bool, log *slog.Logger) error {
	unlock, err := lock(dir)
	if err != nil {
		return err
	}
	return errors.Join(first(dir, embedded, log), unlock())
}

func first(dir string, embedded bool, log *slog.Logger) error {
	mark := filepath.Join(dir, firstFile)
	switch marked := exists(mark); {
	case exists(filepath.Join(dir, CredentialFile)):
		return finishFirst(dir)
	case marked && !embedded:
		return nil
	case marked:
		log.Warn("the first start of this demonstration was cut off before its door was open: it is begun anew")
		return takeBack(dir)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("look into the data directory: %w", err)
	}
	if len(entries) > 1 || len(entries) == 1 && entries[0].Name() != lockFile {
		return nil // of an older release, or brought
	}
	return durable.Create(mark, nil)
}

// takeBack removes the store that a first start made, and what was derived from it. The keys beside it go with any store.
func takeBack(dir string) error {
	err := errors.Join(os.RemoveAll(filepath.Join(dir, natsDir)), os.RemoveAll(filepath.Join(dir, ledgerDir)), os.RemoveAll(filepath.Join(dir, leftFile)))
	if err != nil {
		return fmt.Errorf("take back a first start that was cut off: %w", err)
	}
	return nil
}

// finishFirst says that a demonstration is whole.
func finishFirst(dir string) error {
	if err := os.Remove(filepath.Join(dir, firstFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("finish the first start: %w", err)
	}
	return nil
}
