package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"verigate/internal/access"
	"verigate/internal/admin"
	"verigate/internal/config"
	"verigate/internal/jet"
	"verigate/internal/production"
	"verigate/internal/receipt"
)

// ErrNotForReal says that a gateway is not to take real cases as it is.
var ErrNotForReal = errors.New("not fit for real cases: put right what is listed, and see it gone with verigate check --production")

// Unfit lists what must be put right before this gateway takes real cases.
func (p *Parts) Unfit(ctx context.Context) (found []production.Finding, err error) {
	defer func() { p.looked("check", err) }()
	facts := production.Facts{
		TLS: p.Door.TLSCert != "", RealBoard: !p.Store.Embedded(), Real: !p.Genesis.Demonstration, RootKeyApart: apart(p.Stores),
		Exposed: exposed(p.Stores), ClockSynchronised: clockSynchronised(), Sync: syncOf(p.Sync),
	}
	rights, err := p.Conn.Excess(ctx)
	switch {
	case err == nil:
		facts.RightsTold, facts.Rights = true, rights
	case !errors.Is(err, jet.ErrNotTold):
		return nil, err
	}
	principals := p.Registry.Keyring().Principals()
	now := p.Now()
	for i, one := range principals {
		one = one.At(now)
		principals[i] = one
		if !one.System && !one.Disabled && one.Partner == "" {
			facts.Persons = append(facts.Persons, production.Person{ID: one.ID, Roles: one.Roles, SecondFactor: secondFactor(one)})
		}
	}
	facts.Roster = access.RosterOf(principals, now)
	facts.Uncovered = p.Registry.Duty().Uncovers(p.Registry.Keyring().Principals(), now)
	return production.Findings(facts), nil
}

// secondFactor says whether nobody can sign in as the person by a password alone. A provider answers for its own, and who
// has no way to sign in needs none.
func secondFactor(p access.Principal) bool {
	_, account := p.Account()
	return !account || len(p.Local.Factor) > 0
}

func syncOf(s jet.Sync) production.Sync {
	if s == jet.SyncAlways {
		return production.SyncAlways
	}
	return production.SyncUnknown // another answer has refused the start
}

// apart says whether the root key lies outside of the data directory: in a file elsewhere, or in transit, when no file of
// a former one is left beside the data.
func apart(s config.Stores) bool {
	dir, err := filepath.EvalSymlinks(s.Data)
	if err != nil {
		return false
	}
	for _, file := range rootFiles(s) {
		key, err := filepath.EvalSymlinks(file)
		if err != nil {
			return false
		}
		if inside, err := filepath.Rel(dir, key); err != nil || filepath.IsLocal(inside) {
			return false
		}
	}
	return true
}

// exposed lists the files with secrets that others may read, or that cannot be looked at. The door refuses such a key of
// its own.
func exposed(s config.Stores) []string {
	files := append(rootFiles(s), filepath.Join(s.Data, idKeyFile), filepath.Join(s.Data, receipt.FileName), filepath.Join(s.Data, ledgerKeyFile))
	for _, named := range []string{s.NATSKey, s.NATSSystemKey, s.RedisPassword, tokenFile(s)} {
		if named != "" {
			files = append(files, named)
		}
	}
	var open []string
	for _, file := range files {
		if Private(file) != nil {
			open = append(open, file)
		}
	}
	return open
}

// checkForReal asks the gateway that runs over the data about its own settings, or looks at what one with these would be.
func checkForReal(ctx context.Context, e Env, c config.Check) error {
	a, runs, err := admin.Running(ctx, c.Data)
	if err != nil {
		return err
	}
	if runs {
		return fitForReal(ctx, e, a, anything)
	}
	if !exists(filepath.Join(c.Data, idKeyFile)) && c.NATS == "" {
		return fmt.Errorf("%s holds no record: begin it and make its persons first", c.Data)
	}
	o := Options{Stores: c.Stores, Door: c.Door, OIDC: c.OIDC, Periods: c.Retention, Recorded: true, untouched: true, Now: e.Now, Log: e.Log}
	if err := o.throughDoor(c.Door); err != nil {
		return err
	}
	parts, err := Open(ctx, o)
	if err != nil {
		return admin.AsOwner(err)
	}
	return errors.Join(fitForReal(ctx, e, parts, anything), parts.Close())
}

func anything(production.Finding) bool { return true }

// fitForReal says each finding with its remedy, and is ErrNotForReal when there is one that bars.
func fitForReal(ctx context.Context, e Env, a admin.Service, bars func(production.Finding) bool) error {
	found, err := a.Unfit(ctx)
	if err != nil {
		return err
	}
	for _, f := range found {
		fmt.Fprintf(e.Out, "%s: %s\n    remedy: %s\n", f.Code, f.What, f.Remedy)
	}
	if slices.ContainsFunc(found, bars) {
		return ErrNotForReal
	}
	return nil
}
