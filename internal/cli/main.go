package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"verigate/internal/admin"
	"verigate/internal/app"
	"verigate/internal/config"
	"verigate/internal/rdb"
	"verigate/internal/verification"
)

// Main is the whole command with its surroundings handed in; it returns the exit code: 0, 1 when the work failed or was interrupted
// before its end, 2 when the command line is wrong.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if err := withoutSecrets(args); err != nil {
		fmt.Fprintln(stderr, "verigate:", err)
		return 2
	}
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
	rdb.LogTo(env.Log)
	err = dispatch(ctx, env, command.Command(), &cli, isTerminal(stdout))
	if err := stopped(ctx, env, command.Command(), err); err != nil {
		fmt.Fprintln(stderr, "verigate:", err)
		return 1
	}
	return 0
}

func dispatch(ctx context.Context, e app.Env, command string, c *config.CLI, terminal bool) error {
	person := func(id string) verification.PersonID { return verification.PersonID(id) }
	if strings.HasPrefix(command, "person ") {
		return personCommand(ctx, e, command, c.Person)
	}
	acting, err := readCredential(cmp.Or(c.Key.Credential, c.Partner.Credential, c.Evidence.Credential, c.Backup.Credential, c.Erasure.Credential), os.Stdin)
	if err != nil {
		return err
	}
	e.By = acting
	switch command {
	case "serve":
		return app.Serve(ctx, e, c.Serve)
	case "check":
		return app.Check(ctx, e, c.Check)
	case "rebuild":
		return Rebuild(ctx, e, c.Rebuild)
	case "verify":
		return Verify(ctx, e, c.Verify)
	case "demo", "demo <stories>":
		return Demo(ctx, e, c.Demo, terminal)
	case "evidence bundle <request>":
		return EvidenceBundle(ctx, e, c.Evidence.Bundle)
	case "evidence check <file>":
		return EvidenceCheck(e, c.Evidence.Check)
	case "evidence keys":
		return EvidenceKeys(ctx, e, c.Evidence.Keys)
	case "backup take":
		return app.BackupTake(ctx, e, c.Backup.Take)
	case "backup expire":
		return app.BackupExpire(ctx, e, c.Backup.Expire)
	case "backup restore <backup>":
		if err := app.BackupRestore(ctx, e, c.Backup.Restore); err != nil {
			return err
		}
		return Verify(ctx, e, config.Verify{Stores: c.Backup.Restore.Stores})
	case "erasure list":
		return ErasureList(ctx, e, c.Erasure.List)
	case "erasure keys":
		return ErasureKeys(ctx, e, c.Erasure.Keys)
	case "erasure scan <dir>":
		return ErasureScan(e, c.Erasure.Scan)
	case "erasure note <reports>":
		return ErasureNote(ctx, e, c.Erasure.Note)
	case "key create":
		k := c.Key.Create
		return Key(ctx, e, k.Stores, admin.KeyRequest{
			Act: "create", Label: k.Label, Roles: rolesOf(k.Roles), Partner: verification.PartnerCode(k.Partner),
			Unit: verification.UnitCode(k.Unit), System: k.System, ExpiresAt: k.Expires.UTC(), Scopes: scopesOf(k.Scopes),
		})
	case "key issue <person>":
		k := c.Key.Issue
		return Key(ctx, e, k.Stores, admin.KeyRequest{
			Act: "issue", Person: person(k.Person), ExpiresAt: k.Expires.UTC(), Scopes: scopesOf(k.Scopes),
		})
	case "key signer <person> <file>":
		k := c.Key.Signer
		return bind(ctx, e, k.Stores, k.File, admin.KeyRequest{
			Act: "signer", Person: person(k.Person), ExpiresAt: k.Expires.UTC(), Scopes: scopesOf(k.Scopes),
		})
	case "key certificate <person> <file>":
		k := c.Key.Certificate
		return bind(ctx, e, k.Stores, k.File, admin.KeyRequest{
			Act: "certificate", Person: person(k.Person), ExpiresAt: k.Expires.UTC(), Scopes: scopesOf(k.Scopes),
		})
	case "key tls <person> <use>":
		k := c.Key.TLS
		return Key(ctx, e, k.Stores, admin.KeyRequest{Act: "tls", Person: person(k.Person), Use: useOf(k.Use)})
	case "key rotate <person> <key>":
		k := c.Key.Rotate
		return Key(ctx, e, k.Stores, admin.KeyRequest{
			Act: "rotate", Person: person(k.Person), Key: verification.KeyID(k.Key), Overlap: k.Overlap, ExpiresAt: k.Expires.UTC(),
		})
	case "key revoke <person> <key>":
		k := c.Key.Revoke
		return Key(ctx, e, k.Stores, admin.KeyRequest{Act: "revoke", Person: person(k.Person), Key: verification.KeyID(k.Key), Reason: k.Reason})
	case "key disable <person>":
		k := c.Key.Disable
		return Key(ctx, e, k.Stores, admin.KeyRequest{Act: "disable", Person: person(k.Person), Reason: k.Reason})
	case "key list":
		return Key(ctx, e, c.Key.List.Stores, admin.KeyRequest{Act: "list"})
	case "key root status":
		return RootKeysOf(ctx, e, c.Key.Root.Status.Stores, admin.RootRequest{Act: admin.RootStatus})
	case "key root prepare":
		return RootKeysOf(ctx, e, c.Key.Root.Prepare.Stores, admin.RootRequest{Act: admin.RootPrepare})
	case "key root rotate":
		return RootKeysOf(ctx, e, c.Key.Root.Rotate.Stores, admin.RootRequest{Act: admin.RootRotate})
	case "key root retire":
		return RootKeysOf(ctx, e, c.Key.Root.Retire.Stores, admin.RootRequest{Act: admin.RootRetire})
	case "key receipt rotate":
		return RootKeysOf(ctx, e, c.Key.Receipt.Rotate.Stores, admin.RootRequest{Act: admin.ReceiptRotate})
	case "key group list":
		return RootKeysOf(ctx, e, c.Key.Group.List.Stores, admin.RootRequest{Act: admin.GroupList})
	case "key group refile":
		return RootKeysOf(ctx, e, c.Key.Group.Refile.Stores, admin.RootRequest{Act: admin.GroupRefile})
	case "key group replace <group>":
		k := c.Key.Group.Replace
		return RootKeysOf(ctx, e, k.Stores, admin.RootRequest{Act: admin.GroupReplace, Group: k.Group})
	case "partner add <code> <name>":
		k := c.Partner.Add
		return Key(ctx, e, k.Stores, admin.KeyRequest{
			Act: "partner", Partner: verification.PartnerCode(k.Code), Name: k.Name, Country: k.Country, Kind: k.Kind,
		})
	case "partner list":
		return Partners(ctx, e, c.Partner.List.Stores)
	case "evidence room":
		return EvidenceOf(ctx, e, c.Evidence.Room.Stores, admin.EvidenceRequest{Act: admin.EvidenceLook})
	case "evidence open-reserve":
		return EvidenceOf(ctx, e, c.Evidence.OpenReserve.Stores, admin.EvidenceRequest{Act: admin.EvidenceReserve})
	case "evidence begin-again":
		return EvidenceOf(ctx, e, c.Evidence.BeginAgain.Stores, admin.EvidenceRequest{Act: admin.EvidenceBegin})
	case "unit list":
		return Units(ctx, e, c.Unit.List.Stores)
	case "calendar list":
		return Calendar(ctx, e, c.Calendar.List.Stores, admin.CalendarRequest{Act: "list"})
	case "calendar decree":
		decree, err := decreed(c.Calendar.Decree)
		if err != nil {
			return err
		}
		return Calendar(ctx, e, c.Calendar.Decree.Stores, decree)
	}
	return fmt.Errorf("the command %q is not known", command)
}

func rolesOf(names []string) []verification.Role {
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
