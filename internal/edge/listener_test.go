package edge_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/pires/go-proxyproto"

	"verigate/internal/edge"
)

// bounded serves HTTP on a bounded listener and answers with the client's address.
func bounded(t *testing.T, b edge.Bounds) *edge.Listener {
	t.Helper()
	inner, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0") // 127.0.0.2 is another source
	if err != nil {
		t.Fatal(err)
	}
	l := edge.Bound(inner, b)
	server := &http.Server{
		ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.RemoteAddr) }),
	}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	return l
}

// connect opens a connection from an address of this machine.
func connect(t *testing.T, l net.Listener, from string) net.Conn {
	t.Helper()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	c, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}).DialContext(ctx, "tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return c
}

// ask sends what comes first and a call, and returns the body of the answer; empty when there is none.
func ask(c net.Conn, first []byte) string {
	if _, err := c.Write(append(first, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"...)); err != nil {
		return ""
	}
	response, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		return ""
	}
	return string(body)
}

// soon waits for what happens a moment after a connection is closed.
func soon(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 400 {
		if is() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("not within two seconds: %s", what)
}

func TestASourceHasSoManyConnectionsAndOthersHaveTheirs(t *testing.T) {
	t.Parallel()
	l := bounded(t, edge.Bounds{Total: 10, OfOneSource: 3})
	var held []net.Conn
	for range 3 {
		c := connect(t, l, "127.0.0.1")
		if ask(c, nil) == "" {
			t.Fatal("one of three is not answered")
		}
		held = append(held, c)
	}
	if got := ask(connect(t, l, "127.0.0.1"), nil); got != "" {
		t.Errorf("a fourth is answered: %s", got)
	}
	if got := ask(connect(t, l, "127.0.0.2"), nil); !strings.HasPrefix(got, "127.0.0.2:") {
		t.Errorf("another source is answered %q", got)
	}
	_ = held[0].Close()
	soon(t, "the place of an ended one is free", func() bool { return ask(connect(t, l, "127.0.0.1"), nil) != "" })
	if l.Refused() == 0 {
		t.Error("nothing is counted as refused")
	}
}

func TestConnectionsAreBoundedInTotal(t *testing.T) {
	t.Parallel()
	l := bounded(t, edge.Bounds{Total: 4, OfOneSource: 3})
	for _, from := range []string{"127.0.0.1", "127.0.0.1", "127.0.0.2", "127.0.0.3"} {
		if ask(connect(t, l, from), nil) == "" {
			t.Fatal("one of four is not answered")
		}
	}
	if got := ask(connect(t, l, "127.0.0.4"), nil); got != "" {
		t.Errorf("a fifth is answered: %s", got)
	}
	if l.Open() != 4 {
		t.Errorf("%d are open", l.Open())
	}
}

// header is a PROXY header as the library writes it.
func header(t *testing.T, version byte, command proxyproto.ProtocolVersionAndCommand, from string) []byte {
	t.Helper()
	source, err := net.ResolveTCPAddr("tcp", from)
	if err != nil {
		t.Fatal(err)
	}
	h := proxyproto.HeaderProxyFromAddrs(version, source, &net.TCPAddr{IP: net.ParseIP("198.51.100.1"), Port: 443})
	if source.IP.To4() == nil {
		h = proxyproto.HeaderProxyFromAddrs(version, source, &net.TCPAddr{IP: net.ParseIP("2001:db8::1"), Port: 443})
	}
	h.Command = command
	form, err := h.Format()
	if err != nil {
		t.Fatal(err)
	}
	return form
}

func proxies(t *testing.T, b edge.Bounds) *edge.Listener {
	t.Helper()
	b.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}
	if b.Header == 0 {
		b.Header = 5 * time.Second
	}
	return bounded(t, b)
}

func TestBehindAProxyTheClientIsWhomTheHeaderNames(t *testing.T) {
	t.Parallel()
	l := proxies(t, edge.Bounds{Total: 100, OfOneSource: 100})
	for _, client := range []string{"203.0.113.7:4711", "[2001:db8::7]:4711"} {
		if got := ask(connect(t, l, "127.0.0.2"), header(t, 2, proxyproto.PROXY, client)); got != client {
			t.Errorf("%s is %q", client, got)
		}
	}
	if got := ask(connect(t, l, "127.0.0.2"), header(t, 2, proxyproto.LOCAL, "203.0.113.7:4711")); !strings.HasPrefix(got, "127.0.0.2:") {
		t.Errorf("the proxy's own question is of %q", got)
	}
	if got := ask(connect(t, l, "127.0.0.1"), nil); !strings.HasPrefix(got, "127.0.0.1:") {
		t.Errorf("who is no proxy is %q", got)
	}
}

func TestAProxyMustSendAHeaderOfVersion2AndNobodyElseMay(t *testing.T) {
	t.Parallel()
	l := proxies(t, edge.Bounds{Total: 100, OfOneSource: 100})
	v2 := header(t, 2, proxyproto.PROXY, "203.0.113.7:4711")
	unix := append([]byte(nil), v2...)
	unix[13] = 0x31 // AF_UNIX, STREAM
	for name, c := range map[string]struct {
		from  string
		first []byte
	}{
		"a proxy without":         {"127.0.0.2", nil},
		"a proxy with version 1":  {"127.0.0.2", header(t, 1, proxyproto.PROXY, "203.0.113.7:4711")},
		"a proxy with two":        {"127.0.0.2", append(append([]byte(nil), v2...), v2...)},
		"a proxy with half of it": {"127.0.0.2", v2[:14]},
		"a proxy of a socket":     {"127.0.0.2", unix},
		"another with version 2":  {"127.0.0.1", v2},
		"another with version 1":  {"127.0.0.1", header(t, 1, proxyproto.PROXY, "203.0.113.7:4711")},
	} {
		if got := ask(connect(t, l, c.from), c.first); got != "" {
			t.Errorf("%s is answered as %s", name, got)
		}
	}
	soon(t, "all places are free", func() bool { return l.Open() == 0 })
}

func TestConnectionsThroughAProxyAreCountedForTheirClients(t *testing.T) {
	t.Parallel()
	l := proxies(t, edge.Bounds{Total: 100, OfOneSource: 2})
	first, second := header(t, 2, proxyproto.PROXY, "203.0.113.7:1"), header(t, 2, proxyproto.PROXY, "203.0.113.8:1")
	for range 2 {
		if ask(connect(t, l, "127.0.0.2"), first) == "" {
			t.Fatal("one of two is not answered")
		}
	}
	if got := ask(connect(t, l, "127.0.0.2"), first); got != "" {
		t.Errorf("a third is answered: %s", got)
	}
	if got := ask(connect(t, l, "127.0.0.2"), second); got == "" {
		t.Error("another client of the proxy is not answered")
	}
}

// A proxy's connection that says nothing, or goes on saying it, is left, and no other waits for it.
func TestAHeaderIsWaitedForABoundedTime(t *testing.T) {
	t.Parallel()
	l := proxies(t, edge.Bounds{Total: 100, OfOneSource: 100, Header: 2 * time.Second})
	v2 := header(t, 2, proxyproto.PROXY, "203.0.113.7:4711")
	quiet := connect(t, l, "127.0.0.2")
	slow := connect(t, l, "127.0.0.2")
	go func() {
		for i := range v2 {
			if _, err := slow.Write(v2[i : i+1]); err != nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
	}()
	if ask(connect(t, l, "127.0.0.2"), v2) == "" {
		t.Error("another is not answered meanwhile")
	}
	for _, c := range []net.Conn{quiet, slow} {
		if _, err := c.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("it is still open: %v", err)
		}
	}
	soon(t, "all places are free", func() bool { return l.Open() <= 1 })
}
