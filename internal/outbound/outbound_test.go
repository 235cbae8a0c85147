package outbound_test

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"verigate/internal/outbound"
)

// names is a name server that answers every question with the addresses it is told.
type names struct {
	conn net.PacketConn

	mu    sync.Mutex
	to    []netip.Addr
	asked int
}

func nameServer(t *testing.T, to ...string) *names {
	t.Helper()
	conn, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &names{conn: conn}
	n.lead(to...)
	go n.serve()
	t.Cleanup(func() { _ = conn.Close() })
	return n
}

func (n *names) lead(to ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.to = nil
	for _, addr := range to {
		n.to = append(n.to, netip.MustParseAddr(addr))
	}
}

func (n *names) serve() {
	buffer := make([]byte, 512)
	for {
		size, from, err := n.conn.ReadFrom(buffer)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(buffer[:size]) != nil || len(m.Questions) != 1 {
			continue
		}
		m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
		n.mu.Lock()
		n.asked++
		for _, addr := range n.to {
			h := dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Class: dnsmessage.ClassINET}
			switch {
			case addr.Is4() && m.Questions[0].Type == dnsmessage.TypeA:
				m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AResource{A: addr.As4()}})
			case addr.Is6() && m.Questions[0].Type == dnsmessage.TypeAAAA:
				m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AAAAResource{AAAA: addr.As16()}})
			}
		}
		n.mu.Unlock()
		if answer, err := m.Pack(); err == nil {
			_, _ = n.conn.WriteTo(answer, from)
		}
	}
}

func (n *names) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", n.conn.LocalAddr().String())
	}}
}

// loopback lets a client come to the servers of a test.
var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// provider is a server over TLS, and how it is reached by its name.
type provider struct {
	*httptest.Server
	url  string
	host string
}

func serve(t *testing.T, h http.HandlerFunc) provider {
	t.Helper()
	s := httptest.NewTLSServer(h)
	t.Cleanup(s.Close)
	host := "example.com:" + s.Listener.Addr().(*net.TCPAddr).AddrPort().String()[len("127.0.0.1:"):] // a name of its certificate
	return provider{Server: s, url: "https://" + host, host: host}
}

func (p provider) roots() *x509.CertPool {
	roots := x509.NewCertPool()
	roots.AddCert(p.Certificate())
	return roots
}

func client(t *testing.T, o outbound.Options) *http.Client {
	t.Helper()
	c, err := outbound.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdleConnections)
	return c
}

// get makes a call and reads its answer.
func get(t *testing.T, c *http.Client, target string) (string, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := c.Do(r)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return string(body), err
}

func hello(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }

func TestANamedHostIsCalled(t *testing.T) {
	t.Parallel()
	p := serve(t, hello)
	c := client(t, outbound.Options{Hosts: []string{p.host}, Networks: loopback, Roots: p.roots(), Resolver: nameServer(t, "127.0.0.1").resolver()})
	for _, target := range []string{p.url, strings.ToUpper(p.url[:19]) + p.url[19:]} {
		if said, err := get(t, c, target); err != nil || said != "hello" {
			t.Errorf("%s: %q, %v", target, said, err)
		}
	}
	// Its certificate is judged.
	if said, err := get(t, client(t, outbound.Options{Hosts: []string{p.host}, Networks: loopback, Resolver: nameServer(t, "127.0.0.1").resolver()}), p.url); err == nil {
		t.Errorf("a certificate of nobody: %q", said)
	}
}

func TestNoOtherHostIsCalledInAnySpelling(t *testing.T) {
	t.Parallel()
	var called atomic.Int32
	p := serve(t, func(http.ResponseWriter, *http.Request) { called.Add(1) })
	n := nameServer(t, "127.0.0.1")
	c := client(t, outbound.Options{Hosts: []string{p.host, "idp.example"}, Networks: loopback, Roots: p.roots(), Resolver: n.resolver()})
	_, port, _ := net.SplitHostPort(p.host)
	for _, host := range []string{
		"example.org", "sub.example.com", "example.com.", "example.com.attacker.example", "xexample.com", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]",
		"localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0x7f.1", "0", "[::]", "user@example.com", "user:secret@example.com",
		"exаmple.com", "example。com", "idp.example",
	} {
		said, err := get(t, c, "https://"+host+":"+port+"/")
		if !errors.Is(err, outbound.ErrHost) {
			t.Errorf("%s: %q, %v", host, said, err)
		}
	}
	for _, target := range []string{"https://example.com/", "https://idp.example:8443/", "ftp://" + p.host, "file:///etc/passwd", "http://idp.example:443/"} {
		if said, err := get(t, c, target); !errors.Is(err, outbound.ErrHost) && !strings.Contains(err.Error(), "unsupported protocol") {
			t.Errorf("%s: %q, %v", target, said, err)
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "inside.example"
	if response, err := c.Do(r); !errors.Is(err, outbound.ErrHost) {
		response.Body.Close()
		t.Errorf("a host that only the header names: %v", err)
	}
	if called.Load() != 0 || n.asked != 0 {
		t.Errorf("%d calls arrived, %d names were asked for", called.Load(), n.asked)
	}
}

func TestANameThatLeadsInsideIsNotFollowed(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{
		"127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
		"100.100.100.200", "168.63.129.16", "192.0.0.192", "224.0.0.1", "239.255.255.255", "255.255.255.255", "240.0.0.1", "198.18.0.1",
		"192.0.2.1", "203.0.113.1", "::1", "::", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "fd20:ce::254", "ff02::1",
		"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:7f00:1::",
		"2002:a00:1::", "2001:0:7f00:1::", "2001:db8::1", "100::1",
	} {
		c := client(t, outbound.Options{Hosts: []string{"idp.example"}, Resolver: nameServer(t, addr).resolver(), Timeout: 3 * time.Second})
		if said, err := get(t, c, "https://idp.example/"); !errors.Is(err, outbound.ErrAddress) {
			t.Errorf("%s: %q, %v", addr, said, err)
		}
	}
}

func TestAnAllowedNetworkOpensNoOther(t *testing.T) {
	t.Parallel()
	networks := []netip.Prefix{
		netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("fd00::/8"), netip.MustParsePrefix("127.0.0.0/8"),
	}
	for _, addr := range []string{"10.2.0.1", "169.254.169.254", "100.100.100.200", "fd00:ec2::254", "::1", "192.168.1.1", "::ffff:10.2.0.1"} {
		c := client(t, outbound.Options{Hosts: []string{"idp.example"}, Networks: networks, Resolver: nameServer(t, addr).resolver(), Timeout: 3 * time.Second})
		if said, err := get(t, c, "https://idp.example/"); !errors.Is(err, outbound.ErrAddress) {
			t.Errorf("%s: %q, %v", addr, said, err)
		}
	}
}

// The address is looked at when the connection is made: a name that was good a moment ago is asked again, and led
// elsewhere.
func TestANameThatLeadsElsewhereTheSecondTimeIsNotFollowed(t *testing.T) {
	t.Parallel()
	p := serve(t, hello)
	n := nameServer(t, "127.0.0.1")
	c := client(t, outbound.Options{Hosts: []string{p.host}, Networks: loopback, Roots: p.roots(), Resolver: n.resolver(), Timeout: 3 * time.Second})
	if _, err := get(t, c, p.url); err != nil {
		t.Fatal(err)
	}
	c.CloseIdleConnections()
	n.lead("169.254.169.254")
	if said, err := get(t, c, p.url); !errors.Is(err, outbound.ErrAddress) {
		t.Errorf("%q, %v", said, err)
	}
}

func TestNoRedirectIsFollowed(t *testing.T) {
	t.Parallel()
	var followed atomic.Int32
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed.Add(1) }))
	t.Cleanup(inside.Close)
	var p provider
	p = serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/inside":
			http.Redirect(w, r, inside.URL, http.StatusFound)
		case "/itself":
			http.Redirect(w, r, p.url+"/followed", http.StatusTemporaryRedirect)
		default:
			followed.Add(1)
		}
	})
	c := client(t, outbound.Options{Hosts: []string{p.host}, Networks: loopback, Roots: p.roots(), Resolver: nameServer(t, "127.0.0.1").resolver()})
	for _, path := range []string{"/inside", "/itself"} {
		if said, err := get(t, c, p.url+path); !errors.Is(err, outbound.ErrRedirect) {
			t.Errorf("%s: %q, %v", path, said, err)
		}
	}
	if followed.Load() != 0 {
		t.Error("a redirect was followed")
	}
}

func TestAProxyOfTheEnvironmentIsNotAsked(t *testing.T) {
	var asked atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	t.Cleanup(proxy.Close)
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"} {
		t.Setenv(name, proxy.URL)
	}
	p := serve(t, hello)
	c := client(t, outbound.Options{Hosts: []string{p.host}, Networks: loopback, Roots: p.roots(), Resolver: nameServer(t, "127.0.0.1").resolver()})
	if said, err := get(t, c, p.url); err != nil || said != "hello" || asked.Load() != 0 {
		t.Errorf("%q, %v, the proxy was asked %d times", said, err, asked.Load())
	}
}

func TestAnAnswerIsBoundedInSizeAndTime(t *testing.T) {
	t.Parallel()
	stop := make(chan struct{})
	p := serve(t, func(w http.ResponseWriter, r *http.Request) {
		flush := func() { _ = http.NewResponseController(w).Flush() }
		switch r.URL.Path {
		case "/fits":
			_, _ = io.WriteString(w, strings.Repeat("a", 1000))
		case "/told":
			w.Header().Set("Content-Length", "1001")
			_, _ = io.WriteString(w, strings.Repeat("a", 1001))
		case "/untold":
			for range 1001 {
				_, _ = io.WriteString(w, "a")
				flush()
			}
		case "/headers":
			w.Header().Set("X-Large", strings.Repeat("a", 100<<10))
		case "/drip":
			for range 1000 {
				_, _ = io.WriteString(w, "a")
				flush()
				select {
				case <-stop:
					return
				case <-time.After(50 * time.Millisecond):
				}
			}
		case "/silent":
			<-stop
		}
	})
	t.Cleanup(func() { close(stop) })
	options := outbound.Options{
		Hosts: []string{p.host}, Networks: loopback, Roots: p.roots(), Resolver: nameServer(t, "127.0.0.1").resolver(), Largest: 1000, Timeout: time.Minute,
	}
	c := client(t, options)
	if said, err := get(t, c, p.url+"/fits"); err != nil || len(said) != 1000 {
		t.Errorf("what fits: %d bytes, %v", len(said), err)
	}
	for _, path := range []string{"/told", "/untold"} {
		if said, err := get(t, c, p.url+path); !errors.Is(err, outbound.ErrTooLarge) || len(said) > 1000 {
			t.Errorf("%s: %d bytes, %v", path, len(said), err)
		}
	}
	if _, err := get(t, c, p.url+"/headers"); err == nil {
		t.Error("headers of any size are taken")
	}
	options.Timeout = time.Second
	c = client(t, options)
	for _, path := range []string{"/drip", "/silent"} {
		began := time.Now()
		var late net.Error
		if _, err := get(t, c, p.url+path); !errors.As(err, &late) || !late.Timeout() || time.Since(began) > 5*time.Second {
			t.Errorf("%s: after %s: %v", path, time.Since(began), err)
		}
	}
}

func TestWithoutTLSOnlyThisMachineIsCalled(t *testing.T) {
	t.Parallel()
	plain := httptest.NewServer(http.HandlerFunc(hello))
	t.Cleanup(plain.Close)
	at, err := url.Parse(plain.URL)
	if err != nil {
		t.Fatal(err)
	}
	host := "localhost:" + at.Port()
	n := nameServer(t, "127.0.0.1")
	options := outbound.Options{Hosts: []string{host}, Networks: loopback, Resolver: n.resolver(), Timeout: 3 * time.Second}
	if said, err := get(t, client(t, options), "http://"+host); err != nil || said != "hello" {
		t.Errorf("%q, %v", said, err)
	}
	options.Hosts = []string{"idp.example"}
	options.Networks = append(options.Networks, netip.MustParsePrefix("10.0.0.0/8"))
	n.lead("10.1.2.3")
	if said, err := get(t, client(t, options), "http://idp.example"); !errors.Is(err, outbound.ErrAddress) {
		t.Errorf("another machine: %q, %v", said, err)
	}
	options.Networks = nil
	if said, err := get(t, client(t, options), "http://idp.example"); !errors.Is(err, outbound.ErrHost) {
		t.Errorf("where loopback is not allowed: %q, %v", said, err)
	}
}

func TestOptionsThatCannotBeKeptAreRefusedTogether(t *testing.T) {
	t.Parallel()
	bad := outbound.Options{
		Hosts: []string{
			"", "*.example.com", "example.com/", "https://example.com", "127.0.0.1", "2130706433", "0x7f000001", "a.0177", "[::1]:443",
			"example.com:0", "example.com:99999", "example.com:https", "user@example.com", "exa mple.com", "-a.example", strings.Repeat("a.", 130) + "com",
		},
		Networks: []netip.Prefix{
			netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("8.8.8.0/24"), netip.MustParsePrefix("::/0"),
			netip.MustParsePrefix("fe80::/10"), netip.MustParsePrefix("10.0.0.0/7"),
			{},
		},
	}
	_, err := outbound.New(bad)
	if err == nil {
		t.Fatal("all of it is kept")
	}
	if got := strings.Count(err.Error(), "host \""); got != len(bad.Hosts) {
		t.Errorf("%d of %d hosts are told: %v", got, len(bad.Hosts), err)
	}
	if got := strings.Count(err.Error(), "network "); got < len(bad.Networks) {
		t.Errorf("%d of %d networks are told: %v", got, len(bad.Networks), err)
	}
}
