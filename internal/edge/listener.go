package edge

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"verigate/internal/limit"
)

// Bounds are how many connections may be open at once, and whose come through a proxy.
type Bounds struct {
	Total       int
	OfOneSource int            // limit.SourceOf the client's address
	Proxies     []netip.Prefix // from here each connection begins with a PROXY header of version 2, from elsewhere none
	Header      time.Duration  // that such a header may take
}

// ErrTooMany says that a source has as many connections as it may.
var ErrTooMany = errors.New("too many connections of one source")

// Listener hands over connections within bounds. One that is too many is closed at once, without a word: whoever it
// comes from has others. It is safe for concurrent use.
type Listener struct {
	net.Listener
	bounds  Bounds
	refused atomic.Uint64

	mu     sync.Mutex
	open   int                  // guarded by mu
	source map[netip.Prefix]int // open connections of each; guarded by mu
}

// Bound bounds the connections of a listener.
func Bound(l net.Listener, b Bounds) *Listener {
	return &Listener{Listener: l, bounds: b, source: map[netip.Prefix]int{}}
}

// Open is how many connections are open.
func (l *Listener) Open() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.open
}

// Refused is how many connections were closed because there were too many, or because of their PROXY header.
func (l *Listener) Refused() uint64 { return l.refused.Load() }

// Accept implements net.Listener. It never waits for what a client sends: whose connection comes through a proxy is
// known, and counted, with its first byte.
func (l *Listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if handed, ok := l.take(c); ok {
			return handed, nil
		}
		l.refused.Add(1)
		_ = c.Close()
	}
}

func (l *Listener) take(c net.Conn) (net.Conn, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open >= l.bounds.Total {
		return nil, false
	}
	if l.proxied(c.RemoteAddr()) {
		l.open++
		return &proxied{Conn: withHeader(c, l.bounds.Header), of: l}, true
	}
	source, ok := limit.SourceOf(c.RemoteAddr().String())
	if !ok || l.source[source] >= l.bounds.OfOneSource {
		return nil, false
	}
	l.open++
	l.source[source]++
	return &direct{Conn: c, of: l, source: source}, true
}

func (l *Listener) proxied(addr net.Addr) bool {
	at, err := netip.ParseAddrPort(addr.String())
	if err != nil {
		return false
	}
	for _, network := range l.bounds.Proxies {
		if network.Contains(at.Addr().Unmap()) {
			return true
		}
	}
	return false
}

// count counts an open connection for the source that its PROXY header names.
func (l *Listener) count(source netip.Prefix) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.source[source] >= l.bounds.OfOneSource {
		l.refused.Add(1)
		return fmt.Errorf("%s: %w", source, ErrTooMany)
	}
	l.source[source]++
	return nil
}

// ended is count taken back, with the connection; without a source nothing was counted for one.
func (l *Listener) ended(source netip.Prefix) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open--
	if !source.IsValid() {
		return
	}
	if l.source[source]--; l.source[source] == 0 {
		delete(l.source, source)
	}
}

// direct is a connection of a client that speaks to us itself.
type direct struct {
	net.Conn
	of     *Listener
	source netip.Prefix
	once   sync.Once
}

// Close implements net.Conn.
func (c *direct) Close() error {
	c.once.Do(func() { c.of.ended(c.source) })
	return c.Conn.Close()
}
