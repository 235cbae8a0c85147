package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"verigate/internal/config"
	"verigate/internal/edge"
	"verigate/internal/httpapi"
	"verigate/internal/limit"
	"verigate/internal/signature"
)

// How long a client may take: over the header of a proxy, its headers, its body, and from its headers on until it has
// taken the whole answer. A stream is bounded by each event in place of the last (package httpapi). A quiet connection
// is kept for idleWithin.
const (
	proxyWithin   = 5 * time.Second
	headersWithin = 10 * time.Second
	bodyWithin    = 30 * time.Second
	answerWithin  = time.Minute
	idleWithin    = 2 * time.Minute
)

const (
	maxHeaders   = 32 << 10         // bytes of a call's headers
	streamsOfOne = 100              // calls at once on a connection of HTTP/2
	quietWithin  = 30 * time.Second // after so long without a word such a connection is asked whether it is there, and left
)

// certificatesEvery is how often the files of certificates are looked at.
const certificatesEvery = 5 * time.Second

// openTLS opens the files that --tls-cert names; nil without them.
func openTLS(e Env, d config.Door) (*edge.Certificates, error) {
	if d.TLSCert == "" {
		return nil, nil //nolint:nilnil // a door without TLS is no error
	}
	files := edge.Files{Cert: d.TLSCert, Key: d.TLSKey, ClientCA: d.TLSClientCA, TLS12: d.TLS12}
	return edge.OpenCertificates(files, e.Now, e.Log)
}

// throughDoor reads what the flags say of who may come in, and how much.
func (o *Options) throughDoor(d config.Door) error {
	var err error
	if o.Origin, err = originOf(d.Origin); err != nil {
		return err
	}
	if d.Limits != "" {
		own, err := limit.Load(os.DirFS(filepath.Dir(d.Limits)), filepath.Base(d.Limits))
		if err != nil {
			return fmt.Errorf("--limits %s: %w", d.Limits, err)
		}
		o.Limits = &own
	}
	for _, text := range d.ProxyCIDR {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			return fmt.Errorf("--proxy-cidr %s is no network such as 192.0.2.0/28", text)
		}
		o.Proxies = append(o.Proxies, network)
	}
	return nil
}

// originOf reads --origin; without one signed calls are refused.
func originOf(flag string) (signature.Origin, error) {
	if flag == "" {
		return "", nil
	}
	origin, err := signature.ParseOrigin(flag)
	if err != nil {
		return "", fmt.Errorf("--origin: %w", err)
	}
	return origin, nil
}

// bounded is the API's door with its limits of connections.
func (p *Parts) bounded(l net.Listener) *edge.Listener {
	return edge.Bound(l, edge.Bounds{
		Total: p.Limits.Connections.Total, OfOneSource: p.Limits.Connections.OfOneSource, Proxies: p.Proxies, Header: proxyWithin,
	})
}

// limiter is the policy at work. Allowances are shared by all gateways through Redis; the embedded one has nobody to
// share with.
func (p *Parts) limiter() *limit.Limiter {
	parts := limit.Parts{Policy: *p.Limits, Now: p.Now, Failed: func(err error) {
		p.Log.Warn("callers' allowances are counted by this gateway alone", slog.Any("error", err))
	}}
	if !p.Store.Embedded() {
		parts.Shared = p.Store
	}
	return limit.New(parts)
}

// scheme is how the door is addressed.
func scheme(c *edge.Certificates) string {
	if c == nil {
		return "http"
	}
	return "https"
}

// server is what all doors have in common.
func (p *Parts) server(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headersWithin, ReadTimeout: bodyWithin, IdleTimeout: idleWithin,
		MaxHeaderBytes: maxHeaders, ErrorLog: slog.NewLogLogger(p.Log.Handler(), slog.LevelDebug),
	}
}

// apiServer is the API's door.
func (p *Parts) apiServer(h *httpapi.Server, certificates *edge.Certificates) *http.Server {
	s := p.server(h)
	s.WriteTimeout = answerWithin
	s.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: streamsOfOne, SendPingTimeout: quietWithin, PingTimeout: quietWithin}
	s.RegisterOnShutdown(h.Stop)
	if certificates != nil {
		s.TLSConfig = certificates.Config()
	}
	return s
}

// serve answers on a listener until ctx ends, and then for as long as `drain` what is under way.
func (p *Parts) serve(ctx context.Context, l net.Listener, s *http.Server, drain time.Duration) error {
	served := make(chan error, 1)
	go func() {
		if s.TLSConfig != nil {
			served <- s.ServeTLS(l, "", "")
			return
		}
		served <- s.Serve(l)
	}()
	select {
	case err := <-served:
		return fmt.Errorf("serve on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	err := s.Shutdown(ending)
	if err != nil {
		err = errors.Join(fmt.Errorf("requests did not end within %s", drain), s.Close())
	}
	if e := <-served; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return err
}
