package app

import (
	"errors"
	"os/exec"
	"testing"
)

func TestADirectoryThatIsInUseIsNotTaken(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	free, err := lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock(dir); !errors.Is(err, ErrLocked) {
		t.Error(err)
	}
	if err := free(); err != nil {
		t.Error(err)
	}
	if free, err = lock(dir); err != nil || free() != nil {
		t.Error(err)
	}
}

// A process that is just starting others, as tests do, holds open files twice until those run.
func TestADirectoryIsFreeAtOnceThoughProgramsAreStarted(t *testing.T) {
	t.Parallel()
	dir, begun, done := t.TempDir(), make(chan struct{}), make(chan error, 1)
	go func() {
		var err error
		for i := range 100 {
			err = errors.Join(err, exec.CommandContext(t.Context(), "true").Run())
			if i == 0 {
				close(begun)
			}
		}
		done <- err
	}()
	<-begun
	for {
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
			return
		default:
		}
		free, err := lock(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := free(); err != nil {
			t.Fatal(err)
		}
	}
}
