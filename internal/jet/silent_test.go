package jet

import (
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"verigate/internal/record"
	"verigate/internal/record/recordtest"
	"verigate/internal/tooltest"
)

// hole lets connections to a server through, until it lets nothing through any more and keeps them open: a host that hangs, or a
// network that drops.
type hole struct {
	addr   string
	silent atomic.Bool
}

func holeBefore(t *testing.T, server string) *hole {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	do(t, err)
	h := &hole{addr: l.Addr().String()}
	var open sync.Map
	t.Cleanup(func() {
		_ = l.Close()
		open.Range(func(c, _ any) bool { _ = c.(net.Conn).Close(); return true })
	})
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := (&net.Dialer{}).Dial("tcp", server)
			if err != nil {
				_ = in.Close()
				continue
			}
			open.Store(in, nil)
			open.Store(out, nil)
			go h.pass(in, out)
			go h.pass(out, in)
		}
	}()
	return h
}

func (h *hole) pass(from, to net.Conn) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if h.silent.Load() {
			_, _ = io.Copy(io.Discard, from)
			return
		}
		if err != nil {
			_ = to.Close()
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// One of the servers hangs with its connections open. The others answer, and a write finds them before it is given up.
func TestAServerThatFallsSilentIsLeftForAnother(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: it waits some seconds for a server that hangs")
	}
	s := start(t, func(*server.Options) {})
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("server does not start")
	}
	h := holeBefore(t, strings.TrimPrefix(s.ClientURL(), "nats://"))
	c, err := Connect("nats://"+h.addr+","+s.ClientURL(), nats.DontRandomize())
	do(t, err)
	t.Cleanup(c.Close)
	do(t, c.EnsureStreams(t.Context(), 1))
	j := c.Journal()
	last := appended(t, j, 0, 0)
	h.silent.Store(true)
	began := time.Now()
	last = appended(t, j, 1, last)
	t.Logf("written after %s", time.Since(began).Round(time.Millisecond))
	if _, err := j.Append(t.Context(), recordtest.Message("r1", 2), last); err != nil {
		t.Error(err)
	}
}

// Where no server is reached there is no election to wait for: a write is given up sooner, and the next at once, until one is back.
func TestWhereNoServerIsReachedNobodyWaitsForLong(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: it waits some seconds for a server that is away")
	}
	port, err := strconv.Atoi(tooltest.Port(t))
	do(t, err)
	dir := t.TempDir()
	begin := func() *server.Server {
		s := start(t, func(o *server.Options) { o.StoreDir, o.Port = dir, port })
		if !s.ReadyForConnections(10 * time.Second) {
			t.Fatal("server does not start")
		}
		return s
	}
	s := begin()
	c := connect(t, s)
	do(t, c.EnsureStreams(t.Context(), 1))
	j := c.Journal()
	last := appended(t, j, 0, 0)
	s.Shutdown()
	s.WaitForShutdown()
	for what, within := range []time.Duration{awayWithin + 2*time.Second, time.Second} {
		began := time.Now()
		if _, err := j.Append(t.Context(), recordtest.Message("r1", 1), last); !errors.Is(err, record.ErrUnavailable) {
			t.Errorf("write %d: %v", what, err)
		}
		if took := time.Since(began); took > within {
			t.Errorf("write %d was given up after %s", what, took)
		}
	}
	begin()
	for end := time.Now().Add(5 * time.Second); ; {
		_, err := j.Append(t.Context(), recordtest.Message("r1", 1), last)
		if err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
