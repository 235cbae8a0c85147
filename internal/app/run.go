package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"verigate/api"
	"verigate/internal/httpapi"
)

// How long a client may take over its headers and its body, and how long a quiet connection is kept.
const (
	headersWithin = 10 * time.Second
	bodyWithin    = 30 * time.Second
	idleWithin    = 2 * time.Minute
)

// Listeners are the doors: the API, and /metrics where it is wanted.
type Listeners struct {
	API     net.Listener
	Metrics net.Listener // nil: none
}

// Run serves until ctx ends, then stops in the order of the flow: the door closes and requests under way end, so that
// nothing new comes in; then the followers, which have something to write until then; the connections are closed by
// Close. A follower that cannot go on is logged and leaves the gateway running: what it makes is reported as stopped,
// and intake goes on.
func (p *Parts) Run(ctx context.Context, l Listeners, drain time.Duration) error {
	health := newHealth(p)
	edge, err := httpapi.New(httpapi.Parts{
		Gateway: p.Gateway, Contract: p.Contract, Keyring: p.Registry.Keyring(), KeySet: p.Receipts.JWKS,
		Health: health.Report, Now: p.Now, Logger: p.Log, OpenAPI: api.OpenAPI, Limits: httpapi.Limits{Hosts: p.hosts()},
	})
	if err != nil {
		return err
	}
	behind, stopBehind := context.WithCancel(context.WithoutCancel(ctx))
	defer stopBehind()
	followers := p.follow(behind, health)
	front, ctx := errgroup.WithContext(ctx)
	front.Go(func() error { return p.serveHTTP(ctx, l.API, edge, edge.Stop, drain) })
	if l.Metrics != nil {
		front.Go(func() error { return p.serveHTTP(ctx, l.Metrics, health.metrics(), nil, drain) })
	}
	front.Go(func() error { return p.serveAdmin(ctx) })
	err = front.Wait()
	stopBehind()
	return errors.Join(err, followers.Wait())
}

// hosts are the names under which a demonstration answers: no page of another site may reach it by a name of its own.
func (p *Parts) hosts() []string {
	if !p.Demo {
		return nil
	}
	return []string{"127.0.0.1", "localhost", "[::1]"}
}

// follow starts what works behind the door.
func (p *Parts) follow(ctx context.Context, h *health) *errgroup.Group {
	group := &errgroup.Group{}
	run := func(name string, f func(context.Context) error) {
		group.Go(func() error {
			if err := f(ctx); err != nil && ctx.Err() == nil {
				h.stopped(name, err)
				p.halted.Store(true)
				p.Log.Error("a follower has stopped: what it makes is no longer true", slog.String("follower", name), slog.Any("error", err))
			}
			return nil
		})
	}
	run("keys", p.Vault.Run)
	if p.Alone {
		return group
	}
	run("reader", p.Reader().Run)
	run("registry", func(ctx context.Context) error { return p.registrar.Run(ctx, p.known) })
	run("watch", p.Watcher().Run)
	run("board", p.Boarder.Run)
	run("sweep", p.Sweep.Run)
	run("queue", p.Queuer().Run)
	run("redis", p.Store.Run)
	return group
}

// serveHTTP answers on a listener until ctx ends, and then for as long as `drain` what is under way.
func (p *Parts) serveHTTP(ctx context.Context, l net.Listener, h http.Handler, stop func(), drain time.Duration) error {
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: headersWithin, ReadTimeout: bodyWithin, IdleTimeout: idleWithin,
		MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(p.Log.Handler(), slog.LevelDebug),
	}
	if stop != nil {
		server.RegisterOnShutdown(stop)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	err := server.Shutdown(ending)
	if err != nil {
		err = errors.Join(fmt.Errorf("requests did not end within %s", drain), server.Close())
	}
	if e := <-served; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return err
}
