package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"time"

	"verigate/internal/board"
	"verigate/internal/demo"
	"verigate/internal/httpapi"
	"verigate/internal/inside"
	"verigate/internal/record"
	"verigate/internal/verification"
)

// past is the clock of a demonstration: it stands wherever it was set while the demonstration is given a past, and is the
// real one from then on. It is safe for concurrent use.
type past struct {
	real   func() time.Time
	stands atomic.Pointer[time.Time]
}

func (c *past) now() time.Time {
	if at := c.stands.Load(); at != nil {
		return *at
	}
	return c.real()
}

func (c *past) set(at time.Time) { c.stands.Store(&at) }

func (c *past) end() { c.stands.Store(nil) }

// SeedDemo is PrepareDemo of a demonstration that shows something at once: a fresh one gets twelve requests under way,
// made by its people through the REST edge while the clock goes from a day ago to now. A later start makes none. No
// follower may run and no door be open.
func (p *Parts) SeedDemo(ctx context.Context, baseURL string) error {
	defer p.past.end()
	now := p.past.real().UTC().Truncate(time.Second)
	if !exists(filepath.Join(p.Data, CredentialFile)) {
		p.past.set(now.Add(-demo.SeedBegins))
	}
	return p.prepareDemo(ctx, baseURL, func(ctx context.Context, keys demo.Credentials) error {
		front := p.front(newHealth(p))
		front.Limiter, front.Logger = p.limiter(), slog.New(quiet{p.Log.Handler()})
		handler, err := httpapi.New(front)
		if err != nil {
			return err
		}
		keys.BaseURL = innerBase
		noted := p.noting(ctx)
		defer noted()
		return demo.Seed(ctx, demo.Seeding{Credentials: keys, HTTP: innerClient(handler), Clock: p.Now, Now: now, Reach: passing{p, map[string]time.Time{}}.reach})
	})
}

// quiet leaves out what only tells that calls were made: who starts a demonstration reads what it says when it listens.
type quiet struct{ slog.Handler }

// Enabled implements slog.Handler.
func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l > slog.LevelInfo && q.Handler.Enabled(ctx, l)
}

// innerBase is the address of calls that never leave the process: a name under which a demonstration answers.
const innerBase = "http://127.0.0.1"

func innerClient(api http.Handler) *http.Client {
	return &http.Client{Transport: inside.Transport{Handler: api, From: "127.0.0.1:0"}}
}

// passing is the time of the past that goes by: what falls due on the requests on the way is recorded as a sweep would
// have recorded it.
type passing struct {
	*Parts
	due map[string]time.Time // by request, what falls due on it next
}

// reach lets the clock of the past reach a time, after something has happened to a request; empty: to none.
func (p passing) reach(ctx context.Context, at time.Time, changed string) error {
	for {
		if err := p.look(ctx, changed); err != nil {
			return err
		}
		id, due := p.first()
		if id == "" || due.After(at) {
			p.past.set(at)
			return nil
		}
		p.past.set(due.Add(time.Millisecond - 1)) // decisions are stamped in milliseconds, rounded down
		ticked, err := p.Gateway.Tick(ctx, verification.RequestID(id))
		if err != nil {
			return fmt.Errorf("record what was due on a request: %w", err)
		}
		if ticked.Steps == 0 {
			return fmt.Errorf("what was due on a request at %s was not recorded", due)
		}
		changed = id
	}
}

// look notes what falls due on a request next.
func (p passing) look(ctx context.Context, id string) error {
	if id == "" {
		return nil
	}
	entries, err := p.Requests.Read(ctx, record.Request(id))
	if err != nil {
		return fmt.Errorf("read a request: %w", err)
	}
	decisions := make([]verification.Decision, len(entries))
	for i, e := range entries {
		decisions[i] = e.Decision
	}
	_, _, rows, err := board.Fold(p.Rules, decisions...)
	if err != nil {
		return fmt.Errorf("fold a request: %w", err)
	}
	p.due[id] = rows.Due
	return nil
}

// first is the request on which something falls due before it does on any other; empty when nothing does.
func (p passing) first() (id string, due time.Time) {
	for one, at := range p.due {
		if !at.IsZero() && (id == "" || at.Before(due)) {
			id, due = one, at
		}
	}
	return id, due
}
