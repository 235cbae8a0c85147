package jet

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"verigate/internal/record"
)

// maxPayload is what the embedded server accepts in one message.
const maxPayload = 4 << 20

// startWithin bounds the start of the embedded server: it reads its index
// first, which takes seconds for a million messages and a minute or more when
// the index was lost.
const startWithin = 5 * time.Minute

// Options of the embedded server.
type Options struct {
	// Dir holds the store; the caller has locked it.
	Dir string
	// Name of the server, fixed for the life of the directory; "verigate"
	// when empty.
	Name string
	// MaxMemory bounds streams in memory, in bytes; 64 MiB when 0. It says
	// nothing about caches: set GOMEMLIMIT.
	MaxMemory int64
	// MaxStore bounds the files, in bytes; 64 GiB when 0.
	MaxStore int64
	// Full says whether the disk below Dir has no space now; nil: nobody looks.
	Full func() bool
}

// Server is a nats-server in this process without a listening port. It is safe for concurrent use.
type Server struct {
	options  Options
	changing sync.Mutex                       // held by Restart and Close
	ns       atomic.Pointer[server.Server]    // nil: none runs
	doubtful atomic.Bool                      // the note is written that indices are not to be believed
	failed   atomic.Pointer[error]            // a write failed, and not for lack of space: nothing of the record is taken
	unsynced atomic.Bool                      // the note is written that messages may not be on the disk
	untold   atomic.Pointer[string]           // why something could not be overwritten, which the server's health does not tell
	synced   [record.Partitions]atomic.Uint64 // up to where each partition of the record is known to be on the disk
	// Finished is how many messages were deleted before this start and overwritten by it: the process before was killed
	// between the two.
	Finished int
}

// Embedded starts a server that fsyncs every message before it acknowledges
// it, and refuses one that would not. Close it after every Conn.
func Embedded(ctx context.Context, o Options) (*Server, error) {
	s := &Server{options: o}
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// begin starts the nats-server.
func (s *Server) begin(ctx context.Context) (err error) {
	if err := dropHalfMade(s.options.Dir); err != nil {
		return err
	}
	if err := syncAgain(s.options.Dir); err != nil {
		return err
	}
	if err := s.dropDoubtful(); err != nil {
		return err
	}
	if s.Finished, err = finishOverwriting(s.options.Dir); err != nil {
		return err
	}
	ns, err := server.NewServer(s.options.server())
	if err != nil {
		return fmt.Errorf("make embedded nats-server: %w", err)
	}
	ns.Start()
	if err := ready(ctx, ns); err != nil {
		end(ns)
		return fmt.Errorf("start embedded nats-server: %w", err)
	}
	s.failed.Store(nil)
	s.untold.Store(nil)
	s.unsynced.Store(false)
	s.ns.Store(ns)
	return nil
}

func (o Options) server() *server.Options {
	so := &server.Options{
		ServerName:         o.Name,
		DontListen:         true,
		NoSigs:             true,
		NoLog:              true,
		MaxPayload:         maxPayload,
		JetStream:          true,
		JetStreamDomain:    "hub",
		StoreDir:           o.Dir,
		SyncAlways:         true,
		JetStreamMaxMemory: o.MaxMemory,
		JetStreamMaxStore:  o.MaxStore,
	}
	if so.ServerName == "" {
		so.ServerName = "verigate"
	}
	if so.JetStreamMaxMemory == 0 {
		so.JetStreamMaxMemory = 64 << 20
	}
	if so.JetStreamMaxStore == 0 {
		so.JetStreamMaxStore = 64 << 30
	}
	return so
}

// ready waits for the server and checks what it really runs with.
func ready(ctx context.Context, ns *server.Server) error {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	for !ns.ReadyForConnections(10 * time.Millisecond) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !ns.Running() {
			return errors.New("it stopped at once")
		}
	}
	cfg := ns.JetStreamConfig()
	if cfg == nil {
		return errors.New("JetStream is not enabled")
	}
	if !cfg.SyncAlways {
		return ErrNotDurable
	}
	return nil
}

// errNoServer says that the server is between a stop and a start, or closed.
var errNoServer = errors.New("the embedded nats-server does not run")

// ready is that of the server that runs now.
func (s *Server) ready(ctx context.Context) error {
	ns := s.ns.Load()
	if ns == nil {
		return errNoServer
	}
	return ready(ctx, ns)
}

// InProcessConn is how a connection reaches the server that runs now, also after a Restart. It never waits: the client
// that asks holds what its callers need.
func (s *Server) InProcessConn() (net.Conn, error) {
	ns := s.ns.Load()
	if ns == nil {
		return nil, errNoServer
	}
	return ns.InProcessConn()
}

// Connect opens a connection inside the process.
func (s *Server) Connect() (*Conn, error) {
	c, err := dial("", nats.InProcessServer(s))
	if err != nil {
		return nil, err
	}
	c.embedded = s
	return c, nil
}

// Restart stops the server and starts it again over the same directory: a stream that could not be written takes nothing
// more until then. Connections come back by themselves, and what was asked meanwhile is asked again. After an error
// nothing runs, and it may be called again.
func (s *Server) Restart(ctx context.Context) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	if err := s.end(); err != nil {
		return err
	}
	return s.begin(ctx)
}

// Close is Stop for whoever has nobody to tell an error: what could not be taken away then, the next start takes away.
func (s *Server) Close() { _ = s.Stop() }

// Stop stops the server and waits until its files are closed. An error says that what could not be written may be counted
// by the next start.
func (s *Server) Stop() error {
	s.changing.Lock()
	defer s.changing.Unlock()
	return s.end()
}

// end stops the server, and takes away the indices that it leaves when it counts in them what it could not write.
func (s *Server) end() error {
	stuck := s.WriteError() != nil
	end(s.ns.Swap(nil))
	if stuck {
		return s.dropIndices()
	}
	return nil
}

// end stops a server, if there is one, and waits until its files are closed.
func end(ns *server.Server) {
	if ns != nil {
		ns.Shutdown()
		ns.WaitForShutdown()
	}
}
