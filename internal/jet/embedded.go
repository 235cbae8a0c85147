package jet

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
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
}

// Server is a nats-server in this process without a listening port.
type Server struct {
	ns *server.Server
	// Finished is how many messages were deleted before this start and overwritten by it: the process before was killed
	// between the two.
	Finished int
}

// Embedded starts a server that fsyncs every message before it acknowledges
// it, and refuses one that would not. Close it after every Conn.
func Embedded(ctx context.Context, o Options) (*Server, error) {
	if err := dropHalfMade(o.Dir); err != nil {
		return nil, err
	}
	finished, err := finishOverwriting(o.Dir)
	if err != nil {
		return nil, err
	}
	ns, err := server.NewServer(o.server())
	if err != nil {
		return nil, fmt.Errorf("make embedded nats-server: %w", err)
	}
	s := &Server{ns: ns, Finished: finished}
	ns.Start()
	if err := s.ready(ctx); err != nil {
		s.Close()
		return nil, fmt.Errorf("start embedded nats-server: %w", err)
	}
	return s, nil
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
func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	for !s.ns.ReadyForConnections(10 * time.Millisecond) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !s.ns.Running() {
			return errors.New("it stopped at once")
		}
	}
	cfg := s.ns.JetStreamConfig()
	if cfg == nil {
		return errors.New("JetStream is not enabled")
	}
	if !cfg.SyncAlways {
		return ErrNotDurable
	}
	return nil
}

// Connect opens a connection inside the process.
func (s *Server) Connect() (*Conn, error) {
	c, err := dial("", nats.InProcessServer(s.ns))
	if err != nil {
		return nil, err
	}
	c.embedded = s
	return c, nil
}

// Close stops the server and waits until its files are closed.
func (s *Server) Close() {
	s.ns.Shutdown()
	s.ns.WaitForShutdown()
}
