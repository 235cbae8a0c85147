package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"verigate/deploy"
	"verigate/internal/access"
	"verigate/internal/config"
	"verigate/internal/contract"
	"verigate/internal/directory"
	"verigate/internal/draft"
	"verigate/internal/evidence"
	"verigate/internal/follow"
	"verigate/internal/gateway"
	"verigate/internal/jet"
	"verigate/internal/limit"
	"verigate/internal/notary"
	"verigate/internal/rdb"
	"verigate/internal/receipt"
	"verigate/internal/record"
	"verigate/internal/retention"
	"verigate/internal/screen"
	"verigate/internal/seal"
	"verigate/internal/session"
	"verigate/internal/signature"
	"verigate/internal/signin"
	"verigate/internal/sla"
	"verigate/internal/space"
	"verigate/internal/transit"
	"verigate/internal/verification"
	"verigate/schemas"
)

// Options are how the parts are opened.
type Options struct {
	config.Stores
	Demo       bool                 // the record is, or becomes, a demonstration
	Production bool                 // what keys may not do is for persons who signed in
	Door       config.Door          // through which callers come
	Origin     signature.Origin     // under which signed calls reach the gateway; empty: none is taken
	Periods    string               // file of retention rules; empty: those of the reference data
	OIDC       string               // file that describes the OpenID provider; empty: people have local accounts only
	Recorded   bool                 // the record says which of both it is; one that is not begun yet is refused
	Alone      bool                 // nobody follows the record: how make bench learns what the followers take
	Now        func() time.Time     // the clock; tests move it
	Elapsed    func() time.Duration // the time since any instant, by a clock that nobody sets; nil: the machine's
	Log        *slog.Logger
	Limits     *limit.Policy  // nil: those of the reference data
	Proxies    []netip.Prefix // whose connections name their client

	// Disk asks the disk of the embedded store; nil: its file system.
	Disk func() (space.Usage, error)

	restoring, looking, untouched bool // nobody serves: what a restore has brought; what verify looks at, whole or not; where nothing is written
}

// Parts are everything that runs over one data directory. Close them.
type Parts struct {
	Options
	Contract *contract.Contract
	Rules    *sla.Rules
	Periods  *retention.Rules
	Server   *jet.Server // nil with --nats
	Conn     *jet.Conn
	Vault    *seal.Vault
	Root     *seal.Root
	Names    *seal.Names
	Receipts *receipt.Keys
	Notary   *notary.Notary
	Journal  *jet.Journal
	Requests *record.Log[verification.Decision]
	Registry *gateway.Registry
	Sessions *session.Book
	People   *signin.Desk
	Screens  *screen.Desk
	Provided *signin.Provided // nil without a provider
	Gateway  *gateway.Gateway
	Evidence *evidence.Writer
	Watch    *gateway.Watch
	Store    *rdb.Store
	Boarder  *follow.Boarder
	Sweep    *follow.Sweep
	Genesis  record.Genesis
	Sync     jet.Sync

	damaged       error                 // of looking: why nobody may serve the record; nil: one may
	disk          *space.Keeper         // of the embedded store; nil with --nats
	stuck         atomic.Pointer[error] // why the embedded store cannot write; nil: it can
	transit       *transit.Key          // nil: the root key is a file
	ledgerKeys    *ledgerKeys
	past          *past       // of a demonstration: how it is given one
	lasting       *seal.Vault // of the keys of what outlives its month: principals, the directory, tombstones
	evidenceVault *seal.Vault // of the keys of evidence
	witnesses     *evidence.Readers
	window        *record.Window // of Journal, for all followers
	registrar     follow.Registrar
	steps         *follow.Steps                   // of all followers
	known         record.Position                 // the end of the record that the registry has folded
	erased        record.Position                 // the end of the record up to which erasures were carried out before a door opened
	unheard       error                           // why not all that the witness knows to be erased was destroyed before a door opened; nil: it was
	queuesAt      atomic.Pointer[record.Position] // how far the queues follow the record; nil: not known yet
	rootSeen      atomic.Pointer[rootSight]       // nil: not looked at yet
	erasing       chan struct{}                   // something was erased that the own store is to be searched for
	halted        atomic.Bool                     // the board's follower or the queues' has stopped for good
	served        atomic.Pointer[time.Time]       // since when a door is open; nil: none is
	verified      verdicts                        // of verify
	closers       []func() error
}

// Open opens the parts: the lock, the reference data, the record with its keys, what is derived from it. Everything
// that can be wrong with the directory is found here, before a door is open.
func Open(ctx context.Context, o Options) (_ *Parts, err error) {
	p := &Parts{Options: o, past: &past{real: o.Now}, erasing: make(chan struct{}, 1)}
	if o.Demo {
		p.Now = p.past.now
	}
	if p.Elapsed == nil {
		began := time.Now() // with its monotonic reading
		p.Elapsed = func() time.Duration { return time.Since(began) }
	}
	defer func() {
		if err != nil {
			err = errors.Join(p.fullDisk(err), p.Close())
		}
	}()
	unlock, err := lock(o.Data)
	if err != nil {
		return nil, err
	}
	p.onClose(unlock)
	if !o.Demo && !o.untouched { // what is begun or brought here from now on is nothing to be taken back
		if err := finishFirst(o.Data); err != nil {
			return nil, err
		}
	}
	if !o.restoring && exists(filepath.Join(o.Data, restoreFile)) {
		return nil, fmt.Errorf("%s: %w", o.Data, ErrRestoring)
	}
	if err := p.loadData(); err != nil {
		return nil, err
	}
	p.openVerdict()
	if err := p.openRecord(ctx); err != nil {
		return nil, err
	}
	if err := p.openBoard(); err != nil {
		return nil, err
	}
	if err := p.openGateway(ctx); err != nil {
		return p.despite(err)
	}
	return p, p.erase(ctx)
}

// onClose adds what Close does, last opened first.
func (p *Parts) onClose(f func() error) { p.closers = append(p.closers, f) }

// Close closes what was opened, in reverse.
func (p *Parts) Close() error {
	var all []error
	for i := len(p.closers) - 1; i >= 0; i-- {
		all = append(all, p.closers[i]())
	}
	p.closers = nil
	return errors.Join(all...)
}

func (p *Parts) loadData() (err error) {
	if p.Rules, err = sla.Load(deploy.Data); err != nil {
		return fmt.Errorf("read the policies: %w", err)
	}
	if p.Limits == nil {
		delivered, err := limit.Load(deploy.Data, limit.File)
		if err != nil {
			return err
		}
		p.Limits = &delivered
	}
	if p.Periods, err = periods(p.Options.Periods); err != nil {
		return err
	}
	if p.Contract, err = forms(); err != nil {
		return fmt.Errorf("read the schemas: %w", err)
	}
	return nil
}

// forms are the schemas, compiled once for all that a process opens: it takes longer than the rest of a start.
var forms = sync.OnceValues(func() (*contract.Contract, error) { return contract.New(schemas.FS) })

// openRecord connects to the store and checks that it is this gateway's: durable, with the keys that belong to it.
func (p *Parts) openRecord(ctx context.Context) error {
	if err := p.connect(ctx); err != nil {
		return err
	}
	var err error
	if p.Sync, err = p.syncs(ctx); err != nil {
		return fmt.Errorf("the store must fsync before it acknowledges: %w", err)
	}
	if p.EvidenceQuota > 0 {
		p.Conn.LimitEvidence(p.EvidenceQuota)
	}
	if err := p.streams(ctx); err != nil {
		return err
	}
	p.Journal = p.Conn.Journal()
	last, err := p.Journal.Last(ctx)
	if err != nil {
		return fmt.Errorf("end of the record: %w", err)
	}
	begun := last != (record.Position{})
	if p.Recorded && !begun {
		return fmt.Errorf("%s holds no record yet: start a gateway first", p.Data)
	}
	idKey, err := idSecret(filepath.Join(p.Data, idKeyFile), begun)
	if err != nil {
		return err
	}
	if err := p.openRoot(ctx, begun); err != nil {
		return err
	}
	identity := gateway.NewIdentity(idKey)
	p.Genesis, err = record.EnsureGenesis(ctx, p.Journal, record.Genesis{
		Demonstration: p.Demo, IDKeyFingerprint: identity.Fingerprint(), CreatedAt: p.Now().UTC(),
	})
	if p.Recorded && errors.Is(err, record.ErrDemonstration) {
		p.Demo, err = true, nil
	}
	if err != nil {
		return err
	}
	if p.Receipts, err = receipt.Open(p.Data, p.Now); err != nil {
		return err
	}
	if err := p.openLedger(ctx, identity.Fingerprint()); err != nil {
		return err
	}
	if err := p.openVault(ctx); err != nil {
		return err
	}
	if err := p.openEvidence(ctx); err != nil {
		return err
	}
	p.window = record.NewWindow(p.Journal)
	p.Requests = record.NewLog(p.window, p.Vault, record.Requests{})
	p.Watch = gateway.NewWatch()
	p.Gateway = gateway.New(gateway.Parts{
		Requests: p.Requests, Lasting: p.lasting, Rules: p.Rules, Retention: p.Periods, Months: (&follow.Lately{Journal: p.Journal, Keys: p.Conn.Keys().Held, Now: p.Now}).Months, Learnt: p.learnt, Signer: p.Receipts, Head: p.ledgerHead, Identity: identity, Blinds: p.Names,
		Watch: p.Watch, Feed: gateway.NewFeed(), Now: p.Now,
		Directory: func() *directory.Directory { return p.Registry.Directory() },
		Persons: func(id verification.PersonID) (access.Principal, bool) {
			person, known := p.Registry.Keyring().Principal(id)
			return person.At(p.Now()), known
		},
		Everybody: func() []access.Principal {
			all := p.Registry.Keyring().Principals()
			for i := range all {
				all[i] = all[i].At(p.Now())
			}
			return all
		},
		Book:      &draft.Book{Store: p.Conn.Drafts(), Sealer: p.Vault},
		Witnesses: p.witnesses,
		Custody:   p.destruction,
		Takes:     p.takes,
	})
	return nil
}

// openBoard opens Redis. One that does not answer is no reason to stay closed: lists wait, work goes on.
func (p *Parts) openBoard() error {
	if p.Redis != "" {
		options, err := redisOptions(p.Stores)
		if err != nil {
			return err
		}
		p.Store = rdb.Open(options, boardSeal{p.Names})
	} else {
		store, err := rdb.Embedded(boardSeal{p.Names})
		if err != nil {
			return fmt.Errorf("open the board: %w", err)
		}
		p.Store = store
	}
	p.onClose(p.Store.Close)
	p.Gateway.Board = p.Store
	p.steps = follow.NewSteps()
	p.Boarder = &follow.Boarder{
		Log: p.Requests, Rules: p.Rules, Learnt: p.learnt, Steps: p.steps, Board: p.Store, Now: p.Now, Retry: p.retried("board"),
	}
	p.Sweep = p.newSweep()
	return nil
}

// newSweep gives what falls due to the gateway.
func (p *Parts) newSweep() *follow.Sweep {
	return &follow.Sweep{
		Due: p.Store, Ticks: p.Gateway, Now: p.Now, Elapsed: p.Elapsed, Ahead: p.Watch.AheadOf, Retry: p.retried("sweep"),
		Failed: func(id verification.RequestID, err error) {
			p.Log.Error("what is due on a request cannot be recorded", slog.String("request", string(id)), slog.Any("error", err))
		},
		Holds: func(held follow.Hold) {
			if held == follow.NotHeld {
				p.Log.Info("the sweep goes on")
				return
			}
			p.Log.Error("the sweep is held: this machine's clock is not to be believed", slog.String("code", string(held)))
		},
	}
}

// boardSeal seals what Redis holds under the secret of names.
type boardSeal struct{ names *seal.Names }

// Seal implements rdb.Sealer.
func (b boardSeal) Seal(boundTo string, plain []byte) ([]byte, error) {
	sealed, err := b.names.SealCursor("board "+boundTo, plain)
	return []byte(sealed), err
}

// Open implements rdb.Sealer.
func (b boardSeal) Open(boundTo string, sealed []byte) ([]byte, error) {
	return b.names.OpenCursor("board "+boundTo, string(sealed))
}

// Blind implements rdb.Sealer.
func (b boardSeal) Blind(purpose, value string) string { return b.names.Blind("board "+purpose, value) }

// openGateway reads who may knock, and where the directory stands.
func (p *Parts) openGateway(ctx context.Context) error {
	data, err := directory.Load(deploy.Data)
	if err != nil {
		return fmt.Errorf("read the directory: %w", err)
	}
	if p.Demo {
		data = data.ForDemonstration()
	}
	log := record.NewLog(p.window, p.lasting, access.Codec{})
	p.Registry = gateway.NewRegistry(log, gateway.Reference{Directory: data, Rules: p.Rules, Demonstration: p.Demo}, p.Now)
	p.Gateway.Roster = p.Registry
	p.registrar = follow.Registrar{Log: log, Registry: p.Registry, Elapsed: p.Elapsed, Retry: p.retried(followsRegistry)}
	if p.known, err = p.registrar.CatchUp(ctx); err != nil {
		return err
	}
	if err := p.Periods.Unknown(campaignOf(p.Registry.Directory())); err != nil {
		return err
	}
	p.openPeople()
	p.openScreens()
	return p.openProvider()
}

// learnt is that of the registry, which is opened last.
func (p *Parts) learnt(ctx context.Context) error { return p.Registry.Learnt(ctx) }

// retried logs what a follower tries again: what is away for a while, and what is a defect and looks like it.
func (p *Parts) retried(follower string) follow.Retry {
	return func(err error) {
		p.Log.Warn("a follower begins again", slog.String("follower", follower), slog.Any("error", err))
	}
}

// Reader reads the record for all followers.
func (p *Parts) Reader() follow.Reader {
	return follow.Reader{Window: p.window, Retry: p.retried("reader")}
}

// Watcher follows the record for this gateway's memory.
func (p *Parts) Watcher() follow.Watcher {
	return follow.Watcher{
		Log: p.Requests, Rules: p.Rules, Learnt: p.learnt, Steps: p.steps, Watch: p.Watch, Feed: p.Gateway.Feed, Now: p.Now,
		Seen: p.Gateway.Outdated, Retry: p.retried("watch"),
	}
}

// Queuer keeps the units' queues.
func (p *Parts) Queuer() follow.Queuer {
	return follow.Queuer{
		Log: p.Requests, Rules: p.Rules, Learnt: p.learnt, Steps: p.steps, Queue: p.Conn.Queue(), Positions: p.Conn.Positions(),
		Reached: func(at record.Position) { p.queuesAt.Store(&at) }, Retry: p.retried("queue"),
	}
}

// Verifier compares everything with the record.
func (p *Parts) Verifier() follow.Verifier {
	return follow.Verifier{Journal: p.Journal, Keys: p.Conn.Keys().Held, Log: p.Requests, Rules: p.Rules, Learnt: p.learnt, Board: p.Store, Queued: p.queued}
}

func (p *Parts) queued(ctx context.Context) ([]follow.Item, error) {
	var all []follow.Item
	page := jet.Page{Limit: 1000}
	for {
		items, next, err := p.Conn.Queue().List(ctx, page)
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
		if next == 0 {
			return all, nil
		}
		page.After = next
	}
}
