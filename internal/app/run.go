package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"time"

	"golang.org/x/sync/errgroup"

	"verigate/api"
	"verigate/internal/admin"
	"verigate/internal/edge"
	"verigate/internal/httpapi"
)

// Listeners are the doors: the API, /metrics where it is wanted, and the socket in the data directory.
type Listeners struct {
	API     net.Listener
	TLS     *edge.Certificates // of API; nil: none
	Metrics net.Listener       // nil: none
	Admin   net.Listener       // nil: Run opens it
}

// Run serves until ctx ends, then stops in the order of the flow: the door closes and requests under way end, so that
// nothing new comes in; then the followers, which have something to write until then; the connections are closed by
// Close. A follower that cannot go on is logged and leaves the gateway running: what it makes is reported as stopped,
// and intake goes on, unless it is the one by which the gateway knows who may knock.
func (p *Parts) Run(ctx context.Context, l Listeners, drain time.Duration) error {
	health := newHealth(p)
	door := p.bounded(l.API)
	limiter := p.limiter()
	health.certificates, health.door, health.limiter = l.TLS, door, limiter
	front := p.front(health)
	front.Limiter, front.Pages = limiter, p.pages
	handler, err := httpapi.New(front)
	if err != nil {
		return err
	}
	if l.Admin == nil {
		socket, err := admin.Listen(ctx, p.Data)
		if err != nil {
			return err
		}
		l.Admin = socket
	}
	since := p.Now()
	p.served.Store(&since)
	behind, stopBehind := context.WithCancel(context.WithoutCancel(ctx))
	defer stopBehind()
	if err := p.Sessions.Catch(ctx); err != nil { // which goes on to be asked
		p.Log.Warn("the sessions cannot be read: nobody is signed in until they can", slog.Any("error", err))
	}
	followers := p.follow(behind, health)
	doors, ctx := errgroup.WithContext(ctx)
	doors.Go(func() error { return p.serve(ctx, door, p.apiServer(handler, l.TLS), drain) })
	if l.TLS != nil {
		doors.Go(func() error { return l.TLS.Run(ctx, certificatesEvery) })
	}
	if l.Metrics != nil {
		doors.Go(func() error { return p.serve(ctx, l.Metrics, p.server(health.metrics()), drain) })
	}
	doors.Go(func() error { return p.serveAdmin(ctx, l.Admin, drain) })
	err = doors.Wait()
	stopBehind()
	return errors.Join(err, followers.Wait())
}

// front is the REST edge over these parts, without pages and, until one is given, a limiter.
func (p *Parts) front(h *health) httpapi.Parts {
	return httpapi.Parts{
		Gateway: p.Gateway, Contract: p.Contract, Evidence: p.Evidence, Keyring: p.Registry.Keyring(), Trusted: p.Registry.Trusted, People: p.People, Provided: p.Provided, Screens: p.Screens, KeySet: p.Receipts.JWKS, LedgerKeys: p.publishedKeys, Ledger: p.Notary,
		Health: h.Report, Now: p.Now, Logger: p.Log, OpenAPI: api.OpenAPI, Limits: httpapi.Limits{Hosts: p.hosts()},
		Production: p.Production, Origin: p.Origin, Nonces: p.nonces(),
	}
}

// hosts are the names under which a demonstration answers: no page of another site may reach it by a name of its own.
func (p *Parts) hosts() []string {
	if !p.Demo {
		return nil
	}
	return []string{"127.0.0.1", "localhost", "[::1]"}
}

// Followers by which others know them.
const (
	followsEvidence = "readers"
	followsBoard    = "board"
	followsQueue    = "queue"
	followsWatch    = "watch"
	followsRegistry = "registry"
)

// without takes back what rested on a follower that cannot go on.
func (p *Parts) without(follower string) {
	switch follower {
	case followsBoard, followsQueue:
		p.halted.Store(true)
	case followsWatch:
		p.Gateway.Unwatched()
	case followsRegistry:
		p.Registry.Lost()
	}
}

// follow starts what works behind the door.
func (p *Parts) follow(ctx context.Context, h *health) *errgroup.Group {
	group := &errgroup.Group{}
	run := func(name string, f func(context.Context) error) {
		group.Go(func() error {
			if err := f(ctx); err != nil && ctx.Err() == nil {
				h.stopped(name, err)
				p.without(name)
				p.cameUpon(name, err)
				p.Log.Error("a follower has stopped: what it makes is no longer true", slog.String("follower", name), slog.Any("error", err))
			}
			return nil
		})
	}
	if p.Server != nil {
		run("disk", p.watchDisk)
	}
	run("keys", p.Vault.Run)
	run("root", p.watchRoot)
	run("receipts", p.watchReceipts)
	run("evidence", p.Evidence.Run)
	run("sessions", p.Sessions.Run)
	if p.Provided != nil {
		run("provider", p.Provided.Run)
	}
	if p.Alone {
		return group
	}
	run(followsEvidence, p.witnesses.Run)
	run("reader", p.Reader().Run)
	run("erasure", func(ctx context.Context) error { return p.Eraser().Run(ctx, p.erased) })
	if p.Server != nil {
		run("erasure_search", p.search)
	}
	if p.Witness != "" {
		run("erasure_witness", p.teller().Run)
	}
	run(followsRegistry, func(ctx context.Context) error { return p.registrar.Run(ctx, p.known) })
	run(followsWatch, p.Watcher().Run)
	run(followsBoard, p.Boarder.Run)
	run("sweep", p.Sweep.Run)
	run(followsQueue, p.Queuer().Run)
	run("redis", p.Store.Run)
	for _, log := range p.Notary.Logs() {
		run("ledger", log.Run)
	}
	return group
}
