package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"verigate/deploy"
	"verigate/internal/access"
	"verigate/internal/admin"
	"verigate/internal/config"
	"verigate/internal/contract"
	"verigate/internal/directory"
	"verigate/internal/limit"
	"verigate/internal/receipt"
	"verigate/internal/seal"
	"verigate/internal/sla"
)

// Check looks at everything that is built in, at the data directory if there is one, and on demand at whether a gateway
// with these settings may take real cases. It changes nothing and reports all problems together.
func Check(ctx context.Context, e Env, c config.Check) error {
	var problems []error
	say := func(what string, err error) {
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", what, err))
			return
		}
		fmt.Fprintf(e.Out, "ok  %s\n", what)
	}
	data, err := directory.Load(deploy.Data)
	say("units, places, types, campaigns", err)
	say("retention rules", checkPeriods(c.Retention, data))
	_, err = sla.Load(deploy.Data)
	say("policies and calendars", err)
	say("policies of who may do what", access.CheckPolicies())
	_, err = limit.Load(deploy.Data, limit.File)
	say("limits", err)
	checkDoor(e, c, say)
	compiled, err := forms()
	say("schemas", err)
	if err == nil {
		say("form of the policies", fit(compiled, "sla-policy", "policies/*.json"))
		say("form of the calendars", fit(compiled, "calendar", "calendars/*.json"))
	}
	if exists(c.Data) {
		checkDirectory(e, c.Stores, say)
	} else {
		fmt.Fprintf(e.Out, "note: there is no data directory %s: nothing of it was looked at, and a start would make it\n", c.Data)
	}
	if c.Production {
		say("fit for real cases", checkForReal(ctx, e, c))
	}
	return errors.Join(problems...)
}

// checkDoor reads what is set of who may come in as a start does.
func checkDoor(e Env, c config.Check, say func(string, error)) {
	var o Options
	say("door", o.throughDoor(c.Door))
	if c.TLSCert != "" {
		_, err := openTLS(e, c.Door)
		say("certificates", admin.AsOwner(err))
	}
	if c.OIDC != "" {
		_, err := readProvider(c.OIDC, e.Now)
		say("OpenID provider", admin.AsOwner(err))
	}
}

// fit holds built-in files against their schema.
func fit(forms *contract.Contract, schema, pattern string) error {
	files, err := fs.Glob(deploy.Data, pattern)
	problems := []error{err}
	for _, file := range files {
		raw, err := fs.ReadFile(deploy.Data, file)
		problems = append(problems, err)
		violations, err := forms.Check(schema, raw)
		problems = append(problems, err)
		for _, v := range violations {
			problems = append(problems, fmt.Errorf("%s#%s: %s", file, v.Pointer, v.Code))
		}
	}
	return errors.Join(problems...)
}

// checkDirectory looks at what a start reads of the directory before it opens the record, with the same functions.
func checkDirectory(e Env, s config.Stores, say func(string, error)) {
	info, err := os.Stat(s.Data)
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		err = fmt.Errorf("others may look into it (mode %04o): chmod 700 it", info.Mode().Perm())
	}
	say("data directory "+s.Data, admin.AsOwner(err))
	if exists(filepath.Join(s.Data, restoreFile)) {
		say("restore", ErrRestoring)
	}
	if _, err := admin.Socket(s.Data); err != nil {
		say("socket", err)
	}
	for _, path := range rootFiles(s) {
		_, err := seal.OpenFileRoot(path)
		say("secret "+filepath.Base(path), admin.AsOwner(err))
	}
	_, err = idSecret(filepath.Join(s.Data, idKeyFile), true)
	say("secret "+idKeyFile, admin.AsOwner(err))
	say("secret "+receipt.FileName, admin.AsOwner(checkReceipts(e, s.Data)))
	if s.Transit != "" {
		say("transit endpoint "+filepath.Base(s.Transit), checkTransit(s.Transit))
	}
	if exists(filepath.Join(s.Data, ledgerKeyFile)) { // a release of before the ledger has made none
		_, err := openLedgerKeys(s.Data, e.Now)
		say("secret "+ledgerKeyFile, admin.AsOwner(err))
	}
}

// checkReceipts reads the keys that sign receipts. Nothing is made when there are none.
func checkReceipts(e Env, dir string) error {
	path := filepath.Join(dir, receipt.FileName)
	if err := Private(path); err != nil {
		return err
	}
	_, err := receipt.Open(dir, e.Now)
	return err
}
