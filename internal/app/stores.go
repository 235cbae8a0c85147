package app

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"verigate/internal/config"
	"verigate/internal/jet"
	"verigate/internal/rdb"
)

// connect reaches the store of the record: the servers that are named, or one inside this process.
func (p *Parts) connect(ctx context.Context) (err error) {
	if p.NATS != "" {
		options, err := natsOptions(p.Stores)
		if err != nil {
			return err
		}
		if p.Conn, err = jet.Connect(p.NATS, options...); err != nil {
			return err
		}
	} else {
		dir := filepath.Join(p.Data, natsDir)
		if err := p.openDisk(dir); err != nil {
			return err
		}
		if p.Server, err = jet.Embedded(ctx, jet.Options{Dir: dir, Full: p.noSpace}); err != nil {
			return err
		}
		p.onClose(p.Server.Stop)
		if n := p.Server.Finished; n > 0 {
			p.Log.Warn("the process before was killed while the store deleted for good: the bytes are overwritten now", "messages", n)
		}
		if p.Conn, err = p.Server.Connect(); err != nil {
			return err
		}
	}
	p.onClose(func() error { p.Conn.Close(); return nil })
	return nil
}

// syncs says whether the store syncs before it acknowledges, as far as it may be asked: by a user of the system account
// where one is given, on a connection of its own.
func (p *Parts) syncs(ctx context.Context) (jet.Sync, error) {
	if p.NATSSystemKey == "" {
		return p.Conn.Sync(ctx)
	}
	system := p.Stores
	system.NATSKey = p.NATSSystemKey
	options, err := natsOptions(system)
	if err != nil {
		return jet.SyncUnknown, err
	}
	conn, err := jet.Connect(withoutUser(p.NATS), options...)
	if err != nil {
		return jet.SyncUnknown, fmt.Errorf("as a user of the system account: %w", err)
	}
	defer conn.Close()
	return conn.Sync(ctx)
}

func natsOptions(s config.Stores) ([]jet.Option, error) {
	var options []jet.Option
	if s.NATSKey != "" {
		if err := Private(s.NATSKey); err != nil {
			return nil, fmt.Errorf("key for NATS: %w", err)
		}
		key, err := jet.NKey(s.NATSKey)
		if err != nil {
			return nil, fmt.Errorf("key for NATS: %w", err)
		}
		options = append(options, key)
	}
	if s.NATSCA != "" {
		pool, err := certificates(s.NATSCA)
		if err != nil {
			return nil, fmt.Errorf("certificates for NATS: %w", err)
		}
		options = append(options, jet.Authorities(pool))
	}
	return options, nil
}

func redisOptions(s config.Stores) (rdb.Options, error) {
	o := rdb.Options{Addrs: []string{s.Redis}, Username: s.RedisUser}
	if s.RedisPassword != "" {
		if err := Private(s.RedisPassword); err != nil {
			return o, fmt.Errorf("password for Redis: %w", err)
		}
		content, err := os.ReadFile(s.RedisPassword)
		if err != nil {
			return o, fmt.Errorf("password for Redis: %w", err)
		}
		if o.Password = string(bytes.TrimRight(content, "\r\n")); o.Password == "" {
			return o, fmt.Errorf("password for Redis: %s is empty", s.RedisPassword)
		}
	}
	if !s.RedisTLS {
		return o, nil
	}
	o.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	if s.RedisCA == "" {
		return o, nil
	}
	var err error
	if o.TLS.RootCAs, err = certificates(s.RedisCA); err != nil {
		return o, fmt.Errorf("certificates for Redis: %w", err)
	}
	return o, nil
}

func certificates(path string) (*x509.CertPool, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(content) {
		return nil, fmt.Errorf("%s holds no certificate in PEM", path)
	}
	return pool, nil
}

// withoutUser are the same servers, for somebody else, or to be shown: a user's name may be a token.
func withoutUser(urls string) string {
	var servers []string
	for one := range strings.SplitSeq(urls, ",") {
		shown := "an address that cannot be read"
		if u, err := url.Parse(strings.TrimSpace(one)); err == nil {
			u.User = nil
			shown = u.String()
		}
		servers = append(servers, shown)
	}
	return strings.Join(servers, ",")
}
