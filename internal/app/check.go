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
	"verigate/internal/config"
	"verigate/internal/contract"
	"verigate/internal/directory"
	"verigate/internal/limit"
	"verigate/internal/receipt"
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
	compiled, err := forms()
	say("schemas", err)
	if err == nil {
		say("form of the policies", fit(compiled, "sla-policy", "policies/*.json"))
		say("form of the calendars", fit(compiled, "calendar", "calendars/*.json"))
	}
	if exists(c.Data) {
		checkDirectory(c.Stores, say)
	}
	if c.Production {
		say("fit for real cases", checkForReal(ctx, e, c))
	}
	return errors.Join(problems...)
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

func checkDirectory(s config.Stores, say func(string, error)) {
	info, err := os.Stat(s.Data)
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		err = fmt.Errorf("others may look into it (mode %04o): chmod 700 it", info.Mode().Perm())
	}
	say("data directory "+s.Data, asOwner(err))
	for _, path := range append(rootFiles(s), filepath.Join(s.Data, idKeyFile), filepath.Join(s.Data, receipt.FileName)) {
		say("secret "+filepath.Base(path), asOwner(private(path)))
	}
	if s.Transit != "" {
		say("transit endpoint "+filepath.Base(s.Transit), checkTransit(s.Transit))
	}
	if path := filepath.Join(s.Data, ledgerKeyFile); exists(path) { // a release of before the ledger has made none
		say("secret "+ledgerKeyFile, asOwner(private(path)))
	}
}
