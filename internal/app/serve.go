package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"

	"verigate/internal/admin"
	"verigate/internal/config"
	"verigate/internal/production"
)

// Serve runs the gateway until ctx ends.
func Serve(ctx context.Context, e Env, c config.Serve) error {
	if err := withoutCore(); err != nil {
		return err
	}
	if c.Empty && !c.Demo {
		return errors.New("--empty is for a demonstration: give it with --demo")
	}
	Tune(c.NATS == "")
	address, err := demoLoopback(c)
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
	if _, err := admin.Socket(c.Data); err != nil {
		return err
	}
	if c.Demo {
		if err := beginFirst(c.Data, c.NATS == "", e.Log); err != nil {
			return err
		}
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
	socket, err := admin.Listen(ctx, parts.Data) // before the doors, so that nobody knocks at a gateway that does not stay
	if err != nil {
		return errors.Join(err, parts.Close())
	}
	doors, err := open(ctx, address, c.Metrics)
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
