package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
)

// startProfile begins one profile each of CPU, of waiting for locks, and of allocations; stop writes them.
func (s settings) startProfile() (stop func() error, err error) {
	if err := os.MkdirAll(s.profile, 0o700); err != nil {
		return nil, fmt.Errorf("make the profiles' directory: %w", err)
	}
	f, err := os.Create(filepath.Join(s.profile, "cpu"))
	if err != nil {
		return nil, fmt.Errorf("write a profile: %w", err)
	}
	runtime.SetMutexProfileFraction(10)
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(fmt.Errorf("write a profile: %w", err), f.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return errors.Join(f.Close(), s.lookup("mutex"), s.lookup("allocs"))
	}, nil
}

func (s settings) lookup(name string) error {
	f, err := os.Create(filepath.Join(s.profile, name))
	if err != nil {
		return fmt.Errorf("write a profile: %w", err)
	}
	return errors.Join(pprof.Lookup(name).WriteTo(f, 0), f.Close())
}
