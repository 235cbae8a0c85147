package edge

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"
)

// Files name what the door proves itself with. They are read again while it is open.
type Files struct {
	Cert string // PEM: the leaf, then its intermediates
	Key  string // PEM, readable by its owner and group at most
	// ClientCA is PEM of the authorities that a client's certificate must come from. Empty: certificates of clients are
	// asked for and not judged, for they are bound by their hash.
	ClientCA string
	TLS12    bool // TLS 1.2 too, for browsers that have no other
}

// Certificates is the door's side of TLS. It is safe for concurrent use.
type Certificates struct {
	files   Files
	now     func() time.Time
	log     *slog.Logger
	serving atomic.Pointer[serving]
	refused atomic.Pointer[refused]
}

// serving is what connections get from now on.
type serving struct {
	config   *tls.Config
	content  [sha256.Size]byte // of the files that it was read from
	notAfter time.Time
}

// refused is what was found in the files last and could not be used.
type refused struct {
	content [sha256.Size]byte
	since   time.Time
}

// OpenCertificates reads the files. What keeps them from being used is its error: a door does not open with a pair
// that its clients would refuse.
func OpenCertificates(f Files, now func() time.Time, log *slog.Logger) (*Certificates, error) {
	c := &Certificates{files: f, now: now, log: log}
	got, err := f.read(now())
	if err != nil {
		return nil, err
	}
	c.serving.Store(got)
	return c, nil
}

// Config is for a listener that lives as long as the gateway: each connection gets what is served when it begins.
func (c *Certificates) Config() *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS13, // of the outer one, which no connection gets
		NextProtos:         protocols(),
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return c.serving.Load().config, nil },
	}
}

// Run looks at the files from time to time until ctx ends.
func (c *Certificates) Run(ctx context.Context, every time.Duration) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			c.Look()
		}
	}
}

// Look takes what the files hold now, when it is new and can be used. What cannot is logged once.
func (c *Certificates) Look() {
	got, err := c.files.read(c.now())
	before, failed := c.serving.Load(), c.refused.Load()
	switch {
	case err == nil && got.content == before.content:
		c.refused.Store(nil)
	case err == nil:
		c.serving.Store(got)
		c.refused.Store(nil)
		c.log.Info("new certificates are served", slog.Time("not_after", got.notAfter))
	case failed == nil || failed.content != got.content:
		c.refused.Store(&refused{content: got.content, since: c.now()})
		c.log.Error("new certificates cannot be used, the old ones are served on", slog.Any("error", err), slog.Time("not_after", before.notAfter))
	}
}

// State is what operators are told.
type State struct {
	NotAfter     time.Time // of the leaf that is served
	RefusedSince time.Time // since when the files hold what cannot be used; zero: they are served
}

// State tells what is served.
func (c *Certificates) State() State {
	s := State{NotAfter: c.serving.Load().notAfter}
	if r := c.refused.Load(); r != nil {
		s.RefusedSince = r.since
	}
	return s
}

// read reads all files as one. With an error it still tells the hash of what it found.
func (f Files) read(now time.Time) (*serving, error) {
	got, hash := &serving{}, sha256.New()
	var all [3][]byte
	var failed error
	for i, path := range []string{f.Cert, f.Key, f.ClientCA} {
		if path == "" {
			continue
		}
		raw, err := os.ReadFile(path)
		failed = errors.Join(failed, err)
		all[i] = raw
		fmt.Fprintf(hash, "%d %d %v\n", i, len(raw), err)
		hash.Write(raw)
	}
	hash.Sum(got.content[:0])
	if failed != nil {
		return got, fmt.Errorf("read the certificates: %w", failed)
	}
	if err := ownersOnly(f.Key); err != nil {
		return got, err
	}
	pair, err := f.pair(all[0], all[1], now)
	if err != nil {
		return got, err
	}
	got.notAfter = pair.Leaf.NotAfter
	got.config, err = f.config(pair, all[2])
	return got, err
}

// pair is the certificate with its key, when they belong together and are good now.
func (f Files) pair(cert, key []byte, now time.Time) (tls.Certificate, error) {
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return pair, fmt.Errorf("certificate %s with key %s: %w", f.Cert, f.Key, err)
	}
	switch leaf := pair.Leaf; {
	case now.After(leaf.NotAfter):
		return pair, fmt.Errorf("certificate %s ended at %s: put a new one in its place", f.Cert, leaf.NotAfter.Format(time.RFC3339))
	case now.Before(leaf.NotBefore):
		return pair, fmt.Errorf("certificate %s begins at %s: is this machine's clock right?", f.Cert, leaf.NotBefore.Format(time.RFC3339))
	}
	return pair, nil
}

// config is TLS 1.3, and with TLS12 also 1.2 in the suites that RFC 9325 4.2 recommends. There are no session tickets:
// each connection proves its certificate anew, and none outlives a key of ours.
func (f Files) config(pair tls.Certificate, ca []byte) (*tls.Config, error) {
	config := &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{pair}, NextProtos: protocols(),
		ClientAuth: tls.RequestClientCert, SessionTicketsDisabled: true,
	}
	if f.TLS12 {
		config.MinVersion = tls.VersionTLS12
		config.CipherSuites = []uint16{ // forward secret and authenticated
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		}
	}
	if f.ClientCA != "" {
		config.ClientCAs = x509.NewCertPool()
		if !config.ClientCAs.AppendCertsFromPEM(ca) {
			return nil, fmt.Errorf("%s holds no certificate of an authority", f.ClientCA)
		}
		config.ClientAuth = tls.VerifyClientCertIfGiven
	}
	return config, nil
}

func protocols() []string { return []string{"h2", "http/1.1"} }

// ErrReadableByAll says that a file with a key may be read by every user of the machine.
var ErrReadableByAll = errors.New("may be read by every user of this machine")

func ownersOnly(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("look at the key: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o007 != 0 {
		return fmt.Errorf("key %s (mode %04o) %w: chmod 600 it, and replace the key if others were there", path, mode, ErrReadableByAll)
	}
	return nil
}
