package outbound

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// What a call is refused for. None of them is worth a second try.
var (
	ErrHost     = errors.New("not a host that may be called")
	ErrAddress  = errors.New("not an address that may be called")
	ErrRedirect = errors.New("a redirect is not followed")
	ErrTooLarge = errors.New("the answer is too large")
)

// Options say where a client may go. The zero value goes nowhere.
type Options struct {
	Hosts    []string       // name, or name:port; without a port 443, or 80 without TLS
	Networks []netip.Prefix // private ones, or loopback, that names may lead to beside the public Internet
	Roots    *x509.CertPool // nil: the system's
	Resolver *net.Resolver  // nil: the system's
	Timeout  time.Duration  // of a whole call, its answer read; 0: 10 s
	Largest  int64          // bytes of an answer's body; 0: 1 MiB
}

const (
	defaultTimeout = 10 * time.Second
	defaultLargest = 1 << 20
	largestHeader  = 64 << 10
	idleWithin     = time.Minute
)

// New returns the client. Its error names all of Options that it cannot keep.
func New(o Options) (*http.Client, error) {
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.Largest <= 0 {
		o.Largest = defaultLargest
	}
	names, err := namesOf(o.Hosts)
	if err = errors.Join(err, checkNetworks(o.Networks)); err != nil {
		return nil, fmt.Errorf("outbound: %w", err)
	}
	return &http.Client{
		Timeout: o.Timeout,
		Transport: &guarded{
			names: names, largest: o.Largest, plainToo: reachesLoopback(o.Networks),
			tls: o.transport(anywhere(o.Networks)), plain: o.transport(onThisMachine),
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return ErrRedirect },
	}, nil
}

// transport makes connections that a check has let through.
func (o Options) transport(check control) *http.Transport {
	dialer := &net.Dialer{Timeout: o.Timeout, Resolver: o.Resolver, Control: check}
	return &http.Transport{
		DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.Roots},
		TLSHandshakeTimeout: o.Timeout, ResponseHeaderTimeout: o.Timeout, IdleConnTimeout: idleWithin,
		MaxResponseHeaderBytes: largestHeader, MaxConnsPerHost: 16, DisableCompression: true, ForceAttemptHTTP2: true,
	}
}

// guarded lets calls to named hosts through.
type guarded struct {
	names      map[string]bool // scheme://host:port
	largest    int64
	plainToo   bool
	tls, plain *http.Transport
}

// RoundTrip implements http.RoundTripper.
func (g *guarded) RoundTrip(r *http.Request) (*http.Response, error) {
	way, port := g.tls, "443"
	if r.URL.Scheme == "http" && g.plainToo {
		way, port = g.plain, "80"
	} else if r.URL.Scheme != "https" {
		return nil, refuse(r, fmt.Errorf("%w: %s without TLS", ErrHost, r.URL.Scheme))
	}
	if given := r.URL.Port(); given != "" {
		port = given
	}
	if !g.names[r.URL.Scheme+"://"+net.JoinHostPort(strings.ToLower(r.URL.Hostname()), port)] || r.URL.User != nil || r.Host != "" && r.Host != r.URL.Host {
		return nil, refuse(r, ErrHost)
	}
	response, err := way.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if response.ContentLength > g.largest {
		return nil, errors.Join(ErrTooLarge, response.Body.Close())
	}
	response.Body = &bounded{ReadCloser: response.Body, left: g.largest}
	return response, nil
}

// CloseIdleConnections is what http.Client asks of its transport.
func (g *guarded) CloseIdleConnections() {
	g.tls.CloseIdleConnections()
	g.plain.CloseIdleConnections()
}

// refuse ends a call as a RoundTripper must: its body closed.
func refuse(r *http.Request, err error) error {
	if r.Body != nil {
		err = errors.Join(err, r.Body.Close())
	}
	return err
}

// bounded is a body that ends with an error when it is too large, never as if it were whole.
type bounded struct {
	io.ReadCloser
	left int64
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, ErrTooLarge
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n - 1, ErrTooLarge
	}
	return n, err
}
