// Package gatewaytest holds a gateway over a record and a board in memory, with its followers running, a clock that
// tests move, and a cast of callers.
package gatewaytest

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"verigate/deploy"
	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/board/boardtest"
	"verigate/internal/directory"
	"verigate/internal/draft"
	"verigate/internal/draft/drafttest"
	"verigate/internal/follow"
	"verigate/internal/gateway"
	"verigate/internal/receipt"
	"verigate/internal/record"
	"verigate/internal/record/recordtest"
	"verigate/internal/retention"
	"verigate/internal/seal"
	"verigate/internal/seal/sealtest"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// Clock stands still until it is moved. It is safe for concurrent use.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// Now is what the gateway is told.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Move lets time pass.
func (c *Clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// Set puts the clock.
func (c *Clock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// World is one record with what stands on it.
type World struct {
	testing.TB
	Clock   *Clock
	Journal *recordtest.Fake
	Keys    *sealtest.Store
	Vault   *seal.Vault
	Log     *record.Log[verification.Decision]
	Rules   *sla.Rules
	Kept    *retention.Rules
	Board   *boardtest.Fake
	Watch   *gateway.Watch
	Feed    *gateway.Feed
	Drafts  *drafttest.Store
	Gateway *gateway.Gateway
	Boarder *follow.Boarder
	Watcher follow.Watcher

	signer *receipt.Keys
	root   *seal.Root
	names  *seal.Names
	dir    *directory.Directory
}

// Night is when S01 was received.
func Night() time.Time { return time.Date(2021, 9, 2, 16, 40, 0, 0, time.UTC) }

// New returns a world without followers, at Night.
func New(t testing.TB, data *Data) *World {
	t.Helper()
	w := &World{
		TB: t, Clock: &Clock{at: Night()}, Rules: data.rules, Kept: data.retention, dir: data.directory,
		Board: boardtest.NewFake(), Watch: gateway.NewWatch(), Feed: gateway.NewFeed(), Keys: sealtest.NewStore(),
		Drafts: drafttest.NewStore(),
	}
	w.Journal = recordtest.NewDivided(w.Clock.Now)
	w.root, w.names = sealtest.Root(t), sealtest.Names(t)
	w.ColdVault()
	w.signer = data.signer
	w.Gateway = w.Another()
	w.Refollow()
	return w
}

// Refollow makes followers of the record as it is opened now.
func (w *World) Refollow() {
	w.Boarder = &follow.Boarder{Log: w.Log, Rules: w.Rules, Board: w.Board, Now: w.Clock.Now}
	w.Watcher = follow.Watcher{Log: w.Log, Rules: w.Rules, Watch: w.Watch, Feed: w.Feed, Now: w.Clock.Now}
}

// Running returns a world whose watcher and boarder run until the test ends.
func Running(t testing.TB, data *Data) *World {
	t.Helper()
	w := New(t, data)
	w.Run(w.Watcher.Run, w.Boarder.Run)
	w.Settle()
	return w
}

// Start runs workers until the returned function is called, or the test ends. They must end without an error.
func (w *World) Start(workers ...func(context.Context) error) (stop func()) {
	w.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(w.Context()))
	var all sync.WaitGroup
	for _, run := range workers {
		all.Go(func() {
			if err := run(ctx); err != nil {
				w.Errorf("a follower ended: %v", err)
			}
		})
	}
	stop = func() { cancel(); all.Wait() }
	w.Cleanup(stop)
	return stop
}

// Run is Start until the test ends.
func (w *World) Run(workers ...func(context.Context) error) {
	w.Helper()
	w.Start(workers...)
}

// Another returns a second gateway over the same record, with a cold cache. It shares the watch.
func (w *World) Another() *gateway.Gateway { return gateway.New(w.Parts(w.Watch)) }

// Parts are those of a gateway with a watch of its own.
func (w *World) Parts(watch *gateway.Watch) gateway.Parts {
	return gateway.Parts{
		Requests: w.Log, Lasting: w.Log, Directory: func() *directory.Directory { return w.dir }, Persons: Person, Everybody: Members, Rules: w.Rules, Retention: w.Kept,
		Signer: w.signer, Identity: gateway.NewIdentity(bytes.Repeat([]byte{3}, 32)), Board: w.Board, Blinds: w.names,
		Watch: watch, Feed: w.Feed, Now: w.Clock.Now,
		Book: &draft.Book{Store: w.Drafts, Sealer: w.Vault},
	}
}

// ColdVault forgets every open data key, as another start does.
func (w *World) ColdVault() {
	w.Vault = seal.New(seal.Settings{Store: w.Keys, Root: w.root, Now: w.Clock.Now, Slots: 64})
	w.Log = record.NewLog(w.Journal, w.Vault, record.Requests{})
}

// Keyset is what receipts and releases are verified with.
func (w *World) Keyset() []byte { return w.signer.JWKS() }

// Directory is the reference data.
func (w *World) Directory() *directory.Directory { return w.dir }

// SetDirectory puts other reference data.
func (w *World) SetDirectory(d *directory.Directory) { w.dir = d }

// Settle waits until board and watch stand at the end of the record and lists may be served.
func (w *World) Settle() {
	w.Helper()
	w.Eventually("the followers reach the end of the record", func() bool {
		end, err := w.Journal.Last(w.Context())
		at, berr := w.Board.Position(w.Context())
		return err == nil && berr == nil && at.Record == end && w.Watch.Position() == end &&
			w.Watch.Current(w.Clock.Now()) == nil
	})
}

// Eventually waits up to ten seconds for what other goroutines bring about.
func (w *World) Eventually(what string, is func() bool) {
	w.Helper()
	for end := time.Now().Add(10 * time.Second); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			w.Fatalf("never: %s", what)
		}
	}
}

// Latest folds the record and returns every request with its rows.
func (w *World) Latest() map[string]follow.State {
	w.Helper()
	end, err := w.Journal.Last(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	all, err := follow.Latest(w.Context(), follow.Folding{Log: w.Log, Rules: w.Rules}, end)
	if err != nil {
		w.Fatal(err)
	}
	return all
}

// Rows are the rows of one request, by the record.
func (w *World) Rows(id verification.RequestID) board.Rows {
	w.Helper()
	return w.Latest()[string(id)].Rows
}

// Data is what many worlds share: reference data and keys.
type Data struct {
	rules     *sla.Rules
	retention *retention.Rules
	directory *directory.Directory
	signer    *receipt.Keys
}

// Load reads the reference data of a demonstration once, with the partners of the cast.
func Load(dir string) (*Data, error) { return load(dir, (*directory.Directory).ForDemonstration) }

// LoadReal is Load for a record that is no demonstration: units are those of their day.
func LoadReal(dir string) (*Data, error) {
	return load(dir, func(d *directory.Directory) *directory.Directory { return d })
}

func load(dir string, of func(*directory.Directory) *directory.Directory) (*Data, error) {
	rules, err := sla.Load(deploy.Data)
	if err != nil {
		return nil, err
	}
	kept, err := retention.Load(deploy.Data, retention.File)
	if err != nil {
		return nil, err
	}
	d, err := directory.Load(deploy.Data)
	if err != nil {
		return nil, err
	}
	d = of(d)
	for _, code := range []string{"NG", "TH", "KE", "AO", "NL", "WCO"} {
		p := directory.Partner{Code: code, Name: code, Country: code, Kind: directory.NCB}
		if code == "WCO" {
			p.Country, p.Kind = "", directory.International
		}
		if d, err = d.WithPartner(p); err != nil {
			return nil, err
		}
	}
	signer, err := receipt.Open(dir, Night)
	return &Data{rules: rules, retention: kept, directory: d, signer: signer}, err
}

// WithOwnRules is the data with rules of its own, which a test may teach.
func (d Data) WithOwnRules() (*Data, error) {
	rules, err := sla.Load(deploy.Data)
	d.rules = rules
	return &d, err
}

// Append gives a command past every edge, as the sweep does, and must succeed. Gateways with a warm cache find out by
// the conflict.
func (w *World) Append(id verification.RequestID, by access.Caller, c verification.Command) {
	w.Helper()
	s := w.Latest()[string(id)]
	stamp := verification.Stamp{At: w.Clock.Now(), By: by.Actor, Command: verification.CommandID(fmt.Sprint("sweep-", s.Sequence))}
	events, err := verification.Decide(s.Request, verification.Order{Stamp: stamp, Command: c})
	if err != nil {
		w.Fatalf("%T: %v", c, err)
	}
	all, err := w.Log.Read(w.Context(), record.Request(string(id)))
	if err != nil {
		w.Fatal(err)
	}
	e := record.Entry[verification.Decision]{
		Subject: record.Request(string(id)), KID: all[len(all)-1].KID, Version: s.Request.Version,
		Decision: verification.Decision{Stamp: stamp, Events: events},
	}
	if e.Decision.Erases() {
		e.Decision.Kept = verification.Bare(decisions(all)...)
		if e.KID, err = w.Log.Take(w.Context()); err != nil {
			w.Fatal(err)
		}
	}
	if _, err := w.Log.Append(w.Context(), e, s.Sequence); err != nil {
		w.Fatal(err)
	}
}

func decisions(all []record.Entry[verification.Decision]) []verification.Decision {
	out := make([]verification.Decision, len(all))
	for i, e := range all {
		out[i] = e.Decision
	}
	return out
}
