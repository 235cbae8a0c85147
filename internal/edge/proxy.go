package edge

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pires/go-proxyproto"

	"verigate/internal/limit"
)

// errHeader says that a connection through a proxy does not begin as it must.
var errHeader = errors.New("no PROXY header of version 2 that names a client by TCP")

// withHeader reads the PROXY header with the first byte that is asked of the connection. One without a header, with a
// header of version 1, or with one that names no TCP address gives an error instead, for ever.
func withHeader(c net.Conn, within time.Duration) *proxyproto.Conn {
	return proxyproto.NewConn(c, proxyproto.WithPolicy(proxyproto.REQUIRE), proxyproto.SetReadHeaderTimeout(within),
		proxyproto.ValidateHeader(func(h *proxyproto.Header) error {
			tcp := h.TransportProtocol == proxyproto.TCPv4 || h.TransportProtocol == proxyproto.TCPv6
			if h.Version != 2 || !tcp && !h.Command.IsLocal() { // LOCAL: the proxy asks for itself, whether we are well
				return errHeader
			}
			return nil
		}))
}

// proxied is a connection through a proxy. It belongs to the client whom the header names.
type proxied struct {
	*proxyproto.Conn
	of    *Listener
	begun sync.Once
	err   error // why nothing is read; written by begun

	mu     sync.Mutex
	closed bool         // guarded by mu
	source netip.Prefix // of the client, once it is counted; guarded by mu
}

// Read implements net.Conn.
func (c *proxied) Read(b []byte) (int, error) {
	c.begun.Do(func() { c.err = c.begin() })
	if c.err != nil {
		return 0, c.err
	}
	return c.Conn.Read(b)
}

// begin counts the connection for its client.
func (c *proxied) begin() error {
	var source netip.Prefix
	ok := c.ProxyHeader() != nil // which reads it
	if ok {
		source, ok = limit.SourceOf(c.RemoteAddr().String())
	}
	if !ok {
		c.of.refused.Add(1)
		return errHeader
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return net.ErrClosed
	}
	if err := c.of.count(source); err != nil {
		return err
	}
	c.source = source
	return nil
}

// Close implements net.Conn.
func (c *proxied) Close() error {
	c.mu.Lock()
	first, source := !c.closed, c.source
	c.closed = true
	c.mu.Unlock()
	if first {
		c.of.ended(source)
	}
	return c.Conn.Close()
}
