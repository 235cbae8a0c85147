package jet

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"verigate/internal/record"
)

var (
	// ErrNotWritten is record.ErrUnavailable of a store that has failed to write, and takes nothing more until it is
	// started again.
	ErrNotWritten = fmt.Errorf("%w: the store cannot write", record.ErrUnavailable)
	// ErrNoSpace is ErrNotWritten of a disk without space.
	ErrNoSpace = fmt.Errorf("%w: no space is left on its disk", ErrNotWritten)
)

// looksAfter is how long a write stays without an answer before it is asked whether the store can write at all, and again
// each time. An fsync takes a millisecond.
const looksAfter = 250 * time.Millisecond

// WriteError is why a stream takes nothing any more, as the server says: another ErrNotWritten before ErrNoSpace, or nil. A server
// that could not write a message answers it not, and none that follows; it goes on to be read, but counts what it could not
// write as the stream's last message. Only a Restart mends it.
func (s *Server) WriteError() error {
	if s == nil {
		return nil // others' servers are not asked
	}
	ns := s.ns.Load()
	if ns == nil {
		return nil // Restart has it
	}
	if failed := s.Failed(); failed != nil {
		s.noted()
		return failed
	}
	var full error
	for _, e := range s.writeErrors(ns) {
		s.doubt()
		switch {
		case strings.HasSuffix(e, syscall.ENOSPC.Error()), strings.HasSuffix(e, syscall.EDQUOT.Error()):
			full = fmt.Errorf("%w: %s", ErrNoSpace, e)
		default:
			failed := fmt.Errorf("%w: %s", ErrNotWritten, e)
			s.failed.Store(&failed)
			s.noted()
			return failed
		}
	}
	return full
}

// noted writes both notes of a store that has failed, where that was not possible yet.
func (s *Server) noted() {
	s.doubt()
	s.noteUnsynced()
}

// writeErrors are those that a server tells, and the one of an overwriting, which it does not.
func (s *Server) writeErrors(ns *server.Server) (all []string) {
	for _, e := range healthOf(ns) {
		if strings.Contains(e.Error, "write error") {
			all = append(all, e.Error)
		}
	}
	if untold := s.untold.Load(); untold != nil {
		all = append(all, *untold)
	}
	return all
}

// healthOf is what a server finds wrong with its streams. It first looks whether it is up, for a millisecond, and when it did not
// get the processor in that time it says that it is not, and looks at no stream: that is no word on them, and it is asked again.
// One that ever ran is up for as long as it is there, also when it is stopped.
func healthOf(ns *server.Server) []server.HealthzError {
	for {
		all := ns.Healthz(&server.HealthzOptions{Details: true}).Errors
		if !slices.ContainsFunc(all, func(e server.HealthzError) bool { return e.Type == server.HealthzErrorConn }) {
			return all
		}
	}
}

// Failed says whether the record may take anything: not once a write of any stream has failed for another reason than
// space, such as an fsync. What that disk has nobody knows then, and the other partition, which still answers, is on it. It
// costs nothing, and is known before anybody is refused for it.
func (s *Server) Failed() error {
	if s == nil {
		return nil
	}
	if failed := s.failed.Load(); failed != nil {
		return *failed
	}
	return nil
}

// mostCounted bounds how many messages a server can count that it could not write: those of the batch at which it failed.
const mostCounted = 64

// written is the last message of a stream of the record that can be read, where the embedded server says another that it may
// have counted without having written it: who waits for that one would serve no list until there is space.
func (c *Conn) written(ctx context.Context, stream string, last uint64) (uint64, error) {
	for n := 0; last > 0 && n < mostCounted && c.embedded != nil && c.embedded.doubtful.Load(); n++ {
		_, err := c.fromLeader(ctx, stream, getRequest{Seq: last})
		if !errors.Is(err, errNoMessage) {
			return last, err
		}
		last--
	}
	return last, nil
}

// counts is asked before the server is: the function that it returns says afterwards whether the end of a stream that the
// server told can be believed. It cannot while there is a WriteError, nor when there was a Restart in between.
func (s *Server) counts() func() bool {
	if s == nil {
		return func() bool { return true }
	}
	asked := s.ns.Load()
	return func() bool { return asked != nil && s.WriteError() == nil && s.ns.Load() == asked }
}

// doubtFile notes in the server's directory that its indices are not to be believed, for a process that is killed before it
// has taken them away.
const doubtFile = "indices-doubtful"

// doubt writes the note, once. On a disk where it cannot be written it is tried again with the next look.
func (s *Server) doubt() {
	if s.doubtful.Load() {
		return
	}
	err := os.WriteFile(filepath.Join(s.options.Dir, doubtFile), nil, 0o600)
	s.doubtful.Store(err == nil)
}

// dropDoubtful takes the indices away when the note is there.
func (s *Server) dropDoubtful() error {
	_, err := os.Stat(filepath.Join(s.options.Dir, doubtFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("look whether the store's indices are doubtful: %w", err)
	}
	return s.dropIndices()
}

// dropIndices takes away what a server without streams open has noted of the state of each, and then the note. The next start
// reads the messages themselves, which takes a minute for some millions. Else it would go on behind what was never written:
// a hole in the record for good.
func (s *Server) dropIndices() error {
	found, err := filepath.Glob(filepath.Join(s.options.Dir, server.JetStreamStoreDir, "*", "streams", "*", "msgs", "index.db"))
	if err != nil {
		return fmt.Errorf("look for the store's indices: %w", err)
	}
	for _, path := range append(found, filepath.Join(s.options.Dir, doubtFile)) {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("take away an index that is doubtful: %w", err)
		}
	}
	s.doubtful.Store(false)
	return nil
}

// cannotWrite is WriteError, or ErrNoSpace of a disk that is full now: then a batch is refused as if it were cut off.
func (s *Server) cannotWrite() error {
	if err := s.WriteError(); err != nil {
		return err
	}
	if s != nil && s.options.Full != nil && s.options.Full() {
		return ErrNoSpace
	}
	return nil
}

// whileItWrites is a context of one write. It ends when the store turns out to be unable to write, or was started anew: an
// answer would never come. The function that comes with it ends it.
func (s *Server) whileItWrites(ctx context.Context) (context.Context, func()) {
	if s == nil {
		return ctx, func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	asked := s.ns.Load()
	go func() {
		look := time.NewTicker(looksAfter)
		defer look.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-look.C:
				if s.ns.Load() != asked || s.cannotWrite() != nil {
					cancel()
				}
			}
		}
	}()
	return ctx, cancel
}
