package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"verigate/internal/config"
	"verigate/internal/demo"
	"verigate/internal/follow"
	"verigate/internal/production"
	"verigate/internal/verification"
)

// Env is what commands need of the process.
type Env struct {
	Out io.Writer // what people read
	Log *slog.Logger
	Now func() time.Time
	By  Credential // who gives an act on keys; zero: the console
}

// Serve runs the gateway until ctx ends.
func Serve(ctx context.Context, e Env, c config.Serve) error {
	if err := withoutCore(); err != nil {
		return err
	}
	if c.Empty && !c.Demo {
		return errors.New("--empty is for a demonstration: give it with --demo")
	}
	Tune(c.NATS == "")
	listen, err := demoLoopback(c)
	if err != nil {
		return err
	}
	proof, err := openTLS(e, c.Door)
	if err != nil {
		return err
	}
	options := Options{Stores: c.Stores, Demo: c.Demo, Production: c.Production, Door: c.Door, OIDC: c.OIDC, Periods: c.Retention, Now: e.Now, Log: e.Log}
	if err := options.throughDoor(c.Door); err != nil {
		return err
	}
	if _, err := socketOf(c.Data); err != nil {
		return err
	}
	parts, err := Open(ctx, options)
	if err != nil {
		return err
	}
	if err := parts.rightTime(ctx, e.Now(), c.ClockIsRight); err != nil {
		return errors.Join(err, parts.Close())
	}
	if c.Production {
		if err := fitForReal(ctx, e, parts, production.Finding.Bars); err != nil {
			return errors.Join(err, parts.Close())
		}
	}
	socket, err := parts.listenAdmin(ctx) // before the doors, so that nobody knocks at a gateway that does not stay
	if err != nil {
		return errors.Join(err, parts.Close())
	}
	doors, err := open(ctx, listen, c.Metrics)
	if err != nil {
		return errors.Join(err, socket.Close(), parts.Close())
	}
	doors.Admin, doors.TLS = socket, proof
	url := scheme(proof) + "://" + doors.API.Addr().String()
	if c.Demo {
		prepare := parts.SeedDemo
		if c.Empty {
			prepare = parts.PrepareDemo
		}
		if err := prepare(ctx, url); err != nil {
			return errors.Join(err, socket.Close(), parts.Close())
		}
	}
	greet(e.Out, parts, url)
	return errors.Join(parts.Run(ctx, doors, c.Drain), parts.Close())
}

// demoLoopback refuses a demonstration on an address that others reach.
func demoLoopback(c config.Serve) (string, error) {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return "", fmt.Errorf("--listen must be host:port: %w", err)
	}
	ip := net.ParseIP(host)
	if c.Demo && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return "", errors.New("a demonstration listens on loopback only: --listen 127.0.0.1:8080")
	}
	return c.Listen, nil
}

func open(ctx context.Context, api, metrics string) (l Listeners, err error) {
	if l.API, err = door(ctx, "--listen", api); err != nil || metrics == "" {
		return l, err
	}
	if l.Metrics, err = door(ctx, "--metrics", metrics); err != nil {
		return l, errors.Join(err, l.API.Close())
	}
	return l, nil
}

// door listens at the address that an option names.
func door(ctx context.Context, option, address string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s %s: another program listens there: end it, or choose another address: %w", option, address, err)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", option, err)
	}
	return l, nil
}

// greet says in the terminal what runs, and what to do next.
func greet(out io.Writer, p *Parts, url string) {
	board := "Redis at " + p.Redis
	if p.Store.Embedded() {
		board = "miniredis, demonstration only"
	}
	sync := "fsync before every answer (checked)"
	if p.Server == nil {
		sync = "NATS at " + withoutUser(p.NATS) + ", sync " + p.Sync.String()
	}
	fmt.Fprintf(out, "Verigate listens on %s\n", url)
	if p.Demo {
		fmt.Fprintf(out, "Demonstration: all people, companies and numbers are fictional\n")
	}
	fmt.Fprintf(out, "Record: %s · Board: %s\n", sync, board)
	if p.Demo {
		fmt.Fprintf(out, "Next: open the page, or type make demo in a second terminal. Stop: Ctrl-C\n")
	}
}

// admin returns who answers for a data directory: the gateway that runs over it, or the parts, opened for this command
// alone. The returned function ends the latter.
func admin(ctx context.Context, e Env, o Options) (Admin, func() error, error) {
	s := o.Stores
	a, runs, err := running(ctx, s.Data)
	if err != nil {
		return nil, nil, err
	}
	if runs {
		return a, func() error { return nil }, nil
	}
	if !exists(filepath.Join(s.Data, idKeyFile)) && s.NATS == "" {
		return nil, nil, fmt.Errorf("%s holds no record: name the directory of a gateway with --data", s.Data)
	}
	o.Recorded, o.Now, o.Log = true, e.Now, e.Log
	parts, err := Open(ctx, o)
	if err != nil {
		return nil, nil, asOwner(err)
	}
	ctx, stop := context.WithCancel(ctx)
	work := parts.looks
	if parts.damaged == nil {
		work = func(ctx context.Context) *errgroup.Group { return parts.follow(ctx, newHealth(parts)) }
	}
	followers := work(ctx)
	return parts, func() error {
		stop()
		return errors.Join(followers.Wait(), parts.Close())
	}, nil
}

// The ways in which verify finds that something is not as it should be.
var (
	// ErrDifferent says that the board, the queues or the keys of what is erased are not as the record says.
	ErrDifferent = errors.New("not as the record says: run verigate rebuild")
	// ErrNotCompared says that nothing is known of a part.
	ErrNotCompared = errors.New("not everything was compared: call verigate verify again when what is away is back")
	// ErrBroken says that the record itself, or the evidence, is not what was recorded.
	ErrBroken = errors.New("the record, or the evidence, is not what was recorded: keep all files as they are, and see deploy/README.md, When the ledger is broken")
)

// Verify compares and prints each difference. It opens a record over which nobody may serve, and says what is wrong with it.
func Verify(ctx context.Context, e Env, c config.Verify) error {
	return withOptions(ctx, e, Options{Stores: c.Stores, looking: true}, func(a Admin) error {
		report, err := a.Verify(ctx)
		if err != nil {
			return err
		}
		return printReport(e.Out, report)
	})
}

func printReport(out io.Writer, r follow.Report) error {
	for _, d := range r.Differences {
		fmt.Fprintf(out, "%s: %s\n", d.Where, d.What)
	}
	if r.Erased > 0 {
		where := "under way until verigate erasure scan finds none of their keys on any node"
		if r.Searched {
			where = "none of their keys is in a file of the store"
		}
		backups := "no backup of KEYS that may have one is known (" + otherCopies + ")"
		if !r.Backups.IsZero() {
			backups = "the last backup of KEYS that has one runs out " + moment(r.Backups)
		}
		fmt.Fprintf(out, "erased: %d requests; %s; %s\n", r.Erased, where, backups)
	}
	if r.Months > 0 {
		fmt.Fprintf(out, "ended by decision: %d months, the keys under which they were sealed among what is erased\n", r.Months)
	}
	for _, note := range r.Notes {
		fmt.Fprintf(out, "note: %s\n", note)
	}
	for _, why := range r.Uncompared {
		fmt.Fprintf(out, "not compared: %s\n", why)
	}
	fmt.Fprintf(out, "record of %d messages: %d requests, %d queued tasks, %d differences\n", r.Upto.Count(), r.Requests, r.Tasks, len(r.Differences))
	if slices.ContainsFunc(r.Differences, func(d follow.Difference) bool {
		return slices.Contains([]string{inLedger, inRecord, inEvidence}, d.Where)
	}) {
		return ErrBroken
	}
	if len(r.Differences) > 0 {
		return ErrDifferent
	}
	if len(r.Uncompared) > 0 {
		return ErrNotCompared
	}
	return nil
}

// Rebuild makes the board and the queues again.
func Rebuild(ctx context.Context, e Env, c config.Rebuild) error {
	return with(ctx, e, c.Stores, func(a Admin) error {
		rebuilt, err := a.Rebuild(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintf(e.Out, "board and queues made again from the record of %d messages in %s\n", rebuilt.Messages, rebuilt.Took.Round(time.Millisecond))
		return nil
	})
}

func with(ctx context.Context, e Env, s config.Stores, do func(Admin) error) error {
	return withOptions(ctx, e, Options{Stores: s}, do)
}

func withOptions(ctx context.Context, e Env, o Options, do func(Admin) error) error {
	a, end, err := admin(ctx, e, o)
	if err != nil {
		return err
	}
	return errors.Join(do(a), end())
}

// Key administers principals and prints what came of it. A new key is printed alone on its line, once.
func Key(ctx context.Context, e Env, s config.Stores, r KeyRequest) error {
	r.By = e.By
	return with(ctx, e, s, func(a Admin) error {
		result, err := a.Key(ctx, r)
		if err != nil {
			return err
		}
		printKeys(e.Out, result)
		if result.Key != "" {
			fmt.Fprintf(e.Out, "%s\n%s\n", result.Person, result.Key)
		}
		if result.Secret != "" {
			fmt.Fprintf(e.Out, "%s\n%s\nThe key is shown this once: keep it as a secret.\n", result.Person, result.Secret)
		}
		return nil
	})
}

func roles(all []verification.Role) string {
	names := make([]string, len(all))
	for i, r := range all {
		names[i] = string(r)
	}
	return strings.Join(names, ",")
}

// Demo plays the stories against a running demonstration.
func Demo(ctx context.Context, e Env, c config.Demo, colour bool) error {
	credentials, err := demo.ReadCredentials(filepath.Join(c.Data, credentialFile))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w: start a demonstration first with make run", err)
		}
		return asOwner(err)
	}
	return demo.Play(ctx, demo.Options{
		Credentials: credentials, Out: e.Out, Colour: colour && !c.Plain, Now: e.Now,
		HTTP: &http.Client{Timeout: 30 * time.Second}, Stories: c.Stories,
	})
}
