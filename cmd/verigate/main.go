// Command verigate is the gateway: it serves, checks, rebuilds, verifies, administers keys and plays the demonstration.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	_ "time/tzdata" // zones on machines that have none

	"github.com/alecthomas/kong"

	"verigate/internal/app"
	"verigate/internal/config"
	"verigate/internal/verification"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main with its surroundings handed in; it returns the exit code: 0, 1 when the work failed, 2 when the command
// line is wrong.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var cli config.CLI
	exited := -1
	parser, err := kong.New(&cli, kong.Name("verigate"),
		kong.Description("An international information-exchange gateway: requests in, answers out, nothing lost, leaked or late unseen."),
		kong.Writers(stdout, stderr), kong.Exit(func(code int) { exited = code }), kong.UsageOnError())
	if err != nil {
		fmt.Fprintln(stderr, "verigate:", err)
		return 2
	}
	command, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		fmt.Fprintln(stderr, "verigate:", err)
		return 2
	}
	env := app.Env{Out: stdout, Log: slog.New(slog.NewTextHandler(stderr, nil)), Now: time.Now}
	if err := dispatch(ctx, env, command.Command(), &cli, isTerminal(stdout)); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(stderr, "verigate:", err)
		return 1
	}
	return 0
}

func dispatch(ctx context.Context, e app.Env, command string, c *config.CLI, terminal bool) error {
	person := func(id string) verification.PersonID { return verification.PersonID(id) }
	switch command {
	case "serve":
		return app.Serve(ctx, e, c.Serve)
	case "check":
		return app.Check(ctx, e, c.Check)
	case "rebuild":
		return app.Rebuild(ctx, e, c.Rebuild)
	case "verify":
		return app.Verify(ctx, e, c.Verify)
	case "demo", "demo <stories>":
		return app.Demo(ctx, e, c.Demo, terminal)
	case "key create":
		k := c.Key.Create
		return app.Key(ctx, e, k.Stores, app.KeyRequest{
			Act: "create", Label: k.Label, Roles: roles(k.Roles), Partner: verification.PartnerCode(k.Partner),
			Unit: verification.UnitCode(k.Unit), System: k.System,
		})
	case "key issue <person>":
		k := c.Key.Issue
		return app.Key(ctx, e, k.Stores, app.KeyRequest{Act: "issue", Person: person(k.Person)})
	case "key revoke <person> <key>":
		k := c.Key.Revoke
		return app.Key(ctx, e, k.Stores, app.KeyRequest{Act: "revoke", Person: person(k.Person), Key: verification.KeyID(k.Key), Reason: k.Reason})
	case "key disable <person>":
		k := c.Key.Disable
		return app.Key(ctx, e, k.Stores, app.KeyRequest{Act: "disable", Person: person(k.Person), Reason: k.Reason})
	case "key grant <person> <compartment>":
		k := c.Key.Grant
		return app.Key(ctx, e, k.Stores, app.KeyRequest{
			Act: "grant", Person: person(k.Person), Compartment: verification.Compartment(k.Compartment), Keeper: k.Keeper,
		})
	case "key partner <code> <name>":
		k := c.Key.Partner
		return app.Key(ctx, e, k.Stores, app.KeyRequest{
			Act: "partner", Partner: verification.PartnerCode(k.Code), Name: k.Name, Country: k.Country, Kind: k.Kind,
		})
	case "key list":
		return app.Key(ctx, e, c.Key.List.Stores, app.KeyRequest{Act: "list"})
	}
	return fmt.Errorf("the command %q is not known", command)
}

func roles(names []string) []verification.Role {
	out := make([]verification.Role, len(names))
	for i, n := range names {
		out[i] = verification.Role(n)
	}
	return out
}

// isTerminal says whether people look at the output.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
